// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Whether a text is UTF-8.

#ifndef FLUXGATE_BASE_UTF8_HPP
#define FLUXGATE_BASE_UTF8_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <fluxgate/base/macros.hpp>

namespace fluxgate::FLUXGATE_ABI::detail {

/// Whether `text` is UTF-8, by table 3-7 of the Unicode standard.
constexpr bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    if (size == 0 || size > text.size()) return false;
    for (std::size_t at = 1; at != size; ++at) {
      const unsigned least = at != 1 ? 0x80 : lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
      const unsigned most = at != 1 ? 0xbf : lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
      if (byte(at) < least || byte(at) > most) return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace fluxgate::FLUXGATE_ABI::detail

#endif
