# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

"""What mutate.py does to the engine's text, and which mutants may survive."""

# Headers whose atomics are not of the protocol.
NOT_THROUGH_THE_SEAM = {"stripe.hpp"}

# Operations that no two threads can come to, with the reason.
UNREACHED = {
    "core.hpp: Core: changed_at.store": "in the constructor: nobody else has seen the breaker yet",
    "notifier.hpp: ?: pushed_.load": "in the destructor: whoever destroys a breaker has waited for everybody else",
}

# (name, header, (anchor, replacement)...)
TEXT = [
    # ---- core.hpp
    ("the time is raised behind the transition", "core.hpp",
     ("    words().raise_changed_at(time.count());\n", ""),
     ("    if (next.state() == State::open)\n      install(",
      "    words().raise_changed_at(time.count());\n    if (next.state() == State::open)\n      install(")),
    ("a forced opening has no delay", "core.hpp",
     ("if (next.state() == State::forced_open) install(words(), Hold::of(next.epoch(), hold));", "")),
    ("no stamp", "core.hpp", ("recorder_.stamp(words(), block_.head(), next.epoch());", "")),
    ("the transition comes behind the stamp", "core.hpp",
     ("    Phase expected = from;\n", "    Phase expected = from;\n    recorder_.stamp(words(), block_.head(), next.epoch());\n"),
     ("    recorder_.stamp(words(), block_.head(), next.epoch());\n    return true;", "    return true;")),
    ("a silent transition leaves no mark", "core.hpp",
     ("if (notice != nullptr) notifier_.push", "if (notice != nullptr && !notice->silent) notifier_.push")),
    ("a verdict knows only the streak that its own outcome made", "core.hpp",
     ("streak = std::max(own_streak, read_streak(words(), ticket.epoch()));", "streak = own_streak;")),
    ("a success may end a streak before its verdict", "core.hpp",
     ("streak = std::max(own_streak, read_streak(words(), ticket.epoch()));",
      "streak = read_streak(words(), ticket.epoch());")),
    ("a round is judged by what is there later", "core.hpp", ("judge(epoch, at);", "judge(epoch, window_time());")),
    ("a round is judged though the window has lost some of it", "core.hpp",
     ("if (!trips && has_lost_probes(epoch, context.metrics))", "if (false)")),
    ("a round is lost where the window has lost what was good", "core.hpp",
     ("left < round.done && (round.trouble != 0 || left == 0)", "left < round.done")),
    ("a round is judged though the window has lost all of it", "core.hpp",
     ("(round.trouble != 0 || left == 0)", "round.trouble != 0")),
    ("a round that trips on what is left is lost", "core.hpp", ("if (!trips && has_lost_probes", "if (has_lost_probes")),
    ("a success closes that the window has forgotten", "core.hpp",
     ("if (on_a_clock<W> && context.metrics.total_count() == 0) return true;", "")),
    ("a call is counted as ended behind its record", "core.hpp",
     ("    if constexpr (counts_calls) counter().ended(failed);\n", ""),
     ("      record_elsewhere(ticket, failed);\n  }",
      "      record_elsewhere(ticket, failed);\n    if constexpr (counts_calls) counter().ended(failed);\n  }")),
    ("the streak is updated behind the window", "core.hpp",
     ("    if constexpr (needs.streak) own_streak = update_streak(words(), ticket.epoch(), failed);\n", ""),
     ("    if (!asks || outcome.what == Recorded::too_late) return;\n",
      "    if constexpr (needs.streak) own_streak = update_streak(words(), ticket.epoch(), failed);\n"
      "    if (!asks || outcome.what == Recorded::too_late) return;\n")),
    ("a success in HALF_OPEN is absorbed", "core.hpp",
     ("if ((!asks || ticket.state() == State::closed) && !sample", "if (!sample")),
    ("who opens leaves the delay to the next caller", "core.hpp",
     ("    if (next.state() == State::open)\n      install(words(), "
      "Hold::of(next.epoch(), delay_of(retry_, next.reopens(), environment_)));\n", "")),
    ("the time of a round is looked at before its outcomes", "core.hpp",
     ("if (round_of(words(), phase.epoch()).done ==",
      "if (in_round < find_probes(permit_).patience() && round_of(words(), phase.epoch()).done ==")),
    ("a slow probe is no trouble", "core.hpp",
     ("return complete_probe(ticket, sample.trouble(), at);", "return complete_probe(ticket, failed, at);")),
    ("a round with trouble is lost though the window has all of it", "core.hpp",
     ("left < round.done && (round", "left <= round.done && (round")),
    ("a count window loses probes, too", "core.hpp", ("if constexpr (!on_a_clock<W>) return false;", "")),
    ("who comes to a complete round judges it by its beginning", "core.hpp",
     ("if (!judge(phase.epoch(), time)) return refused;", "if (!judge(phase.epoch(), began)) return refused;")),
    ("info() compares states, not phases", "core.hpp", ("if (again == phase) break;", "if (again.state() == phase.state()) break;")),
    ("a round is complete before its outcome is recorded", "core.hpp",
     ("    const typename Recorder::Outcome outcome =\n",
      "    bool complete = false;\n    if constexpr (has_probes) complete = ticket.state() == State::half_open && "
      "complete_place(words(), ticket.epoch(), find_probes(permit_).count(), sample.trouble());\n"
      "    const typename Recorder::Outcome outcome =\n"),
     ("return complete_probe(ticket, sample.trouble(), at);", "return complete_probe(ticket, complete, at);"),
     ("if (complete_place(words(), epoch, find_probes(permit_).count(), trouble)) judge", "if (trouble) judge")),
    ("a success in HALF_OPEN that changes nothing does not ask", "core.hpp",
     ("outcome.what == Recorded::quietly && ticket.state() == State::closed) return;", "outcome.what == Recorded::quietly) return;")),
    ("a success reopens", "core.hpp", ("if (phase.state() == State::half_open && !failed) return true;", "")),
    ("a failure closes", "core.hpp", ("(failed || !settled(tripper_, context))", "(!settled(tripper_, context))")),
    ("a success closes before the tripper is settled", "core.hpp", ("(failed || !settled(tripper_, context))", "(failed)")),
    ("a round of probes closes as single calls do", "core.hpp",
     ("    if constexpr (!has_probes) {\n      if (failed ||", "    if constexpr (true) {\n      if (failed ||")),
    ("METRICS_ONLY asks for verdicts", "core.hpp",
     ("const bool asks = ticket.state() != State::metrics_only;", "const bool asks = true;")),
    ("a success is absorbed beside a streak", "core.hpp",
     ("    if constexpr (needs.streak) healthy = healthy && read_streak(words(), phase.epoch()) == 0;\n", "")),
    ("what a verdict tells has a newer streak than what it decided", "core.hpp",
     ("      conclude(ticket, failed, trips, sums, streak);\n",
      "      conclude(ticket, failed, trips, sums, [&]() -> std::uint64_t {\n"
      "        if constexpr (needs.streak) return read_streak(words(), ticket.epoch());\n        return 0;\n      }());\n")),
    ("a call that has made HALF_OPEN may find it lost", "core.hpp", ("began_round = true;", "")),
    ("who lacks the memory to make HALF_OPEN goes on", "core.hpp",
     ("if (!attempt(phase, State::half_open, Cause::retry_due, context_of(phase))) return refused;",
      "attempt(phase, State::half_open, Cause::retry_due, context_of(phase));")),
    ("who lacks the memory to give probes up goes on", "core.hpp",
     ("if (!attempt(phase, State::open, Cause::probes_lost, context_of(phase))) return refused;",
      "attempt(phase, State::open, Cause::probes_lost, context_of(phase));")),
    ("who lacks the memory for the verdict on a round goes on", "core.hpp",
     ("if (!judge(phase.epoch(), time)) return refused;", "judge(phase.epoch(), time);")),
    ("nobody takes the verdict on a complete round up", "core.hpp",
     ("if (!judge(phase.epoch(), time)) return refused;", "return refused;")),
    ("patience ends behind its end", "core.hpp",
     ("in_round >= find_probes(permit_).patience()", "in_round > find_probes(permit_).patience()")),
    ("an opening ends behind its end", "core.hpp", ("exactly >= hold.span()", "exactly > hold.span()")),
    ("a slow call absorbs", "core.hpp", ("return !failed && !timed_ && is", "return !failed && is")),
    ("a slow call is absorbed where it is timed", "core.hpp",
     ("!sample.trouble() && is_healthy", "!failed && is_healthy")),
    ("a closed call is not timed", "core.hpp", ("if (timed_ || !ticket.is_closed())", "if (!ticket.is_closed())")),
    ("a call through the other states is not timed", "core.hpp",
     ("const bool times = timed_ && (counts_calls || phase.state() != State::disabled);", "const bool times = false;")),
    ("a call of a past epoch is not counted as slow", "core.hpp",
     ("if (!in_window && !(counts_calls && timed_)) return;", "if (!in_window) return;")),
    ("slow begins above the threshold", "core.hpp", ("if (duration >= least_threshold_)", "if (duration > least_threshold_)")),
    ("short buckets make do with the coarse clock", "core.hpp",
     ("recorder_.bucket() >= coarse_enough ? since_epoch(environment_.coarse_now()) : now()",
      "since_epoch(environment_.coarse_now())")),
    ("a silent transition is told", "core.hpp", (".silent = notify == Notify::no", ".silent = false")),
    # ---- clock.hpp
    ("the coarse clock does not lag", "clock.hpp", ("coarse_lag = std::chrono::milliseconds{50};", "coarse_lag{0};")),
    ("time before the beginning is a long time", "clock.hpp",
     ("if (to <= from) return std::chrono::nanoseconds{0};", "")),
    # ---- count_recorder.hpp
    ("a failure that changes nothing does not ask", "count_recorder.hpp",
     ("if (old == next && !sample.trouble())", "if (old == next && sample.slow == 0)")),
    ("a slow call that changes nothing does not ask", "count_recorder.hpp",
     ("if (old == next && !sample.trouble())", "if (old == next && !sample.failed)")),
    ("totals of another epoch are added to", "count_recorder.hpp", ("(own ? seen : Word::empty(epoch)).plus(delta)",
                                                                   "(own ? seen : seen.plus(Word::empty(epoch))).plus(delta)")),
    ("a window of another epoch absorbs", "count_recorder.hpp",
     ("head.totals.load(std::memory_order_relaxed) == full_.of_closed(phase);",
      "[&](Lanes seen) { return Lanes{seen.lane(0), seen.lane(1), seen.lane(2)} == full_; }("
      "head.totals.load(std::memory_order_relaxed));")),
    ("a window that is not full absorbs", "count_recorder.hpp",
     ("head.totals.load(std::memory_order_relaxed) == full_.of_closed(phase);",
      "[&](Lanes seen) { return seen == Lanes{seen.lane(0), 0, 0}.of_closed(phase); }("
      "head.totals.load(std::memory_order_relaxed));")),
    ("a window with a failure absorbs", "count_recorder.hpp",
     ("head.totals.load(std::memory_order_relaxed) == full_.of_closed(phase);",
      "[&](Lanes seen) { return seen == Lanes{full_.lane(0), seen.lane(1), 0}.of_closed(phase); }("
      "head.totals.load(std::memory_order_relaxed));")),
    ("a window absorbs in every state", "count_recorder.hpp",
     ("full_.of_closed(phase);", "full_.of_closed(Phase{phase.epoch(), 0, State::closed});")),
    ("slow calls of the other thresholds do not keep from absorbing", "count_recorder.hpp",
     ("healthy = healthy && head.slow.load(std::memory_order_relaxed) == Lanes::empty(phase.epoch());  // as above\n", "")),
    ("the total is read before its parts", "count_recorder.hpp",
     ("    Sums sums{};\n    // The parts before",
      "    Sums sums{};\n    sums.totals = read(head.totals, epoch);\n    // The parts before"),
     ("    sums.totals = read(head.totals, epoch);\n    return sums;", "    return sums;")),
    ("a part may be above its total", "count_recorder.hpp",
     ("return std::min(clamped(lane), total);", "return clamped(lane) + 0 * total;")),
    ("a verdict rests on what was written, not on what is there then", "count_recorder.hpp",
     ("one_word = needs.slow_rates == 0 && !needs.durations;", "one_word = true;")),
    ("a verdict beside a streak rests on what is there then", "count_recorder.hpp",
     ("one_word = needs.slow_rates == 0 && !needs.durations;",
      "one_word = needs.slow_rates == 0 && !needs.durations && !needs.streak;")),
    ("a slot that is taken for its like is not compared", "count_recorder.hpp",
     ("if (old == next && !sample", "if (old.belongs_to(epoch) && !sample")),
    # ---- streak.hpp
    ("a streak goes on from another epoch", "streak.hpp",
     ("const std::uint32_t before = own ? seen.failures : 0;", "const std::uint32_t before = seen.failures;")),
    # ---- round.hpp
    ("a round of another epoch goes on", "round.hpp",
     ("next = own ? round : Round{epoch, 0, 0, 0};", "next = round;\n    next.epoch = epoch;")),
    ("a place is given back though none is taken", "round.hpp",
     ("while (round.epoch == epoch && round.taken != round.done) {", "while (round.epoch == epoch) {")),
    ("a round forgets its trouble", "round.hpp", ("    if (trouble) next.trouble = 1;\n", "")),
    ("a round knows the trouble of its last outcome only", "round.hpp",
     ("    if (trouble) next.trouble = 1;\n", "    next.trouble = trouble ? 1 : 0;\n")),
    ("a place that is taken takes the round's trouble away", "round.hpp",
     ("    ++next.taken;\n", "    ++next.taken;\n    next.trouble = 0;\n")),
    ("a place that is given back takes the round's trouble away", "round.hpp",
     ("    --next.taken;\n", "    --next.taken;\n    next.trouble = 0;\n")),
    ("there is one place more", "round.hpp", ("if (next.taken == count) return", "if (next.taken == count + 1) return")),
    # ---- hold.hpp
    ("a delay is rounded down", "hold.hpp", ("nanoseconds / 1000 + (nanoseconds % 1000 != 0 ? 1 : 0)", "nanoseconds / 1000")),
    # ---- phase.hpp
    ("reopenings begin anew at their end", "phase.hpp",
     (" && count != std::numeric_limits<std::uint16_t>::max()", "")),
    ("a recovery leaves the reopenings", "phase.hpp", ("    if (next == State::closed) count = 0;\n", "")),
    ("the time of transitions may go back", "phase.hpp", ("while (seen < time &&\n", "while (\n")),
    # ---- notifier.hpp
    ("notices come in the order in which they were pushed", "notifier.hpp",
     ("while (*place != nullptr && static_cast<std::int32_t>((*place)->epoch - node->epoch) < 0)", "while (*place != nullptr)")),
    ("notices are counted before they are pushed", "notifier.hpp",
     ("    notice->next = pushed_.load(",
      "    const bool first = pending_.fetch_add(1, std::memory_order_acq_rel) == 0;\n    notice->next = pushed_.load("),
     ("    if (pending_.fetch_add(1, std::memory_order_acq_rel) == 0) drain();\n", "    if (first) drain();\n")),
    ("the drain stops without a look at the count", "notifier.hpp",
     ("while (!pending_.compare_exchange_strong(seen, 0, std::memory_order_release, std::memory_order_acquire));",
      "while (pending_.exchange(0, std::memory_order_acq_rel) == ++seen + (std::uint64_t{1} << 40U));")),
    ("everybody drains", "notifier.hpp",
     ("if (pending_.fetch_add(1, std::memory_order_acq_rel) == 0) drain();",
      "pending_.fetch_add(1, std::memory_order_acq_rel);\n    drain();")),
    # ---- time_recorder.hpp
    ("a clock that jumped back finds its bucket expired", "time_recorder.hpp",
     ("if (since > index && index_of(clock()) >= since)", "if (since > index)")),
    ("a bucket of newer time does not count", "time_recorder.hpp",
     ("age >= -static_cast<std::int64_t>(buckets_)", "age >= 0")),
    ("a late verdict sees two spans", "time_recorder.hpp", ("newest = std::max(newest, since);", "")),
    ("a bucket of any later time counts", "time_recorder.hpp",
     ("age >= -static_cast<std::int64_t>(buckets_) && ", "")),
    ("an outcome whose bucket is gone asks for nothing", "time_recorder.hpp",
     ("case Taken::expired: break;", "case Taken::expired: return {};")),
    ("buckets before zero are rounded up", "time_recorder.hpp", (" - (now.count() % bucket_ < 0 ? 1 : 0)", "")),
    ("a clearing leaves the version", "time_recorder.hpp",
     ("next.bits_ = (bits_ + 1) & 0xffffU;", "next.bits_ = bits_ & 0xffffU;")),
    ("a bucket is not cleared", "time_recorder.hpp", ("      clear(cell, claim, index);\n", "")),
    ("a bucket is live before it is cleared", "time_recorder.hpp",
     ("      clear(cell, claim, index);\n      owner = claim;\n", "      owner = claim;\n"),
     ("        owner = ready;\n        return Taken::yes;",
      "        owner = ready;\n        clear(cell, ready, index);\n        return Taken::yes;")),
    ("a reader takes a bucket that is not live", "time_recorder.hpp",
     ("if (!owner.live() || owner.epoch() != epoch) continue;", "if (owner.epoch() != epoch) continue;")),
    ("a reader takes a bucket of another time", "time_recorder.hpp",
     ("if (!in_span(since, index)) continue;", "")),
    ("successes are read before failures", "time_recorder.hpp",
     ("const std::uint64_t owners = visit(cells, epoch, index, newest, [&](const Cell& cell) {",
      "const auto parts = [&] { return visit(cells, epoch, index, newest, [&](const Cell& cell) {"),
     ("    });\n    const std::uint64_t same_owners", "    }); };\n    const std::uint64_t same_owners"),
     ("return owners == same_owners;", "return parts() == same_owners;")),
    ("a recorder laps late takes the bucket back", "time_recorder.hpp",
     ("if (since > index && index_of(clock()) >= since) return Taken::expired;", "")),
    ("a bucket's time of a later owner is taken for this one's", "time_recorder.hpp",
     ("if (owner.may_be_of(since)) {", "if (true) {")),
    ("newer time that is just claiming a bucket is believed, whatever the clock says", "time_recorder.hpp",
     ("owner.is_ahead_of(claim) && index_of(clock()) > index", "owner.is_ahead_of(claim)")),
    ("a success does not look for trouble", "time_recorder.hpp",
     ("if (!sample.trouble() && !in_trouble(head, epoch, index)) return", "if (!sample.trouble()) return")),
    ("trouble is raised behind the count", "time_recorder.hpp",
     ("    if (sample.trouble()) raise_trouble(control, head, epoch, index);\n", ""),
     ("    if (!sample.trouble() && !in_trouble(",
      "    if (sample.trouble()) raise_trouble(control, head, epoch, index);\n    if (!sample.trouble() && !in_trouble(")),
    ("trouble is not raised", "time_recorder.hpp",
     ("    if (sample.trouble()) raise_trouble(control, head, epoch, index);\n", "")),
    ("only the first stripe is cleared", "time_recorder.hpp",
     ("for (Stripe& stripe : cell.striped) clear_word(stripe.successes);", "clear_word(cell.striped[0].successes);")),
    ("only the first stripe is read", "time_recorder.hpp",
     ("for (const Stripe& stripe : cell.striped) successes += stripe.successes",
      "if (const Stripe& stripe = cell.striped[0]; true) successes += stripe.successes")),
    ("the parts come before the whole", "time_recorder.hpp",
     ("        bool counted = add(cell, owner, outcome, 1, alone);\n", "        bool counted = true;\n"),
     ("        if (!counted && !control",
      "        counted = counted && add(cell, owner, outcome, 1, alone);\n        if (!counted && !control")),
]

