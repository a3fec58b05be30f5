// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#ifdef REJECTED
static_assert(false, "fluxgate: a sentence");
#endif

int main() {}
