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
    ("a late recorder is not turned away at once", "core.hpp",
     ("ticket.state() != State::disabled && words().is_current(ticket.epoch());", "ticket.state() != State::disabled;")),
    ("a verdict does not ask for its epoch", "core.hpp", ("if (phase.epoch != epoch) return true;", "")),
    ("who is late moves the time", "core.hpp", ("if (!words().is_current(from.epoch)) return false;", "")),
    ("the time is raised behind the transition", "core.hpp",
     ("    words().raise_changed_at(time.count());\n", ""),
     ("    if (next.state == State::open) install(",
      "    words().raise_changed_at(time.count());\n    if (next.state == State::open) install(")),
    ("a forced opening has no delay", "core.hpp",
     ("if (next.state == State::forced_open) install(words(), Hold::of(next.epoch, hold));", "")),
    ("no stamp", "core.hpp", ("recorder_.stamp(words(), block_.head(), next.epoch);", "")),
    ("the transition comes behind the stamp", "core.hpp",
     ("    Phase expected = from;\n", "    Phase expected = from;\n    recorder_.stamp(words(), block_.head(), next.epoch);\n"),
     ("    recorder_.stamp(words(), block_.head(), next.epoch);\n    return true;", "    return true;")),
    ("a refused caller does not look again", "core.hpp",
     ("if (remaining > coarse_lag && words().is_current(ticket.epoch()))", "if (remaining > coarse_lag)")),
    ("a caller refused in the last moments does not look again", "core.hpp",
     ("if (again == phase) return Ticket{phase}.refused(remaining);", "return Ticket{phase}.refused(remaining);")),
    ("info() does not look again", "core.hpp", ("if (again == phase) break;", "break;")),
    ("a silent transition leaves no mark", "core.hpp",
     ("if (notice != nullptr) notifier_.push", "if (notice != nullptr && !notice->silent) notifier_.push")),
    ("the streak is read before the window is written", "core.hpp",
     ("    const typename Recorder::Outcome outcome =\n",
      "    std::uint32_t early = 0;\n    if constexpr (needs.streak) early = read_streak(words(), ticket.epoch());\n"
      "    const typename Recorder::Outcome outcome =\n"),
     ("    ask(ticket, failed, outcome, at);\n", "    ask(ticket, failed, outcome, at, early);\n"),
     ("std::chrono::nanoseconds at) noexcept {\n    if constexpr (has_probes) {",
      "std::chrono::nanoseconds at, std::uint32_t early) noexcept {\n    if constexpr (has_probes) {"),
     ("if constexpr (needs.streak) streak = read_streak(words(), ticket.epoch());", "streak = early;")),
    ("a round is complete before its outcome is recorded", "core.hpp",
     ("    const typename Recorder::Outcome outcome =\n",
      "    bool complete = false;\n    if constexpr (has_probes) complete = ticket.state() == State::half_open && "
      "complete_place(words(), ticket.epoch(), find_probes(permit_).count());\n"
      "    const typename Recorder::Outcome outcome =\n"),
     ("    ask(ticket, failed, outcome, at);\n", "    ask(ticket, failed, outcome, at, complete);\n"),
     ("std::chrono::nanoseconds at) noexcept {\n    if constexpr (has_probes) {",
      "std::chrono::nanoseconds at, bool complete) noexcept {\n    if constexpr (has_probes) {"),
     ("if (complete_place(words(), epoch, find_probes(permit_).count())) {", "if (complete) {")),
    ("a success in HALF_OPEN that changes nothing does not ask", "core.hpp",
     ("outcome.what == Recorded::quietly && ticket.state() == State::closed) return;", "outcome.what == Recorded::quietly) return;")),
    ("a refusal rests on another epoch's delay", "core.hpp",
     ("if (hold.epoch == ticket.epoch() && hold.span() != never) {", "if (hold.span() != never) {")),
    # ---- count_recorder.hpp
    ("a slot does not ask for its epoch", "count_recorder.hpp",
     ("if (!old.belongs_to(epoch) && !control.is_current(epoch)) return {};", "")),
    ("the totals do not ask for their epoch", "count_recorder.hpp",
     ("if (!own && !control.is_current(epoch)) return false;", "")),
    ("a slot of another epoch counts as replaced", "count_recorder.hpp",
     ("const bool replaces = old.belongs_to(epoch);", "const bool replaces = true;")),
    ("totals of another epoch are added to", "count_recorder.hpp", ("(own ? seen : Word::empty(epoch)).plus(delta)",
                                                                   "(own ? seen : seen.plus(Word::empty(epoch))).plus(delta)")),
    ("a stamp does not ask for its epoch", "count_recorder.hpp",
     ("while (!seen.belongs_to(epoch) && control.is_current(epoch)) {", "while (!seen.belongs_to(epoch)) {")),
    ("a stamp overwrites its own epoch", "count_recorder.hpp",
     ("while (!seen.belongs_to(epoch) && control.is_current(epoch)) {", "while (control.is_current(epoch)) {")),
    ("totals of another epoch are read", "count_recorder.hpp",
     ("return value.belongs_to(epoch) ? value : Word::empty(epoch);", "return value;")),
    ("a window of another epoch absorbs", "count_recorder.hpp",
     ("head.totals.load(std::memory_order_relaxed) == Lanes::full(epoch, size_);",
      "head.totals.load(std::memory_order_relaxed).plus({-static_cast<int>(size_), 0, 0}).is_zero();")),
    ("a window that is not full absorbs", "count_recorder.hpp",
     ("head.totals.load(std::memory_order_relaxed) == Lanes::full(epoch, size_);",
      "[&](Lanes seen) { return seen == Lanes::full(epoch, static_cast<std::uint16_t>(seen.lane(0))); }("
      "head.totals.load(std::memory_order_relaxed));")),
    ("a window with a failure absorbs", "count_recorder.hpp",
     ("head.totals.load(std::memory_order_relaxed) == Lanes::full(epoch, size_);",
      "[&](Lanes seen) { return seen.plus({0, -seen.lane(1), 0}) == Lanes::full(epoch, size_); }("
      "head.totals.load(std::memory_order_relaxed));")),
    ("slow calls of the other thresholds do not keep from absorbing", "count_recorder.hpp",
     ("healthy = healthy && head.slow.load(std::memory_order_relaxed) == Lanes::empty(epoch);  // as above\n", "")),
    ("the total is read before its parts", "count_recorder.hpp",
     ("    Sums sums{};\n    // The parts before",
      "    Sums sums{};\n    sums.totals = read(head.totals, epoch);\n    // The parts before"),
     ("    sums.totals = read(head.totals, epoch);\n    return sums;", "    return sums;")),
    ("a part may be above its total", "count_recorder.hpp",
     ("return std::min(clamped(lane), total);", "return clamped(lane) + 0 * total;")),
    ("a verdict rests on what was written, not on what is there then", "count_recorder.hpp",
     ("if constexpr (needs.slow_rates == 0 && !needs.durations && !needs.streak) {", "if constexpr (true) {")),
    ("a slot that is taken for its like is not compared", "count_recorder.hpp",
     ("if (old == next && !sample.failed", "if (old.belongs_to(epoch) && !sample.failed")),
    # ---- streak.hpp
    ("a streak does not ask for its epoch", "streak.hpp", ("if (!own && !control.is_current(epoch)) return;", "")),
    ("a streak goes on from another epoch", "streak.hpp",
     ("const std::uint32_t before = own ? seen.failures : 0;", "const std::uint32_t before = seen.failures;")),
    # ---- round.hpp
    ("a claim does not ask for its epoch", "round.hpp", ("if (!own && !words.is_current(epoch)) return Place::stale;", "")),
    ("a place is given back to any round", "round.hpp",
     ("while (round.epoch == epoch && round.taken != round.done) {", "while (round.taken != round.done) {")),
    ("an outcome counts in any round", "round.hpp", ("if (round.epoch != epoch) return false;", "")),
    ("there is one place more", "round.hpp", ("if (next.taken == count) return", "if (next.taken == count + 1) return")),
    # ---- hold.hpp
    ("a delay does not ask for its epoch", "hold.hpp",
     ("while (seen.epoch != hold.epoch && words.is_current(hold.epoch)) {", "while (seen.epoch != hold.epoch) {")),
    ("a delay is written over that of its own epoch", "hold.hpp",
     ("while (seen.epoch != hold.epoch && words.is_current(hold.epoch)) {", "while (words.is_current(hold.epoch)) {")),
    # ---- phase.hpp
    ("the time of transitions may go back", "phase.hpp", ("while (seen < time &&\n", "while (\n")),
    # ---- notifier.hpp
    ("an early notice does not wait", "notifier.hpp",
     ("while (held_ != nullptr && held_->epoch == next_epoch_) {", "while (held_ != nullptr) {")),
    ("notices are counted before they are pushed", "notifier.hpp",
     ("    notice->next = pushed_.load(",
      "    const bool first = pending_.fetch_add(1, std::memory_order_acq_rel) == 0;\n    notice->next = pushed_.load("),
     ("    if (pending_.fetch_add(1, std::memory_order_acq_rel) == 0) drain();\n", "    if (first) drain();\n")),
    ("the drain stops without a look at the count", "notifier.hpp",
     ("while (!pending_.compare_exchange_strong(seen, 0, std::memory_order_acq_rel, std::memory_order_acquire));",
      "while (pending_.exchange(0, std::memory_order_acq_rel) == ++seen + (std::uint64_t{1} << 40U));")),
    ("everybody drains", "notifier.hpp",
     ("if (pending_.fetch_add(1, std::memory_order_acq_rel) == 0) drain();",
      "pending_.fetch_add(1, std::memory_order_acq_rel);\n    drain();")),
    # ---- streak.hpp, round.hpp
    ("a streak of another epoch is read", "streak.hpp", ("streak.epoch == epoch ? streak.", "true ? streak.")),
    ("a round of another epoch goes on", "round.hpp", ("next = own ? round : Round{epoch, 0, 0};", "next = round;\n    next.epoch = epoch;")),
    # ---- time_recorder.hpp
    ("a bucket does not ask for its epoch", "time_recorder.hpp",
     ("      if (!control.is_current(epoch)) return Taken::over;\n", "")),
    ("an addition does not look at the owner", "time_recorder.hpp",
     ("if (cell.owner.load(std::memory_order_relaxed) != owner) return false;  // acquired when it was taken", "")),
    ("a clearing does not look at its claim", "time_recorder.hpp",
     ("      while (cell.owner.load(std::memory_order_relaxed) == claim) {", "      while (true) {")),
    ("a bucket's time is set without a look at the claim", "time_recorder.hpp",
     ("while (since != index && cell.owner.load(std::memory_order_relaxed) == claim) {", "while (since != index) {")),
    ("a clearing leaves the version", "time_recorder.hpp",
     ("next.bits_ = (bits_ + 1) & 0xffffU;", "next.bits_ = bits_ & 0xffffU;")),
    ("a bucket is not cleared", "time_recorder.hpp", ("      clear(cell, claim, index);\n", "")),
    ("a bucket is live before it is cleared", "time_recorder.hpp",
     ("      clear(cell, claim, index);\n      owner = claim;\n", "      owner = claim;\n"),
     ("        owner = ready;\n        return Taken::yes;",
      "        owner = ready;\n        clear(cell, ready, index);\n        return Taken::yes;")),
    ("a reader does not look at the owner again", "time_recorder.hpp",
     ("if (cell.owner.load(std::memory_order_relaxed) != owner) continue;  // the loads before keep it behind them", "")),
    ("a reader takes what two owners have left", "time_recorder.hpp", ("return owners == same_owners;", "return true;")),
    ("a reader takes a bucket that is not live", "time_recorder.hpp",
     ("if (!owner.live() || owner.epoch() != epoch) continue;", "if (owner.epoch() != epoch) continue;")),
    ("a reader takes a bucket of another epoch", "time_recorder.hpp",
     ("if (!owner.live() || owner.epoch() != epoch) continue;", "if (!owner.live()) continue;")),
    ("a reader takes a bucket of another time", "time_recorder.hpp",
     ("if (!in_span(cell.since.load(std::memory_order_acquire), index)) continue;", "")),
    ("successes are read before failures", "time_recorder.hpp",
     ("const std::uint64_t owners = visit(cells, epoch, index, [&](const Cell& cell) {",
      "const auto parts = [&] { return visit(cells, epoch, index, [&](const Cell& cell) {"),
     ("    });\n    const std::uint64_t same_owners", "    }); };\n    const std::uint64_t same_owners"),
     ("return owners == same_owners;", "return parts() == same_owners;")),
    ("a recorder laps late takes the bucket back", "time_recorder.hpp",
     ("if (since > index && index_of(clock()) >= since) return Taken::expired;", "")),
    ("a recorder laps late takes the claim back", "time_recorder.hpp",
     ("} else if (owner.epoch() == epoch && owner.is_ahead_of(claim) && index_of(clock()) > index) {", "} else if (false) {")),
    ("a bucket's time of a later owner is taken for this one's", "time_recorder.hpp",
     ("if (owner.may_be_of(since)) {", "if (true) {")),
    ("a success does not look for trouble", "time_recorder.hpp",
     ("if (!trouble && !in_trouble(head, epoch, index)) return", "if (!trouble) return")),
    ("trouble is not raised", "time_recorder.hpp", ("    if (trouble) raise_trouble(control, head, epoch, index);\n", "")),
    ("trouble does not ask for its epoch", "time_recorder.hpp",
     ("if (seen.epoch != epoch && !control.is_current(epoch)) return;", "")),
    ("trouble of another epoch is taken for one's own", "time_recorder.hpp",
     ("if (seen.epoch == epoch && static_cast<std::int32_t>", "if (static_cast<std::int32_t>")),
    ("only the first stripe is cleared", "time_recorder.hpp",
     ("for (Stripe& stripe : cell.striped) clear_word(stripe.successes);", "clear_word(cell.striped[0].successes);")),
    ("only the first stripe is read", "time_recorder.hpp",
     ("for (const Stripe& stripe : cell.striped) successes += stripe.successes",
      "if (const Stripe& stripe = cell.striped[0]; true) successes += stripe.successes")),
    ("trouble of another epoch asks for verdicts", "time_recorder.hpp",
     ("return trouble.epoch == epoch && age <", "return age <")),
    ("a recorder of a past epoch asks for a verdict", "time_recorder.hpp",
     ("        if (!counted && !control.is_current(epoch)) return {};\n", "        (void)counted;\n")),
    ("a claim of another epoch may be ahead", "time_recorder.hpp",
     ("} else if (owner.epoch() == epoch && owner.is_ahead_of(claim)", "} else if (owner.is_ahead_of(claim)")),
    ("the parts come before the whole", "time_recorder.hpp",
     ("        bool counted = add(cell, owner, outcome, 1, alone);\n", "        bool counted = true;\n"),
     ("        if (!counted && !control",
      "        counted = counted && add(cell, owner, outcome, 1, alone);\n        if (!counted && !control")),
]

