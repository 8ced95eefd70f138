#!/bin/sh
# Installs what is missing from scripts/dependencies.txt, and nothing else.
# Usage: scripts/setup.sh [build|test]      build (default): to build and run; test: for the tests as well
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-build}
case $purpose in
build) kinds='build' ;;
test) kinds='build test extra' ;;
*)
    echo "setup.sh: unknown purpose \"$purpose\": build or test" >&2
    exit 2
    ;;
esac

is_there() { # found-by
    case $1 in
    command:*) command -v "${1#command:}" >/dev/null 2>&1 ;;
    module:*) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "${1#module:}" ;;
    file:*) [ -e "${1#file:}" ] ;;
    *) false ;;
    esac
}

missing_of() { # kind
    grep -v '^#' scripts/dependencies.txt | while read -r kind package found_by why; do
        if [ "$kind" = "$1" ] && ! is_there "$found_by"; then
            echo "$package"
        fi
    done
}

needed= wished=
for kind in $kinds; do
    if [ $kind = extra ]; then
        wished=$(missing_of $kind | tr '\n' ' ')
    else
        needed="$needed$(missing_of $kind | tr '\n' ' ')"
    fi
done
[ -n "$needed$wished" ] || exit 0

# How to install here, or why not.
as_root= obstacle=
if ! command -v apt-get >/dev/null 2>&1; then
    obstacle="there is no apt-get here"
elif [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1; then
        as_root='sudo'
    else
        obstacle="that takes root, and there is no sudo here"
    fi
fi

if [ -n "$obstacle" ]; then
    [ -z "$wished" ] || echo "setup.sh: left out, as $obstacle: $wished" >&2
    [ -n "$needed" ] || exit 0
    echo "setup.sh: please install these first (Debian names), for $obstacle: $needed" >&2
    exit 1
fi

install_packages() {
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "setup.sh: installing $needed$wished" >&2
$as_root apt-get update -q >"$log" 2>&1 || echo "setup.sh: apt-get update failed; trying with the lists that are there" >&2
# shellcheck disable=SC2086
if [ -n "$needed" ] && ! install_packages $needed >"$log" 2>&1; then
    tail -5 "$log" >&2
    echo "setup.sh: apt-get could not install what is needed: $needed" >&2
    exit 1
fi
for package in $wished; do
    install_packages "$package" >"$log" 2>&1 || echo "setup.sh: $package could not be installed; its tests are left out" >&2
done
