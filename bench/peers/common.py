"""What the peer scripts share: the nets as data, timing, one JSON line a result, and reading a .sxm file."""
import argparse
import json
import os
import statistics
import struct
import sys
import time

# time, frequency, filters of the blocks Conv2D 3x3 - normalisation - ReLU - max pooling 2x2, classes
PLAIN = {
    "small": (98, 40, (16, 32, 64), 10),
    "kws": (98, 40, (16, 32, 64, 64), 12),
    "kwsL": (98, 64, (32, 64, 128, 128), 35),
    "esc": (216, 64, (32, 64, 128, 256), 50),
}
DSCNN = (49, 10, 64, 12)  # time, frequency, filters, classes; four depthwise-separable blocks
KERAS_AXIS = {"channels": -1, "frequency": 2, "time": 1}


def input_of(net):
    return (DSCNN if net == "dscnn" else PLAIN[net])[:2]


def classes_of(net):
    return (DSCNN if net == "dscnn" else PLAIN[net])[-1]


def options(about, *own):
    """Options every script has; `own` are (name, keyword arguments). One thread means one core."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--impl", required=True)
    parser.add_argument("--axes", default="channels,frequency,time")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2.0)
    for name, how in own:
        parser.add_argument(name, **how)
    chosen = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(chosen.threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if chosen.threads == 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return chosen


def measure(work, seconds, warm=3, least=5):
    """Sorted times of repeated calls, in seconds."""
    for _ in range(warm):
        work()
    times, stop = [], time.perf_counter() + seconds
    while time.perf_counter() < stop or len(times) < least:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)


def summary(times):
    """The fields sonaxis bench --json writes too."""
    n, median = len(times), statistics.median(times)
    spread = (times[3 * (n - 1) // 4] - times[(n - 1) // 4]) / median
    return dict(median_ms=round(median * 1e3, 5), best_ms=round(times[0] * 1e3, 5), spread=round(spread, 4), n=n)


def say(**fields):
    print(json.dumps(fields), flush=True)


def need(module):
    """Ends with 77 (left out) where a peer is not installed."""
    try:
        return __import__(module)
    except ImportError as problem:
        print(f"left out: {problem}", file=sys.stderr)
        sys.exit(77)


def read_sxm(path):
    """(card, trainable weights, moving statistics) of a model file; layout in src/model/model_file.h."""
    import numpy as np

    with open(path, "rb") as file:
        raw = file.read()
    assert raw[:8] == b"\x89SXM\r\n\x1a\n" and struct.unpack_from("<I", raw, 8)[0] == 1, path
    at, parts = struct.unpack_from("<I", raw, 12)[0], []
    for section in range(4):
        size = struct.unpack_from("<Q", raw, 24 + 16 * section)[0]
        parts.append(raw[at : at + size])
        at += size
    return json.loads(parts[0]), np.frombuffer(parts[2], "<f4"), np.frombuffer(parts[3], "<f4")


def split_like(flat, shapes):
    """The flat block cut into arrays of these shapes, in order."""
    import numpy as np

    out, at = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        out.append(flat[at : at + size].reshape(shape))
        at += size
    assert at == len(flat), "the nets differ: their weights do not match in number"
    return out


def read_case(folder, net, axis):
    """What prepare.py left: inputs as the net sees them, label indices, weights before and after one step of SGD with
    rate 1, statistics, and the probabilities that sonaxis gives."""
    import numpy as np

    base = os.path.join(folder, f"{net}-{axis}")
    card, first, statistics_ = read_sxm(base + ".first.sxm")
    _, second, _ = read_sxm(base + ".second.sxm")
    x = np.load(base + ".x.npy")
    x = ((x - np.float64(card["mean"])) / np.float64(card["deviation"])).astype(np.float32)
    y = np.array([card["labels"].index(str(label)) for label in np.load(base + ".y.npy")], np.int32)
    with open(base + ".json") as file:
        rows = json.load(file)["predictions"]
    p = np.zeros((len(rows), len(card["labels"])))
    for i, row in enumerate(rows):
        for best in row["top"]:
            p[i, card["labels"].index(best["label"])] = best["score"]
    return dict(x=x, y=y, first=first, gradient=first - second, statistics=statistics_, p=p)
