# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# What all plots share. A white ground, so that they can be read on a page of any colour.

set terminal svg size 720,280 font "sans-serif,13" background "#ffffff"
set border 3 linecolor "#59636e"
set tics nomirror textcolor "#1f2328"
set grid ytics linecolor "#d1d9e0" linewidth 1
set key outside right center Left reverse samplen 2 width 1
blue = "#2f6fab"
orange = "#c4661f"
grey = "#7a8794"
set style line 1 linecolor rgb blue linewidth 2
set style line 2 linecolor rgb orange linewidth 2
set style line 3 linecolor rgb grey linewidth 2
set style line 4 linecolor rgb grey linewidth 1.5 dashtype 2
set style line 5 linecolor rgb orange pointtype 7 pointsize 0.8
