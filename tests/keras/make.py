"""Random Keras models with inputs and outputs: what sonaxis must read and give the same predictions for.

make.py FOLDER [--count 300] [--first 0] [--seed 1] [--legacy] [--nested]

Each case is N.keras or N.h5 (every fourth; with --legacy, tf-keras 2, all, half of them in the shapes of older
Keras, see age.py), N.x.npy, N.y.npy, and where it can be trained (no noise) N.train.npz, see training.py. Every
layer, option and axis that sonaxis reads turns up; models are Sequential or functional with branches, with --nested
made of models. Statistics and weights are random. --first N goes on at case N; a case depends on the seed and its number only. Made with
Keras 3.15.1 on TensorFlow 2.21.0, and tf-keras 2.21.0; oneDNN is off, since it adds in another order from run to
run.
"""

import argparse
import os
import random
import warnings

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")  # the models are small
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import numpy as np

import age
import training

warnings.filterwarnings("ignore")
arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--count", type=int, default=300)
arguments.add_argument("--first", type=int, default=0)
arguments.add_argument("--seed", type=int, default=1)
arguments.add_argument("--legacy", action="store_true")
arguments.add_argument("--nested", action="store_true")
wanted = arguments.parse_args()

if wanted.legacy:
    import tf_keras as keras
else:
    import keras
layers = keras.layers
rng = random.Random()
calm = False  # no noise, so that the model can be trained

ACTIVATIONS = ["relu", "elu", "selu", "gelu", "silu", "sigmoid", "tanh", "softplus", "softsign", "exponential",
               "softmax", "linear", "leaky_relu", "mish"]
if not wanted.legacy:
    ACTIVATIONS += ["celu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "log_sigmoid", "log_softmax",
                    "relu6", "soft_shrink", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus",
                    "tanh_shrink"]


def maybe(value, otherwise=None):
    return value if rng.random() < 0.5 else otherwise


def dims(x):
    return [int(d) for d in x.shape[1:]]


def small_activation():
    return maybe(rng.choice([a for a in ACTIVATIONS if a != "exponential"]))


def kernel(sizes):
    return tuple(rng.randint(1, min(3, s)) for s in sizes)


def divisor(n):
    return rng.choice([d for d in range(1, n + 1) if n % d == 0])


# --- layers for maps (batch, a, b, channels); each returns a layer ----------------------------------------------

def conv2d(d):
    strides = rng.choice([1, 1, 2, (1, 2), (2, 1)])
    dilation = 1 if strides != 1 else rng.choice([1, 1, 2, (2, 1)])
    size = kernel(d[:2])
    if dilation != 1 and min(d[:2]) < 6:
        dilation = 1
    groups = groups_of(d[2])
    return layers.Conv2D(groups * rng.randint(1, 4), size, strides=strides, dilation_rate=dilation, groups=groups,
                         padding=rng.choice(["same", "valid"]), use_bias=rng.random() < 0.7,
                         activation=small_activation())


def groups_of(channels):
    """Few, since TensorFlow compiles each call of such a layer anew."""
    return divisor(channels) if not wanted.legacy and rng.random() < 0.15 else 1


def dilation_of(strides, sizes):
    """Keras has one or the other."""
    return rng.choice([1, 1, 2]) if strides == 1 and min(sizes) >= 6 else 1


def depthwise(d):
    strides = rng.choice([1, 1, 2])
    return layers.DepthwiseConv2D(kernel(d[:2]), strides=strides, dilation_rate=dilation_of(strides, d[:2]),
                                  depth_multiplier=rng.randint(1, 2),
                                  padding=rng.choice(["same", "valid"]), use_bias=rng.random() < 0.7,
                                  activation=small_activation())


def separable(d):
    strides = rng.choice([1, 1, 2])
    return layers.SeparableConv2D(rng.randint(1, 6), kernel(d[:2]), strides=strides,
                                  dilation_rate=dilation_of(strides, d[:2]),
                                  depth_multiplier=rng.randint(1, 2), padding=rng.choice(["same", "valid"]),
                                  use_bias=rng.random() < 0.7, activation=small_activation())


