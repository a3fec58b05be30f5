// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// Which transfers of libcurl are failures. examples/curl_outages has a real server, which is killed, frozen and cuts its
// answers.

#include <netinet/in.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): SIGSTOP is POSIX
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <system_error>
#include <thread>

#include <curl/curl.h>

#include <fluxgate/any_circuit_breaker.hpp>
#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/curl.hpp>

#include "support/breakers.hpp"
#include "support/catch.hpp"

namespace {

using namespace fluxgate;
using namespace std::chrono_literals;
using breakers::counted;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
Handle handle_of(const std::string& url) {
  Handle handle{curl_easy_init(), &curl_easy_cleanup};
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_NOBODY, 1L);
  return handle;
}
const std::string nobody = "http://127.0.0.1:1/";

/// Successes and failures among one call, by a breaker of a known type and by one of any type.
template <class Tracker, class Result>
std::string outcome(const Tracker& tracker, const Result& result) {
  CircuitBreaker known{"known", tracker, Manual{}};
  AnyCircuitBreaker any{"any", tracker, Manual{}};
  (void)known.try_call([&] { return result; });
  (void)any.try_call([&] { return result; });
  CHECK(counted(any) == counted(known));
  return counted(known);
}

const std::string success = "1/0";
const std::string failure = "1/1";
const std::string neutral = "0/0";

}  // namespace

TEST_CASE("A transfer fails by its code, and if the head of its response was cut") {
  CHECK(outcome(All{}, CurlResult{.status = 200}) == success);
  CHECK(outcome(All{}, CurlResult{.status = 503}) == success);
  CHECK(outcome(All{}, CurlResult{.code = CURLE_COULDNT_CONNECT}) == failure);
  CHECK(outcome(All{}, CurlResult{.status = 200, .head_complete = false}) == failure);
  CHECK(outcome(TypeOf<CurlResult>{}, CurlResult{.code = CURLE_URL_MALFORMAT}) == failure);
}

TEST_CASE("CurlFault counts the faults of network and server, not those of the client") {
  for (const CURLcode code :
       {CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_WEIRD_SERVER_REPLY,
        CURLE_HTTP2, CURLE_PARTIAL_FILE, CURLE_OPERATION_TIMEDOUT, CURLE_SSL_CONNECT_ERROR, CURLE_GOT_NOTHING,
        CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SEND_FAIL_REWIND,
        CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2_STREAM, CURLE_HTTP3, CURLE_QUIC_CONNECT_ERROR, CURLE_PROXY}) {
    CAPTURE(code);
    CHECK(outcome(CurlFault{}, CurlResult{.code = code}) == failure);
  }
  for (const CURLcode code :
       {CURLE_UNSUPPORTED_PROTOCOL, CURLE_FAILED_INIT, CURLE_URL_MALFORMAT, CURLE_OUT_OF_MEMORY, CURLE_WRITE_ERROR,
        CURLE_READ_ERROR, CURLE_ABORTED_BY_CALLBACK, CURLE_INTERFACE_FAILED, CURLE_TOO_MANY_REDIRECTS,
        CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_LOGIN_DENIED}) {
    CAPTURE(code);
    CHECK(outcome(CurlFault{}, CurlResult{.code = code}) == neutral);
  }
  CHECK(outcome(CurlFault{}, CurlResult{.status = 200, .head_complete = false}) == failure);
  CHECK(outcome(CurlFault{}, CurlResult{.code = CURLE_UNSUPPORTED_PROTOCOL, .attempts = 1}) == failure);
  CHECK(outcome(CurlFault{}, CurlResult{.status = 503}) == success);
  CHECK(outcome(CurlFault{}, std::errc::timed_out) == neutral);
}

TEST_CASE("A limit of time that ran out in the client's own queue, or while it was stopped, is neutral") {
  CHECK(outcome(CurlFault{}, CurlResult{.code = CURLE_OPERATION_TIMEDOUT, .queued = true}) == neutral);
  CHECK(outcome(CurlFault{}, CurlResult{.code = CURLE_OPERATION_TIMEDOUT, .stopped = true}) == neutral);
  CHECK(outcome(CurlFault{}, CurlResult{.code = CURLE_RECV_ERROR, .stopped = true}) == failure);
}

TEST_CASE("With FAILONERROR the status decides, and HttpStatus judges what did not fail") {
  const auto at = [](long status) { return CurlResult{.code = CURLE_HTTP_RETURNED_ERROR, .status = status}; };
  CHECK(outcome(CurlFault{}, at(503)) == failure);
  CHECK(outcome(CurlFault{}, at(429)) == failure);
  CHECK(outcome(CurlFault{}, at(404)) == neutral);
  const auto tracker = CurlFault{} | HttpStatus{500, 599};
  CHECK(outcome(tracker, CurlResult{.status = 503}) == failure);
  CHECK(outcome(tracker, CurlResult{.status = 404}) == success);
  CHECK(outcome(tracker, CurlResult{.code = CURLE_PARTIAL_FILE, .status = 200}) == failure);
  CHECK(outcome(tracker, CurlResult{.code = CURLE_WRITE_ERROR, .status = 200}) == neutral);
  CHECK(outcome(HttpStatus{500, 599}, CurlResult{.code = CURLE_PARTIAL_FILE, .status = 200}) == failure);
  CHECK(outcome(HttpStatus{500, 599}, CurlResult{.code = CURLE_COULDNT_CONNECT}) == failure);
  CHECK(outcome(~HttpStatus{200, 299}, CurlResult{.code = CURLE_PARTIAL_FILE, .status = 200}) == failure);
  CHECK(describe(tracker) == "(CurlFault{} | HttpStatus{500, 599})");
  CHECK(CurlFault{} == CurlFault{});
}

