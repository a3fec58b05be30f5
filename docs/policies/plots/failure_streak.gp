# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "calls"
set ylabel "failures in a row"
set yrange [0:5.5]
plot "failure_streak.dat" index 0 with steps linestyle 1 title "measured", \
     5 with lines linestyle 4 title "FailureStreak\\{5\\}", \
     "" index 1 with points linestyle 5 title "opens"
