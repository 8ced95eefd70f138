"""Measures sonaxis and its peers in turn, on the same nets and inputs, and prints one table of ratios.

usage: bench/peers/run.sh [--sonaxis PATH] [--cases check,train,train1,infer,frontend,job,cold,memory] [--nets ...]
       [--axes ...] [--peers NAME,...] [--rounds N] [--seconds S] [--data FOLDER] [--out FILE.jsonl]

Every round runs sonaxis and then each peer, so that what else the machine does falls on all of them. PEERS_TF and
PEERS_PT name the pythons; a peer that is not installed is left out and said so."""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TUNED = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "100000000000"}

# name: (environment, script, --impl, further variables)
TRAINERS = {
    "keras-tensorflow": ("tf", "train.py", "keras-tensorflow", {}),
    "keras-jax": ("tf", "train.py", "keras-jax", {}),
    "keras-torch": ("pt", "train.py", "keras-torch", {}),
    "torch-eager": ("pt", "train.py", "torch-eager", {}),
    "torch-eager-tuned": ("pt", "train.py", "torch-eager", TUNED),
    "torch-compile-tuned": ("pt", "train.py", "torch-compile", TUNED),
}
RUNNERS = {name: ("tf", "infer.py", name, {}) for name in ("onnxruntime", "openvino", "litert")}
FRONTENDS = {
    "librosa": ("tf", "frontend.py", "librosa", {}),
    "tf-signal": ("tf", "frontend.py", "tf-signal", {}),
    "keras-layer": ("tf", "frontend.py", "keras-layer", {}),
    "torch-stft": ("pt", "frontend.py", "torch-stft", {}),
    "kaldi": ("pt", "frontend.py", "kaldi", {}),
}
WHOLE = {"keras-tensorflow": ("tf", "job.py", "keras-tensorflow", {})}
COLD = {"keras-tensorflow": ("tf", "label.py", "keras-tensorflow", {}), "onnxruntime": ("tf", "label.py", "onnxruntime", {})}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sonaxis", default=os.path.join(ROOT, "build", "release", "sonaxis"))
    parser.add_argument("--cases", default="check,train,train1,infer,frontend,job,cold,memory")
    parser.add_argument("--nets", default="kws,kwsL,esc,dscnn")
    parser.add_argument("--axes", default="channels,frequency,time")
    parser.add_argument("--peers", default="", help="only these")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1), help="of training and the whole job")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--data", default="", help="recordings LABEL_GROUP_TAKE.wav of the whole job; else made ones")
    parser.add_argument("--epochs", type=int, default=15, help="of the whole job")
    parser.add_argument("--seeds", type=int, default=2, help="of the whole job")
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "peers", "results.jsonl"))
    chosen = parser.parse_args()
    chosen.sonaxis = os.path.abspath(chosen.sonaxis)
    if not os.access(chosen.sonaxis, os.X_OK):
        parser.error(f"there is no {chosen.sonaxis}: build first (scripts/test.sh release) or give --sonaxis")
    return chosen


