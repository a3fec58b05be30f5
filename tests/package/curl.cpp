// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <fluxgate/fluxgate.hpp>
#include <fluxgate/integrations/curl.hpp>

int main() {
  CURL* const handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_URL, "http://127.0.0.1:1/");
  fluxgate::CircuitBreaker breaker{fluxgate::Config{.name = "consumer",
                                                    .tracker = fluxgate::CurlFault{} | fluxgate::HttpStatus{500, 599},
                                                    .tripper = fluxgate::FailureStreak{1}}};
  const auto result = breaker.try_call([&] { return fluxgate::perform(handle); });
  curl_easy_cleanup(handle);
  const bool refused = result.has_value() && result.value().code == CURLE_COULDNT_CONNECT;
  return refused && breaker.state() == fluxgate::State::open ? 0 : 1;
}
