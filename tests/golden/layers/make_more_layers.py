"""Forward passes and gradients of single layers as Keras 3.15.1 (TensorFlow 2.21, CPU) computes them
-> more_layers.json, the second oracle of tests/layers/keras_test.c.

    python make_more_layers.py > more_layers.json

A case has everything of those in make_layers.py, and: lists of shapes and inputs; a random gradient "dy" of the
output, and what it gives for every input ("dx") and trained weight ("dw"). Values have 7 significant digits.
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
import tensorflow as tf

random = np.random.default_rng(6)
L, A = keras.layers, keras.activations
cases = []


def rounded(array):
    return [float(f"{v:.7g}") for v in np.asarray(array, np.float32).ravel()]


def held(shape):
    """A Keras shape without the batch, as time x frequency x channels."""
    return {3: list(shape), 2: [shape[0], 1, shape[-1]], 1: [1, 1, shape[0]]}[len(shape)]


def draw(weight):
    value = random.normal(size=weight.shape).astype("float32")
    return np.abs(value) + 0.5 if "variance" in weight.path else value


def case(kind, options, layer, *shapes, batch=2, training=False, scale=1.5):
    shapes = shapes or ((3, 2, 4),)
    x = [(scale * random.normal(size=(batch, *s))).astype("float32") for s in shapes]
    tensors = [tf.constant(v) for v in x]
    given = tensors[0] if len(tensors) == 1 else tensors
    call = (lambda v: layer(v, training=training)) if isinstance(layer, L.Layer) else layer
    weights, variables = [], []
    if isinstance(layer, L.Layer):
        layer.build([(None, *s) for s in shapes] if len(shapes) > 1 else (None, *shapes[0]))
        variables = [v for v in layer.weights if v.path.split("/")[-1] != "count"]
        weights = [draw(v) for v in variables]
        for v, value in zip(variables, weights):
            v.assign(value)
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    trained = [v for v in variables if v.trainable]
    with tf.GradientTape() as tape:
        for t in tensors:
            tape.watch(t)
        y = call(given)
        dy = random.normal(size=y.shape).astype("float32")
        loss = tf.reduce_sum(y * dy)
    gradients = tape.gradient(loss, tensors + [v.value for v in trained])
    assert all(g is not None for g in gradients), (kind, options)
    cases.append({"type": kind, "options": options, "training": training, "batch": batch,
                  "shapes": [held(s) for s in shapes], "x": [rounded(v) for v in x],
                  "weights": [rounded(w) for w in weights], "after": [rounded(v) for v in variables],
                  "output": [batch] + held(y.shape[1:]), "y": rounded(y), "dy": rounded(dy),
                  "dx": [rounded(g) for g in gradients[:len(x)]], "dw": [rounded(g) for g in gradients[len(x):]]})


def activation(name, function=None, shape=(3, 2, 4), **options):
    case("activation", {"activation": name, **options}, function or A.get(name), shape)


# Convolutions. TensorFlow has no gradient of grouped ones on the CPU, so that is made of slices: see grouped().
class Grouped(L.Layer):
    """Conv2D with groups as one convolution a group, on slices of the channels; the weights are Conv2D's own."""

    def __init__(self, filters, size, groups, **more):
        super().__init__()
        self.conv = L.Conv2D(filters, size, groups=groups, **more)
        self.groups, self.more = groups, more

    def build(self, shape):
        self.conv.build(shape)

    def call(self, x, training=False):
        xs = tf.split(x, self.groups, -1)
        ks = tf.split(tf.convert_to_tensor(self.conv.kernel), self.groups, -1)
        y = tf.concat([keras.ops.conv(a, k, self.conv.strides, self.conv.padding, dilation_rate=self.conv.dilation_rate)
                       for a, k in zip(xs, ks)], -1)
        same = self.conv(x)
        assert np.allclose(same, y + (self.conv.bias if self.conv.use_bias else 0), atol=1e-5)
        return y + self.conv.bias if self.conv.use_bias else y


