#!/bin/sh
# Measures sonaxis and its peers in turn and prints one table of ratios; see run.py, and setup.sh for the peers.
# Usage: bench/peers/run.sh [options of run.py]     e.g. bench/peers/run.sh --cases check,train --nets kws --rounds 5
set -eu
command -v python3 >/dev/null || {
    echo "run.sh: needs python3" >&2
    exit 1
}
exec python3 "$(dirname "$0")/run.py" "$@"
