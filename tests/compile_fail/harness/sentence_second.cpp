// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the sentence of this file

#ifdef REJECTED
static_assert(false, "another reason");
static_assert(false, "fluxgate: the sentence of this file");
#endif

int main() {}
