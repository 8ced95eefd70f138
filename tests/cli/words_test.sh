#!/bin/sh
# What the tool says about itself: help, version, misuse, colours.
. "$(dirname "$0")/check.sh"

commands="compare inspect features synth model train evaluate predict"

run 0
says "Usage:"
says "Examples:"
silent err
run 0 --help
run 0 help
run 0 --version
says "sonaxis 0."
run 0 --version -v
says "kernels: "

for command in $commands; do
    run 0
    says "  $command "
    run 0 "$command" --help
    says "Usage: sonaxis $command"
    says "Examples:"
    says "--quiet"
    silent err
    run 0 "$command" -h
    run 0 help "$command"
    says "Usage: sonaxis $command"
    run 2 "$command" --no-such-option
    warns "unknown option '--no-such-option'"
    warns "Try 'sonaxis $command --help'"
    silent out
    [ "$command" = model ] || run 2 "$command"
done

# every line of help fits
for command in $commands; do
    run 0 "$command" --help
    long=$(awk 'length($0) > 110' "$out" | head -1)
    [ -z "$long" ] || fault "$line: a line is too long: $long"
done

run 2 compar x
warns "did you mean 'compare'?"
silent out
run 2 frobnicate
warns "unknown command 'frobnicate'"
run 2 --frobnicate
warns "unknown option '--frobnicate'"
run 2 compare x --epoch 3
warns "did you mean '--epochs'?"
run 2 compare x --optimiser adm
warns "did you mean 'adam'?"
run 2 compare x --epochs 0
warns "from 1 to 100000"
run 2 compare x --epochs 1.5
run 2 compare x --epochs=
run 2 compare x --lr nan
run 2 compare x --epochs
warns "needs a value"
run 2 compare x --json=yes
warns "takes no value"
run 2 compare x y
warns "'y' is too much"
run 2 compare x --axes channels,channels
warns "twice"
run 2 compare x --axes time
run 2 compare x --axes chanels,time
warns "channels"
run 2 compare x --folds 1
run 2 compare x --folds some
run 2 compare x --patience 3
warns "--validation"
run 2 compare x --channels both
run 2 compare x --preset librosa --frontend '{}'
run 2 compare x --preset librose
run 2 compare x --seed -1
run 1 compare no-such-folder -o never
warns "no-such-folder"
gone never
run 2 train x
warns "-o FILE.sxm"
run 2 features x
run 2 synth speech
run 2 synth noise -o y
warns "noise"
run 1 evaluate no.sxm x
run 1 predict no.sxm x

# options in a file
printf '# comment\nepochs = 3\n\nbatchs = 2\n' >options
run 2 compare x --config options
warns "options: line 4: unknown option 'batchs'; did you mean 'batch'?"
printf 'epochs 3\n' >options
run 2 compare x --config options
warns "line 1"
printf 'nesterov = maybe\n' >options
run 2 compare x --config options
warns "neither yes nor no"
run 1 compare x --config no-such-file

# a result that cannot be written is a failure
if [ -w /dev/full ]; then
    "$tool" --help >/dev/full 2>"$err"
    [ $? = 1 ] || fault "--help >/dev/full does not fail"
fi

# colours on a terminal only, and not where they are unwanted
if command -v script >/dev/null 2>&1 && TERM=xterm script -qec true /dev/null >/dev/null 2>&1; then
    has_color() { grep -q "$(printf '\033')\[1" "$out"; }
    line="sonaxis --help on a terminal"
    TERM=xterm script -qec "'$tool' --help" /dev/null >"$out" 2>"$err" </dev/null
    has_color || fault "no colour on a terminal"
    NO_COLOR=1 TERM=xterm script -qec "'$tool' --help" /dev/null >"$out" 2>"$err" </dev/null
    ! has_color || fault "colour in spite of NO_COLOR"
    NO_COLOR='' TERM=xterm script -qec "'$tool' --help" /dev/null >"$out" 2>"$err" </dev/null
    has_color || fault "an empty NO_COLOR counts"
    TERM=dumb script -qec "'$tool' --help" /dev/null >"$out" 2>"$err" </dev/null
    ! has_color || fault "colour in spite of TERM=dumb"
    TERM=xterm script -qec "'$tool' --no-color --help" /dev/null >"$out" 2>"$err" </dev/null
    ! has_color || fault "colour in spite of --no-color"
else
    echo "$name: no pseudo-terminal to look at colours on: left out"
fi
TERM=xterm run 0 --help
! grep -q "$(printf '\033')" "$out" || fault "colour in a file"
finish
