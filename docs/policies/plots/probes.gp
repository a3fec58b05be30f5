# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds, at ten calls a second"
set yrange [0:70]
set ylabel "calls that reached it"
plot "probes.dat" index 0 with steps linestyle 1 title "Probes\\{5, 30s\\}", \
     "" index 1 using 1:(70):(0):(-70) with vectors nohead linestyle 4 title "works again"
