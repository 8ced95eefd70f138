#!/bin/sh
# The kernel tests for a processor that this machine is not: built for 64-bit ARM and run by qemu.
# Usage: qemu_test.sh SOURCE FOLDER. Ends with 77 (skipped) where compiler or emulator is not installed.
set -eu
source=$1 folder=$2
compiler=aarch64-linux-gnu-gcc emulator=qemu-aarch64
for tool in "$compiler" "$emulator"; do
    command -v "$tool" >/dev/null || {
        echo "skipped: $tool is not installed (Debian: gcc-aarch64-linux-gnu, qemu-user)"
        exit 77
    }
done
rm -rf "$folder"
mkdir -p "$folder"
flags="-std=c11 -O1 -Wall -Wextra -Werror -ffp-contract=off -fno-math-errno -fno-trapping-math -D_GNU_SOURCE"
flags="$flags -I$source/include -I$source/src -I$source/tests -I$source/tests/kernels/qemu"
for file in "$source"/src/kernels/*.c; do
    "$compiler" $flags -c "$file" -o "$folder/$(basename "$file" .c).o"
done
"$compiler" $flags -c "$source/tests/kernels/qemu/need.c" -o "$folder/need.o"
"$compiler" -static "$folder"/*.o -lm -o "$folder/need"
"$emulator" "$folder/need" neon
for name in finish first conv winograd block dense norm elementwise pool spectrum; do
    rm -f "$folder/need.o" "$folder/test.o"
    "$compiler" $flags -c "$source/tests/kernels/${name}_test.c" -o "$folder/test.o"
    "$compiler" -static "$folder"/*.o -lm -o "$folder/${name}_test"
    "$emulator" "$folder/${name}_test" || {
        echo "kernels/${name}_test.c fails on ARM" >&2
        exit 1
    }
done
