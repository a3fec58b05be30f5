// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Replays recorded traces, call by call under a manual clock, and compares what the breaker does with every row.
///
/// Usage: replay <folder> [<rows>]. Each `<config>-<seed>.csv` in it is replayed twice: "measured", where a tripper that never
/// fires asks for everything that can be measured, and "lean", the configuration as it stands, which measures no
/// durations unless a policy of its own asks for them. `rows` is how many there must be in all, so that a file that was
/// cut short is noticed.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/testing.hpp>

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

// ---- what a traced call may throw -----------------------------------------------------------------------------------

struct NetworkError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct TimeoutError : NetworkError {
  using NetworkError::NetworkError;
};
struct ParseError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct HttpError : std::runtime_error {
  explicit HttpError(int code) : std::runtime_error{"http " + std::to_string(code)}, status{code} {}
  int status;
};

enum class Event : std::uint8_t {
  ok,
  throw_network,
  throw_timeout,
  throw_parse,
  throw_http404,
  throw_http503,
  manual_reset,
  manual_disable,
  manual_metrics_only,
  manual_force_open,
};

constexpr std::array<std::pair<std::string_view, Event>, 10> events{{
    {"ok", Event::ok},
    {"throw:network", Event::throw_network},
    {"throw:timeout", Event::throw_timeout},
    {"throw:parse", Event::throw_parse},
    {"throw:http404", Event::throw_http404},
    {"throw:http503", Event::throw_http503},
    {"manual:reset", Event::manual_reset},
    {"manual:disable", Event::manual_disable},
    {"manual:metrics_only", Event::manual_metrics_only},
    {"manual:force_open", Event::manual_force_open},
}};

using Error = std::variant<NetworkError, TimeoutError, ParseError, HttpError>;

/// The error that an event ends its call with.
std::optional<Error> error_of(Event event) {
  switch (event) {
    case Event::throw_network: return NetworkError{"network"};
    case Event::throw_timeout: return TimeoutError{"timeout"};
    case Event::throw_parse: return ParseError{"parse"};
    case Event::throw_http404: return HttpError{404};
    case Event::throw_http503: return HttpError{503};
    default: return std::nullopt;
  }
}

#if !defined(__cpp_exceptions)
/// What a call returns that cannot throw its error.
struct Ended {
  std::optional<Error> error;
};
#endif

}  // namespace

#if !defined(__cpp_exceptions)
template <>
struct fluxgate::outcome_traits<Ended> {
  static bool failed(const Ended& ended) noexcept { return ended.error.has_value(); }
  template <class Visit>
  static void visit_error(const Ended& ended, Visit&& visit) {
    std::visit(visit, *ended.error);
  }
};
#endif

namespace {

// ---- rows -----------------------------------------------------------------------------------------------------------

struct SlowCalls {
  nanoseconds threshold{};
  std::uint64_t count = 0;

  friend bool operator==(const SlowCalls&, const SlowCalls&) = default;
};

/// What an event led to. The duration is empty where it is not compared.
struct Outcome {
  std::string result;
  std::string state;
  std::uint64_t reopens = 0;
  std::uint64_t total = 0;
  std::uint64_t failures = 0;
  std::optional<nanoseconds> total_duration;
  std::vector<SlowCalls> slow;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Row {
  std::size_t line = 0;
  nanoseconds start{};
  Event event{};
  nanoseconds duration{};
  double uniform = 0;
  Outcome expected;
};

constexpr std::string_view header =
    "start_s,event,duration_s,uniform,result,state,reopens,total,failures,total_duration_s,slow";

/// What is wrong with a file; the text names the place.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// Throws it; without exceptions, ends the program with it.
[[noreturn]] void refuse(const std::string& what) {
#if defined(__cpp_exceptions)
  throw Malformed{what};
#else
  std::cerr << "replay: " << what << '\n';
  std::exit(2);
#endif
}

/// Runs `work`, and gives what it refuses, if it does.
template <class Work>
std::optional<std::string> malformed_in(const Work& work) {
#if defined(__cpp_exceptions)
  try {
    work();
  } catch (const Malformed& error) {
    return error.what();
  }
#else
  work();
#endif
  return std::nullopt;
}

/// `text` with what a terminal would not show, the end of a line of Windows above all.
std::string visible(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c == '\r') {
      shown += "\\r";
    } else if (c == '\t') {
      shown += "\\t";
    } else {
      shown += c;
    }
  }
  return shown;
}