for filters, size, groups, strides, padding, dilation, bias in [
        (4, 3, 2, 1, "same", 1, True), (6, 2, 2, 2, "valid", 1, False), (4, (3, 2), 4, 1, "same", 2, True),
        (8, 1, 4, 1, "valid", 1, True)]:
    case("conv2d", {"filters": filters, "kernel_size": size, "groups": groups, "strides": strides, "padding": padding,
                    "dilation": dilation, "use_bias": bias},
         Grouped(filters, size, groups, strides=strides, padding=padding, dilation_rate=dilation, use_bias=bias),
         (5, 4, 4))
for size, strides, padding, dilation, bias in [
        (3, 1, "causal", 1, True), (2, 1, "causal", 3, True), (3, 2, "causal", 1, False), (3, 2, "same", 1, True),
        (4, 1, "valid", 1, True), (2, 1, "same", 2, True)]:
    case("conv1d", {"filters": 3, "kernel_size": size, "strides": strides, "padding": padding, "dilation": dilation,
                    "use_bias": bias},
         L.Conv1D(3, size, strides, padding, dilation_rate=dilation, use_bias=bias), (8, 2))
for size, strides, padding, multiplier, dilation, bias in [
        (3, 1, "same", 1, 1, True), (2, 2, "same", 2, 1, False), ((2, 3), 1, "valid", 2, 1, True),
        (2, 1, "same", 1, 2, True)]:
    case("separable_conv2d", {"filters": 3, "kernel_size": size, "strides": strides, "padding": padding,
                              "depth_multiplier": multiplier, "dilation": dilation, "use_bias": bias},
         L.SeparableConv2D(3, size, strides, padding, depth_multiplier=multiplier, dilation_rate=dilation,
                           use_bias=bias), (5, 4, 2))
case("depthwise_conv2d", {"kernel_size": [3, 2], "depth_multiplier": 3, "padding": "same", "dilation": [2, 1]},
     L.DepthwiseConv2D((3, 2), padding="same", depth_multiplier=3, dilation_rate=(2, 1)), (5, 4, 2))
case("dense", {"units": 3}, L.Dense(3), (4, 5))

# Normalisation.
for axis, options in [(-1, {"keep": ["batch", "time", "frequency"], "affine": ["channels"]}),
                      (1, {"keep": ["batch", "frequency", "channels"], "affine": ["time"]}),
                      (2, {"keep": ["batch", "time", "channels"], "affine": ["frequency"]}),
                      ([2, 3], {"keep": ["batch", "time"], "affine": ["frequency", "channels"]}),
                      ([1, 3], {"keep": ["batch", "frequency"], "affine": ["time", "channels"]}),
                      ([1, 2, 3], {"keep": ["batch"], "affine": ["time", "frequency", "channels"]})]:
    case("normalisation", {**options, "epsilon": 0.01}, L.LayerNormalization(axis, epsilon=0.01), training=True)
case("normalisation", {"keep": ["batch", "time", "frequency"], "affine": ["channels"], "scale": False},
     L.LayerNormalization(scale=False), (5, 6))
case("normalisation", {"keep": ["batch", "time", "frequency"], "affine": ["channels"], "center": False},
     L.LayerNormalization(center=False), (6,))
case("normalisation", {"axis": "channels"}, L.BatchNormalization(), (5,), batch=4, training=True)
case("normalisation", {"axis": "time", "momentum": 0.8}, L.BatchNormalization(1, momentum=0.8), (5, 3), training=True)
for groups, axis, scale, center in [(2, -1, True, True), (4, -1, False, True), (1, 3, True, False), (-1, 3, True, True),
                                    (2, 2, True, True), (3, 1, True, True), (1, 1, False, False)]:
    case("group_normalisation", {"groups": groups, "axis": axis, "epsilon": 0.01, "scale": scale, "center": center},
         L.GroupNormalization(groups, axis, 0.01, center, scale), (3, 2, 4))
