# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

set xlabel "calls"
set ylabel "failure rate"
set yrange [0:1.05]
plot "min_requests.dat" index 0 with lines linestyle 1 title "measured", \
     0.5 with lines linestyle 4 title "FailureRate\\{0.5\\}", \
     "" index 1 with points linestyle 5 pointtype 6 title "MinRequests\\{5\\} opens", \
     "" index 2 with points linestyle 5 title "MinRequests\\{20\\} opens"
