#!/bin/sh
# What the house agreed on how code looks. An error: a file that clang-format 14 would change, code switched off by
# "#if 0", a TODO without the number of an issue. Guidance, which is printed only: functions over 60 lines, files
# over 400.
# Usage: tools/check_style.sh [root of the project]
set -eu
root=${1:-$(dirname "$0")/..}
cd "$root"
files=$(find include src tests bench -name '*.[ch]' -o -name '*.inc' 2>/dev/null | LC_ALL=C sort)
faults=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# A function begins with a line in the first column, perhaps goes on over some, and its body ends at a "}" in the
# first column. A "=" before the "{" is a table.
echo "$files" | xargs awk '
FNR == 1 { if (NR > 1) end_of_file(); file = FILENAME; start = 0 }
{ lines = FNR }
/^[A-Za-z]/ && !/^(struct|enum|union|typedef|extern "C")/ { start = FNR; name = $0; inside = 0 }
start && !inside && /[=;]/ { start = 0 }
start && /\{$/ { inside = 1 }
/^\}/ && start {
    if (FNR - start >= 60) printf "guidance: %s:%d: %d lines: %s\n", file, start, FNR - start + 1, name
    start = 0
}
function end_of_file() { if (lines > 400) printf "guidance: %s: %d lines\n", file, lines }
END { end_of_file() }'

found=$(echo "$files" | xargs grep -nE '^[[:space:]]*#[[:space:]]*if[[:space:]]+0([[:space:]]|$)' /dev/null || true)
if [ -n "$found" ]; then
    echo "code switched off:"
    echo "$found"
    faults=1
fi

found=$(echo "$files" | xargs grep -nE '\b(TODO|FIXME|XXX)\b' /dev/null | grep -vE '(TODO|FIXME)\(#[0-9]+\)' || true)
if [ -n "$found" ]; then
    echo "TODO without the number of an issue, as in TODO(#12):"
    echo "$found"
    faults=1
fi

formatter=
for name in clang-format-14 clang-format; do
    if [ -z "$formatter" ] && command -v $name >/dev/null && $name --version | grep -q 'version 14\.'; then
        formatter=$name
    fi
done
if [ -z "$formatter" ]; then
    echo "clang-format 14 is not installed: the format was not looked at"
elif ! echo "$files" | xargs $formatter -n --Werror 2>"$log"; then
    echo "clang-format -i would change these (first lines):"
    grep 'error:' "$log" | cut -d: -f1 | sort | uniq -c | head -40
    faults=1
fi
[ $faults = 0 ] && echo "style: $(echo "$files" | wc -l) files looked at"
exit $faults
