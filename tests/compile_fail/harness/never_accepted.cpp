// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: a sentence that is printed always

static_assert(false, "fluxgate: a sentence that is printed always");

int main() {}