TEST_CASE("A real transfer that is refused opens its breaker, and leaves the handle as it was") {
  const Handle handle = handle_of(nobody);
  CircuitBreaker breaker{"server", CurlFault{}, FailureStreak{2}};
  for (int i = 0; i < 2; ++i) {
    const auto result = breaker.try_call([&] { return perform(handle.get()); });
    REQUIRE(result);
    CHECK(result.value().code == CURLE_COULDNT_CONNECT);
    CHECK(result.value().attempts == 0);
    CHECK(result.value().status == 0);
    CHECK_FALSE(result.value().queued);
    CHECK_FALSE(result.value().retry_after);
    CHECK(result.value().head_complete);
  }
  CHECK(breaker.state() == State::open);
  CHECK(curl_easy_perform(handle.get()) == CURLE_COULDNT_CONNECT);
}

namespace {

/// Takes connections, and never answers: nobody accepts what the kernel has.
class SilentServer {
 public:
  SilentServer() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(socket_, 8) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { close(socket_); }

  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
  std::string url_;
};

}  // namespace

TEST_CASE("A transfer that waits in the queue of a multi handle until its time is over is told apart") {
  const SilentServer server;
  // They share one connection, which waits for an answer until the end: one of them is never sent.
  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{curl_multi_init(), &curl_multi_cleanup};
  curl_multi_setopt(multi.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, 1L);
  const Handle sent = handle_of(server.url());
  const Handle waiting = handle_of(server.url());
  CurlTransfer transfer_sent{sent.get()};
  CurlTransfer transfer_waiting{waiting.get()};
  curl_easy_setopt(sent.get(), CURLOPT_TIMEOUT_MS, 1000L);
  curl_easy_setopt(waiting.get(), CURLOPT_TIMEOUT_MS, 100L);  // over long before there is room
  for (CURL* const handle : {sent.get(), waiting.get()}) curl_multi_add_handle(multi.get(), handle);
  CURLcode codes[2] = {CURLE_OK, CURLE_OK};
  for (int running = 1; running != 0;) {
    curl_multi_perform(multi.get(), &running);
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi.get(), &left)) {
      codes[message->easy_handle == sent.get() ? 0 : 1] = message->data.result;
    }
    curl_multi_poll(multi.get(), nullptr, 0, 50, nullptr);
  }
  CHECK(codes[0] == CURLE_OPERATION_TIMEDOUT);
  CHECK(codes[1] == CURLE_OPERATION_TIMEDOUT);
  const CurlResult result = transfer_sent.result(codes[0]);
  CHECK_FALSE(result.queued);
  CHECK(result.attempts == 1);
  CHECK(result.elapsed > 100ms);
  CHECK(transfer_waiting.result(codes[1]).queued);
  CHECK(transfer_waiting.result(codes[1]).attempts == 0);
  curl_multi_remove_handle(multi.get(), sent.get());
  curl_multi_remove_handle(multi.get(), waiting.get());
}

TEST_CASE("A multi handle that is looked after seldom is not stopped") {
  const SilentServer server;
  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{curl_multi_init(), &curl_multi_cleanup};
  const Handle handle = handle_of(server.url());
  CurlTransfer transfer{handle.get()};
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, 1800L);
  curl_multi_add_handle(multi.get(), handle.get());
  for (int running = 1; running != 0;) {
    curl_multi_perform(multi.get(), &running);
    if (running != 0) curl_multi_poll(multi.get(), nullptr, 0, 10'000, nullptr);
  }
  int left = 0;
  const CURLMsg* const message = curl_multi_info_read(multi.get(), &left);
  REQUIRE(message != nullptr);
  CHECK(message->data.result == CURLE_OPERATION_TIMEDOUT);
  CHECK(outcome(CurlFault{}, transfer.result(message->data.result)) == failure);
  curl_multi_remove_handle(multi.get(), handle.get());
}

TEST_CASE("A process that was stopped during a transfer knows it from one that waited for its server") {
  const SilentServer server;
  const auto waits_for = [&](bool stop) {
    int child_ends[2];
    REQUIRE(pipe(child_ends) == 0);
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      const Handle handle = handle_of(server.url());
      curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, stop ? 1000L : 2500L);
      // It has begun once it has a socket.
      curl_easy_setopt(handle.get(), CURLOPT_SOCKOPTDATA, &child_ends[1]);
      curl_easy_setopt(
          handle.get(), CURLOPT_SOCKOPTFUNCTION, +[](void* end, curl_socket_t, curlsocktype) {
            return write(*static_cast<const int*>(end), "!", 1) == 1 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
          });
      const CurlResult result = perform(handle.get());
      _exit(result.code != CURLE_OPERATION_TIMEDOUT ? 2 : result.stopped ? 1 : 0);
    }
    char begun = 0;
    REQUIRE(read(child_ends[0], &begun, 1) == 1);
    if (stop) {
      kill(child, SIGSTOP);
      std::this_thread::sleep_for(2s);
      kill(child, SIGCONT);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    close(child_ends[0]);
    close(child_ends[1]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 9;
  };
  CHECK(waits_for(true) == 1);
  CHECK(waits_for(false) == 0);
}