class Bench:
    def __init__(self, chosen):
        self.a = chosen
        self.rows, self.left_out, self.said = [], {}, set()
        self.pythons = {kind: os.environ.get("PEERS_" + kind.upper(), os.path.join(ROOT, "build", "peers", kind, "bin", "python"))
                        for kind in ("tf", "pt")}
        os.makedirs(os.path.dirname(os.path.abspath(chosen.out)), exist_ok=True)
        self.out = open(chosen.out, "w", encoding="utf-8")
        self.folder = tempfile.mkdtemp(prefix="sonaxis-peers-")
        self.note(what="machine", processor=processor(), cores=os.cpu_count(), system=platform.platform(),
                  date=time.strftime("%Y-%m-%d %H:%M"), load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None)

    def note(self, **row):
        self.rows.append(row)
        self.out.write(json.dumps(row) + "\n")
        self.out.flush()

    def execute(self, command, variables, round_=0, threads=0, **extra):
        """Runs one process; its JSON lines become rows, with its wall time and peak memory. Returns its exit status."""
        env = dict(os.environ, **variables)
        pin = (lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})) if threads == 1 else None
        began = time.perf_counter()
        # Words of the peers go to files: a full pipe would stop them.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as words:
            child = subprocess.Popen(command, stdout=out, stderr=words, env=env, preexec_fn=pin)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - began
            out.seek(0), words.seek(0)
            lines, said = out.read().splitlines(), words.read()
        if child.returncode not in (0, 77):
            print(f"failed ({child.returncode}): {' '.join(command)}\n{said[-600:]}", file=sys.stderr)
        for line in lines if child.returncode == 0 else []:
            if line.startswith("{\"what\""):
                row = dict(json.loads(line), round=round_, process_s=wall, memory_mb=usage.ru_maxrss / 1024)
                row.update(extra)
                if row["what"] == "peak_memory":
                    row["median_ms"] = row["best_ms"] = row["memory_mb"]
                self.note(**row)
        return child.returncode, wall, usage.ru_maxrss / 1024, said

    def sonaxis(self, words, round_, threads, **extra):
        return self.execute([self.a.sonaxis, *words, "--threads", str(threads)], {}, round_, threads, **extra)

    def peer(self, name, peer, words, round_, threads, **extra):
        """One peer's script, unless it is not wanted or was found missing before."""
        kind, script, impl, variables = peer
        if (self.a.peers and name not in self.a.peers.split(",")) or (name, script) in self.left_out:
            return None
        if not os.access(self.pythons[kind], os.X_OK):
            self.left_out[name, script] = f"no {self.pythons[kind]} (bench/peers/setup.sh makes it)"
            return None
        command = [self.pythons[kind], os.path.join(HERE, script), "--impl", impl, "--threads", str(threads), *words]
        result = self.execute(command, variables, round_, threads, peer=name, **extra)
        if result[0] != 0:
            self.left_out[name, script] = (result[3].strip().splitlines() or ["failed"])[-1][:160]
        return result

    # --- cases

    def prepare(self, nets):
        """Weights and outputs of sonaxis, and the files that infer.py and label.py want."""
        python = next((p for p in self.pythons.values() if os.access(p, os.X_OK)), None)
        todo = [net for net in nets if net not in self.said]
        if not python or not todo:
            return
        self.said.update(todo)
        self.execute([python, os.path.join(HERE, "prepare.py"), "--impl", self.a.sonaxis, "--folder", self.folder, "--nets",
                      ",".join(todo), "--axes", self.a.axes], {})

    def export(self, net):
        if ("export", net) in self.said or not os.access(self.pythons["tf"], os.X_OK):
            return
        self.said.add(("export", net))
        self.execute([self.pythons["tf"], os.path.join(HERE, "export.py"), "--impl", "keras", "--folder", self.folder, "--net",
                      net, "--axes", self.a.axes], {})

    def check(self):
        """Gradients and probabilities of every trainer for sonaxis's weights."""
        self.prepare(self.a.nets.split(","))
        for net in self.a.nets.split(","):
            for name, peer in TRAINERS.items():
                if "tuned" not in name:  # the allocator changes no number
                    self.peer(name, peer, ["--net", net, "--axes", self.a.axes, "--check", self.folder], 0, self.a.threads)

    def train(self, batch, threads):
        for net in self.a.nets.split(","):
            for round_ in range(self.a.rounds):
                for axis in self.a.axes.split(","):
                    self.sonaxis(["bench", "train", "--net", net, "--axis", axis, "--batch", str(batch), "--seconds",
                                  str(self.a.seconds), "--json"], round_, threads)
                for name, peer in TRAINERS.items():
                    self.peer(name, peer, ["--net", net, "--axes", self.a.axes, "--batch", str(batch), "--seconds",
                                           str(self.a.seconds)], round_, threads)

    def infer(self):
        self.prepare(self.a.nets.split(","))
        for net in self.a.nets.split(","):
            self.export(net)
            for round_ in range(self.a.rounds):
                for axis in self.a.axes.split(","):
                    self.sonaxis(["bench", "inference", "--net", net, "--axis", axis, "--seconds", str(self.a.seconds),
                                  "--json"], round_, 1)
                for name, peer in RUNNERS.items():
                    self.peer(name, peer, ["--net", net, "--axes", self.a.axes, "--folder", self.folder, "--seconds",
                                           str(self.a.seconds)], round_, 1)

    def frontend(self):
        for round_ in range(self.a.rounds):
            self.sonaxis(["bench", "frontend", "--seconds", str(self.a.seconds), "--json"], round_, 1)
            for name, peer in FRONTENDS.items():
                self.peer(name, peer, ["--seconds", str(self.a.seconds)], round_, 1)

    def recordings(self):
        if self.a.data:
            return self.a.data
        folder = os.path.join(self.folder, "recordings")
        if not os.path.isdir(folder):
            self.execute([self.a.sonaxis, "synth", "speech", "--rate", "8000", "--duration", "1", "-q", "-o", folder], {})
        return folder

    def job(self):
        """From process start to the report; once, for it is long."""
        data, study = self.recordings(), os.path.join(self.folder, "study")
        _, wall, memory, _ = self.sonaxis(["compare", data, "--name", "{label}_{group}_{take}", "--folds", "group", "--seeds",
                                           str(self.a.seeds), "--epochs", str(self.a.epochs), "--duration", "1", "-q", "-o",
                                           study], 0, self.a.threads)
        self.note(what="whole_job", impl="sonaxis", name="compare", threads=self.a.threads, wall_s=wall, median_ms=wall * 1e3,
                  best_ms=wall * 1e3, memory_mb=memory, round=0)
        for name, peer in WHOLE.items():
            self.peer(name, peer, ["--data", data, "--epochs", str(self.a.epochs), "--seeds", str(self.a.seeds)], 0,
                      self.a.threads)

    def cold(self):
        """Processes that label one recording, with the net kws as noise left it: only the time counts."""
        data, model = self.recordings(), os.path.join(self.folder, "cold.sxm")
        wav = os.path.join(data, sorted(f for f in os.listdir(data) if f.endswith(".wav"))[0])
        self.execute([self.a.sonaxis, "train", data, "--name", "{label}_{group}_{take}", "-m", "kws", "-e", "1", "-q", "-o",
                      model], {})
        self.prepare(["kws"])
        self.export("kws")
        axis = self.a.axes.split(",")[0]
        files = {"keras-tensorflow": ".keras", "onnxruntime": ".onnx"}
        for round_ in range(self.a.rounds):
            done = {"sonaxis": self.execute([self.a.sonaxis, "predict", model, wav, "-t", "1"], {})}
            for name, peer in COLD.items():
                done[name] = self.peer(name, peer, ["--wav", wav, "--model", os.path.join(self.folder, f"kws-{axis}")
                                                    + files[name]], round_, 1)
            for name, result in done.items():
                if result and result[0] == 0:
                    self.note(what="cold_start", impl=name, name="label of one WAV", threads=1, median_ms=result[1] * 1e3,
                              best_ms=result[1] * 1e3, memory_mb=result[2], round=round_)

    def memory(self):
        """Peak memory of a process that trains kwsL at batch 64, keeping channels."""
        words = ["--net", "kwsL", "--batch", "64", "--seconds", "0.1"]
        self.sonaxis(["bench", "train", *words, "--axis", "channels", "--json"], 0, self.a.threads, what="peak_memory")
        for name, peer in TRAINERS.items():
            self.peer(name, peer, [*words, "--axes", "channels"], 0, self.a.threads, what="peak_memory")

    def run(self):
        cases = dict(check=self.check, train=lambda: self.train(64, self.a.threads), train1=lambda: self.train(1, self.a.threads),
                     infer=self.infer, frontend=self.frontend, job=self.job, cold=self.cold, memory=self.memory)
        for name in self.a.cases.split(","):
            if name not in cases:
                sys.exit(f"run.py: there is no case '{name}': {', '.join(cases)}")
        for name in self.a.cases.split(","):
            print(f"== {name}", file=sys.stderr, flush=True)
            cases[name]()


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


