#!/bin/sh
# Models of Keras from the command line: what they keep, what they predict, what is refused.
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/cli/check.sh"
models=$here/golden/keras_models

run 0 model "$models/accidents/dcase.keras" --order frequency,time
says "keeps frequency"
says "warning"
says "axis=-1"
run 0 model "$models/accidents/dcase.keras" --order frequency,time --json
json

head -c 1500 "$models/accidents/dcase.keras" >cut.keras
run 1 model cut.keras
warns "cut.keras"
run 1 predict cut.keras cut.keras --scores y.npy
gone y.npy

# The page that errors point to names every class that is read.
sed -n 's/^    {"\([A-Za-z0-9]*\)", .*/\1/p' "$here/../src/exchange/keras_layers.c" | while read -r class; do
    grep -qF "\`$class\`" "$here/../docs/keras.md" || echo "$class"
done >missing
[ ! -s missing ] || fault "docs/keras.md does not name $(tr '\n' ' ' <missing)"

# The script on that page is the one that bench/keras/walk.sh runs.
sed -n '/^```python$/,/^```$/p' "$here/../docs/keras.md" | sed '/^```/d' >on_the_page.py
sed 1d "$here/../bench/keras/script.py" | cmp -s - on_the_page.py || fault "docs/keras.md has another script than bench/keras"
finish
