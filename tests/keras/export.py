"""Takes every case that make.py made through sonaxis and back: import, export, load in other tools, compare.

export.py SONAXIS FOLDER... [--tools keras:tensorflow,keras:jax,keras:torch,tf_keras,onnxruntime,openvino]
          [--python TOOL=PATH ...]

Each case becomes .keras, .h5, .onnx and .py (with its weights). Each tool runs in a process of its own, by default in
this Python, and loads what is for it. Good is what lies within 1e-5 of what Keras gave for the original model, by the
largest value of the case. A model that the tool cannot run as it was made does not count. Prints a row a format and tool,
and what failed.
tf_keras is Keras 2: it reads the .h5 of models whose layers it has.
"""

import argparse
import glob
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

LIMIT = 1e-5
FORMATS = {"keras": ["keras", "h5", "py"], "tf_keras": ["h5"], "onnxruntime": ["onnx"], "openvino": ["onnx"]}


def loaders(tool):
    os.environ["TF_CPP_MIN_LOG_LEVEL"], os.environ["TF_ENABLE_ONEDNN_OPTS"] = "3", "0"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    if tool == "onnxruntime":
        import onnx
        import onnxruntime

        def run(path, x):
            onnx.checker.check_model(onnx.load(path), full_check=True)
            session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
            return session.run(None, {session.get_inputs()[0].name: x})[0]

        return run
    if tool == "openvino":
        import openvino

        core = openvino.Core()

        def run(path, x):
            compiled = core.compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
            return compiled([x])[0]

        return run
    if tool == "tf_keras":
        import tf_keras as keras
    else:
        os.environ["KERAS_BACKEND"] = tool.split(":")[1]
        import keras

    def run(path, x):
        keras.backend.clear_session()
        if path.endswith(".py"):
            code = importlib.util.spec_from_file_location("exported", path)
            module = importlib.util.module_from_spec(code)
            code.loader.exec_module(module)
            model = module.load()
        else:
            model = keras.models.load_model(path, compile=False)
        if tool == "keras:jax":  # as one program: compiling each operation by itself takes ten times as long
            return model.predict(x, verbose=0)
        y = model(x, training=False)
        return y.numpy() if tool == "tf_keras" else keras.ops.convert_to_numpy(y)

    return run


def runs(run, base, x):
    """Whether the tool can run the original: what it cannot, an export of it need not."""
    try:
        run(glob.glob(base + "/original.*")[0], x)
        return True
    except Exception:
        return False


def compare(tool, work):
    """In the tool's process: a line of JSON a file."""
    import numpy as np

    run = loaders(tool)
    for case in sorted(os.listdir(work)):
        base = os.path.join(work, case)
        x, y = np.load(base + "/x.npy"), np.load(base + "/y.npy")
        for end in FORMATS[tool.split(":")[0]]:
            path = base + "/net." + end
            if not os.path.exists(path):
                continue
            row = {"case": case, "format": end}
            try:
                got = np.asarray(run(path, x))
                if got.size != y.size:
                    row["failed"] = "shape %s, not %s" % (got.shape, y.shape)
                else:
                    difference = np.abs(got.reshape(y.shape) - y).max() / max(np.abs(y).max(), 1e-30)
                    row["difference"] = float(difference)
                    row["shape"] = list(got.shape) == list(y.shape)
            except Exception as error:
                row["failed"] = "%s: %s" % (type(error).__name__, str(error).strip()[:300])
                row["original_fails"] = tool.startswith("keras:") and not runs(run, base, x)
            print(json.dumps(row), flush=True)


def export_all(sonaxis, folders, work):
    """Every case in every format; what sonaxis refuses."""
    refused, count = [], 0
    for folder in folders:
        for path in sorted(glob.glob(folder + "/*.keras") + glob.glob(folder + "/*.h5")):
            base, count = os.path.splitext(path)[0], count + 1
            into = os.path.join(work, "%s-%s" % (os.path.basename(os.path.dirname(path)), os.path.basename(base)))
            os.makedirs(into)
            os.symlink(os.path.abspath(path), into + "/original" + os.path.splitext(path)[1])
            if os.path.exists(base + ".x.npy"):
                os.symlink(os.path.abspath(base + ".x.npy"), into + "/x.npy")
                os.symlink(os.path.abspath(base + ".y.npy"), into + "/y.npy")
            else:
                import numpy as np

                both = np.load(base + ".npz")
                np.save(into + "/x.npy", both["x"])
                np.save(into + "/y.npy", both["y"])
            for end in ("keras", "h5", "onnx", "py"):
                out = into + "/net." + end
                ran = subprocess.run([sonaxis, "export", path, "-o", out, "-q"], capture_output=True, text=True)
                if ran.returncode != 0:
                    refused.append((path, end, ran.stderr.strip()))
    return refused, count


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("sonaxis")
    arguments.add_argument("folders", nargs="+")
    arguments.add_argument("--tools", default="keras:tensorflow,keras:jax,keras:torch,tf_keras,onnxruntime,openvino")
    arguments.add_argument("--python", action="append", default=[])
    wanted = arguments.parse_args()
    pythons = dict(p.split("=", 1) for p in wanted.python)
    bad, rows = 0, []
    with tempfile.TemporaryDirectory() as work:
        refused, count = export_all(os.path.abspath(wanted.sonaxis), wanted.folders, work)
        for path, end, why in refused:
            print("not exported: %s to %s: %s" % (path, end, why))
        for tool in wanted.tools.split(","):
            ran = subprocess.run([pythons.get(tool, sys.executable), os.path.abspath(__file__), "--in", tool, work],
                                 capture_output=True, text=True)
            results = [json.loads(line) for line in ran.stdout.split("\n") if line.startswith("{")]
            if ran.returncode != 0:
                bad += 1
                print("%s: %s" % (tool, ran.stderr.strip()[-600:]))
            for end in FORMATS[tool.split(":")[0]]:
                everyone = [r for r in results if r["format"] == end]
                mine = [r for r in everyone if not r.get("original_fails")]
                good = [r for r in mine if r.get("difference", 1) <= LIMIT]
                for r in mine:
                    if r not in good:
                        print("%s %s.%s: %s" % (tool, r["case"], end, r.get("failed") or r.get("difference")))
                worst = max([r["difference"] for r in mine if "difference" in r], default=float("nan"))
                rows.append((end, tool, len(good), len(mine), worst, sum(not r.get("shape", True) for r in mine),
                             len(everyone) - len(mine)))
                bad += 0 if tool == "tf_keras" else len(mine) - len(good)
                print("%s: %d of %d .%s" % (tool, len(good), len(mine), end), flush=True)
    print("\n| format | loaded by | good | of | largest difference |\n|---|---|---|---|---|")
    for end, tool, good, tried, worst, shapes, beyond in rows:
        print("| .%s | %s | %d | %d | %.1e |%s%s" % (end, tool, good, tried, worst,
                                                    " (%d of another shape)" % shapes if shapes else "",
                                                    " (%d more fail there as they were)" % beyond if beyond else ""))
    print("%d models, %d refused exports" % (count, len(refused)))
    sys.exit(1 if bad or refused else 0)


if len(sys.argv) == 4 and sys.argv[1] == "--in":
    compare(sys.argv[2], sys.argv[3])
else:
    main()
