"""A small set of the random models that still holds every layer class, axis of normalisation and activation.

pick.py FOLDER... OUT [--count 32]

Greedy: the case that adds most words a byte comes next. .keras archives are packed (Keras stores them), except the
first; x and y become one .npz.
"""

import glob
import json
import os
import sys
import zipfile

import h5py
import numpy as np

folders, out = sys.argv[1:-1], sys.argv[-1]
COUNT = 32


def config_of(path):
    if path.endswith(".keras"):
        return json.loads(zipfile.ZipFile(path).read("config.json"))
    return json.loads(h5py.File(path)["/"].attrs["model_config"])


def words(path):
    config, found = config_of(path), set()
    found.add((path.endswith(".h5"), "model", config["class_name"]))
    for layer in config["config"]["layers"]:
        options = layer["config"]
        found.add(layer["class_name"])
        for key in ("axis", "activation", "padding", "interpolation", "groups", "dilation_rate"):
            if key in options:
                found.add((layer["class_name"] if key == "axis" else "", key, json.dumps(options[key])[:20]))
    return found


cases = []
for folder in folders:
    for path in sorted(glob.glob(os.path.join(folder, "*.keras")) + glob.glob(os.path.join(folder, "*.h5"))):
        size = os.path.getsize(path) // (4 if path.endswith(".keras") else 1)
        cases.append((path, words(path), size))
have, chosen = set(), []
while len(chosen) < COUNT:
    best = max(cases, key=lambda c: (len(c[1] - have) + 0.01) / c[2])
    cases.remove(best)
    chosen.append(best[0])
    have |= best[1]
os.makedirs(out, exist_ok=True)
for number, path in enumerate(chosen):
    base, end = os.path.splitext(path)
    name = os.path.join(out, "%02d" % number)
    if end == ".keras" and number >= 1:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(name + end, "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.namelist():
                new.writestr(zipfile.ZipInfo(member), old.read(member), zipfile.ZIP_DEFLATED, 9)
    else:
        open(name + end, "wb").write(open(path, "rb").read())
    np.savez_compressed(name + ".npz", x=np.load(base + ".x.npy"), y=np.load(base + ".y.npy"))
left = set().union(*[c[1] for c in cases]) - have
print("%d cases; not in them: %s" % (len(chosen), sorted(map(str, left))))
