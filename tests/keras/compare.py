"""Runs sonaxis on every case that make.py made, and compares.

compare.py SONAXIS FOLDER... [--training PROGRAM]

A case is good where every value is within 1e-5 of Keras's by the largest value of the case. PROGRAM is the build's
exchange_keras_training_test: it trains the cases that can be, and compares every weight.
"""

import argparse
import glob
import os
import subprocess
import sys
import tempfile

import numpy as np

arguments = argparse.ArgumentParser()
arguments.add_argument("sonaxis")
arguments.add_argument("folders", nargs="+")
arguments.add_argument("--training")
wanted = arguments.parse_args()
sonaxis, folders = wanted.sonaxis, wanted.folders
limit, worst, count, bad = 1e-5, 0.0, 0, []
for folder in folders:
    for path in sorted(glob.glob(os.path.join(folder, "*.keras")) + glob.glob(os.path.join(folder, "*.h5"))):
        base = os.path.splitext(path)[0]
        with tempfile.TemporaryDirectory() as work:
            out = os.path.join(work, "y.npy")
            ran = subprocess.run([sonaxis, "predict", path, base + ".x.npy", "--scores", out], capture_output=True,
                                 text=True)
            count += 1
            if ran.returncode != 0:
                bad.append(path + ": " + ran.stderr.strip())
                continue
            ours, theirs = np.load(out), np.load(base + ".y.npy")
        if ours.shape != theirs.shape:
            bad.append("%s: %s, not %s" % (path, ours.shape, theirs.shape))
            continue
        difference = float(np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-30))
        worst = max(worst, difference)
        if not difference <= limit:
            bad.append("%s: %.3g" % (path, difference))
for line in bad:
    print(line)
print("%d of %d models within %g, largest difference %.3g" % (count - len(bad), count, limit, worst))
failed = bool(bad)
if wanted.training:
    ran = subprocess.run([wanted.training] + folders, capture_output=True, text=True)
    print("\n".join(line for line in ran.stdout.split("\n") if ".keras: " in line or ".h5: " in line or
                    line.startswith("training")))
    failed = failed or ran.returncode != 0
sys.exit(1 if failed else 0)
