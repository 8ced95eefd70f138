"""Golden outputs of exported nets: ONNX Runtime's, with OpenVINO and Keras looked at on the way.

usage: python tests/golden/exchange/make.py build/release/exchange_golden_test build/release/sonaxis
       KERAS_BACKEND=jax|torch python ... --keras-only     (compares with the committed numbers, writes nothing)
(onnx, onnxruntime, openvino, keras 3.15 on tensorflow)
On torch the residual net is left out: Keras 3.15's own AveragePooling2D there takes the mean of repeated border values
where "same" padding is not even, and differs from its other backends.

The nets are those of tests/exchange/golden_nets.h; the test program saves them, the tool exports them.
  NAME.npz  x: features, or samples (N, samples[, channels]); y: logits by ONNX Runtime of the folded file
  net_NAME.py  the script whose net Keras ran; only nets that take features
Fails where the file with normalisations, OpenVINO or Keras differ by more than 1e-5 of the largest logit (nets with
the front-end inside: OpenVINO by 1e-4, which computes the spectrum in single precision), or onnx.checker objects.
"""
import importlib.util, os, shutil, subprocess, sys, tempfile
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import numpy as np
import keras

HERE = os.path.dirname(os.path.abspath(__file__))
writer, tool = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
keras_only = "--keras-only" in sys.argv
folder = tempfile.mkdtemp()
failures = 0


def export(name, file, *more):
    subprocess.run([tool, "export", f"{name}.sxm", "-o", file, "--logits", *more], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    return os.path.join(folder, file)


def note(what, got, want, limit=1e-5):
    global failures
    relative = float(np.abs(got - want).max() / np.abs(want).max())
    failures += not relative <= limit
    print(f"{what}: {relative:.1e}" + ("" if relative <= limit else " TOO MUCH"))


def in_keras(path, x):
    spec = importlib.util.spec_from_file_location("net", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return keras.ops.convert_to_numpy(module.load()(x))


def session(path):
    import onnx, onnxruntime
    onnx.checker.check_model(onnx.load(path), full_check=True)
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def run(net, x):
    return net.run(None, {net.get_inputs()[0].name: x})[0]


def in_openvino(path, x):
    import openvino
    single = {"INFERENCE_PRECISION_HINT": "f32"}  # else bfloat16 where the machine has it
    return openvino.Core().compile_model(path, "CPU", single)([x])[0]


rng = np.random.default_rng(6)
for line in subprocess.run([writer, "--write", folder], check=True, capture_output=True, text=True).stdout.split("\n"):
    if not line:
        continue
    name, heard = line.split()[0], "front-end" in line
    if keras_only:
        if not heard and not (name == "residual" and keras.backend.backend() == "torch"):
            golden = np.load(os.path.join(HERE, f"{name}.npz"))
            export(name, "net.py")
            note(f"{name} Keras on {keras.backend.backend()}", in_keras(os.path.join(folder, "net.py"), golden["x"]), golden["y"])
        continue
    more = ["--with-front-end"] if heard else []
    folded = session(export(name, "folded.onnx", *more))
    shape = [4] + folded.get_inputs()[0].shape[1:]
    x = rng.normal(size=shape)
    x = x * np.array([0.3, 0.01, 0.1, 1e-4]).reshape([4] + [1] * (len(shape) - 1)) if heard else x * 2 - 3
    x = x.astype(np.float32)
    if heard:
        x[2, : shape[1] // 2] = 0
    y = run(folded, x)
    note(f"{name} one by one", np.concatenate([run(folded, x[i:i + 1]) for i in range(4)]), y)
    note(f"{name} with its normalisations", run(session(export(name, "node.onnx", "--onnx-bn", "node", *more)), x), y)
    note(f"{name} OpenVINO", in_openvino(os.path.join(folder, "folded.onnx"), x), y, 1e-4 if heard else 1e-5)
    if not heard:
        export(name, "net.py")
        note(f"{name} Keras on {keras.backend.backend()}", in_keras(os.path.join(folder, "net.py"), x), y)
        shutil.copy(os.path.join(folder, "net.py"), os.path.join(HERE, f"net_{name}.py"))
    np.savez(os.path.join(HERE, f"{name}.npz"), x=x, y=y)
shutil.rmtree(folder)
print("failures:", failures)
sys.exit(failures > 0)