def batch_norm(d):
    axis = rng.choice([-1] + list(range(1, len(d) + 1)))
    if wanted.legacy and len(d) > 1 and rng.random() < 0.4:
        axis = sorted(rng.sample(range(1, len(d) + 1), 2))
    return layers.BatchNormalization(axis=axis, epsilon=rng.choice([1e-3, 1e-5]), center=rng.random() < 0.8,
                                     scale=rng.random() < 0.8, momentum=rng.choice([0.99, 0.9]))


def layer_norm(d):
    axes = sorted(rng.sample(range(1, len(d) + 1), rng.randint(1, len(d))))
    return layers.LayerNormalization(axis=axes if len(axes) > 1 else rng.choice([axes, axes[0]]), epsilon=1e-2,
                                     center=rng.random() < 0.8, scale=rng.random() < 0.8)


def group_norm(d):
    axis = rng.choice([-1] + list(range(1, len(d) + 1)))
    places = d[axis if axis < 0 else axis - 1]
    return layers.GroupNormalization(groups=divisor(places), axis=axis, epsilon=1e-2, center=rng.random() < 0.8,
                                     scale=rng.random() < 0.8)


def standardise(d):
    axis = rng.choice([-1, None, sorted(rng.sample(range(1, len(d) + 1), 2)) if len(d) > 1 else 1])
    if rng.random() < 0.5:
        return layers.Normalization(axis=axis, mean=0.25, variance=2.0, invert=rng.random() < 0.3)
    layer = layers.Normalization(axis=axis)
    layer.adapt(np.random.default_rng(3).normal(0.3, 1.5, [20] + d).astype("float32"))
    return layer


def activation(d):
    return layers.Activation(rng.choice(ACTIVATIONS))


def activation_layer(d):
    slope = "alpha" if wanted.legacy else "negative_slope"
    axes = list(range(1, len(d) + 1))
    choices = [lambda: layers.ReLU(max_value=maybe(1.5), negative_slope=maybe(0.1, 0.0), threshold=maybe(0.2, 0.0)),
               lambda: layers.LeakyReLU(**{slope: 0.17}), lambda: layers.ELU(alpha=0.6),
               lambda: layers.Softmax(axis=rng.choice(axes + [-1])),
               lambda: layers.PReLU(alpha_initializer="uniform",
                                    shared_axes=maybe(rng.sample(axes, rng.randint(1, len(axes)))))]
    if wanted.legacy:
        choices.append(lambda: layers.ThresholdedReLU(theta=0.3))
    return rng.choice(choices)()


def pool2d(d):
    kind = rng.choice([layers.MaxPooling2D, layers.AveragePooling2D])
    return kind(kernel(d[:2]), strides=maybe(rng.choice([1, 2, (2, 1)])), padding=rng.choice(["same", "valid"]))


def border2d(d):
    if rng.random() < 0.5 or min(d[:2]) < 5:
        return layers.ZeroPadding2D(rng.choice([1, (1, 2), ((0, 1), (2, 0))]))
    return layers.Cropping2D(rng.choice([1, (1, 0), ((0, 1), (2, 0))]))


def up2d(d):
    return layers.UpSampling2D(rng.choice([2, (1, 2), (2, 1)]), interpolation=rng.choice(["nearest", "bilinear"]))


def permute(d):
    order = list(range(1, len(d) + 1))
    rng.shuffle(order)
    return layers.Permute(order)


def reshape(d):
    return layers.Reshape(rng.choice([(d[0], d[1] * d[2], 1), (d[1], d[0], d[2]), (-1, d[1], d[2])]))


def dense(d):
    return layers.Dense(rng.randint(2, 6), use_bias=rng.random() < 0.7, activation=small_activation())


def noise(d):
    share = 0.0 if calm else 0.3
    spatial = layers.SpatialDropout2D if len(d) == 3 else layers.SpatialDropout1D
    return rng.choice([layers.Dropout, layers.GaussianNoise, spatial])(share)