# Why some mutants do no harm, or are kept though no case notices them.
LETTER = ("kept by the letter of C++: without it a circle of program order and reads-from (load buffering) is allowed, which "
          "the explorer leaves out and no processor makes of these dependent operations")
WARNS = "kept: g++ 12 warns its users of an order that is stronger on failure than on success"
SPARES = "kept for speed: it spares "
LOOKS = ("kept: each look whether a bucket is live belongs to the single order; the case that shows it of the last exchange "
         "shows it of the first look at length only, and of the others not")


# Mutants that survive, with the reason.
HARMLESS = {
    "notifier.hpp: push: pending_.fetch_add: acq_rel to acquire":
        "kept: without it the count may be seen before the notice that it counts, where a processor makes a thread's writes "
        "in another order; the explorer makes them in the program's",
    "notifier.hpp: drain: pending_.compare_exchange_strong: on failure acquire to relaxed": LETTER,
    "time_recorder.hpp: take: owner.load (1): seq_cst to acquire": LOOKS,
    "time_recorder.hpp: take: owner.load (2): seq_cst to acquire": LOOKS,
    "time_recorder.hpp: take: owner.compare_exchange_weak: seq_cst to acq_rel": WARNS,
    "time_recorder.hpp: take: owner.compare_exchange_weak: seq_cst to release": WARNS,
    "time_recorder.hpp: take: owner.compare_exchange_weak: on failure seq_cst to acquire": LOOKS,
    "core.hpp: the streak is updated behind the window":
        "who records reads both again behind both of his writes; and either keeps successes from being absorbed",
    "time_recorder.hpp: trouble is raised behind the count":
        "it is raised before the verdict all the same, and that sees each success that found none",
    "core.hpp: an opening ends behind its end": "at its end nothing is left of it, by either comparison",
    "round.hpp: a place is given back though none is taken":
        "kept for who would give a place back twice, which no front end does",
    "core.hpp: admit_unless_open: hold.epoch() == ticket.epoch(): always false":
        SPARES + "a refusal the exact clock; the way at length refuses it, too",
    "core.hpp: admit_unless_open: words().is_current(ticket.epoch()): always false":
        SPARES + "a refusal the exact clock; the way at length refuses it, too",
    "core.hpp: is_healthy: read_streak(words(), phase.epoch()) == 0: always false": SPARES + "what changes nothing its writes",
    "count_recorder.hpp: record: old.belongs_to(epoch) (1): always false": SPARES + "a look at the phase",
    "streak.hpp: read_streak: streak.epoch == epoch: always true":
        "kept, so that the number is right by itself: who reads another epoch's has a verdict that is dropped for its epoch",
    "time_recorder.hpp: record: control.is_current(epoch): always true":
        SPARES + "a verdict that is dropped for its epoch",
    "time_recorder.hpp: raise_trouble: seen.epoch != epoch: always true": SPARES + "a look at the phase",
    "time_recorder.hpp: take: again != owner: always true":
        "a time that is not its owner's is a later owner's: looking again finds him",
    "time_recorder.hpp: take: again != owner: always false":
        SPARES + "an exchange that fails, because the owner is another by then",
    "time_recorder.hpp: take: owner.epoch() == epoch (2): always true":
        "kept for what no case can wait for: a bucket left alone through half of all numbers (12 days of milliseconds) seems "
        "to be ahead",
    "time_recorder.hpp: take: owner != claim: always true": SPARES + "an exchange of a claim for itself",
    "time_recorder.hpp: in_trouble: trouble.epoch == epoch: always true": SPARES + "verdicts, and decides none",
}
