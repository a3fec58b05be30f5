# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds, at ten calls a second"
set ylabel "failure rate"
set y2label "calls let through a second"
set yrange [0:1.05]
set y2range [0:10.5]
set y2tics
set border 11
plot "manual.dat" using 1:2 with steps linestyle 2 title "failure rate", \
     "" using 1:3 axes x1y2 with steps linestyle 1 title "let through"