def rescale(d):
    return layers.Rescaling(rng.uniform(0.3, 2), offset=rng.uniform(-1, 1))


MAPS = [conv2d, conv2d, conv2d, depthwise, separable, batch_norm, batch_norm, batch_norm, layer_norm, group_norm,
        standardise, activation, activation, activation_layer, pool2d, border2d, up2d, permute, reshape, dense, noise,
        rescale]

# --- layers for rows (batch, a, channels) -----------------------------------------------------------------------


def conv1d(d):
    strides, groups = rng.choice([1, 1, 2]), groups_of(d[1])
    return layers.Conv1D(groups * rng.randint(1, 4), rng.randint(1, min(3, d[0])), strides=strides,
                         dilation_rate=rng.choice([1, 2]) if strides == 1 and d[0] > 6 else 1, groups=groups,
                         padding=rng.choice(["same", "valid", "causal"]), use_bias=rng.random() < 0.7,
                         activation=small_activation())


def separable1d(d):
    return layers.SeparableConv1D(rng.randint(1, 6), rng.randint(1, min(3, d[0])), depth_multiplier=rng.randint(1, 2),
                                  padding=rng.choice(["same", "valid"]), activation=small_activation())


def depthwise1d(d):
    return layers.DepthwiseConv1D(rng.randint(1, min(3, d[0])), depth_multiplier=rng.randint(1, 2),
                                  padding=rng.choice(["same", "valid"]), activation=small_activation())


def pool1d(d):
    kind = rng.choice([layers.MaxPooling1D, layers.AveragePooling1D])
    return kind(rng.randint(1, min(3, d[0])), strides=maybe(2), padding=rng.choice(["same", "valid"]))


def border1d(d):
    if rng.random() < 0.5 or d[0] < 5:
        return layers.ZeroPadding1D(rng.choice([1, (0, 2)]))
    return layers.Cropping1D(rng.choice([1, (0, 2)]))


def up1d(d):
    return layers.UpSampling1D(2)


def reshape_row(d):
    return layers.Reshape(rng.choice([(-1, d[1]), (d[0] * d[1], 1)]))


ROWS = [conv1d, conv1d, separable1d, depthwise1d, batch_norm, batch_norm, layer_norm, group_norm, standardise,
        activation, activation_layer, pool1d, border1d, up1d, permute, reshape_row, dense, noise, rescale]

MERGES = [layers.Add, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum, layers.Subtract]


# --- models -----------------------------------------------------------------------------------------------------

