#!/bin/sh
# Installs into a folder of the build and uses it from outside, once by way of pkg-config and once by way of CMake's
# find_package; looks at what the library exports, and whether every public header stands alone.
# Usage: installed_test.sh cmake source-folder build-folder c-compiler      (CFLAGS: those of the build)
set -eu
cmake=$1 source=$2 build=$3 cc=$4
work=$build/installed
prefix=$work/prefix
flags=${CFLAGS:-}
rm -rf "$work"
mkdir -p "$work"

die() {
    echo "WRONG: $*" >&2
    exit 1
}

"$cmake" --install "$build" --prefix "$prefix" >"$work/install.log"
DESTDIR=$work/stage "$cmake" --install "$build" --prefix /usr >"$work/stage.log"
[ -f "$work/stage/usr/include/sonaxis/sonaxis.h" ] || die "DESTDIR was not honoured"
library=$(find "$prefix" -name 'libsonaxis.so')
[ -n "$library" ] || die "no libsonaxis.so was installed"
libraries=$(dirname "$library")
[ -f "$library.0" ] || die "no link libsonaxis.so.0 for the SONAME"
export LD_LIBRARY_PATH="$libraries"

echo "- pkg-config"
export PKG_CONFIG_PATH="$libraries/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
version=$(pkg-config --modversion sonaxis)
# shellcheck disable=SC2046,SC2086
$cc $flags -std=c11 -Wall -Wextra -Werror -DEXPECTED_VERSION="\"$version\"" "$source/tests/installed/main.c" \
    -o "$work/by_pkg_config" $(pkg-config --cflags --libs sonaxis)
"$work/by_pkg_config"

echo "- find_package"
"$cmake" -G Ninja -S "$source/tests/installed" -B "$work/by_cmake" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_C_FLAGS="$flags" >"$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; die "find_package(sonaxis) failed"; }
"$cmake" --build "$work/by_cmake" >"$work/build.log" 2>&1 || { cat "$work/build.log"; die "it cannot be linked"; }
"$work/by_cmake/uses_sonaxis"

echo "- public headers, each alone"
for header in "$prefix"/include/sonaxis/*.h; do
    name=sonaxis/$(basename "$header")
    printf '#include <%s>\n#include <%s>\nint unused_%s;\n' "$name" "$name" "$$" >"$work/alone.c"
    $cc -std=c11 -pedantic -Wall -Wextra -Werror -I"$prefix/include" -fsyntax-only "$work/alone.c" ||
        die "$name does not stand alone"
    if command -v c++ >/dev/null; then
        c++ -Wall -Wextra -Werror -I"$prefix/include" -fsyntax-only -x c++ "$work/alone.c" || die "$name is no C++"
    fi
done

echo "- exported names"
nm -D --defined-only "$library" | awk '{print $NF}' | grep -v '@\|^_' | LC_ALL=C sort >"$work/exported"
foreign=$(grep -v '^sx_' "$work/exported" || true)
[ -z "$foreign" ] || die "exported, but not sx_: $foreign"
cat "$prefix"/include/sonaxis/*.h | grep -o '^SX_API [^;]*' | sed 's/(.*//; s/.*[ *]//' | LC_ALL=C sort -u >"$work/promised"
missing=$(LC_ALL=C comm -13 "$work/exported" "$work/promised")
[ -z "$missing" ] || die "in the headers, but not in the library: $missing"
extra=$(LC_ALL=C comm -23 "$work/exported" "$work/promised")
[ -z "$extra" ] || die "exported, but in no public header: $extra"
echo "$(wc -l <"$work/promised") functions, all exported"

echo "- modules"
for module in hdf5 archive; do
    [ -f "$libraries/sonaxis-modules/$module.so" ] || die "the module $module was not installed"
    names=$(nm -D --defined-only "$libraries/sonaxis-modules/$module.so" | awk '{print $NF}' | grep -v '@\|^_' || true)
    [ "$names" = sx_module_enter ] || die "the module $module exports $names"
done
foreign=$(objdump -p "$library" | grep NEEDED | grep 'hdf5\|libzip' || true)
[ -z "$foreign" ] || die "every process loads what only a module shall: $foreign"

if [ -x "$prefix/bin/sonaxis" ]; then
    echo "- the tool"
    unset LD_LIBRARY_PATH
    "$prefix/bin/sonaxis" --version
    keras=$source/tests/golden/keras_models/accidents/dcase.keras
    mv "$prefix" "$prefix-moved"
    libraries=$(dirname "$(find "$prefix-moved" -name 'libsonaxis.so')")
    (cd / && "$prefix-moved/bin/sonaxis" model "$keras" >"$work/model.log") || die "moved, it reads no .keras"

    echo "- a module of another version, and none"
    printf 'const void *sx_module_enter(const void *host);\n%s\n' \
        'const void *sx_module_enter(const void *host) { (void)host; return 0; }' >"$work/other.c"
    # shellcheck disable=SC2086
    $cc $flags -shared -fPIC "$work/other.c" -o "$libraries/sonaxis-modules/hdf5.so"
    "$prefix-moved/bin/sonaxis" model "$keras" 2>"$work/other.log" && die "it took another version's module"
    grep -q 'sonaxis-modules/hdf5.so: it is of another version' "$work/other.log" || die "$(cat "$work/other.log")"
    rm "$libraries/sonaxis-modules/hdf5.so"
    "$prefix-moved/bin/sonaxis" model "$keras" 2>"$work/none.log" && die "it read HDF5 without its module"
    grep -q 'sonaxis-modules/hdf5.so: there is no such file' "$work/none.log" || die "$(cat "$work/none.log")"
fi
