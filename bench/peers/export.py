"""Writes the net of a check folder as ONNX and LiteRT files, for infer.py and label.py.

usage: export.py --impl keras --folder DIR --net NET [--axes ...]"""
import os

from common import need, options, read_case

a = options(__doc__, ("--folder", dict(required=True)), ("--net", dict(required=True)))
os.environ["KERAS_BACKEND"] = "tensorflow"
tf = need("tensorflow")
need("keras")
from keras_nets import build, give_weights  # noqa: E402  (after the backend is chosen)

for axis in a.axes.split(","):
    base = os.path.join(a.folder, f"{a.net}-{axis}")
    case = read_case(a.folder, a.net, axis)
    model = build(a.net, axis)
    give_weights(model, case["first"], case["statistics"])
    model(case["x"][:1])  # an export wants a net that has run
    model.save(base + ".keras")
    for kind in ("onnx", "tflite"):
        try:
            if kind == "onnx":
                model.export(base + ".onnx", format="onnx", verbose=False)
            else:
                with open(base + ".tflite", "wb") as file:
                    file.write(tf.lite.TFLiteConverter.from_keras_model(model).convert())
        except Exception as problem:  # a converter that is missing or too old: its peers are then left out
            print(f"no {kind} for {a.net} {axis}: {str(problem)[:200]}")