# Why some mutants do no harm, or are kept though no case notices them.
LATER = "nothing is read on the strength of it: "
LETTER = ("kept by the letter of C++: without it a circle of program order and reads-from (load buffering) is allowed, which "
          "the explorer leaves out and no processor makes of these dependent operations")
WARNS = "kept: g++ 12 warns its users of an order that is stronger on failure than on success"


# Mutants that survive, with the reason.
HARMLESS = {
    "core.hpp: state: phase.load: acquire to relaxed":
        "kept: the engine reads nothing behind it; a user may hang data of his own on the state that he sees",
    "core.hpp: command: phase.load: acquire to relaxed":
        LATER + "the transition's exchange decides, and the counts that it tells may lag",
    "count_recorder.hpp: stamp_word: word.compare_exchange_weak: acquire to relaxed": WARNS,
    "notifier.hpp: push: pending_.fetch_add: acq_rel to acquire": LETTER,
    "notifier.hpp: drain: pending_.compare_exchange_strong: acq_rel to release":
        LATER + "who leaves the drain touches nothing of it any more",
    "notifier.hpp: drain: pending_.compare_exchange_strong: on failure acquire to relaxed": LETTER,
    "time_recorder.hpp: take: owner.compare_exchange_weak: acquire to relaxed": WARNS,
    "time_recorder.hpp: take: owner.load (2): acquire to relaxed":
        "each addition looks at the owner again, and acquires; one of both is enough",
    "time_recorder.hpp: read: micros.load: seq_cst to acquire":
        "every recorder adds to the durations last: who adds last has acquired what all others wrote",
    "streak.hpp: a streak of another epoch is read":
        "kept, so that the number is right by itself: who reads another epoch's has a verdict that is dropped for its epoch",
    "time_recorder.hpp: trouble of another epoch asks for verdicts":
        "kept: it spares verdicts, and decides none",
    "time_recorder.hpp: a recorder of a past epoch asks for a verdict":
        "kept: it spares a verdict that is dropped for its epoch",
    "time_recorder.hpp: a claim of another epoch may be ahead":
        "kept for what no case can wait for: a bucket left alone through half of all numbers (12 days of milliseconds) seems "
        "to be ahead",
}
