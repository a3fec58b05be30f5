# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds, at ten calls a second"
set ylabel "failure rate"
set yrange [0:1.05]
plot "closed.dat" using 1:2 with lines linestyle 1 title "measured", \
     "" using 1:($3 == 0.5 ? $3 : NaN) with lines linestyle 2 title "opens in CLOSED", \
     "" using 1:($3 == 0.2 ? $3 : NaN) with points linestyle 5 pointsize 0.4 title "opens in HALF\\_OPEN"
