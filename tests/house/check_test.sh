#!/bin/sh
# Shows that each check of tools/ can fail: small made-up trees, each with one fault, and one without.
# Usage: check_test.sh tools-folder
set -u
tools=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
wrong=0

fresh_tree() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/tools" "$work/tree/include/sonaxis" "$work/tree/tests" "$work/tree/bench"
    for folder in base audio tensor layers cli; do mkdir -p "$work/tree/src/$folder"; done
    cd "$work/tree" || exit 1
    cat >tools/layers.txt <<'TABLE'
# a small house
0 base    status.h
1 audio
1 tensor  axis.h
2 layers  layers.h
3 cli
jansson.h    src/base/json.c
arm_neon.h   src/audio/
system stddef.h
TABLE
    printf '#include <stddef.h>\n' >include/sonaxis/status.h
    printf '#include "sonaxis/status.h"\n' >include/sonaxis/axis.h
    printf '#include "sonaxis/axis.h"\n' >include/sonaxis/layers.h
    printf '#include "sonaxis/status.h"\n#include <stddef.h>\n' >src/base/error.h
    printf '#include "base/error.h"\n#include <jansson.h>\n' >src/base/json.c
    printf '#include "base/error.h"\n#include <arm_neon.h>\n' >src/audio/sound.h
    printf '#include "sound.h"\n' >src/audio/sound.c
    printf '#include "audio/sound.h"\n#include "sonaxis/axis.h"\n#include "sonaxis/layers.h"\n' >src/layers/conv.c
    printf '#include "command.h"\n#include "sonaxis/layers.h"\n' >src/cli/main.c
    printf '/* commands */\n' >src/cli/command.h
}

passes() { # check, what it is
    if ! "$tools/$1" . >out 2>&1; then
        echo "WRONG: $1 refuses $2:"
        cat out
        wrong=1
    fi
}

fails() { # check, words expected in its output, what it is
    if "$tools/$1" . >out 2>&1; then
        echo "WRONG: $1 accepts $3"
        wrong=1
    elif ! grep -qF -- "$2" out; then
        echo "WRONG: $1 refuses $3, but does not say \"$2\":"
        cat out
        wrong=1
    else
        echo "good: $1 refuses $3"
    fi
}

fresh_tree
passes check_layers.sh "a good tree"
passes check_seam.sh "a good tree"
passes check_style.sh "a good tree"

layers_fault() { # file, line to add, words, what it is
    fresh_tree
    echo "$2" >>"$1"
    fails check_layers.sh "$3" "$4"
}
layers_fault src/audio/sound.c '#include "layers/conv.h"' 'audio (floor 1) includes "layers/conv.h" of layers (floor 2)' "an arrow upwards"
layers_fault src/audio/sound.c '#include "tensor/shape.h"' 'audio (floor 1) includes "tensor/shape.h" of tensor (floor 1)' "an arrow sideways"
layers_fault src/audio/sound.c '#include "sonaxis/axis.h"' 'includes sonaxis/axis.h of tensor' "a neighbour's public header"
layers_fault src/base/error.h '  #  include "sonaxis/layers.h"' 'src/base/error.h:3: base (floor 0)' "a public header from above, spaced oddly"
layers_fault include/sonaxis/axis.h '#include "sonaxis/layers.h"' 'tensor (floor 1) includes sonaxis/layers.h' "a public header that looks up"
layers_fault include/sonaxis/axis.h '#include "base/error.h"' 'a public header includes the private "base/error.h"' "a public header with a private one"
layers_fault src/audio/sound.c '#include <jansson.h>' '<jansson.h> may be named in src/base/json.c only' "a library in a second file"
layers_fault src/layers/conv.c '#include <arm_neon.h>' '<arm_neon.h> may be named in src/audio/ only' "a library outside its folder"
layers_fault src/audio/sound.c '#include <fftw3.h>' '<fftw3.h> is no system header' "a library that nobody listed"
layers_fault src/cli/main.c '#include "base/error.h"' 'cli includes "base/error.h"' "a tool that looks inside"
layers_fault src/audio/sound.c '#include "missing.h"' '"missing.h" is not in src/audio' "a header that is not there"
layers_fault src/audio/sound.c '#include "util/x.h"' 'is in no folder' "a folder without a floor"
layers_fault include/sonaxis/new.h '' 'has no owner' "a public header without an owner"

seam_fault() { # file, line to add, words, what it is
    fresh_tree
    echo "$2" >>"$1"
    fails check_seam.sh "$3" "$4"
}
seam_fault src/audio/sound.c 'void *x = malloc (3);' 'malloc() belongs to base/' "an allocation outside base"
seam_fault src/layers/conv.c 'f = fopen("x", "r");' 'fopen() belongs to base/' "a file opened outside base"
seam_fault src/layers/conv.c '/* a */ t = time(NULL); /* b' 'src/layers/conv.c:4: time()' "the clock outside base"
seam_fault src/base/json.c 'abort();' 'abort() has no place' "a library that aborts"
seam_fault src/audio/sound.c 'printf("%d", 1);' 'printf() has no place' "a library that prints"
fresh_tree
printf '/* malloc(1)\n free(2) */\nconst char *s = "a \\" exit(1)"; // abort()\nint c = %s"%s; p->open(1); my_free(2);\n' "'" "'" \
    >>src/audio/sound.c
echo 'int main(void) { printf("%d", 1); }' >>src/cli/main.c
passes check_seam.sh "calls in comments, in texts, of members and of the tool"

style_fault() { # line to add, words, what it is
    fresh_tree
    printf '%b\n' "$1" >>src/audio/sound.c
    fails check_style.sh "$2" "$3"
}
style_fault '#if 0\n#endif' 'code switched off' "code switched off"
style_fault '/* TODO: later */' 'TODO without the number' "a TODO without a number"
if command -v clang-format-14 >/dev/null || clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    style_fault 'int  f( void );' 'would change' "a file in another format"
fi
fresh_tree
echo '/* TODO(#12): later */' >>src/audio/sound.c
passes check_style.sh "a TODO with a number"
echo 'DisableFormat: true' >.clang-format
{ echo 'void f(int a,'; echo '       int b) {'; yes '    a = b;' | head -70; echo '}'; } >>src/audio/sound.c
yes '/* line */' | head -400 >>src/audio/sound.c
passes check_style.sh "a long function and a long file"
grep -q 'sound.c:3: 73 lines: void f' out || { echo "WRONG: the long function is not named"; cat out; wrong=1; }
grep -q 'sound.c: 475 lines' out || { echo "WRONG: the long file is not named"; cat out; wrong=1; }

exit $wrong
