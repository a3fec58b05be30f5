# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds, at ten calls a second"
set ylabel "calls let through a second"
set yrange [0:10.5]
plot "never.dat" using 1:2 with steps linestyle 1 title "Never\\{\\}", \
     "" using 1:3 with steps linestyle 4 title "Cooldown\\{10s\\}", \
     "" using 1:($1 >= 20 && $1 < 30 ? 10.2 : NaN) with lines linestyle 3 title "all calls fail"
