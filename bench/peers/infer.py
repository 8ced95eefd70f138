"""Microseconds an inference at batch 1, and how far its probabilities are from those of sonaxis.

usage: infer.py --impl onnxruntime|openvino|litert --folder DIR --net NET [--threads 1]"""
import os
import sys

from common import measure, need, options, read_case, say, summary

a = options(__doc__, ("--folder", dict(required=True)), ("--net", dict(required=True)))
np = need("numpy")


def onnxruntime(base):
    ort = need("onnxruntime")
    settings = ort.SessionOptions()
    settings.intra_op_num_threads, settings.inter_op_num_threads = a.threads, 1
    session = ort.InferenceSession(base + ".onnx", settings, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda x: session.run(None, {name: x})[0]


def openvino(base):
    ov = need("openvino")
    core = ov.Core()
    model = core.read_model(base + ".onnx")
    model.reshape([1, *model.inputs[0].partial_shape.get_max_shape()[1:]])
    hints = {"INFERENCE_NUM_THREADS": a.threads, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    request = core.compile_model(model, "CPU", hints).create_infer_request()

    def run(x):
        request.infer([x], share_inputs=True)
        return request.get_output_tensor(0).data

    return run


def litert(base):
    need("ai_edge_litert")
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(base + ".tflite", num_threads=a.threads)
    interpreter.allocate_tensors()
    into, out = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]

    def run(x):
        interpreter.set_tensor(into, x)
        interpreter.invoke()
        return interpreter.get_tensor(out)

    return run


runners = dict(onnxruntime=onnxruntime, openvino=openvino, litert=litert)
for axis in a.axes.split(","):
    base = os.path.join(a.folder, f"{a.net}-{axis}")
    if not os.path.exists(base + (".tflite" if a.impl == "litert" else ".onnx")):
        print("left out: export.py could not write its file", file=sys.stderr)
        sys.exit(77)
    case = read_case(a.folder, a.net, axis)
    run = runners[a.impl](base)
    worst = max(float(np.abs(run(case["x"][i : i + 1])[0] - case["p"][i]).max()) for i in range(8))
    one = np.ascontiguousarray(case["x"][:1])
    result = summary(measure(lambda: run(one), a.seconds, warm=20, least=50))
    say(what="inference", impl=a.impl, net=a.net, axis=axis, batch=1, threads=a.threads, probability_diff=worst,
        median_us=round(result["median_ms"] * 1e3, 2), best_us=round(result["best_ms"] * 1e3, 2), **result)
