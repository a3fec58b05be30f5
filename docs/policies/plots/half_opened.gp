# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds, at ten calls a second"
set ylabel "calls that reached it"
plot "half_opened.dat" index 0 with steps linestyle 4 title "without a rule of its own", \
     "" index 1 with steps linestyle 1 title "with FailureStreak\\{1\\}"
