#!/bin/sh
# sonaxis bench: rows come as text or as one JSON object a line, wrong words end with 2, and nothing is left
# behind. Usage: bench_test.sh SONAXIS FOLDER
set -eu
sonaxis=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder/temporary"
export TMPDIR="$folder/temporary"
fail() {
    echo "bench_test: $*" >&2
    exit 1
}

"$sonaxis" bench train inference --net small --axis 2 --input 16,8,1 --batch 4 -s 0 -n 1 -t 1 --json >"$folder/rows"
[ "$(wc -l <"$folder/rows")" = 2 ] || fail "two rows expected: $(cat "$folder/rows")"
grep -q '^{"what": "train_step", "impl": "sonaxis-.*"net": "small", "axis": "frequency", "batch": 4, "threads": 1,.*}$' \
    "$folder/rows" || fail "no training row: $(cat "$folder/rows")"
grep -q '"what": "inference".*"median_us": [0-9.]*, "best_us": [0-9.]*,' "$folder/rows" || fail "no inference row"

"$sonaxis" bench frontend -s 0 -n 1 >"$folder/text"
grep -q '^front_end .* us a frame$' "$folder/text" || fail "no front-end row: $(cat "$folder/text")"

status=0
"$sonaxis" bench no-such-case 2>"$folder/words" || status=$?
[ $status = 2 ] || fail "unknown case ended with $status"
grep -q "no-such-case" "$folder/words" || fail "the unknown case is not named"
status=0
"$sonaxis" bench train --input 1,2 2>"$folder/words" || status=$?
[ $status = 2 ] || fail "a wrong --input ended with $status"

[ -z "$(ls -A "$folder/temporary")" ] || fail "left behind: $(ls "$folder/temporary")"
echo "bench_test: good"
