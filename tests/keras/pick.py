"""A small set of the random models that still holds every layer class, axis of normalisation and activation.

pick.py FOLDER... OUT

Greedy: the case that adds most words a byte comes next; what was trained, and the shape of an older file, are words
too. .keras archives are packed (Keras stores them), except the first; x and y become one .npz.
"""

import glob
import json
import os
import shutil
import sys
import zipfile

import h5py
import numpy as np

folders, out = sys.argv[1:-1], sys.argv[-1]
COUNT = 36


def config_of(path):
    if path.endswith(".keras"):
        return json.loads(zipfile.ZipFile(path).read("config.json"))
    return json.loads(h5py.File(path)["/"].attrs["model_config"])


def layers_of(config):
    """Every layer, and every model within the model."""
    for layer in config if isinstance(config, list) else config["layers"]:
        yield layer
        if "layers" in layer["config"]:
            yield from layers_of(layer["config"])


def version_of(path):
    return h5py.File(path).attrs.get("keras_version", "?") if path.endswith(".h5") else "3"


def runs_of(path):
    arrays = os.path.splitext(path)[0] + ".train.npz"
    return [str(run).split()[0] for run in np.load(arrays)["runs"]] if os.path.exists(arrays) else []


def words(path):
    config, found = config_of(path), set()
    found.add((path.endswith(".h5"), "model", config["class_name"], version_of(path)))
    runs = runs_of(path)
    found |= {("run", run) for run in runs}
    bare = isinstance(config["config"], list)
    for layer in layers_of(config["config"]):
        options = layer["config"]
        found.add((layer["class_name"], path.endswith(".h5") and layer["class_name"] in ("Sequential", "Functional")))
        found.add((type(options.get("dtype")).__name__, bare))
        if runs:
            found.add((layer["class_name"], "trained"))
        for key in ("axis", "activation", "padding", "interpolation", "groups", "dilation_rate"):
            if key in options:
                found.add((layer["class_name"] if key == "axis" else "", key, json.dumps(options[key])[:20]))
    return found


cases = []
for folder in folders:
    for path in sorted(glob.glob(os.path.join(folder, "*.keras")) + glob.glob(os.path.join(folder, "*.h5"))):
        size = os.path.getsize(path) // (4 if path.endswith(".keras") else 1)
        if runs_of(path):
            size += os.path.getsize(os.path.splitext(path)[0] + ".train.npz")
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
    first = path == next(p for p in chosen if p.endswith(".keras"))
    if end == ".keras" and not first:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(name + end, "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.namelist():
                new.writestr(zipfile.ZipInfo(member), old.read(member), zipfile.ZIP_DEFLATED, 9)
    else:
        open(name + end, "wb").write(open(path, "rb").read())
    if runs_of(path):
        shutil.copyfile(base + ".train.npz", name + ".train.npz")
    np.savez_compressed(name + ".npz", x=np.load(base + ".x.npy"), y=np.load(base + ".y.npy"))
left = set().union(*[c[1] for c in cases]) - have
print("%d cases, %d trained; not in them: %s" %
      (len(chosen), sum(bool(runs_of(path)) for path in chosen), sorted(map(str, left))))
