// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Transitions told to a server that behaves like Slack, over TLS, from its words to its failures.

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/listeners/slack.hpp>
#include <fluxgate/testing.hpp>

#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/slack_server.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Json = nlohmann::json;
using Kind = Reaction::Kind;
using Strings = std::vector<std::string>;
using std::chrono::steady_clock;

const std::string any_token = "xoxb-12345";

// NOLINTBEGIN(concurrency-mt-unsafe): the environment is changed before there is any thread.
/// As a program starts: a write to a closed connection kills it. And loopback needs no proxy. The system's settings of
/// OpenSSL leave the choice of a version to the library.
const bool prepared = [] {
  std::signal(SIGPIPE, SIG_DFL);
  setenv("no_proxy", "*", 1);
  static const TemporaryFolder folder;
  const auto settings = folder.path() / "openssl.cnf";
  std::ofstream{settings} << "openssl_conf = start\n[start]\nssl_conf = ssl\n[ssl]\nsystem_default = lax\n"
                             "[lax]\nMinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n";
  setenv("OPENSSL_CONF", settings.c_str(), 1);
  return true;
}();
// NOLINTEND(concurrency-mt-unsafe)

/// What was told of errors. Copies share one list, which is read when the worker has ended.
class Errors {
 public:
  void operator()(const Signal& signal, const SlackError& error) const {
    const std::lock_guard lock{list_->mutex};
    list_->texts.push_back(signal.circuit_name + std::to_string(signal.sequence) + " " + error.what());
    list_->codes.push_back(error.code());
    list_->errors.push_back(error);
  }
  Strings texts() const {
    const std::lock_guard lock{list_->mutex};
    return list_->texts;
  }
  Strings codes() const {
    const std::lock_guard lock{list_->mutex};
    return list_->codes;
  }
  std::vector<long> statuses() const {
    const std::lock_guard lock{list_->mutex};
    std::vector<long> all;
    for (const SlackError& error : list_->errors) all.push_back(error.status());
    return all;
  }
  SlackError only() const {
    const std::lock_guard lock{list_->mutex};
    REQUIRE(list_->errors.size() == 1);
    return list_->errors.front();
  }

 private:
  struct List {
    std::mutex mutex;
    Strings texts;
    Strings codes;
    std::vector<SlackError> errors;
  };
  std::shared_ptr<List> list_ = std::make_shared<List>();
};

/// A server, an authority to trust, and a listener's options for them.
struct Fixture {
  tls::Authority authority;
  SlackServer server{authority.issue("IP:127.0.0.1")};
  Errors errors;
  SlackOptions options{.token = any_token,
                       .channel = "#ops",
                       .base_url = server.url(),
                       .ca_file = authority.file(),
                       .timeout = 60s,
                       .backoff = 1ms,
                       .deadline = 60s,
                       .on_error = errors};

  /// What the server got once all is posted.
  std::vector<Request> post(const std::vector<Signal>& signals) {
    const SlackListener listener{options};
    for (const Signal& signal : signals) listener(signal);
    listener.close();
    return server.requests();
  }
};

Signal transition(State from, State to, std::uint64_t sequence = 1, std::string circuit = "payment") {
  Signal signal;
  signal.circuit_name = std::move(circuit);
  signal.old_state = from;
  signal.new_state = to;
  signal.sequence = sequence;
  signal.timestamp = std::chrono::system_clock::time_point{1'577'836'800s};
  signal.cause = to == State::open ? Cause::tripped : to == State::half_open ? Cause::retry_due : Cause::recovered;
  signal.reason = "because";
  return signal;
}
const Signal opening = transition(State::closed, State::open);

std::string member(const Json& message, const char* name) { return message.value(name, ""); }

TEST_CASE("Slack gets the headers and the JSON of chat.postMessage") {
  Fixture slack;
  const ManualEnvironment env;
  {
    CircuitBreaker breaker{Config{.name = "payment_api",
                                  .tripper = MinRequests{2} & FailureRate{0.5},
                                  .listeners = {SlackListener{slack.options}},
                                  .environment = env}};
    for (int i = 0; i != 2; ++i) breaker.try_acquire().failure();
  }
  const std::vector<Request> requests = slack.server.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].start == "POST /api/chat.postMessage HTTP/1.1");
  CHECK(requests[0].headers.at("authorization") == "Bearer " + any_token);
  CHECK(requests[0].headers.at("content-type") == "application/json; charset=utf-8");
  CHECK(requests[0].body == Json::parse(R"({
    "channel": "#ops",
    "text": "payment_api is open: calls are refused",
    "attachments": [{
      "color": "danger",
      "fallback": "payment_api is open: calls are refused",
      "text": "*Circuit:* payment_api\n*Transition:* closed to open\n*Time:* 2020-01-01 00:00:00 UTC\n*Reason:* failure_rate 1 &gt;= 0.5",
      "mrkdwn_in": ["text"],
      "ts": 1577836800
    }],
    "unfurl_links": false,
    "unfurl_media": false
  })"));
  CHECK(slack.errors.texts().empty());
}

