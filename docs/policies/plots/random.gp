# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds in HALF\\_OPEN, at a hundred calls a second"
set ylabel "calls let through a second"
set yrange [0:105]
plot "random.dat" index 0 using 1:2 with steps linestyle 1 title "Random\\{0.1\\}", \
     "" index 1 using 1:(100):(0):(-100) with vectors nohead linestyle 4 title "closes"
