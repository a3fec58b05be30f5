// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Snapshots as text, to keep them in a file or to send them.

#ifndef FLUXGATE_TEXT_SNAPSHOT_TEXT_HPP
#define FLUXGATE_TEXT_SNAPSHOT_TEXT_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <fluxgate/base/macros.hpp>
#include <fluxgate/base/text.hpp>
#include <fluxgate/metrics.hpp>
#include <fluxgate/policy_texts.hpp>
#include <fluxgate/snapshot.hpp>
#include <fluxgate/state.hpp>
#include <fluxgate/text/reader.hpp>

namespace fluxgate::FLUXGATE_ABI {

namespace detail {

/// The most characters of a snapshot's text.
inline constexpr std::size_t longest_snapshot = 65'536;

/// A text in quotes, in printable ASCII, as Reader::quoted reads it.
inline std::string quoted(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string all{"\""};
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      all.append(1, '\\').append(1, c);
    } else if (c >= ' ' && c <= '~') {
      all.append(1, c);
    } else {
      all.append("\\x").append(1, digits[byte / 16U]).append(1, digits[byte % 16U]);
    }
  }
  return all.append("\"");
}

/// Reads the members of a snapshot, each at most once.
class SnapshotReader {
 public:
  explicit SnapshotReader(std::string_view text) : reader_{"", "snapshot", text, longest_snapshot} {}

  Snapshot read() {
    read_version();
    while (!reader_.at_end()) {
      if (!reader_.accept(',')) reader_.fail("',' or the end");
      read_member();
    }
    snapshot_.metrics = Metrics{calls_, failures_, duration_, slow_};
    return snapshot_;
  }

 private:
  struct Member {
    std::string_view name;
    void (*read)(SnapshotReader& self);
  };
  static constexpr std::size_t member_count = 18;
  static const std::array<Member, member_count>& members() noexcept {
    static constexpr std::array<Member, member_count> all{{
        {"name", [](SnapshotReader& self) { self.snapshot_.name = self.reader_.quoted(); }},
        {"state", [](SnapshotReader& self) { self.snapshot_.state = self.state(); }},
        {"in_state", [](SnapshotReader& self) { self.snapshot_.in_state = self.reader_.duration(); }},
        {"reopens", [](SnapshotReader& self) { self.snapshot_.reopens = self.reopens(); }},
        {"remaining", [](SnapshotReader& self) { self.snapshot_.remaining = self.reader_.duration(); }},
        {"calls", [](SnapshotReader& self) { self.calls_ = self.count(); }},
        {"failures", [](SnapshotReader& self) { self.failures_ = self.count(); }},
        {"duration", [](SnapshotReader& self) { self.duration_ = self.reader_.duration(); }},
        {"slow", [](SnapshotReader& self) { self.read_slow(); }},
        {"window_span", [](SnapshotReader& self) { self.snapshot_.window_span = self.reader_.duration(); }},
        {"streak", [](SnapshotReader& self) { self.snapshot_.consecutive_failures = self.count(); }},
        {"reason", [](SnapshotReader& self) { self.snapshot_.reason = self.reader_.quoted(); }},
        {"window", [](SnapshotReader& self) { self.snapshot_.policies.window = self.reader_.quoted(); }},
        {"tracker", [](SnapshotReader& self) { self.snapshot_.policies.tracker = self.reader_.quoted(); }},
        {"tripper", [](SnapshotReader& self) { self.snapshot_.policies.tripper = self.reader_.quoted(); }},
        {"retry", [](SnapshotReader& self) { self.snapshot_.policies.retry = self.reader_.quoted(); }},
        {"permit", [](SnapshotReader& self) { self.snapshot_.policies.permit = self.reader_.quoted(); }},
        {"slow_threshold",
         [](SnapshotReader& self) { self.snapshot_.policies.slow_threshold = self.reader_.quoted(); }},
    }};
    return all;
  }

  void read_version() {
    if (reader_.name() != "snapshot") reader_.fail(0, "'snapshot 1'");
    const std::size_t place = reader_.place();
    constexpr std::string_view known = "1, the only version that is known";
    if (reader_.count(known) != 1) reader_.fail(place, known);
  }

  void read_member() {
    const std::size_t place = reader_.place();
    const std::string_view name = reader_.name();
    for (std::size_t i = 0; i != member_count; ++i) {
      if (members()[i].name != name) continue;
      if ((read_ >> i & 1U) != 0) reader_.fail(place, "each member once");
      read_ |= 1U << i;
      return members()[i].read(*this);
    }
    std::string known{"one of"};
    for (const Member& member : members()) known.append(known == "one of" ? " " : ", ").append(member.name);
    reader_.fail(place, known);
  }