TEST_CASE("an outage is one thread, its end is told to the channel, and the next one is another") {
  Fixture slack;
  std::vector<Signal> story;
  for (const auto& [from, to] : std::vector<std::pair<State, State>>{{State::closed, State::open},
                                                                     {State::open, State::half_open},
                                                                     {State::half_open, State::open},
                                                                     {State::open, State::half_open},
                                                                     {State::half_open, State::closed},
                                                                     {State::closed, State::forced_open},
                                                                     {State::forced_open, State::closed},
                                                                     {State::closed, State::disabled}}) {
    story.push_back(transition(from, to, story.size() + 1));
  }
  const std::vector<Request> requests = slack.post(story);
  Strings threads;
  Strings colors;
  for (const Request& request : requests) {
    threads.push_back(member(request.body, "thread_ts") + (request.body.contains("reply_broadcast") ? " to all" : ""));
    colors.push_back(member(request.body["attachments"][0], "color"));
  }
  const std::string first = "1700000000.000001";
  const std::string second = "1700000000.000006";
  CHECK(threads == Strings{"", first, first, first, first + " to all", "", second + " to all", ""});
  CHECK(colors == Strings{"danger", "warning", "danger", "warning", "good", "danger", "good", "#808080"});
  CHECK(requests[4].body["reply_broadcast"] == true);
  CHECK(slack.server.connections() == 1);  // kept open between messages
}

TEST_CASE("an outage whose predecessor's end was never told has a thread of its own all the same") {
  Fixture slack;
  const auto requests =
      slack.post({opening, transition(State::closed, State::open, 4), transition(State::open, State::half_open, 5)});
  REQUIRE(requests.size() == 3);
  CHECK_FALSE(requests[1].body.contains("thread_ts"));
  CHECK(requests[2].body["thread_ts"] == "1700000000.000002");
}

TEST_CASE("each circuit has its own thread") {
  Fixture slack;
  const auto requests = slack.post(
      {transition(State::closed, State::open, 1, "a"), transition(State::closed, State::open, 1, "b"),
       transition(State::open, State::half_open, 2, "b"), transition(State::open, State::half_open, 2, "a")});
  REQUIRE(requests.size() == 4);
  std::vector<std::string> ts(2);
  for (const Request& request : requests) {
    CAPTURE(request.text);
    const bool a = request.body["text"].get<std::string>().front() == 'a';
    if (!request.body.contains("thread_ts"))
      ts[a ? 0 : 1] = "1700000000.00000" + std::to_string(&request - requests.data() + 1);
    else
      CHECK(request.body["thread_ts"] == ts[a ? 0 : 1]);
  }
}

TEST_CASE("when the opening was not taken, the thread begins with what is") {
  Fixture slack;
  slack.server.script({{.body = R"({"ok":false,"error":"channel_not_found"})"}});
  const auto requests = slack.post(
      {opening, transition(State::open, State::half_open, 2), transition(State::half_open, State::closed, 3)});
  REQUIRE(requests.size() == 3);
  CHECK_FALSE(requests[1].body.contains("thread_ts"));
  CHECK(requests[2].body["thread_ts"] == "1700000000.000001");
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: channel_not_found"});
  CHECK(slack.errors.only().code() == "channel_not_found");
  CHECK(slack.errors.only().status() == 200);
}

TEST_CASE("a thread that was deleted is begun anew") {
  Fixture slack;
  slack.server.script({{}, {.body = R"({"ok":false,"error":"thread_not_found"})"}});
  const auto requests = slack.post(
      {opening, transition(State::open, State::half_open, 2), transition(State::half_open, State::closed, 3)});
  REQUIRE(requests.size() == 4);
  CHECK(requests[1].body["thread_ts"] == "1700000000.000001");
  CHECK_FALSE(requests[2].body.contains("thread_ts"));
  CHECK(requests[3].body["thread_ts"] == "1700000000.000002");
  CHECK(slack.errors.texts().empty());
}

TEST_CASE("what follows an end whose next opening was not told does not go to the old thread") {
  Fixture slack;
  const auto requests =
      slack.post({opening, transition(State::half_open, State::closed, 2), transition(State::open, State::half_open, 4),
                  transition(State::half_open, State::open, 5)});
  REQUIRE(requests.size() == 4);
  CHECK_FALSE(requests[2].body.contains("thread_ts"));
  CHECK(requests[3].body["thread_ts"] == "1700000000.000003");  // it began a thread of its own
}

