"""Lets sonaxis train one step of SGD on noise, so that a peer can be given the same weights and be compared.

usage: prepare.py --impl SONAXIS --folder DIR [--nets kws,...] [--axes ...]"""
import os
import subprocess

from common import classes_of, input_of, need, options

a = options(__doc__, ("--folder", dict(required=True)), ("--nets", dict(default="kws,kwsL,esc,dscnn")))
np = need("numpy")
os.makedirs(a.folder, exist_ok=True)
for net in a.nets.split(","):
    for axis in a.axes.split(","):
        base = os.path.join(a.folder, f"{net}-{axis}")
        count = max(64, classes_of(net))
        x = np.random.default_rng(3).standard_normal((count, *input_of(net), 1)).astype(np.float32)
        np.save(base + ".x.npy", x)
        np.save(base + ".y.npy", (np.arange(count) % classes_of(net)).astype(np.int64))
        for name, rate in (("first", "1e-12"), ("second", "1")):
            out = f"{base}.{name}.sxm"
            for old in (out, out + ".checkpoint"):
                if os.path.exists(old):
                    os.remove(old)
            subprocess.run([a.impl, "train", base + ".x.npy", "--labels", base + ".y.npy", "-m", net, "-a", axis, "-e", "1",
                            "-b", str(count), "--optimiser", "sgd", "--lr", rate, "--statistics", "moving", "-q", "-o", out],
                           check=True, stdout=subprocess.DEVNULL)
        with open(base + ".json", "wb") as file:
            subprocess.run([a.impl, "predict", base + ".first.sxm", base + ".x.npy", "--json", "-q", "-k",
                            str(classes_of(net))], check=True, stdout=file)
