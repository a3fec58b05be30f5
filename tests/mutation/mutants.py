# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

"""What mutate.py does to the engine's text, and which mutants may survive."""

# Headers whose atomics are not of the protocol.
NOT_THROUGH_THE_SEAM = {"stripe.hpp"}

# Operations that no two threads can come to, with the reason.
UNREACHED = {}

# (name, header, anchor, replacement)
TEXT = []

# Mutants that survive, with the reason why that does no harm.
HARMLESS = {}