TEST_CASE("what is no outage begins no thread, nor does a message that Slack gave no ts") {
  Fixture slack;
  SECTION("no outage") {
    const auto requests =
        slack.post({transition(State::closed, State::disabled), transition(State::disabled, State::metrics_only, 2),
                    transition(State::metrics_only, State::open, 3)});
    REQUIRE(requests.size() == 3);
    for (const Request& request : requests) {
      CAPTURE(request.text);
      CHECK_FALSE(request.body.contains("thread_ts"));
    }
  }
  SECTION("no ts, or one that is none") {
    slack.server.script({{.body = R"({"ok":true})"}, {.body = R"({"ok":true,"ts":7})"}});
    const auto requests = slack.post(
        {opening, transition(State::open, State::half_open, 2), transition(State::half_open, State::open, 3)});
    REQUIRE(requests.size() == 3);
    for (const Request& request : requests) {
      CAPTURE(request.text);
      CHECK_FALSE(request.body.contains("thread_ts"));
    }
  }
  CHECK(slack.errors.texts().empty());
}

TEST_CASE("a thread begins with any transition to open, half open or opened by hand") {
  const State state = GENERATE(State::open, State::half_open, State::forced_open);
  Fixture slack;
  const auto requests = slack.post({transition(State::disabled, state), transition(state, State::disabled, 2)});
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].body["thread_ts"] == "1700000000.000001");
}

TEST_CASE("the end of an outage whose thread was deleted stands for itself") {
  Fixture slack;
  slack.server.script({{}, {.body = R"({"ok":false,"error":"thread_not_found"})"}});
  const auto requests = slack.post({opening, transition(State::half_open, State::closed, 2)});
  REQUIRE(requests.size() == 3);
  CHECK(requests[1].body["reply_broadcast"] == true);
  CHECK_FALSE(requests[2].body.contains("thread_ts"));
  CHECK_FALSE(requests[2].body.contains("reply_broadcast"));
}

TEST_CASE("a message outside a thread is not sent again where Slack speaks of a thread") {
  Fixture slack;
  slack.server.script({{.body = R"({"ok":false,"error":"thread_not_found"})"}});
  CHECK(slack.post({opening}).size() == 1);
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: thread_not_found"});
}

TEST_CASE("a thread that was deleted is forgotten, also where its successor does not begin") {
  Fixture slack;
  slack.server.script(
      {{}, {.body = R"({"ok":false,"error":"thread_not_found"})"}, {.body = R"({"ok":false,"error":"fatal_error"})"}});
  const auto requests =
      slack.post({opening, transition(State::open, State::half_open, 2), transition(State::half_open, State::open, 3)});
  REQUIRE(requests.size() == 4);
  CHECK_FALSE(requests[3].body.contains("thread_ts"));
  CHECK(slack.errors.texts() == Strings{"payment2 Slack: fatal_error"});
}

TEST_CASE("another error leaves a circuit its thread") {
  Fixture slack;
  slack.server.script({{}, {.body = R"({"ok":false,"error":"msg_too_long"})"}});
  const auto requests =
      slack.post({opening, transition(State::open, State::half_open, 2), transition(State::half_open, State::open, 3)});
  REQUIRE(requests.size() == 3);
  CHECK(requests[2].body["thread_ts"] == "1700000000.000001");
  CHECK(slack.errors.texts() == Strings{"payment2 Slack: msg_too_long"});
}

TEST_CASE("what is filled in is escaped as Slack asks") {
  Fixture slack;
  Signal signal = transition(State::closed, State::open, 1, "<!channel> & co \xff");
  signal.reason = "p99 > 3s";
  const auto requests = slack.post({signal});
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].body["text"] == "&lt;!channel&gt; &amp; co \xef\xbf\xbd is open: calls are refused");
  CHECK_THAT(requests[0].body["attachments"][0]["text"].get<std::string>(), ContainsSubstring("*Reason:* p99 &gt; 3s"));
}

TEST_CASE("what is filled in stays in its line") {
  Fixture slack;
  Signal signal = transition(State::closed, State::open, 1, "db\n*Reason:* all is well\r\n\xe2\x80\xa8\xc2\x85.");
  signal.reason = "slow\n*Time:* never\x1b\x7f";
  const auto requests = slack.post({signal});
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].body["text"] == "db *Reason:* all is well    . is open: calls are refused");
  const std::string text = requests[0].body["attachments"][0]["text"];
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK_THAT(text, ContainsSubstring("\n*Reason:* slow *Time:* never  "));
}

TEST_CASE("templates replace the words of a transition, or silence it") {
  Fixture slack;
  slack.options.templates = {
      {{State::closed, State::open},
       {"<!here> {{*{circuit}*}}",
        "{old_state} {new_state} {time} {cause} {reason} {sequence} {total_count} {failure_count} {slow_count} "
        "{failure_rate} {slow_rate} {avg_duration}",
        "#123456"}},
      {{State::open, State::half_open}, {}}};
  Signal signal = opening;
  signal.reason.clear();
  signal.metrics = Metrics{8, 5, 16ms};
  const auto requests =
      slack.post({signal, transition(State::open, State::half_open, 2), transition(State::half_open, State::open, 3)});
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].body["text"] == "<!here> {*payment*}");
  const Json& attachment = requests[0].body["attachments"][0];
  CHECK(attachment["text"] == "closed open 2020-01-01 00:00:00 UTC tripped tripped 1 8 5 0 0.625 0 2ms");
  CHECK(attachment["color"] == "#123456");
  CHECK(requests[1].body["text"] == "payment is open: calls are refused");
}