def squeeze_excite(x):
    c = dims(x)[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Dense(max(1, c // 2), activation="relu")(s)
    return layers.Multiply()([x, layers.Dense(c, activation="sigmoid")(s)])


def branch(x):
    d = dims(x)
    kind = rng.randint(0, 3)
    if kind == 0 and len(d) == 3:
        return squeeze_excite(x)
    same = [batch_norm, layer_norm, activation, activation_layer, rescale, noise]
    a = rng.choice(same)(d)(x)
    b = x if rng.random() < 0.5 else rng.choice(same)(d)(x)
    if kind == 1:
        return layers.Concatenate(axis=rng.choice([-1] + list(range(1, len(d) + 1))))([a, b])
    merge = rng.choice(MERGES)
    inputs = [a, b] if merge is layers.Subtract or rng.random() < 0.7 else [a, b, x]
    return merge()(inputs)


def too_large(x):
    return np.prod(dims(x)) > 6000


depth = 0  # of the model that is being made within models


def block(x, choices, functional):
    """A model of one to three layers; a Sequential where they follow one another for sure."""
    global depth
    depth += 1
    start = inner = keras.Input(dims(x))
    for _ in range(rng.randint(1, 3)):
        inner = step(inner, choices, functional)
    depth -= 1
    if inner is start:
        return x
    model = keras.Model(start, inner)
    if not functional:
        model = keras.Sequential([keras.Input(dims(x))] + model.layers[1:])
    return model(x)


def step(x, choices, functional):
    if wanted.nested and depth < 2 and rng.random() < 0.4:
        return block(x, choices, functional)
    if functional and rng.random() < 0.3:
        return branch(x)
    for _ in range(20):
        try:
            y = rng.choice(choices)(dims(x))(x)
        except Exception:  # a layer that this shape does not suit
            continue
        if min(dims(y)) >= 1 and not too_large(y):
            return y
    return x


def head(x, units):
    d = dims(x)
    if len(d) == 3:
        pools = [layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D]
    else:
        pools = [layers.GlobalAveragePooling1D, layers.GlobalMaxPooling1D]
    if rng.random() < 0.5:
        keep = rng.random() < 0.3
        x = rng.choice(pools)(keepdims=keep)(x)
        if keep:
            x = layers.Flatten()(x)
    else:
        x = layers.Flatten()(x)
    for _ in range(rng.randint(0, 2)):
        x = rng.choice([dense, batch_norm, layer_norm, activation_layer])(dims(x))(x)
    return layers.Dense(units, activation=rng.choice(["softmax", "sigmoid", None, "tanh"]))(x)


def random_model():
    functional = rng.random() < 0.6
    rows = rng.random() < 0.2
    shape = (rng.randint(8, 16), rng.randint(5, 12)) + (() if rows else (rng.randint(1, 3),))
    x = start = keras.Input(shape)
    for _ in range(rng.randint(2, 8)):
        x = step(x, ROWS if rows else MAPS, functional)
        if not rows and rng.random() < 0.08:
            d = dims(x)
            x, rows = layers.Reshape((d[0], d[1] * d[2]))(x), True
    x = head(x, rng.choice([1, 2, 3, 5]))
    model = keras.Model(start, x)
    if functional:
        return model
    return keras.Sequential([keras.Input(shape)] + model.layers[1:])


def randomise(model):
    draw = np.random.default_rng(rng.randrange(1 << 30))
    for _, layer in training.walk(model):
        if "Normalization" not in type(layer).__name__ or type(layer).__name__ == "Normalization":
            if hasattr(layer, "bias") and layer.bias is not None and layer.use_bias:
                layer.bias.assign(draw.normal(0, 0.2, layer.bias.shape))
            continue
        values = layer.get_weights()
        new = [draw.normal(1 if "gamma" in w.name else 0, 0.3, v.shape) for w, v in zip(layer.weights, values)]
        for i, w in enumerate(layer.weights):
            if "variance" in w.name:
                new[i] = draw.uniform(0.5, 2, values[i].shape)
        layer.set_weights(new)


def make(index):
    global calm
    rng.seed("%d %d %s" % (wanted.seed, index, wanted.legacy))
    calm = rng.random() < 0.8
    end = ".h5" if wanted.legacy or index % 4 == 3 else ".keras"
    base = os.path.join(wanted.folder, "%03d" % index)
    while True:
        keras.backend.clear_session()
        model = random_model()
        randomise(model)
        x = np.random.default_rng(index).normal(0, 1, [4] + [int(d) for d in model.input_shape[1:]]).astype("float32")
        y = np.asarray(model(x, training=False))
        if not np.isfinite(y).all() or np.abs(y).max() >= 1e4:
            continue
        if rng.random() < 0.5:
            model.compile(rng.choice(["adam", "sgd"]), "sparse_categorical_crossentropy")
        try:
            model.save(base + end)
            break
        except ValueError:  # tf-keras cannot, where a model within the model has two Normalization layers
            continue
    if wanted.legacy and rng.random() < 0.5:
        age.age(base + end, rng)
    np.save(base + ".x.npy", x)
    np.save(base + ".y.npy", y)
    return training.run(keras, model, base, np.random.default_rng([wanted.seed, index]))


os.makedirs(wanted.folder, exist_ok=True)
trained = sum(make(number) for number in range(wanted.first, wanted.first + wanted.count))
print("%s: %d models, %d of them with training" % (wanted.folder, wanted.count, trained), flush=True)
