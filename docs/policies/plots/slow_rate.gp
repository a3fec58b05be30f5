# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "calls"
set ylabel "slow rate"
set yrange [0:0.6]
plot "slow_rate.dat" index 0 with lines linestyle 1 title "measured", \
     0.5 with lines linestyle 4 title "SlowRate\\{0.5, 300ms\\}", \
     "" index 1 with points linestyle 5 title "opens"