# --- the table


UNITS = {"train_step": ("ms", 1), "inference": ("us", 1e3), "front_end": ("us a frame", 1e3), "whole_job": ("s", 1e-3),
         "cold_start": ("ms", 1), "peak_memory": ("MB", 1)}


def cell(rows, unit):
    """Median and best over rounds, and how far the rounds' medians lie apart."""
    values = [row["median_ms"] * unit / row.get("frames", 1) for row in rows]
    best = min(row["best_ms"] * unit / row.get("frames", 1) for row in rows)
    middle = statistics.median(values)
    return middle, best, (max(values) - min(values)) / middle


def table(rows):
    """Markdown: a line a case, the best peer by median, ratios of medians and of bests."""
    cases = {}
    for row in rows:
        mine = row.get("impl", "").startswith("sonaxis")
        if row["what"] not in UNITS or (row["what"] == "front_end" and mine and row["name"] != "sonaxis"):
            continue
        key = (row["what"], row.get("net", row.get("name", "")) if row["what"] not in ("front_end", "whole_job") else "",
               row.get("axis", ""), row.get("batch", ""), row["threads"])
        cases.setdefault(key, {}).setdefault("sonaxis" if mine else row.get("peer", row["impl"]), []).append(row)
    print("| case | net | axis | batch | threads | sonaxis: median, best, spread | best peer: median, best, spread | ratio of "
          "medians | of bests | all peers, median |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for (what, net, axis, batch, threads), sides in cases.items():
        name, unit = UNITS[what]
        cells = {side: cell(group, unit) for side, group in sides.items()}
        peers = {side: c for side, c in cells.items() if side != "sonaxis"}
        if "sonaxis" not in cells or not peers:
            continue
        own, best = cells["sonaxis"], min(peers, key=lambda side: peers[side][0])
        show = lambda c: f"{c[0]:.4g}, {c[1]:.4g} {name}, {100 * c[2]:.0f} %"  # noqa: E731
        others = " · ".join(f"{side} {c[0]:.4g}" for side, c in sorted(peers.items(), key=lambda item: item[1][0]))
        print(f"| {what} | {net} | {axis} | {batch} | {threads} | {show(own)} | {best}: {show(peers[best])} | "
              f"**{peers[best][0] / own[0]:.2f}** | {peers[best][1] / own[1]:.2f} | {others} |")


def same_function(rows):
    checks = [row for row in rows if "probability_diff" in row]
    if not checks:
        return
    print("\n| same weights, same function | net | axis | largest difference of probabilities | of gradients / largest |")
    print("|---|---|---|---|---|")
    seen = set()
    for row in checks:
        key = (row["impl"], row["net"], row["axis"])
        if key in seen:
            continue
        seen.add(key)
        gradient = f"{row['gradient_diff']:.1e}" if "gradient_diff" in row else ""
        print(f"| {row['impl']} | {row['net']} | {row['axis']} | {row['probability_diff']:.1e} | {gradient} |")
    wrong = [row for row in checks if row["probability_diff"] > 1e-4 or row.get("gradient_diff", 0) > 0.02]
    if wrong:
        print(f"\n{len(wrong)} of these differ too much: the ratios above compare different functions.")


def main():
    bench = Bench(options())
    try:
        bench.run()
    finally:
        machine = bench.rows[0]
        print(f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, {machine['date']}; load before the "
              f"run {machine['load']:.1f}\n" if machine["load"] is not None else "")
        table(bench.rows)
        same_function(bench.rows)
        for (name, script), why in bench.left_out.items():
            print(f"\nleft out: {name} ({script}): {why}")
        subprocess.run(["rm", "-rf", bench.folder], check=False)
    return 1 if any(row.get("probability_diff", 0) > 1e-4 or row.get("gradient_diff", 0) > 0.02 for row in bench.rows) else 0


sys.exit(main())
