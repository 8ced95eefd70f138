"""Forward passes of single layers as Keras 3.15.1 (TensorFlow 2.21, CPU) computes them -> layers.json.

    python make_layers.py > layers.json

Run once; the numbers are the oracle of tests/layers/keras_test.c. Values are rounded to 7 significant digits.
"""
import json
import sys

import keras
import numpy as np

random = np.random.default_rng(5)


def rounded(array):
    return [float(f"{v:.7g}") for v in np.asarray(array, np.float32).ravel()]


def case(kind, options, layer, shape=(7, 5, 3), batch=2, training=False):
    x = random.normal(size=(batch, *shape)).astype("float32")
    layer.build((None, *shape))
    weights = []
    for w in layer.weights:
        value = random.normal(size=w.shape).astype("float32")
        if "variance" in w.path:
            value = np.abs(value) + 0.5
        weights.append(value)
    if weights:
        layer.set_weights(weights)
    y = np.asarray(layer(x, training=training)) if kind in ("normalisation",) else np.asarray(layer(x))
    after = [np.asarray(w) for w in layer.weights]
    return {"type": kind, "options": options, "training": training, "batch": batch, "shape": list(shape),
            "x": rounded(x), "weights": [rounded(w) for w in weights], "after": [rounded(w) for w in after],
            "output": [int(v) for v in y.shape], "y": rounded(y)}


L = keras.layers
cases = []
for size, strides, dilation, padding, bias in [
        (3, 1, 1, "same", True), (3, 2, 1, "same", True), ((4, 2), 2, 1, "same", False), (2, (2, 3), 1, "valid", True),
        (3, 1, (1, 2), "same", True), (2, 1, (3, 2), "valid", True), ((10, 4), 2, 1, "same", True),
        (1, 1, 1, "same", True)]:
    options = {"kernel_size": size, "strides": strides, "dilation": dilation, "padding": padding, "use_bias": bias}
    cases.append(case("conv2d", {"filters": 4, **options}, L.Conv2D(
        4, size, strides, padding, dilation_rate=dilation, use_bias=bias)))
for size, strides, dilation, padding, multiplier in [
        (3, 1, 1, "same", 1), (3, 2, 1, "same", 2), ((2, 3), 1, 1, "valid", 3), (2, 1, 2, "same", 1)]:
    cases.append(case("depthwise_conv2d", {
        "kernel_size": size, "strides": strides, "dilation": dilation, "padding": padding,
        "depth_multiplier": multiplier},
        L.DepthwiseConv2D(size, strides, padding, multiplier, dilation_rate=dilation)))
for size, strides, padding in [(2, None, "valid"), (2, None, "same"), ((3, 2), (1, 2), "same"), (2, 3, "valid"),
                               ((5, 4), (2, 3), "same")]:
    options = {"pool_size": size, "padding": padding}
    if strides:
        options["strides"] = strides
    cases.append(case("max_pool", options, L.MaxPooling2D(size, strides, padding)))
    cases.append(case("average_pool", options, L.AveragePooling2D(size, strides, padding)))
cases.append(case("global_average_pool", {}, L.GlobalAveragePooling2D()))
cases.append(case("global_max_pool", {}, L.GlobalMaxPooling2D()))
cases.append(case("flatten", {}, L.Flatten()))
cases.append(case("dense", {"units": 5}, L.Dense(5), shape=(1, 1, 6)))
cases.append(case("dense", {"units": 2, "use_bias": False}, L.Dense(2, use_bias=False)))
for name in ["relu", "leaky_relu", "elu", "silu", "sigmoid", "tanh", "linear", "softmax"]:
    cases.append(case("activation", {"activation": name}, L.Activation(name)))
cases.append(case("activation", {"activation": "leaky_relu", "alpha": 0.3}, L.LeakyReLU(0.3)))
cases.append(case("activation", {"activation": "elu", "alpha": 0.5}, L.ELU(0.5)))
for axis in [-1, 1, 2, 3]:
    for training in [False, True]:
        cases.append(case("normalisation", {"axis": axis}, L.BatchNormalization(axis), training=training))
cases.append(case("normalisation", {"axis": 2, "momentum": 0.5, "epsilon": 0.01, "scale": False},
                  L.BatchNormalization(2, 0.5, 0.01, scale=False), training=True, batch=1))
cases.append(case("normalisation", {"axis": "time", "center": False},
                  L.BatchNormalization(1, center=False), training=True))
# Instance normalisation is a group normalisation with a group a channel; layer normalisation of a whole
# example is one with a single group. Both have gamma and beta per channel.
cases.append(case("normalisation", {"keep": ["batch", "channels"], "affine": ["channels"]},
                  L.GroupNormalization(groups=-1)))
cases.append(case("normalisation", {"keep": ["batch"], "affine": ["channels"]}, L.GroupNormalization(groups=1)))
# Each position by itself over the channels: Keras's LayerNormalization(axis=-1).
cases.append(case("normalisation", {"keep": ["batch", "time", "frequency"], "affine": ["channels"]},
                  L.LayerNormalization()))


class Joint(L.Layer):
    """Frequency and channels kept together: what Keras 3 can only do by reshaping."""

    def build(self, shape):
        self.norm = L.BatchNormalization(-1)
        self.norm.build((None, shape[1], shape[2] * shape[3]))

    def call(self, x, training=False):
        b, t, f, c = x.shape
        return keras.ops.reshape(self.norm(keras.ops.reshape(x, (b, t, f * c)), training=training), (b, t, f, c))


cases.append(case("normalisation", {"keep": ["frequency", "channels"]}, Joint(), training=True))
json.dump({"keras": keras.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
