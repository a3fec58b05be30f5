// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

// expects: fluxgate: the sentence of this file

#ifdef REJECTED
#warning "each of these takes three lines"
#warning "each of these takes three lines"
#warning "each of these takes three lines"
#warning "each of these takes three lines"
#warning "each of these takes three lines"
static_assert(false, "fluxgate: the sentence of this file");
#endif

int main() {}
