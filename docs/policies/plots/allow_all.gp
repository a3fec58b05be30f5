# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds, at ten calls a second"
set ylabel "calls that reached it"
plot "allow_all.dat" index 0 with steps linestyle 1 title "AllowAll\\{\\}", \
     "" index 1 with steps linestyle 4 title "Probes\\{5, 30s\\}"
