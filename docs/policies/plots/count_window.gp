# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds, at ten calls a second"
set ylabel "failure rate"
set yrange [0:1.05]
plot "count_window.dat" using 1:2 with lines linestyle 1 title "CountWindow\\{50\\}", \
     "" using 1:3 with lines linestyle 2 title "CountWindow\\{200\\}", \
     "" using 1:($1 >= 20 && $1 < 30 ? 1.02 : NaN) with lines linestyle 3 title "all calls fail"