TEST_CASE("a template with a line alone or details alone is told") {
  Fixture slack;
  slack.options.templates = {{{State::closed, State::open}, {.text = "a line", .details = "", .color = ""}},
                             {{State::open, State::half_open}, {.text = "", .details = "details", .color = ""}}};
  const auto requests = slack.post({opening, transition(State::open, State::half_open, 2)});
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].body["text"] == "a line");
  CHECK(requests[1].body["attachments"][0]["text"] == "details");
}

TEST_CASE("base_url may end with slashes") {
  Fixture slack;
  slack.options.base_url += "//";
  const auto requests = slack.post({opening});
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].start == "POST /api/chat.postMessage HTTP/1.1");
}

TEST_CASE("429 is tried again when Slack says, and not earlier") {
  Fixture slack;
  slack.server.script(
      {{.status = 429, .body = R"({"ok":false,"error":"ratelimited"})", .headers = "Retry-After: 1\r\n"}});
  const auto requests = slack.post({opening});
  REQUIRE(requests.size() == 2);
  CHECK(requests[1].time - requests[0].time >= 1s);
  CHECK(requests[1].text == requests[0].text);
  CHECK(slack.errors.texts().empty());
}

TEST_CASE("a wait longer than max_wait is not waited for, nor is Slack asked before") {
  Fixture slack;
  slack.server.script({{.status = 429, .headers = "Retry-After: 3600\r\n"}});
  const auto requests = slack.post({opening, transition(State::open, State::half_open, 2)});
  CHECK(requests.size() == 1);
  CHECK(slack.errors.texts() ==
        Strings{"payment1 Slack: HTTP status 429, and Slack asks to wait for 3600s, which is too long",
                "payment2 Slack: Slack asked before to wait for 3600s, which is too long"});
  CHECK(slack.errors.statuses() == std::vector<long>{429, 0});
}

TEST_CASE("500 is tried again, but no more often than allowed") {
  Fixture slack;
  slack.options.attempts = 3;
  slack.server.script({{.status = 500}, {.status = 503}, {.status = 500, .body = "<html>"}});
  const auto requests = slack.post({opening, transition(State::open, State::half_open, 2)});
  CHECK(requests.size() == 4);  // the second message at its first attempt
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: HTTP status 500, after 3 attempts"});
  CHECK(slack.errors.only().status() == 500);
}

TEST_CASE("what is neither 429 nor a failure of the server is final, with Slack's word where there is one") {
  const auto [status, body, said] = GENERATE(table<int, std::string, std::string>({
      {201, R"({"ok":true})", "HTTP status 201"},
      {400, R"({"ok":false,"error":"invalid_json"})", "HTTP status 400 invalid_json"},
      {428, "{}", "HTTP status 428"},
      {430, "garbage", "HTTP status 430"},
      {499, R"({"ok":true,"error":"not_one"})", "HTTP status 499"},
  }));
  Fixture slack;
  slack.server.script({{.status = status, .body = body}});
  CHECK(slack.post({opening}).size() == 1);
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: " + said});
  CHECK(slack.errors.only().status() == status);
}

TEST_CASE("pauses between attempts are half of the longest at least") {
  Fixture slack;
  slack.options.attempts = 4;
  slack.options.backoff = 80ms;
  slack.server.script({{.status = 500}, {.status = 500}, {.status = 500}});
  const auto requests = slack.post({opening});
  REQUIRE(requests.size() == 4);
  CHECK(requests[1].time - requests[0].time >= 40ms);
  CHECK(requests[2].time - requests[1].time >= 80ms);
  CHECK(requests[3].time - requests[2].time >= 160ms);
  CHECK(slack.errors.texts().empty());
}

TEST_CASE("the longest pause doubles with each attempt, up to max_wait") {
  SlackOptions options{.token = any_token, .channel = "#ops", .backoff = 80ms, .max_wait = 300ms};
  CHECK(detail::longest_pause(options, 1) == 80ms);
  CHECK(detail::longest_pause(options, 2) == 160ms);
  CHECK(detail::longest_pause(options, 3) == 300ms);
  options.backoff = options.max_wait = 1h;
  CHECK(detail::longest_pause(options, 100) == 1h);
}

TEST_CASE("a pause of the listener's own choice is no longer than max_wait") {
  Fixture slack;
  slack.options.attempts = 4;
  slack.options.backoff = 1h;
  slack.options.max_wait = 20ms;
  slack.server.script({{.status = 500}, {.status = 500}, {.status = 500}});
  CHECK(slack.post({opening}).size() == 4);
  CHECK(slack.errors.texts().empty());
}

