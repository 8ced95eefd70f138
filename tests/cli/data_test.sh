#!/bin/sh
# synth, inspect and features on a handful of made recordings, some of them bad.
. "$(dirname "$0")/check.sh"

run 0 synth speech -o words --labels 2 --groups 2 --takes 2 --seed 3
says "words/manifest.csv"
there words/manifest.csv
[ "$(find words -name '*.wav' | wc -l)" = 8 ] || fault "not 8 recordings"
run 0 synth speech -o again --labels 2 --groups 2 --takes 2 --seed 3 -q
silent err
diff -r words again >/dev/null || fault "the same seed gives other bytes"
run 0 synth speech -o other --labels 2 --groups 2 --takes 2 --seed 4
! diff -r words other >/dev/null || fault "another seed gives the same bytes"
for kind in bands onsets nothing; do
    run 0 synth $kind -o $kind --takes 1 --groups 2 --labels 2 --rate 8000 --duration 0.4
done

run 0 inspect words/manifest.csv
says "8"
run 0 inspect words --name '{label}_{group}_{take}' --json
says '"schema"'
json
cp words/*_0.wav again/ 2>/dev/null
printf 'not sound' >words/bad_speaker01_9.wav
head -c 30 "$(ls words/*_0.wav | head -1)" >words/cut_speaker01_9.wav
: >words/empty_speaker01_9.wav
mkdir words/folder_speaker01_9.wav
run 3 inspect words --name '{label}_{group}_{take}'
warns "skipped"
warns "bad_speaker01_9.wav"
run 3 inspect words --name '{label}_{group}_{take}' --json -q
silent err
json

run 3 features words -o pictures
says "8 recordings written to pictures"
warns "spectrograms of 8 recordings in "
warns "bad_speaker01_9.wav"
warns "cut_speaker01_9.wav"
warns "empty_speaker01_9.wav"
there pictures/frontend.json
for wav in words/*_0.wav; do
    stem=pictures/$(basename "$wav" .wav)
    there "$stem.npy" "$stem.png"
    head -c 6 "$stem.npy" | tail -c 5 | grep -q NUMPY || fault "$stem.npy is no .npy"
    head -c 4 "$stem.png" | tail -c 3 | grep -q PNG || fault "$stem.png is no PNG"
done

# sub-folders are kept; equal names do not overwrite each other
mkdir -p tree/a tree/b
first=$(ls words/*_0.wav | head -1)
cp "$first" tree/a/one.wav
cp "$first" tree/b/one.wav
cp "$first" tree/b/one.WAV
run 0 features tree -o leaves --no-pictures
there leaves/a/one.npy leaves/b/one.npy leaves/b/one-2.npy
gone leaves/a/one.png

# one file; the front-end it was made with makes the same bytes again
run 0 features "$first" -o single --bands 20 --hop-ms 5 --compress db
run 0 features "$first" -o single2 --frontend single/frontend.json
cmp -s single/*.npy single2/*.npy || fault "--frontend FILE does not repeat the front-end"
run 2 features "$first" -o single3 --frontend '{"bandz": 3}'
warns "bandz"
run 2 features "$first" -o single3 --fft 7
warns "7"

# librosa's melspectrogram(n_fft=256, win_length=200, hop_length=80, n_mels=40, center=False, htk=True, norm=None)
run 0 features "$first" -o mel --rate 8000 --fft 256 --window-samples 200 --hop-samples 80 --frame fft --bands 40
grep -q '"frame_is_fft": true' mel/frontend.json || fault "--frame fft is lost"
grep -q '"window_samples": 200' mel/frontend.json || fault "--window-samples is lost"
grep -q '"rate_hz": 8000' mel/frontend.json || fault "--rate is lost"

run 1 features no-such-folder -o never
gone never
finish
