// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the sentence of this file

#ifdef REJECTED
static_assert(false, "fluxgate: another sentence");
#endif

int main() {}
