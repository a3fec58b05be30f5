// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a sentence
// expects: fluxgate: a sentence

#ifdef REJECTED
static_assert(false, "fluxgate: a sentence");
#endif

int main() {}