TEST_CASE("after a failure of the server the next message is sent at once") {
  Fixture slack;
  slack.options.attempts = 1;
  slack.options.backoff = 1h;
  slack.options.max_wait = 1h;
  slack.server.script({{.status = 500}});
  CHECK(slack.post({opening, transition(State::open, State::half_open, 2)}).size() == 2);
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: HTTP status 500"});
}

TEST_CASE("a word of Slack's that does not look like one is not repeated") {
  const std::string longest(64, 'z');
  const auto [word, said] = GENERATE_COPY(table<std::string, std::string>({
      {"a_z_0_9", "a_z_0_9"},
      {longest, longest},
      {longest + "z", "unknown_error"},
      {"", "unknown_error"},
      {"A", "unknown_error"},
      {"`", "unknown_error"},
      {"{", "unknown_error"},
      {"/", "unknown_error"},
      {":", "unknown_error"},
      {"a b", "unknown_error"},
  }));
  Fixture slack;
  slack.server.script({{.body = Json{{"ok", false}, {"error", word}}.dump()}, {.body = R"({"ok":false,"error":7})"}});
  slack.post({opening, opening});
  CHECK(slack.errors.codes() == Strings{said, "unknown_error"});
}

TEST_CASE("what is not an answer of Slack is an error at once") {
  const auto [body, said] = GENERATE(table<std::string, std::string>({
      {"garbage", "the answer is not one of Slack"},
      {"[]", "the answer is not one of Slack"},
      {R"({"ok":"yes"})", "the answer is not one of Slack"},
      {"{\"ok\":true,\"ts\":", "the answer is not one of Slack"},
      {R"({"ok":false})", "unknown_error"},
      {R"({"ok":false,"error":"<b>\nnot a code</b>"})", "unknown_error"},
      {R"({"ok":false,"error":"invalid_auth"})", "invalid_auth"},
  }));
  Fixture slack;
  slack.server.script({{.body = body}});
  CHECK(slack.post({opening}).size() == 1);
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: " + said});
}

TEST_CASE("an answer without end is not read to it") {
  Fixture slack;
  slack.server.script({{.body = std::string(detail::HttpsClient::largest_answer + 1, ' ')}});
  CHECK(slack.post({opening}).size() == 1);
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: the answer is too large to be one of Slack"});
}

TEST_CASE("connections that end early are tried again, and do no harm") {
  const Kind kind = GENERATE(Kind::close_unanswered, Kind::close_in_answer, Kind::reset_after_handshake,
                             Kind::close_before_handshake);
  Fixture slack;
  slack.options.attempts = 3;
  slack.server.script({{.kind = kind}, {.kind = kind}});
  slack.post({opening});
  CHECK(slack.errors.texts().empty());
  CHECK(slack.server.connections() == 3);

  slack.server.script({{.kind = kind}, {.kind = kind}, {.kind = kind}});
  slack.post({opening});
  REQUIRE(slack.errors.texts().size() == 1);
  CHECK_THAT(slack.errors.texts().front(), ContainsSubstring(", after 3 attempts"));
  CHECK(slack.errors.only().status() == 0);
  CHECK(slack.server.connections() == 6);
}

TEST_CASE("a connection that was reset while it was idle is replaced") {
  Fixture slack;
  slack.server.script({{.kind = Kind::reset_after_answer}, {.kind = Kind::reset_after_answer}});
  const SlackListener listener{slack.options};
  for (std::uint64_t i = 1; i <= 3; ++i) {
    CAPTURE(i);
    listener(transition(State::closed, State::open, i));
    REQUIRE(slack.server.wait_for_requests(i));
    REQUIRE(slack.server.wait_for_closed(i - 1));
  }
  listener.close();
  CHECK(slack.errors.texts().empty());
}

TEST_CASE("a write to a closed connection leaves neither a signal nor a trace") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  close(ends[0]);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  {
    const detail::NoSigpipe quiet;
    CHECK(write(ends[1], "x", 1) == -1);
    CHECK(errno == EPIPE);
  }
  sigset_t after;
  pthread_sigmask(SIG_BLOCK, nullptr, &after);
  CHECK(sigismember(&before, SIGPIPE) == sigismember(&after, SIGPIPE));
  close(ends[1]);
}

TEST_CASE("a port without a server is an error after the last attempt") {
  Fixture slack;
  slack.options.attempts = 2;
  {
    const SlackServer gone{slack.authority.issue("IP:127.0.0.1")};
    slack.options.base_url = gone.url();
  }
  slack.post({opening});
  REQUIRE(slack.errors.texts().size() == 1);
  CHECK_THAT(slack.errors.texts().front(), ContainsSubstring(", after 2 attempts"));
}

