# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "calls"
set ylabel "milliseconds on average"
set yrange [0:480]
plot "avg_latency.dat" index 0 with lines linestyle 1 title "measured", \
     400 with lines linestyle 4 title "AvgLatency\\{400ms\\}", \
     "" index 1 with points linestyle 5 title "opens"