/// A place in a file, for messages.
class Place {
 public:
  Place(std::string file, std::size_t line) : file_{std::move(file)}, line_{line} {}

  [[noreturn]] void refuse(std::string_view column, std::string_view value, std::string_view expected) const {
    std::string text = file_ + ":" + std::to_string(line_) + ": " + std::string{column} + " '" + visible(value);
    ::refuse(text + "' is not " + std::string{expected});
  }

 private:
  std::string file_;
  std::size_t line_;
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

/// "12.141" to whole microseconds without a detour over floating point, so that comparisons are exact.
std::optional<nanoseconds> parse_seconds(std::string_view text) {
  constexpr std::size_t digits_of_micros = 6;
  const std::size_t dot = text.find('.');
  std::string fraction{dot == std::string_view::npos ? "0" : text.substr(dot + 1)};
  if (fraction.empty() || fraction.size() > digits_of_micros) return std::nullopt;
  fraction.resize(digits_of_micros, '0');
  const std::optional<std::uint64_t> seconds = parse_count(text.substr(0, dot));
  const std::optional<std::uint64_t> micros = parse_count(fraction);
  constexpr std::uint64_t hundred_years = 3'155'760'000;
  if (!seconds.has_value() || !micros.has_value() || *seconds > hundred_years) return std::nullopt;
  return microseconds{static_cast<std::int64_t>(*seconds * 1'000'000 + *micros)};
}

nanoseconds seconds_in(const Place& place, std::string_view column, std::string_view text) {
  const std::optional<nanoseconds> seconds = parse_seconds(text);
  if (!seconds.has_value()) place.refuse(column, text, "a number of seconds with at most six decimals");
  return *seconds;
}

std::uint64_t count_in(const Place& place, std::string_view column, std::string_view text) {
  const std::optional<std::uint64_t> count = parse_count(text);
  if (!count.has_value()) place.refuse(column, text, "a count");
  return *count;
}

Event event_in(const Place& place, std::string_view text) {
  const auto* const found = std::find_if(events.begin(), events.end(), [&](const auto& e) { return e.first == text; });
  if (found == events.end()) place.refuse("event", text, "an event");
  return found->second;
}

double uniform_in(const Place& place, std::string_view text) {
  const std::string digits{text};
  char* end = nullptr;
  const double draw = std::strtod(digits.c_str(), &end);  // libc++ 19 has no from_chars for double
  const bool number = !digits.empty() && end == digits.c_str() + digits.size();
  if (!number || !(draw >= 0.0 && draw < 1.0)) place.refuse("uniform", text, "a number in [0, 1)");
  return draw;
}

std::string word_in(const Place& place, std::string_view column, std::string_view text,
                    std::initializer_list<std::string_view> words) {
  if (std::find(words.begin(), words.end(), text) == words.end()) place.refuse(column, text, "a word of this column");
  return std::string{text};
}

std::vector<SlowCalls> slow_in(const Place& place, std::string_view text) {
  std::vector<SlowCalls> slow;
  if (text == "-") return slow;
  for (const std::string_view part : split(text, ';')) {
    const std::vector<std::string_view> sides = split(part, '=');
    if (sides.size() != 2) place.refuse("slow", text, "'-' or a list like 0.5=3;1=1");
    slow.push_back({seconds_in(place, "slow", sides[0]), count_in(place, "slow", sides[1])});
    const bool ascending = slow.size() < 2 || slow[slow.size() - 2].threshold < slow.back().threshold;
    if (slow.back().count == 0 || !ascending) place.refuse("slow", text, "ascending, or counts a zero");
  }
  return slow;
}

Row parse_row(const Place& place, std::size_t line, std::string_view text) {
  const std::vector<std::string_view> columns = split(text, ',');
  if (columns.size() != 11) place.refuse("row", text, "11 columns");
  Row row;
  row.line = line;
  row.start = seconds_in(place, "start_s", columns[0]);
  row.event = event_in(place, columns[1]);
  row.duration = seconds_in(place, "duration_s", columns[2]);
  row.uniform = uniform_in(place, columns[3]);
  row.expected.result = word_in(place, "result", columns[4], {"returned", "threw", "rejected", "-"});
  row.expected.state =
      word_in(place, "state", columns[5], {"closed", "open", "half_open", "metrics_only", "disabled", "forced_open"});
  row.expected.reopens = count_in(place, "reopens", columns[6]);
  row.expected.total = count_in(place, "total", columns[7]);
  row.expected.failures = count_in(place, "failures", columns[8]);
  row.expected.total_duration = seconds_in(place, "total_duration_s", columns[9]);
  row.expected.slow = slow_in(place, columns[10]);
  return row;
}

/// What could be read of a file: its rows, up to the first that is malformed.
struct Trace {
  std::vector<Row> rows;
  std::optional<std::string> malformed;
};

Trace read(const std::filesystem::path& path) {
  const std::string file = path.filename().string();
  Trace trace;
  std::vector<Row>& rows = trace.rows;
  trace.malformed = malformed_in([&] {
    std::ifstream stream{path};
    if (!stream) refuse(file + ": cannot be read");
    std::string text;
    std::size_t line = 1;
    if (!std::getline(stream, text) || text != header) Place{file, line}.refuse("header", text, header);
    while (std::getline(stream, text)) {
      ++line;
      const Place place{file, line};
      const Row row = parse_row(place, line, text);
      if (!rows.empty() && row.start < rows.back().start) {
        place.refuse("start_s", text.substr(0, text.find(',')), "at or after the start of the row before");
      }
      rows.push_back(row);
    }
    if (stream.bad()) refuse(file + ": reading ended early");
    if (rows.empty()) refuse(file + ": has no rows");
  });
  return trace;
}

// ---- text for people ------------------------------------------------------------------------------------------------

std::string text_of(nanoseconds duration) {
  std::string micros = std::to_string((duration % 1s) / 1us);
  micros.insert(0, 6 - std::min<std::size_t>(6, micros.size()), '0');
  return std::to_string(duration / 1s) + "." + micros;
}

std::string text_of(const std::vector<SlowCalls>& slow) {
  std::string text;
  for (const SlowCalls& calls : slow) {
    text.append(text.empty() ? "" : ";")
        .append(text_of(calls.threshold))
        .append("=")
        .append(std::to_string(calls.count));
  }
  return text.empty() ? "-" : text;
}

std::string text_of(const Outcome& outcome) {
  return "result=" + outcome.result + " state=" + outcome.state + " reopens=" + std::to_string(outcome.reopens) +
         " total=" + std::to_string(outcome.total) + " failures=" + std::to_string(outcome.failures) +
         (outcome.total_duration.has_value() ? " total_duration_s=" + text_of(*outcome.total_duration) : "") +
         " slow=" + text_of(outcome.slow);
}

// ---- replaying ------------------------------------------------------------------------------------------------------

/// A breaker's policies, and what of their windows is to be compared.
template <class W, class T, class Tr, class R, class P>
struct Scenario {
  W window;
  T tracker;
  Tr tripper;
  R retry;
  P permit;
  std::vector<nanoseconds> slow_thresholds = {};  ///< ascending
  bool measures_durations = false;                ///< by itself, without the tripper that asks for everything
};

/// What the reference's clock took away from a call: it counts seconds in a double, so that 0.8 s from 34.131 s on were a
/// trifle less than 0.8 s to it, and not slow at 0.8 s. Such a call starts that much later here, and ends on time.
nanoseconds lost_by_reference(const Row& row) {
  const double from = static_cast<double>(row.start.count()) / 1e9;
  const double to = from + static_cast<double>(row.duration.count()) / 1e9;
  const nanoseconds measured{static_cast<std::int64_t>((to - from) * 1e9)};
  return std::max(row.duration - measured, nanoseconds{0});
}

template <class Breaker>
std::string perform(Breaker& breaker, ManualEnvironment& environment, const Row& row) {
  switch (row.event) {
    case Event::manual_reset: breaker.reset(); return "-";
    case Event::manual_disable: breaker.disable(); return "-";
    case Event::manual_metrics_only: breaker.metrics_only(); return "-";
    case Event::manual_force_open: breaker.force_open(); return "-";
    default: break;
  }
#if defined(__cpp_exceptions)
  try {
    breaker.call([&] {
      environment.advance(row.duration - lost_by_reference(row));
      if (const auto error = error_of(row.event)) std::visit([](const auto& thrown) { throw thrown; }, *error);
    });
    return "returned";
  } catch (const CallNotPermittedError&) {
    return "rejected";
  } catch (const std::runtime_error&) {
    return "threw";
  }
#else
  const auto result = breaker.try_call([&] {
    environment.advance(row.duration - lost_by_reference(row));
    return Ended{error_of(row.event)};
  });
  if (!result) return "rejected";
  return result->error.has_value() ? "threw" : "returned";
#endif
}

/// The first difference in words, nothing when every row is reproduced.
template <class S, class Tripper>
std::optional<std::string> replay(const S& scenario, const Tripper& tripper, bool durations, const std::string& file,
                                  const std::vector<Row>& rows) {
  ManualEnvironment environment;
  const std::chrono::steady_clock::time_point origin = environment.now();
  CircuitBreaker breaker{Config{.name = file,
                                .window = scenario.window,
                                .tracker = scenario.tracker,
                                .tripper = tripper,
                                .retry = scenario.retry,
                                .permit = scenario.permit,
                                .environment = environment,
                                .as_written = true}};
  for (const Row& row : rows) {
    const Place place{file, row.line};
    const nanoseconds step = origin + row.start - environment.now();
    if (step < 0s) place.refuse("start_s", text_of(row.start), "at or after the end of the row before");
    environment.advance(step + lost_by_reference(row));
    environment.set_uniform(row.uniform);

    Outcome actual;
    actual.result = perform(breaker, environment, row);
    const Info info = breaker.info();
    actual.state = to_string(info.state);
    actual.reopens = info.reopens;
    actual.total = info.metrics.total_count();
    actual.failures = info.metrics.failure_count();
    if (durations) actual.total_duration = info.metrics.total_duration();
    for (const nanoseconds threshold : scenario.slow_thresholds) {
      const std::uint64_t count = info.metrics.slow_count(threshold);
      if (count != 0) actual.slow.push_back({threshold, count});
    }

    Outcome expected = row.expected;
    if (!durations) expected.total_duration.reset();
    if (actual != expected) {
      return file + ":" + std::to_string(row.line) + "\n  expected " + text_of(expected) + "\n  actual   " +
             text_of(actual);
    }
  }
  return std::nullopt;
}

/// Replays `rows` both ways; the first difference in words, nothing when both reproduce them.
template <class S>
std::optional<std::string> replay_both(const S& scenario, const std::string& file, const std::vector<Row>& rows) {
  const auto nothing_trips = [](const CallContext&) { return false; };
  if (auto difference = replay(scenario, scenario.tripper | nothing_trips, true, file, rows)) {
    return "(measured) " + *difference;
  }
  if (auto difference = replay(scenario, scenario.tripper, scenario.measures_durations, file, rows)) {
    return "(lean) " + *difference;
  }
  return std::nullopt;
}

/// Calls `run` with the scenario of that name; false when there is none.
template <class Run>
bool with_scenario(std::string_view name, Run&& run) {
  const TypeOf<NetworkError> network{};
  const TypeOf<ParseError> parse{};
  if (name == "quickstart") {
    run(Scenario{CountWindow{100}, network, Closed{} & MinRequests{10} & FailureRate{0.5}, Cooldown{60s}, Random{0.5}});
  } else if (name == "small_count") {
    run(Scenario{CountWindow{10}, All{}, FailureRate{0.5}, Cooldown{5s}, Random{1.0}});
  } else if (name == "two_rules") {
    run(Scenario{CountWindow{5}, network | parse,
                 (Closed{} & MinRequests{3} & FailureRate{0.6}) | (HalfOpened{} & FailureRate{0.5}),
                 Backoff{2s, 2.0, 10s}, Random{0.8}});
  } else if (name == "time_window") {
    run(Scenario{TimeWindow{10s}, All{} & ~parse,
                 (Closed{} & MinRequests{8} & FailureRate{0.5}) | (HalfOpened{} & FailureRate{0.7}), Cooldown{3s},
                 Random{0.9}});
  } else if (name == "avg_latency") {
    run(Scenario{CountWindow{20},
                 network,
                 (Closed{} & MinRequests{5} & AvgLatency{250ms}) | (HalfOpened{} & AvgLatency{400ms}),
                 Cooldown{4s},
                 Random{1.0},
                 {},
                 true});
  } else if (name == "slow_rate") {
    run(Scenario{
        CountWindow{20},
        All{},
        (Closed{} & MinRequests{5} & (SlowRate{0.3, 500ms} | FailureRate{0.6})) | (HalfOpened{} & SlowRate{0.5, 500ms}),
        Cooldown{4s},
        Random{1.0},
        {500ms}});
  } else if (name == "two_slow_rates") {
    run(Scenario{CountWindow{30},
                 All{},
                 Closed{} & MinRequests{6} & (SlowRate{0.5, 200ms} | SlowRate{0.2, 800ms}),
                 Cooldown{2s},
                 Random{1.0},
                 {200ms, 800ms}});
  } else if (name == "streak") {
    run(Scenario{CountWindow{50}, All{}, FailureStreak{4} | (Closed{} & MinRequests{20} & FailureRate{0.4}),
                 Backoff{1s, 3.0, 20s}, Random{1.0}});
  } else if (name == "custom") {
    run(Scenario{CountWindow{12},
                 Custom{[](const HttpError& error) { return error.status >= 500; }} | TypeOf<TimeoutError>{},
                 (Closed{} & MinRequests{4} & FailureRate{0.5}) | (HalfOpened{} & FailureRate{0.25}), Cooldown{6s},
                 RampUp{0.1, 0.9, 10s}});
  } else if (name == "ramp_up") {
    run(Scenario{CountWindow{8}, ~parse, Closed{} & FailureRate{0.75}, Cooldown{2500ms}, RampUp{0.2, 0.6, 4s}});
  } else if (name == "never") {
    run(Scenario{CountWindow{6}, All{}, MinRequests{6} & FailureRate{0.5}, Never{}, Random{1.0}});
  } else if (name == "always") {
    run(Scenario{CountWindow{6}, All{}, FailureRate{0.5}, Always{}, Random{0.3}});
  } else {
    return false;
  }
  return true;
}

/// Replays one file, up to where it is malformed, and counts its rows into `rows_replayed`; true when all is well.
bool replay_file(const std::filesystem::path& path, std::size_t& rows_replayed) {
  const std::string file = path.filename().string();
  const std::string stem = path.stem().string();
  const std::size_t dash = stem.rfind('-');
  const std::string name = stem.substr(0, dash);
  const Trace trace = read(path);
  std::optional<std::string> malformed = trace.malformed;
  std::optional<std::string> difference;
  // A row may begin before the one above it ended, as only replaying shows.
  const std::optional<std::string> out_of_order = malformed_in([&] {
    const bool known =
        dash != std::string::npos && dash + 1 < stem.size() &&
        with_scenario(name, [&](const auto& found) { difference = replay_both(found, file, trace.rows); });
    if (!known) malformed = file + ": no configuration is named '" + name + "'; a file is <config>-<seed>.csv";
  });
  if (out_of_order.has_value()) malformed = out_of_order;
  if (difference.has_value()) std::cout << "DIFFERENT " << *difference << '\n';
  if (malformed.has_value()) std::cout << "MALFORMED " << *malformed << '\n';
  if (difference.has_value() || malformed.has_value()) return false;
  std::cout << "ok " << file << ": " << trace.rows.size() << " rows, measured and lean\n";
  rows_replayed += trace.rows.size();
  return true;
}

int replay_folder(const std::filesystem::path& folder, std::optional<std::uint64_t> rows_expected) {
  if (!std::filesystem::is_directory(folder)) refuse("'" + folder.string() + "' is not a folder");
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.path().extension() == ".csv") paths.push_back(entry.path());
  }
  if (paths.empty()) refuse("'" + folder.string() + "' holds no .csv file");
  std::sort(paths.begin(), paths.end());

  std::size_t bad = 0;
  std::size_t rows = 0;
  for (const std::filesystem::path& path : paths) {
    if (!replay_file(path, rows)) ++bad;
  }
  std::cout << paths.size() << " files, " << rows << " rows reproduced, " << bad << " files bad\n";
  if (bad == 0 && rows_expected.has_value() && rows != *rows_expected) {
    refuse("'" + folder.string() + "' holds " + std::to_string(rows) + " rows instead of " +
           std::to_string(*rows_expected));
  }
  return bad == 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::cerr << "usage: replay <folder of traces> [<rows in all>]\n";
    return 2;
  }
  std::optional<std::uint64_t> rows;
  if (argc == 3 && !(rows = parse_count(argv[2]))) refuse("'" + std::string{argv[2]} + "' is not a count of rows");
  return replay_folder(argv[1], rows);
}

}  // namespace

int main(int argc, char** argv) {
#if defined(__cpp_exceptions)
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "replay: " << error.what() << '\n';
    return 2;
  }
#else
  return run(argc, argv);
#endif
}
