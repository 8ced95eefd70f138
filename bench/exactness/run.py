#!/usr/bin/env python3
"""Does Winograd's way change what is learnt? Trains the nets small and kws on recordings with it and, by --exact, without it
and without fused blocks; the same folds and seeds. Prints accuracies with intervals and the paired difference. Needs nothing
but Python.

usage: bench/exactness/run.py DATA [--name PATTERN] [--sonaxis PATH] [--nets small,kws] [--seeds N] [--epochs N] [--out FOLDER]"""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Two-sided 95 % points of Student's t by degrees of freedom; beyond the table the normal one, rounded up.
T95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 11: 2.201, 14: 2.145,
       19: 2.093, 29: 2.045}


def interval(values):
    n, mean = len(values), sum(values) / len(values)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1))
    half = T95.get(n - 1, 2.262 if n > 9 else 12.706) * deviation / math.sqrt(n)
    return mean, mean - half, mean + half


def runs_of(a, net, exact, folder):
    """{(axis, fold, seed): accuracy}"""
    out = os.path.join(folder, f"{net}-{'exact' if exact else 'fast'}")
    command = [a.sonaxis, "compare", a.data, "--name", a.name, "--folds", "group:2", "--axes", "channels,frequency", "--model", net,
               "--seeds", str(a.seeds), "--epochs", str(a.epochs), "--quiet", "--json", "--output", out]
    done = subprocess.run(command + (["--exact"] if exact else []), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        sys.exit(f"run.py: {' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    found = json.loads(done.stdout)
    return {(run["axis"], run["fold"], run["seed"]): run["accuracy"] for run in found["runs"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder of recordings of at least two groups")
    parser.add_argument("--name", default="{label}_{group}_{take}")
    parser.add_argument("--sonaxis", default=os.path.join(ROOT, "build", "release", "sonaxis"))
    parser.add_argument("--nets", default="small,kws")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--out", default="", help="folder to keep the studies in, so that a stopped run continues")
    a = parser.parse_args()
    print("| net | axis | with Winograd | --exact | difference, same fold and seed |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        for net in a.nets.split(","):
            fast, exact = (runs_of(a, net, way, a.out or temporary) for way in (False, True))
            for axis in ("channels", "frequency"):
                keys = [key for key in sorted(fast, key=str) if key[0] == axis]
                cells = [interval([table[key] for key in keys]) for table in (fast, exact)]
                cells.append(interval([fast[key] - exact[key] for key in keys]))
                print(f"| {net} | {axis} | " + " | ".join(f"{m:.3f} ({low:.3f} to {high:.3f})" for m, low, high in cells) + " |")


main()