TEST_CASE("a server that hangs is given up after the timeout, and asked again") {
  Fixture slack;
  slack.options.timeout = 500ms;
  slack.server.script({{.kind = Kind::hang}});
  const auto requests = slack.post({opening});
  // A slow machine may need a further attempt.
  REQUIRE(requests.size() >= 2);
  CHECK(requests[1].time - requests[0].time < 60s);
}

TEST_CASE("redirects are not followed") {
  Fixture slack;
  const SlackServer elsewhere{slack.authority.issue("IP:127.0.0.1")};
  slack.server.script({{.status = 307, .headers = "Location: " + elsewhere.url() + "/chat.postMessage\r\n"}});
  CHECK(slack.post({opening}).size() == 1);
  CHECK(elsewhere.connections() == 0);
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: HTTP status 307"});
}

TEST_CASE("a certificate of another authority is refused, without a second attempt and before the token is sent") {
  Fixture slack;
  const tls::Authority other;
  const bool of_the_system = GENERATE(false, true);
  slack.options.ca_file = of_the_system ? std::string{} : other.file();
  CHECK(slack.post({opening}).empty());
  CHECK(slack.server.connections() == 1);
  REQUIRE(slack.errors.texts().size() == 1);
  CHECK_THAT(slack.errors.texts().front(), ContainsSubstring("certificate"));
}

TEST_CASE("a certificate for another host is refused") {
  Fixture slack;
  const SlackServer impostor{slack.authority.issue("DNS:slack.com")};
  slack.options.base_url = impostor.url();
  slack.post({opening});
  CHECK(impostor.requests().empty());
  CHECK(impostor.connections() == 1);
  CHECK(slack.errors.texts().size() == 1);
}

TEST_CASE("TLS below 1.2 is refused, before the token is sent") {
  Fixture slack;
  const int newest = GENERATE(TLS1_1_VERSION, TLS1_2_VERSION);
  const SlackServer old{slack.authority.issue("IP:127.0.0.1"), newest};
  slack.options.base_url = old.url();
  slack.post({opening});
  CHECK(old.requests().size() == (newest == TLS1_2_VERSION ? 1 : 0));
  CHECK(slack.errors.texts().size() == (newest == TLS1_2_VERSION ? 0 : 1));
}

namespace {
/// Takes one connection, hears what it asks for, and refuses.
class RefusingProxy {
 public:
  RefusingProxy() {
    std::tie(listener_, port_) = listen_on_loopback();
    thread_ = std::thread{[this] { serve(); }};
  }
  RefusingProxy(const RefusingProxy&) = delete;
  RefusingProxy& operator=(const RefusingProxy&) = delete;
  ~RefusingProxy() {
    if (thread_.joinable()) heard();
    ::close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string heard() {
    ::shutdown(listener_, SHUT_RDWR);  // where no connection has come
    thread_.join();
    return heard_;
  }

 private:
  void serve() {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    char part[1024];
    while (heard_.find("\r\n\r\n") == std::string::npos) {
      const auto size = ::read(socket, part, sizeof part);
      if (size <= 0) break;
      heard_.append(part, static_cast<std::size_t>(size));
    }
    const std::string answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    (void)!::write(socket, answer.data(), answer.size());
    ::close(socket);
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::string heard_;
  std::thread thread_;
};
}  // namespace

TEST_CASE("a proxy does not get to see the token") {
  RefusingProxy proxy;
  Fixture slack;
  slack.options.attempts = 1;
  const std::string found = end_of_child([&] {      // whose environment is its own
    setenv("https_proxy", proxy.url().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): its one thread
    unsetenv("no_proxy");                           // NOLINT(concurrency-mt-unsafe): as above
    return slack.post({opening}).empty();
  });
  CHECK(found == "well");
  const std::string heard = proxy.heard();
  CHECK_THAT(heard, Catch::Matchers::StartsWith("CONNECT 127.0.0.1:"));
  CHECK_THAT(heard, !ContainsSubstring(any_token));
  CHECK(slack.server.connections() == 0);
}

TEST_CASE("a relative file of certificates is found wherever the program goes") {
  Fixture slack;
  const std::filesystem::path file = slack.options.ca_file;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(file.parent_path());
  slack.options.ca_file = file.filename().string();
  const SlackListener listener{slack.options};
  std::filesystem::current_path("/");
  listener(opening);
  listener.close();
  std::filesystem::current_path(before);
  CHECK(slack.errors.texts().empty());
  CHECK(slack.server.requests().size() == 1);
}

TEST_CASE("a file of certificates that is not there is an error, not a reason to trust") {
  Fixture slack;
  slack.options.ca_file += ".missing";
  CHECK(slack.post({opening}).empty());
  CHECK(slack.errors.texts().size() == 1);
}

TEST_CASE("callers are not delayed by the server") {
  constexpr auto delay = 500ms;
  Fixture slack;
  slack.server.script({{.delay = delay}, {.delay = delay}});
  CircuitBreaker breaker{Config{.name = "db", .listeners = {SlackListener{slack.options}}}};
  breaker.force_open();
  REQUIRE(slack.server.wait_for_requests(1));  // now the worker waits for the answer
  const auto begin = steady_clock::now();
  for (int i = 0; i != 10; ++i) breaker.force_open();
  const auto taken = steady_clock::now() - begin;
  CHECK(taken < delay);
  REQUIRE(slack.server.wait_for_requests(3));
  const auto requests = slack.server.requests();
  CHECK(requests[2].time - requests[0].time >= 2 * delay);
}

TEST_CASE("the end cuts a request short whose server hangs") {
  Fixture slack;  // whose timeout is a minute
  slack.options.deadline = 100ms;
  slack.server.script({{.kind = Kind::hang}});
  const auto begin = steady_clock::now();
  {
    const SlackListener listener{slack.options};
    listener(opening);
    listener(transition(State::open, State::half_open, 2));
    REQUIRE(slack.server.wait_for_requests(1));
  }
  CHECK(steady_clock::now() - begin < slack.options.timeout / 2);
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: the listener was closed before Slack answered",
                                        "payment2 Slack: the listener was closed before the message was taken"});
  CHECK(slack.errors.statuses() == std::vector<long>{0, 0});
}

