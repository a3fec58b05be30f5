// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Requests one by one: what is asked of libcurl, what is made of its answers and failures, and which signals are left
/// alone. Functions of libcurl, OpenSSL and the system that stand here are called instead of their own, which they call.

#include <curl/curl.h>
#include <dlfcn.h>
#include <netdb.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <future>
#include <memory>
#include <new>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>

#include <fluxgate/listeners/slack_http.hpp>

#include "support/catch.hpp"
#include "support/child.hpp"
#include "support/slack_server.hpp"

namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using fluxgate::detail::HttpsAnswer;
using fluxgate::detail::HttpsClient;
using fluxgate::detail::HttpsTarget;
using fluxgate::detail::NoSigpipe;
using Kind = Reaction::Kind;
using std::chrono::steady_clock;

/// Far longer than anything here takes: what waits for it has failed.
constexpr auto patience = 60s;

// What fails, each once set, until it is unset.
std::atomic<bool> no_libcurl{false};
std::atomic<bool> no_multi{false};
std::atomic<bool> no_easy{false};
std::atomic<int> no_header{0};  // the number of the one that fails, counted from one
std::atomic<bool> no_progress{false};

// What was asked for.
std::atomic<int> steps{0};
std::atomic<int> changes_of_sigpipe{0};
std::atomic<int> folders_of_certificates{0};
std::counting_semaphore<> names_asked{0};
std::counting_semaphore<> names_answered{0};

/// The function that would have been called.
template <class Function>
Function* own(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

CURLcode curl_global_init(long flags) {
  if (no_libcurl) return CURLE_FAILED_INIT;
  return own<CURLcode(long)>("curl_global_init")(flags);
}
CURLM* curl_multi_init(void) { return no_multi ? nullptr : own<CURLM*()>("curl_multi_init")(); }
CURL* curl_easy_init(void) { return no_easy ? nullptr : own<CURL*()>("curl_easy_init")(); }
curl_slist* curl_slist_append(curl_slist* list, const char* text) {
  if (no_header != 0 && --no_header == 0) return nullptr;
  return own<curl_slist*(curl_slist*, const char*)>("curl_slist_append")(list, text);
}
CURLMcode curl_multi_perform(CURLM* multi, int* running) {
  ++steps;
  if (no_progress.exchange(false)) return CURLM_OUT_OF_MEMORY;
  return own<CURLMcode(CURLM*, int*)>("curl_multi_perform")(multi, running);
}

int sigaction(int number, const struct sigaction* action, struct sigaction* before) noexcept {
  if (number == SIGPIPE && action != nullptr) ++changes_of_sigpipe;
  return own<int(int, const struct sigaction*, struct sigaction*)>("sigaction")(number, action, before);
}
int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  if (name != nullptr && std::strcmp(name, "slow.invalid") == 0) {
    names_asked.release();
    names_answered.acquire();
    return EAI_NONAME;
  }
  return own<int(const char*, const char*, const addrinfo*, addrinfo**)>("getaddrinfo")(name, service, hints, found);
}
int X509_STORE_load_path(X509_STORE* store, const char* folder) {
  ++folders_of_certificates;
  return own<int(X509_STORE*, const char*)>("X509_STORE_load_path")(store, folder);
}

}  // extern "C"