case("group_normalisation", {"groups": 2}, L.GroupNormalization(2), (5, 4))
for axis, keep in [(-1, ["channels"]), (2, ["frequency"]), ((1, 3), ["time", "channels"]), (None, [])]:
    for invert in [False, True]:
        layer = L.Normalization(axis, invert=invert)
        case("standardisation", {"keep": keep, "invert": invert}, layer)
case("standardisation", {"mean": [1, -2, 0.5, 3], "variance": [4, 0.25, 0, 9], "invert": True},
     L.Normalization(-1, mean=[1, -2, 0.5, 3], variance=[4, 0.25, 0, 9], invert=True))
cases[-1]["weights"] = cases[-1]["after"] = None
case("standardisation", {"mean": 0.3, "variance": 2}, L.Normalization(-1, mean=0.3, variance=2))
cases[-1]["weights"] = cases[-1]["after"] = None
case("rescaling", {"scale": 0.25, "offset": -1}, L.Rescaling(0.25, -1))
case("rescaling", {"scale": [1, 2, 3, 4], "offset": [0.5, -1, 0, 7]}, L.Rescaling([1., 2., 3., 4.], [.5, -1., 0., 7.]))

# Activations.
for name in ["relu6", "hard_tanh", "hard_sigmoid", "hard_silu", "hard_swish", "hard_shrink", "soft_shrink", "sparse_plus",
             "sparse_sigmoid", "celu", "selu", "gelu", "mish", "exponential", "log_sigmoid", "softplus", "softsign",
             "squareplus", "tanh_shrink", "swish", "log_softmax", "sparsemax", "glu", "elu", "leaky_relu"]:
    activation(name)
activation("gelu", lambda x: A.gelu(x, approximate=True), approximate=True)
activation("hard_shrink", lambda x: A.hard_shrink(x, 1.2), threshold=1.2)
activation("soft_shrink", lambda x: A.soft_shrink(x, 0.2), threshold=0.2)
activation("threshold", lambda x: A.threshold(x, 0.3, -2.0), threshold=0.3, default_value=-2)
activation("celu", lambda x: A.celu(x, 0.4), alpha=0.4)
activation("elu", lambda x: A.elu(x, 0.4), alpha=0.4)
activation("squareplus", lambda x: A.squareplus(x, 1.5), b=1.5)
activation("relu", L.ReLU(max_value=1.0), max_value=1)
activation("relu", L.ReLU(max_value=6), max_value=6)
activation("relu", L.ReLU(negative_slope=0.2), negative_slope=0.2)
activation("relu", L.ReLU(threshold=0.5), threshold=0.5)
activation("relu", L.ReLU(1.0, 0.1, 0.4), max_value=1, negative_slope=0.1, threshold=0.4)
activation("relu", L.ReLU(None, 0.1, 0.4), negative_slope=0.1, threshold=0.4)
activation("relu", L.ReLU(2.0, 0.3), max_value=2, negative_slope=0.3)
activation("leaky_relu", L.LeakyReLU(0.3), negative_slope=0.3)
for axis in [1, 2, -1, [1, 2], [2, 3], [1, 2, 3]]:
    activation("softmax", L.Softmax(axis), axis=axis)
for axis in [1, 2]:
    activation("log_softmax", lambda x: A.log_softmax(x, axis), axis=axis)
    activation("sparsemax", lambda x: A.sparsemax(x, axis), axis=axis)
    activation("glu", lambda x: A.glu(x, axis), shape=(4, 2, 3), axis=axis)
activation("softmax", shape=(5,))
activation("softmax", L.Softmax(1), shape=(5, 3), axis="time")
activation("glu", shape=(5, 6))
for shared, names in [(None, []), ([1, 2], ["time", "frequency"]), ([1], [1]), ([3], [-1])]:
    case("prelu", {"shared_axes": names}, L.PReLU(shared_axes=shared))