TEST_CASE("the end does not wait for what Slack asked to wait for, where that is beyond the deadline") {
  Fixture slack;
  slack.options.deadline = 20s;
  slack.server.script({{.status = 429, .headers = "Retry-After: 50\r\n"}});
  const auto begin = steady_clock::now();
  {
    const SlackListener listener{slack.options};
    listener(opening);
    REQUIRE(slack.server.wait_for_requests(1));
  }
  CHECK(steady_clock::now() - begin < slack.options.deadline / 2);
  CHECK(slack.errors.texts() == Strings{"payment1 Slack: the listener was closed before the message was taken"});
}

TEST_CASE("a wait is cut short from another thread") {
  detail::HttpsClient client{
      {.url = "https://127.0.0.1", .token = any_token, .ca_file = {}, .connect_timeout = 1s, .timeout = 1s}};
  CHECK(client.wait_until(steady_clock::now()));
  std::thread other{[&] { client.end_at(steady_clock::now()); }};
  CHECK_FALSE(client.wait_until(steady_clock::now() + 1h));
  other.join();
  CHECK(client.post("{}").interrupted);
}

TEST_CASE("what waits is still posted at the end, within the deadline") {
  Fixture slack;
  slack.server.script({{.delay = 100ms}});
  {
    CircuitBreaker breaker{Config{.name = "db", .listeners = {SlackListener{slack.options}}}};
    for (int i = 0; i != 5; ++i) breaker.force_open();
  }
  CHECK(slack.server.requests().size() == 5);
}

TEST_CASE("a child of a fork posts its own over a connection of its own, and the parent goes on with its") {
  Fixture slack;
  slack.server.script({{}, {.delay = 200ms}});
  const SlackListener listener{slack.options};
  listener(opening);
  listener(transition(State::open, State::half_open, 2));
  REQUIRE(slack.server.wait_for_requests(2));  // the worker waits for an answer when its process is copied
  listener(transition(State::half_open, State::open, 3));
  CHECK(end_of_child([&] {
          listener(transition(State::closed, State::open, 1, "own"));
          listener.close();
          return listener.dropped() == 0;
        }) == "well");
  listener(transition(State::open, State::half_open, 4));
  listener.close();
  CHECK(listener.dropped() == 0);
  CHECK(slack.errors.texts().empty());
  CHECK(slack.server.connections() == 2);
  Strings texts;
  for (const Request& request : slack.server.requests()) texts.push_back(member(request.body, "text").substr(0, 7));
  std::sort(texts.begin(), texts.end());
  CHECK(texts == Strings{"own is ", "payment", "payment", "payment", "payment"});
}

TEST_CASE("a child of a fork that ends its listener at once, without a deadline, sends nothing") {
  Fixture slack;
  slack.options.deadline = 0ms;
  const SlackListener listener{slack.options};
  CHECK(end_of_child([&] {
          listener(opening);
          listener.close();
          return true;
        }) == "well");
  CHECK(slack.server.requests().empty());
  listener.close();
}

TEST_CASE("a child of a fork that only ends its listener waits for nothing, and says nothing to Slack") {
  Fixture slack;
  slack.server.script({{.delay = 200ms}});
  std::optional<SlackListener> listener{std::in_place, slack.options};
  (*listener)(opening);
  REQUIRE(slack.server.wait_for_requests(1));
  CHECK(end_of_child([&] {
          const auto begin = steady_clock::now();
          listener.reset();
          return steady_clock::now() - begin < 5s;
        }) == "well");
  listener->close();
  CHECK(slack.errors.texts().empty());
  CHECK(slack.server.connections() == 1);
}