namespace {

/// Whether libcurl that cannot begin is refused in words. In a process that has not begun with it.
const std::string end_without_libcurl = end_of_child([] {
  no_libcurl = true;
  try {
    const HttpsClient client{HttpsTarget{.url = "https://127.0.0.1", .token = "token", .ca_file = {}}};
  } catch (const std::invalid_argument& error) {
    return std::string{"SlackListener: libcurl: "} + curl_easy_strerror(CURLE_FAILED_INIT) == error.what();
  }
  return false;
});

/// A server, and where a client finds it.
struct Fixture {
  tls::Authority authority;
  SlackServer server{authority.issue("IP:127.0.0.1")};
  HttpsTarget target{.url = server.url() + "/chat.postMessage",
                     .token = "token",
                     .ca_file = authority.file(),
                     .connect_timeout = patience,
                     .timeout = patience};
};

TEST_CASE("libcurl that cannot begin is refused") {
  CHECK(end_without_libcurl == "well");
  const Fixture slack;
  const std::string words = std::string{"SlackListener: libcurl: "} + curl_easy_strerror(CURLE_OUT_OF_MEMORY);
  const auto made = [&] { const HttpsClient client{slack.target}; };
  CHECK_NOTHROW(made());
  for (std::atomic<bool>* const fails : {&no_multi, &no_easy}) {
    CAPTURE(fails == &no_multi);
    *fails = true;
    CHECK_THROWS_WITH(made(), words);
    *fails = false;
  }
  for (const int number : {1, 4}) {
    CAPTURE(number);
    no_header = number;
    CHECK_THROWS_WITH(made(), words);
  }
  CHECK(no_header == 0);
}

TEST_CASE("a request has its headers, and its body as it is") {
  Fixture slack;
  HttpsClient client{slack.target};
  const std::string zero{"{\0}", 3};
  const std::string large(2'000'000, ' ');  // for which libcurl would ask the server first
  for (const std::string& body : {zero, large}) {
    CAPTURE(body.size());
    const HttpsAnswer answer = client.post(body);
    CHECK(answer.result == CURLE_OK);
    CHECK(answer.status == 200);
    CHECK(answer.retry_after == 0s);
    CHECK_FALSE(answer.interrupted);
  }
  const auto requests = slack.server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].start == "POST /api/chat.postMessage HTTP/1.1");
  CHECK(requests[0].text == zero);
  CHECK(requests[1].text.size() == large.size());
  for (const Request& request : requests) {
    CAPTURE(request.text);
    CHECK(request.headers.at("content-type") == "application/json; charset=utf-8");
    CHECK(request.headers.at("accept") == "application/json");
    CHECK(request.headers.at("authorization") == "Bearer token");
    CHECK_FALSE(request.headers.contains("expect"));
  }
}

TEST_CASE("a failure is told in libcurl's words for the one that it was") {
  Fixture slack;
  {
    const SlackServer gone{slack.authority.issue("IP:127.0.0.1")};
    slack.target.url = gone.url();
  }
  HttpsClient client{slack.target};
  const HttpsAnswer refused = client.post("{}");
  CHECK(refused.result == CURLE_COULDNT_CONNECT);
  CHECK(refused.status == 0);
  CHECK_THAT(refused.trouble, ContainsSubstring("127.0.0.1 port"));

  no_progress = true;
  const HttpsAnswer stopped = client.post("{}");
  CHECK(stopped.result == CURLE_OUT_OF_MEMORY);
  CHECK(stopped.trouble == curl_easy_strerror(CURLE_OUT_OF_MEMORY));
}

