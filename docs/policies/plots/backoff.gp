# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "failed recoveries"
set ylabel "seconds open"
set yrange [0:400]
set style fill solid 0.25 noborder
plot "backoff.dat" using 1:2:4 with filledcurves linecolor rgb blue title "the band of its jitter", \
     "" using 1:3 with linespoints linestyle 1 pointtype 7 pointsize 0.6 title "Backoff\\{10s, 2, 300s, 0.2\\}"