  State state() {
    const std::size_t place = reader_.place();
    const std::string_view name = reader_.name();
    for (const State state :
         {State::closed, State::open, State::half_open, State::metrics_only, State::disabled, State::forced_open}) {
      if (to_string(state) == name) return state;
    }
    reader_.fail(place, "closed, open, half_open, metrics_only, disabled or forced_open");
  }

  std::uint64_t count() {
    const std::size_t place = reader_.place();
    const std::int64_t count = reader_.count();
    if (count < 0) reader_.fail(place, "zero or more");
    return static_cast<std::uint64_t>(count);
  }
  std::uint32_t reopens() {
    const std::size_t place = reader_.place();
    const std::uint64_t reopens = count();
    if (reopens > 65'535) reader_.fail(place, "a number in [0, 65535]");
    return static_cast<std::uint32_t>(reopens);
  }

  /// Such as `{2s: 3, 4s: 1}`, in the order of the metrics.
  void read_slow() {
    if (!reader_.accept('{')) reader_.fail("'{'");
    for (std::size_t i = 0; i == 0 || reader_.accept(','); ++i) {
      if (i == slow_.size()) reader_.fail("'}', since a breaker has at most four thresholds");
      slow_[i].threshold = reader_.duration();
      if (!reader_.accept(':')) reader_.fail("':'");
      slow_[i].count = count();
    }
    if (!reader_.accept('}')) reader_.fail("',' or '}'");
  }

  Reader reader_;
  Snapshot snapshot_{};
  std::uint64_t calls_ = 0;
  std::uint64_t failures_ = 0;
  std::chrono::nanoseconds duration_{0};
  Metrics::SlowCounts slow_{};
  std::uint32_t read_ = 0;
};

}  // namespace detail

/// A snapshot in one line of printable ASCII, which `snapshot_from` reads back: `snapshot 1, name "payment", state open,
/// in_state 3s, ...`. Members that are zero or empty are left out. @throws std::bad_alloc
inline std::string to_string(const Snapshot& snapshot) {
  std::string line{"snapshot 1, name "};
  line.append(detail::quoted(snapshot.name)).append(", state ").append(to_string(snapshot.state));
  const auto add = [&](std::string_view name, const std::string& value) {
    line.append(", ").append(name).append(" ").append(value);
  };
  const auto add_duration = [&](std::string_view name, std::chrono::nanoseconds value) {
    if (value.count() != 0) add(name, detail::text(value));
  };
  const auto add_count = [&](std::string_view name, std::uint64_t value) {
    if (value != 0) add(name, detail::text(value));
  };
  const auto add_text = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) add(name, detail::quoted(value));
  };
  add_duration("in_state", snapshot.in_state);
  add_count("reopens", snapshot.reopens);
  if (snapshot.remaining.has_value()) add("remaining", detail::text(*snapshot.remaining));
  const Metrics& metrics = snapshot.metrics;
  add_count("calls", metrics.total_count());
  add_count("failures", metrics.failure_count());
  add_duration("duration", metrics.total_duration());
  std::string slow;
  std::string zeros;  // before another threshold they keep its place
  for (const SlowCount& each : metrics.slow_counts()) {
    zeros.append(zeros.empty() && slow.empty() ? "" : ", ").append(detail::text(each.threshold));
    zeros.append(": ").append(detail::text(each.count));
    if (each == SlowCount{}) continue;
    slow.append(zeros);
    zeros.clear();
  }
  if (!slow.empty()) add("slow", detail::concat({"{", slow, "}"}));
  add_duration("window_span", snapshot.window_span);
  add_count("streak", snapshot.consecutive_failures);
  add_text("reason", snapshot.reason);
  add_text("window", snapshot.policies.window);
  add_text("tracker", snapshot.policies.tracker);
  add_text("tripper", snapshot.policies.tripper);
  add_text("retry", snapshot.policies.retry);
  add_text("permit", snapshot.policies.permit);
  add_text("slow_threshold", snapshot.policies.slow_threshold);
  return line;
}

/// The snapshot that a text of `to_string` says. Members may come in any order, with blanks between any two parts. The
/// values are not checked here: `restore` does that. Reads at most 65,536 characters, without recursion.
/// @throws std::invalid_argument if it is no such text, with the column, what stands there and what may; std::bad_alloc
inline Snapshot snapshot_from(std::string_view text) { return detail::SnapshotReader{text}.read(); }

}  // namespace fluxgate::FLUXGATE_ABI

#endif
