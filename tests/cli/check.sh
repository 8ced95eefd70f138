# check.sh: what the tests of the tool share. Source it with the tool and a folder as arguments:
#   . "$(dirname "$0")/check.sh"
# Each call of `run` leaves its status in $status, its words in $out and $err (files).
set -u
tool=$1
folder=$2
name=$(basename "$0" _test.sh)
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder" || exit 1
out=$folder/stdout
err=$folder/stderr
faults=0
unset NO_COLOR
TERM=dumb
export TERM

fault() {
    echo "$name: $*"
    echo "--- stdout"
    head -20 "$out"
    echo "--- stderr"
    head -20 "$err"
    faults=$((faults + 1))
}

# run STATUS ARGUMENTS...: the tool must end with STATUS.
run() {
    wanted=$1
    shift
    line="sonaxis $*"
    "$tool" "$@" >"$out" 2>"$err" </dev/null
    status=$?
    [ $status = "$wanted" ] || fault "$line: status $status, wanted $wanted"
}

says() { # on stdout
    grep -qF -- "$1" "$out" || fault "$line: stdout lacks '$1'"
}

warns() { # on stderr
    grep -qF -- "$1" "$err" || fault "$line: stderr lacks '$1'"
}

silent() { # silent out|err
    eval "file=\$$1"
    [ ! -s "$file" ] || fault "$line: std$1 is not empty"
}

there() {
    for file in "$@"; do
        [ -s "$file" ] || fault "$line: $file is not there or empty"
    done
}

gone() {
    for file in "$@"; do
        [ ! -e "$file" ] || fault "$line: $file is still there"
    done
}

# Standard output is one JSON document (looked at where python3 is there).
json() {
    command -v python3 >/dev/null 2>&1 || return 0
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$out" 2>/dev/null || fault "$line: not JSON"
}

finish() {
    [ $faults = 0 ] || {
        echo "$name: $faults faults"
        exit 1
    }
    rm -rf "$folder"
    echo "$name: good"
    exit 0
}