TEST_CASE("a client that waits for an answer sleeps") {
  Fixture slack;
  slack.server.script({{.delay = 300ms}});
  HttpsClient client{slack.target};
  steps = 0;
  CHECK(client.post("{}").status == 200);
  CHECK(steps < 1'000);
}

TEST_CASE("a server that takes the connection and says nothing is given up after connect_timeout") {
  const auto [listener, port] = listen_on_loopback();
  HttpsClient client{HttpsTarget{.url = "https://127.0.0.1:" + std::to_string(port),
                                 .token = "token",
                                 .ca_file = {},
                                 .connect_timeout = 100ms,
                                 .timeout = patience}};
  const auto begin = steady_clock::now();
  CHECK(client.post("{}").result == CURLE_OPERATION_TIMEDOUT);
  CHECK(steady_clock::now() - begin < patience / 2);
  close(listener);
}

TEST_CASE("an answer of the largest size is read, and one of a byte more is an error, though the byte comes alone") {
  Fixture slack;
  HttpsClient client{slack.target};
  slack.server.script({{.body = std::string(HttpsClient::largest_answer, ' ')}});
  const HttpsAnswer largest = client.post("{}");
  CHECK(largest.result == CURLE_OK);
  CHECK(largest.body.size() == HttpsClient::largest_answer);

  // The server sends records of 16,384 bytes; so many of headers leave one byte for the last.
  const std::string body(HttpsClient::largest_answer + 1, ' ');
  const std::size_t others = std::strlen(
      "HTTP/1.1 200 Whatever\r\n"
      "X: \r\n"
      "Content-Type: application/json\r\n"
      "Content-Length: 1048577\r\n\r\n");
  slack.server.script({{.body = body, .headers = "X: " + std::string(16'384 - others, 'x') + "\r\n"}});
  CHECK(client.post("{}").result == CURLE_WRITE_ERROR);
}

TEST_CASE("certificates that are named are trusted instead of the system's") {
  Fixture slack;
  HttpsClient client{slack.target};
  folders_of_certificates = 0;
  CHECK(client.post("{}").status == 200);
  CHECK(folders_of_certificates == 0);
}

TEST_CASE("the handling of SIGPIPE stays as it is during a request") {
  Fixture slack;
  HttpsClient client{slack.target};
  changes_of_sigpipe = 0;
  CHECK(client.post("{}").status == 200);
  CHECK(changes_of_sigpipe == 0);
}

TEST_CASE("a client that goes does not raise SIGPIPE on a connection that was reset") {
  CHECK(end_of_child([] {
          ::signal(SIGPIPE, SIG_DFL);
          Fixture slack;
          slack.server.script({{.kind = Kind::reset_after_answer}});
          {
            HttpsClient client{slack.target};
            if (client.post("{}").status != 200) return false;
            if (!slack.server.wait_for_closed(1)) return false;
          }
          return true;
        }) == "well");
}

/// A write to a pipe without a reader, which raises SIGPIPE.
bool raises_sigpipe() {
  int ends[2];
  if (pipe(ends) != 0) return false;
  close(ends[0]);
  const bool failed = write(ends[1], "x", 1) == -1 && errno == EPIPE;
  close(ends[1]);
  return failed;
}
bool is_pending(int number) {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, number) == 1;
}

TEST_CASE("a SIGPIPE that waited before waits on, whatever lay in the memory") {
  sigset_t sigpipe;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
  const bool waits = GENERATE(false, true);
  const int filled = GENERATE(0, 0xff);
  CAPTURE(waits, filled);
  if (waits) raise(SIGPIPE);
  alignas(NoSigpipe) unsigned char memory[sizeof(NoSigpipe)];
  std::memset(memory, filled, sizeof memory);
  auto* const quiet = new (memory) NoSigpipe;
  sigset_t during;
  pthread_sigmask(SIG_BLOCK, nullptr, &during);
  CHECK(sigismember(&during, SIGPIPE) == 1);
  CHECK(sigismember(&during, SIGUSR1) == 0);
  CHECK(raises_sigpipe());
  quiet->~NoSigpipe();
  CHECK(is_pending(SIGPIPE) == waits);
  if (waits) {
    int number = 0;
    sigwait(&sigpipe, &number);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

#if LIBCURL_VERSION_NUM >= 0x075700
TEST_CASE("a name that is still being looked up is not waited for at the end") {
  if (curl_version_info(CURLVERSION_NOW)->ares != nullptr) return;  // its look-ups are not the system's
  auto client = std::make_unique<HttpsClient>(HttpsTarget{.url = "https://slow.invalid",
                                                          .token = "token",
                                                          .ca_file = {},
                                                          .connect_timeout = patience,
                                                          .timeout = patience});
  std::thread other{[&] {
    names_asked.acquire();
    client->end_at(steady_clock::now());
  }};
  CHECK(client->post("{}").interrupted);
  other.join();
  const std::future<void> gone = std::async(std::launch::async, [&] { client.reset(); });
  CHECK(gone.wait_for(patience) == std::future_status::ready);
  names_answered.release();
}
#endif

}  // namespace
