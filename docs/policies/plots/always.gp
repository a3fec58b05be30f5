# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "seconds, at ten calls a second"
set ylabel "calls that reached it"
plot "always.dat" index 0 with steps linestyle 1 title "Always\\{\\}", \
     "" index 1 with steps linestyle 4 title "Cooldown\\{5s\\}"
