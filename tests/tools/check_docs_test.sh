#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Fluxgate authors
# SPDX-License-Identifier: MIT

# cmake/check_docs.sh accepts pages that show what is there, and reports each that does not.

# shellcheck disable=SC2016 # patterns with the backquotes and dollars of the pages

set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
status=0

mkdir built docs examples
printf '#!/bin/sh\necho 42\n' >built/answer
printf '#!/bin/sh\necho 42; exit 1\n' >built/broken
printf '#!/bin/sh\n[ "$#" -eq 1 ] && echo "$1"\n' >built/repeat
chmod +x built/*
cat >examples/answer.cpp <<'END'
// SPDX-FileCopyrightText: 2026 The Fluxgate authors
// SPDX-License-Identifier: MIT

#include <cstdio>

int main() {
  // [print]
  std::puts("42");
  // [/print]
}
END
: >CHANGELOG.md
: >CONTRIBUTING.md

page() { # README.md is standard input
    cat >README.md
}

accepts() {
    if ! sh "$root/cmake/check_docs.sh" built . >said 2>&1; then
        echo "refused: $1" >&2
        cat README.md said >&2
        status=1
    fi
}

reports() { # <what is wrong> <what the check must say>
    if sh "$root/cmake/check_docs.sh" built . >said 2>&1; then
        echo "accepted: $1" >&2
        status=1
    elif ! grep -qF "$2" said; then
        echo "reported for another reason: $1" >&2
        cat said >&2
        status=1
    fi
}

good='A program

<!-- source: examples/answer.cpp -->
```cpp
#include <cstdio>

int main() {
  // [print]
  std::puts("42");
  // [/print]
}
```

prints

<!-- output: answer -->
```text
42
```

or, with an argument,

<!-- output: repeat#43.b -->
```text
43.b
```

in its line

<!-- source: examples/answer.cpp#print -->
```cpp
std::puts("42");
```

<!-- drawing -->
```
closed -> open
```

```sh
./dev test
```'

page <<END
$good
END
accepts "a page that shows what is there"
cp README.md docs/page.md
accepts "the same in docs/"

# without <extended regular expression>: the good page less the lines that match it.
without() { echo "$good" | grep -vE "$1" | page; }
instead() { echo "$good" | sed "$1" | page; }

without '^42$' && reports "another output" "is not the output: answer"
instead 's/"42"/"43"/' && reports "another source" "is not the source: examples/answer.cpp"
without '^<!-- output' && reports "an output without its mark" 'a block of "text" needs a mark'
without '^<!-- source.*p -->' && reports "a source without its mark" 'a block of "cpp" needs a mark'
without '^<!-- drawing' && reports "a drawing without its mark" 'a block of "" needs a mark'
instead '/^<!-- source.*p -->/d; s/^```cpp/``` c++/' && reports "C++ by another name" 'a block of "c++" needs a mark'
instead '/^<!-- source.*p -->/d; s/^```cpp/~~~cpp/' && reports "C++ behind tildes" 'a block of "cpp" needs a mark'
instead 's/^<!-- output.*/&\n/' && reports "a mark with a blank line below it" "is not right above a block"
instead 's/^<!-- output: /<!-- output:/' && reports "a misspelt mark" "not a mark"
instead 's/^<!-- output.*/<!-- drawing -->/; s/^```text/```cpp/' && reports "a drawing in C++" 'a block of "cpp" needs a mark'
instead 's/: answer/: broken/' && reports "an example that fails" "the example broken fails"
instead 's/: repeat#43/: repeat#44/' && reports "the output for another argument" "is not the output: repeat#44.b"
instead 's/: repeat#43.b/: repeat/' && reports "an example without its argument" "the example repeat fails"
instead 's/: answer/: absent/' && reports "an example that is not there" "the example absent fails"
instead 's/#print/#absent/' && reports "a region that is not there" "examples/answer.cpp#absent"
instead 's|examples/answer|examples/absent|' && reports "a source that is not there" "source: examples/absent.cpp"
instead '$d' && reports "a block without an end" "does not end"

page <<END
END
printf '```cpp\nint main() {}\n```\n' >docs/page.md
reports "C++ in docs/ that is not a source" 'docs/page.md:1: a block of "cpp" needs a mark'

exit $status