case("prelu", {"shared_axes": ["time"]}, L.PReLU(shared_axes=[1]), (5, 3))

# Pooling along time, and everything that moves values.
for kind, pool in [("max_pool", L.MaxPooling1D), ("average_pool", L.AveragePooling1D)]:
    case(kind, {"pool_size": [2, 1]}, pool(2), (7, 3))
    case(kind, {"pool_size": [3, 1], "strides": [2, 1], "padding": "same"}, pool(3, 2, "same"), (8, 2))
for kind, pool in [("global_max_pool", L.GlobalMaxPooling1D), ("global_average_pool", L.GlobalAveragePooling1D)]:
    case(kind, {"keepdims": True}, pool(keepdims=True), (7, 3))
case("global_average_pool", {"keepdims": True}, L.GlobalAveragePooling2D(keepdims=True))
case("zero_padding", {"padding": [[0, 1], [2, 3]]}, L.ZeroPadding2D(((0, 1), (2, 3))))
case("zero_padding", {"padding": [2, 0]}, L.ZeroPadding2D((2, 0)))
case("zero_padding", {}, L.ZeroPadding2D())
case("zero_padding", {"padding": [[1, 2], [0, 0]]}, L.ZeroPadding1D((1, 2)), (4, 3))
case("cropping", {"cropping": [[0, 1], [2, 1]]}, L.Cropping2D(((0, 1), (2, 1))), (3, 5, 2))
case("cropping", {"cropping": 1}, L.Cropping2D(1), (3, 5, 2))
case("cropping", {"cropping": [[2, 1], 0]}, L.Cropping1D((2, 1)), (5, 2))
case("up_sampling", {"size": [2, 3]}, L.UpSampling2D((2, 3)), (3, 2, 2))
case("up_sampling", {"size": [3, 1]}, L.UpSampling1D(3), (3, 2))
case("up_sampling", {"size": [2, 3], "interpolation": "bilinear"}, L.UpSampling2D((2, 3), interpolation="bilinear"),
     (3, 2, 2))
case("up_sampling", {"size": [1, 4], "interpolation": "bilinear"}, L.UpSampling2D((1, 4), interpolation="bilinear"),
     (2, 3, 1))
case("flatten", {}, L.Flatten(), (4, 3))
case("reshape", {"target_shape": [6, -1]}, L.Reshape((6, -1)))
case("reshape", {"target_shape": [2, 4, 3]}, L.Reshape((2, 4, 3)))
case("reshape", {"target_shape": [-1]}, L.Reshape((-1,)))
case("reshape", {"target_shape": [2, 2, -1]}, L.Reshape((2, 2, -1)), (3, 4))
for dims in [[1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]:
    case("permute", {"dims": dims}, L.Permute(dims))
case("permute", {"dims": [2, 1]}, L.Permute((2, 1)), (4, 3))

# Merging, with broadcasting.
for kind, merge in [("add", L.Add), ("multiply", L.Multiply), ("average", L.Average), ("maximum", L.Maximum),
                    ("minimum", L.Minimum)]:
    case(kind, {}, merge(), (3, 2, 2), (3, 2, 2))
    case(kind, {}, merge(), (3, 2, 2), (1, 1, 2), (3, 1, 1))
    case(kind, {}, merge(), (2,), (3, 2, 2))
case("subtract", {}, L.Subtract(), (3, 2, 2), (3, 2, 2))
case("subtract", {}, L.Subtract(), (1, 2, 1), (3, 1, 2))
for axis in [1, 2, 3]:
    other = [3, 2, 2]
    other[axis - 1] = 4
    case("concatenate", {"axis": axis}, L.Concatenate(axis), (3, 2, 2), tuple(other), (3, 2, 2))
case("concatenate", {}, L.Concatenate(), (5,), (2,))
case("concatenate", {"axis": "time"}, L.Concatenate(1), (2, 3), (4, 3))
json.dump({"keras": keras.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))
print(len(cases), "cases", file=sys.stderr)
