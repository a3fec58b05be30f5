# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "calls"
set ylabel "failure rate"
set yrange [0:0.6]
plot "failure_rate.dat" index 0 with lines linestyle 1 title "measured", \
     0.5 with lines linestyle 4 title "FailureRate\\{0.5\\}", \
     "" index 1 with points linestyle 5 title "opens"
