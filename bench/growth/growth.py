#!/usr/bin/env python3
"""How a training step of the net kws grows with batch, frames, filters, threads, and how its memory does: measures with
sonaxis bench, writes the numbers and one SVG chart each. Needs nothing but Python.

usage: bench/growth/growth.py [--sonaxis PATH] [--out docs/growth] [--seconds S] [--charts batch,frames,filters,threads,memory]"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
AXES = {"channels": "#3366aa", "frequency": "#cc6633", "time": "#338855"}


def measure(sonaxis, seconds, axis, threads, batch=64, frames=98, net="kws"):
    """(ms a step, peak MB of the process)"""
    command = [sonaxis, "bench", "train", "--net", net, "--axis", axis, "--batch", str(batch), "--threads", str(threads),
               "--input", f"{frames},40,1", "--seconds", str(seconds), "--json"]
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if child.returncode != 0:
        sys.exit(f"growth.py: {' '.join(command)} ended with {child.returncode}")
    return json.loads(text)["median_ms"], usage.ru_maxrss / 1024


def widened(sonaxis, folder, first):
    """kws with `first` filters in its first block instead of 16, the others in proportion."""
    spec = json.loads(subprocess.run([sonaxis, "model", "kws", "--spec"], check=True, capture_output=True).stdout)
    for layer in spec["layers"]:
        if layer["type"] == "conv2d":
            layer["filters"] = layer["filters"] * first // 16
    path = os.path.join(folder, f"kws-{first}.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(spec, file)
    return path


# --- charts: both axes logarithmic, so that a straight line of slope 1 is "in proportion"

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 340, 64, 120, 36, 52


def ticks(low, high):
    """1, 2 and 5 times powers of ten from low to high."""
    found, power = [], 10 ** math.floor(math.log10(low))
    while power <= high:
        found += [power * k for k in (1, 2, 5) if low <= power * k <= high]
        power *= 10
    return found


def bounds(values):
    low, high = min(values), max(values)
    return low / 1.25, high * 1.25


def line_of(points, name, colour, place):
    path = " ".join(f"{'L' if i else 'M'}{place(x, y)[0]:.1f} {place(x, y)[1]:.1f}" for i, (x, y) in enumerate(points))
    dots = "".join(f'<circle cx="{place(x, y)[0]:.1f}" cy="{place(x, y)[1]:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'


def labels_of(series, place):
    """Names at the ends of the lines, moved apart where they would cover each other."""
    ends = sorted((place(*points[-1])[1], name, colour) for name, colour, points in series)
    out, last = [], -100.0
    for y, name, colour in ends:
        last = max(y + 4, last + 14)
        out.append(f'<text x="{WIDTH - RIGHT + 8}" y="{last:.1f}" fill="{colour}">{name}</text>')
    return "".join(out)


def chart(path, title, x_name, y_name, series):
    """series: (name, colour, [(x, y)])"""
    x_low, x_high = bounds([x for _, _, points in series for x, _ in points])
    y_low, y_high = bounds([y for _, _, points in series for _, y in points])

    def place(x, y):
        across = math.log(x / x_low) / math.log(x_high / x_low)
        up = math.log(y / y_low) / math.log(y_high / y_low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
           f'font-family="sans-serif" font-size="12" role="img" aria-label="{title}">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
           f'<text x="{LEFT}" y="20" font-size="14" fill="#222222">{title}</text>']
    for x in ticks(x_low, x_high):
        at = place(x, y_low)
        out.append(f'<path d="M{at[0]:.1f} {TOP} V{HEIGHT - BOTTOM}" stroke="#dddddd"/><text x="{at[0]:.1f}" '
                   f'y="{HEIGHT - BOTTOM + 16}" text-anchor="middle" fill="#444444">{x:g}</text>')
    for y in ticks(y_low, y_high):
        at = place(x_low, y)
        out.append(f'<path d="M{LEFT} {at[1]:.1f} H{WIDTH - RIGHT}" stroke="#dddddd"/><text x="{LEFT - 6}" '
                   f'y="{at[1] + 4:.1f}" text-anchor="end" fill="#444444">{y:g}</text>')
    out += [line_of(points, name, colour, place) for name, colour, points in series]
    out.append(labels_of(series, place))
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle" fill="#444444">{x_name}</text>'
               f'<text x="16" y="{(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" fill="#444444" '
               f'transform="rotate(-90 16 {(TOP + HEIGHT - BOTTOM) / 2})">{y_name}</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


# --- what is measured


def grow(a, values, **fixed):
    """For each axis the (value, ms, MB) points; values: (number to show, arguments of measure)."""
    return {axis: [(shown, *measure(a.sonaxis, a.seconds, axis, **dict(fixed, **how))) for shown, how in values]
            for axis in AXES}


def step_series(found):
    return [(axis, AXES[axis], [(x, ms) for x, ms, _ in points]) for axis, points in found.items()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sonaxis", default=os.path.join(ROOT, "build", "release", "sonaxis"))
    parser.add_argument("--out", default=os.path.join(ROOT, "docs", "growth"))
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--charts", default="batch,frames,filters,threads,memory")
    a = parser.parse_args()
    if not os.access(a.sonaxis, os.X_OK):
        parser.error(f"there is no {a.sonaxis}: build first or give --sonaxis")
    os.makedirs(a.out, exist_ok=True)
    wanted, numbers = a.charts.split(","), {}
    batches = [(n, dict(batch=n)) for n in (1, 2, 4, 8, 16, 32, 64, 128, 256)]
    frames = [(n, dict(frames=n)) for n in (50, 100, 200, 400, 800, 1600, 3000)]
    step = "ms a training step"
    with tempfile.TemporaryDirectory() as folder:
        filters = [(n, dict(net=widened(a.sonaxis, folder, n))) for n in (4, 8, 16, 32, 64)]
        if "batch" in wanted or "memory" in wanted:
            numbers["batch"] = grow(a, batches, threads=a.threads)
        if "batch" in wanted:
            chart(os.path.join(a.out, "batch.svg"), "Net kws, 98 x 40: step time and batch", "examples a batch", step,
                  step_series(numbers["batch"]))
        if "frames" in wanted or "memory" in wanted:
            numbers["frames"] = grow(a, frames, threads=a.threads, batch=16)
        if "frames" in wanted:
            chart(os.path.join(a.out, "frames.svg"), "Net kws, batch 16: step time and frames", "frames an example", step,
                  step_series(numbers["frames"]))
        if "filters" in wanted:
            numbers["filters"] = grow(a, filters, threads=a.threads, batch=16)
            chart(os.path.join(a.out, "filters.svg"), "Net kws, batch 16: step time and channels",
                  "filters of the first block (16 is kws)", step, step_series(numbers["filters"]))
        if "threads" in wanted:
            counts = sorted({1, 2, os.cpu_count() or 1})
            numbers["threads"] = grow(a, [(n, dict(threads=n)) for n in counts])
            chart(os.path.join(a.out, "threads.svg"), "Net kws, batch 64: step time and threads", "threads", step,
                  step_series(numbers["threads"]))
    if "memory" in wanted:
        colours = {"batch": "#3366aa", "frames": "#cc6633"}
        series = [(name, colours[name], [(x * scale, mb) for x, _, mb in numbers[name]["channels"]])
                  for name, scale in (("batch", 98), ("frames", 16))]
        chart(os.path.join(a.out, "memory.svg"), "Net kws: peak memory of the process", "frames a batch (batch x frames)",
              "MB", series)
    numbers["note"] = "points are (value, median ms a step, peak MB)"
    with open(os.path.join(a.out, "growth.json"), "w", encoding="utf-8") as file:
        json.dump(numbers, file, indent=1)
    for name, found in numbers.items():
        if isinstance(found, dict):
            ratio = statistics.median(f[1] / c[1] for f, c in zip(found["frequency"], found["channels"]))
            print(f"{name}: frequency against channels {ratio:.2f}")


main()
