// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// A breaker before transfers of libcurl: one at a time, and of a multi handle.

#include <iostream>
#include <list>
#include <memory>

#include <curl/curl.h>

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/curl.hpp>

using namespace fluxgate;

namespace {

constexpr const char* nobody = "http://127.0.0.1:1/";  // where nobody listens

void one_at_a_time() {
  // [easy]
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle{curl_easy_init(), &curl_easy_cleanup};
  curl_easy_setopt(handle.get(), CURLOPT_URL, nobody);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, 2000L);  // none by default

  CircuitBreaker orders{Config{
      .name = "orders", .tracker = CurlFault{} | HttpStatus{500, 599} | HttpStatus{429}, .tripper = FailureStreak{2}}};
  for (int i = 0; i < 3; ++i) {
    const auto result = orders.try_call([&] { return perform(handle.get()); });
    if (!result) {
      std::cout << "refused: " << to_string(result.rejection().state) << '\n';
    } else {
      std::cout << curl_easy_strerror(result.value().code) << ", status " << result.value().status << '\n';
    }
  }
  // [/easy]
}

// [multi]
/// A transfer of a multi handle, with the breaker's leave for it. One that is given up says nothing about the server.
template <class Admission>
struct Guarded {
  Guarded(CURL* handle, Admission granted) : transfer{handle}, admission{std::move(granted)} {}

  CurlTransfer transfer;
  Admission admission;
};
// [/multi]

void many_at_a_time() {
  CircuitBreaker orders{Config{.name = "orders", .tracker = CurlFault{}, .tripper = FailureStreak{3}}};
  CURLM* const multi = curl_multi_init();
  using Transfer = Guarded<decltype(orders)::Admission>;
  std::list<Transfer> transfers;
  for (int i = 0; i < 4; ++i) {
    CURL* const handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, nobody);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 2000L);
    // [start]
    auto admission = orders.try_acquire();
    if (!admission) {
      std::cout << "refused\n";
      curl_easy_cleanup(handle);
      continue;
    }
    curl_easy_setopt(handle, CURLOPT_PRIVATE, &transfers.emplace_back(handle, std::move(admission)));
    curl_multi_add_handle(multi, handle);
    // [/start]
  }
  // [loop]
  for (int running = 1; running != 0;) {
    curl_multi_perform(multi, &running);
    int waiting = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi, &waiting)) {
      CURL* const handle = message->easy_handle;
      Transfer* done = nullptr;
      curl_easy_getinfo(handle, CURLINFO_PRIVATE, &done);
      done->admission.record(done->transfer.result(message->data.result));
      transfers.remove_if([&](const Transfer& transfer) { return &transfer == done; });
      curl_multi_remove_handle(multi, handle);
      curl_easy_cleanup(handle);
    }
    curl_multi_poll(multi, nullptr, 0, 100, nullptr);
  }
  // [/loop]
  curl_multi_cleanup(multi);
  std::cout << "the breaker is " << to_string(orders.state()) << '\n';
}

}  // namespace

int main() {
  one_at_a_time();
  many_at_a_time();
}
