// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

/// @file
/// Trackers: which failures count.

#ifndef FLUXGATE_TRACKERS_HPP
#define FLUXGATE_TRACKERS_HPP

#include <fluxgate/expression/describe.hpp>
#include <fluxgate/trackers/all.hpp>
#include <fluxgate/trackers/count_as_success.hpp>
#include <fluxgate/trackers/custom.hpp>
#include <fluxgate/trackers/http_status.hpp>
#include <fluxgate/trackers/on_result.hpp>
#include <fluxgate/trackers/tracker.hpp>
#include <fluxgate/trackers/type_of.hpp>

#endif
