# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds in HALF\\_OPEN, at a hundred calls a second"
set ylabel "calls let through a second"
set yrange [0:105]
plot "ramp_up.dat" index 0 using 1:2 with steps linestyle 1 title "RampUp\\{0.05, 1, 30s\\}", \
     "" index 1 using 1:(100):(0):(-100) with vectors nohead linestyle 4 title "closes"