TEST_CASE("dropped transitions are counted, and told with the next message of the circuit") {
  Fixture slack;
  slack.options.limit = 2;
  slack.server.script({{.delay = 300ms}});
  const SlackListener listener{slack.options};
  listener(opening);
  REQUIRE(slack.server.wait_for_requests(1));
  for (std::uint64_t i = 2; i != 7; ++i) listener(transition(State::open, State::half_open, i));
  CHECK(listener.dropped() == 3);
  listener.close();
  listener(transition(State::open, State::half_open, 7));
  CHECK(listener.dropped() == 4);
  const auto requests = slack.server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[1].body["attachments"][0]["footer"] == "3 earlier transitions of this circuit were dropped");
  CHECK_FALSE(requests[2].body["attachments"][0].contains("footer"));
}

TEST_CASE("dropped transitions are told by the first message that Slack takes") {
  Fixture slack;
  slack.options.limit = 2;
  slack.server.script({{.delay = 300ms}, {.body = R"({"ok":false,"error":"fatal_error"})"}});
  const SlackListener listener{slack.options};
  listener(opening);
  REQUIRE(slack.server.wait_for_requests(1));
  for (std::uint64_t i = 2; i != 5; ++i) listener(transition(State::open, State::half_open, i));
  listener.close();
  const auto requests = slack.server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[2].body["attachments"][0]["footer"] == "1 earlier transition of this circuit was dropped");
}

TEST_CASE("the token is in the header and nowhere else, whatever comes back") {
  Fixture slack;
  const std::string token = GENERATE("xoxb-12345-very-secret", "looks_like_an_error");
  slack.options.token = token;
  const std::string echo = R"({"ok":false,"error":")" + token + R"(","token":")" + token + "\"}";
  slack.server.script({{.body = R"({"ok":true,"ts":")" + token + "\"}"},
                       {.body = echo},
                       {.status = 400, .body = echo, .headers = "X-Token: " + token + "\r\n"},
                       {.body = token},
                       {.status = 429, .body = echo, .headers = "Retry-After: " + token + "\r\n"},
                       {.status = 302, .headers = "Location: https://127.0.0.1/" + token + "\r\n"}});
  slack.options.templates = {{{State::disabled, State::closed}, {"{circuit} " + token, token, token}}};
  std::vector<Signal> signals;
  for (std::uint64_t i = 1; i <= 6; ++i) {
    signals.push_back(transition(State::closed, State::open, i, "the " + token + " circuit"));
    signals.back().reason = "refused: " + token + ", " + token;
  }
  signals.push_back(transition(State::disabled, State::closed, 7));
  const auto requests = slack.post(signals);
  CHECK(requests.size() == 8);  // one of them once more
  for (const Request& request : requests) {
    CAPTURE(request.text);
    CHECK(request.headers.at("authorization") == "Bearer " + token);
    CHECK(request.text.find(token) == std::string::npos);
    CHECK(request.start.find(token) == std::string::npos);
    const std::string line = request.body["text"];
    CHECK((line == "the * circuit is open: calls are refused" || line == "payment *"));
    const std::string details = request.body["attachments"][0]["text"];
    CHECK((details.ends_with("\n*Reason:* refused: *, *") || details == "*"));
    for (const auto& [name, value] : request.headers) {
      CAPTURE(name);
      if (name != "authorization") CHECK(value.find(token) == std::string::npos);
    }
  }
  for (const std::string& code : slack.errors.codes()) {
    CAPTURE(code);
    CHECK(code.find(token) == std::string::npos);
  }
  const Strings texts = slack.errors.texts();
  CHECK(texts.size() == 4);
  for (std::string text : texts) {
    CAPTURE(text);
    text.erase(0, text.find(" circuit"));  // which the error hook here has put there itself
    CHECK(text.find(token) == std::string::npos);
  }
}

TEST_CASE("what the error hook throws is contained") {
  Fixture slack;
  slack.options.on_error = [errors = slack.errors](const Signal& signal, const SlackError& error) {
    errors(signal, error);
    throw std::runtime_error{"the hook"};
  };
  slack.server.script({{.body = "garbage"}});
  CHECK(slack.post({opening, opening}).size() == 2);
  CHECK(slack.errors.texts().size() == 1);
  slack.options.on_error = nullptr;
  slack.server.script({{.body = "garbage"}});
  CHECK(slack.post({opening}).size() == 3);
}

TEST_CASE("a listener is not made of options that cannot work") {
  CHECK_THROWS_WITH((SlackListener{SlackOptions{.token = "", .channel = "#ops"}}), "SlackListener: the token is empty");
}

TEST_CASE("listeners may be made by several threads at once") {
  Fixture slack;
  std::vector<std::thread> threads;
  for (int i = 0; i != 4; ++i) {
    threads.emplace_back([&] {
      const SlackListener listener{slack.options};
      listener(opening);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(slack.server.requests().size() == 4);
  CHECK(slack.errors.texts().empty());
}

}  // namespace
