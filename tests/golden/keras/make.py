"""Golden numbers for training: small nets run with Keras 3 on its TensorFlow backend.

usage: python tests/golden/keras/make.py        (keras 3.15, tensorflow, scikit-learn)

Each NAME.npz holds one net: its spec (our JSON), data, the order of its weights, and flat blocks of all
weights before and after some optimiser steps.
  spec           the net; the Keras model is built from the same text
  x, y, weight   two batches of examples, labels, sample weights
  batch, loss    rows of a batch; "softmax" or "sigmoid"
  names          "layer.weight" in the order of every block below
  initial        all weights at the start, drawn so that nothing is at a special value
  logits         of the first batch, inference, at the start
  train_logits   of the first batch, training mode, at the start
  first_loss     training loss of the first batch at the start
  gradient       of that loss; zero for moving statistics
  run_NAME       all weights after that run; step k uses batch k % 2
  runs           texts "NAME optimiser steps rate momentum nesterov decay"

What Adam does to a weight whose true gradient is 0 is decided by rounding noise alone (its first step is the
sign of the gradient times the rate). A bias whose effect the following normalisation removes has such a
gradient, so convolutions before a normalisation over channels carry no bias here; with frequency or time kept
the bias matters and is tested.

fit.npz holds the history of one model.fit (full batch, so the order of the items does not matter).
metrics.npz holds scores by scikit-learn.
"""
import json, os
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["KERAS_BACKEND"] = "tensorflow"
import numpy as np
import keras
import tensorflow as tf
from keras import layers as L

HERE = os.path.dirname(os.path.abspath(__file__))
AXES = {"channels": -1, "frequency": 2, "time": 1, "-1": -1, "1": 1, "2": 2, "3": 3}
ADAM = ["adam1 adam 1 0.001 0 0 0", "adam10 adam 10 0.001 0 0 0", "sgd1 sgd 1 0.1 0 0 0"]
MORE = ADAM + ["momentum10 sgd 10 0.01 0.9 0 0", "nesterov10 sgd 10 0.01 0.9 1 0",
               "adamw10 adamw 10 0.002 0 0 0.1", "sgddecay10 sgd 10 0.01 0.9 0 0.05"]


def keras_layer(spec):
    kind, name = spec["type"], spec["name"]
    padding = spec.get("padding", "valid")
    if kind == "conv2d":
        return L.Conv2D(spec["filters"], spec["kernel_size"], strides=spec.get("strides", 1), padding=padding,
                        dilation_rate=spec.get("dilation", 1), use_bias=spec.get("use_bias", True), name=name)
    if kind == "depthwise_conv2d":
        return L.DepthwiseConv2D(spec["kernel_size"], strides=spec.get("strides", 1), padding=padding,
                                 depth_multiplier=spec.get("depth_multiplier", 1),
                                 dilation_rate=spec.get("dilation", 1), use_bias=spec.get("use_bias", True),
                                 name=name)
    if kind == "normalisation":
        return L.BatchNormalization(axis=AXES[str(spec.get("axis", "channels"))], name=name,
                                    momentum=spec.get("momentum", 0.99), epsilon=spec.get("epsilon", 1e-3),
                                    scale=spec.get("scale", True), center=spec.get("center", True))
    if kind == "activation":
        function = spec["activation"]
        if function == "leaky_relu":
            return L.LeakyReLU(negative_slope=spec["alpha"], name=name)
        if function == "elu":
            return L.ELU(alpha=spec["alpha"], name=name)
        return L.Activation(function, name=name)
    if kind == "max_pool":
        return L.MaxPooling2D(spec["pool_size"], strides=spec.get("strides"), padding=padding, name=name)
    if kind == "average_pool":
        return L.AveragePooling2D(spec["pool_size"], strides=spec.get("strides"), padding=padding, name=name)
    if kind == "dense":
        return L.Dense(spec["units"], use_bias=spec.get("use_bias", True), name=name)
    return {"global_average_pool": L.GlobalAveragePooling2D, "global_max_pool": L.GlobalMaxPooling2D,
            "flatten": L.Flatten, "add": L.Add}[kind](name=name)


def keras_model(spec, shape):
    start = here = keras.Input(shape)
    outputs = {}
    for layer_ in spec["layers"]:
        inputs = [outputs[i] for i in layer_["inputs"]] if "inputs" in layer_ else here
        here = keras_layer(layer_)(inputs)
        outputs[layer_["name"]] = here
    return keras.Model(start, here)


def conv(name, filters, kernel=3, **more):
    return dict(type="conv2d", name=name, filters=filters, kernel_size=kernel, **more)


def norm(name, axis, **more):
    return dict(type="normalisation", name=name, axis=axis, **more)


def act(name, function="relu", **more):
    return dict(type="activation", name=name, activation=function, **more)


def layer(kind, name, **more):
    return dict(type=kind, name=name, **more)


def head(units):
    return [layer("global_average_pool", "pool"), layer("dense", "dense", units=units)]


def blocks(axis, widths, bias):
    made = []
    for i, width in enumerate(widths, 1):
        made += [conv(f"conv_{i}", width, padding="same", use_bias=bias), norm(f"norm_{i}", axis),
                 act(f"relu_{i}"), layer("max_pool", f"pool_{i}", pool_size=2)]
    return made


CASES = {
    "channels": dict(shape=(11, 9, 1), batch=5, runs=MORE,
                     layers=blocks("channels", (4, 6), False) + head(3)),
    "frequency": dict(shape=(12, 9, 3), batch=2, runs=ADAM, layers=[
        conv("conv_1", 5, [3, 5], strides=2, padding="same"), norm("norm_1", "frequency"), act("relu_1"),
        conv("conv_2", 4, 3, padding="same"), norm("norm_2", "frequency"), act("relu_2")] + head(4)),
    "time": dict(shape=(13, 10, 2), batch=2, runs=ADAM, layers=[
        conv("conv_1", 4, [3, 2], dilation=[2, 1], padding="valid"), norm("norm_1", "time"), act("relu_1"),
        conv("conv_2", 6, 3, dilation=2, padding="same"), norm("norm_2", "time"), act("relu_2"),
        layer("max_pool", "pool_2", pool_size=[3, 2], strides=2, padding="same")] + head(3)),
    "axis3": dict(shape=(15, 8, 1), batch=1, runs=ADAM, layers=[
        conv("conv_1", 6, [10, 4], strides=[2, 2], padding="same", use_bias=False), norm("norm_1", 3),
        act("relu_1"), layer("depthwise_conv2d", "depthwise", kernel_size=3, padding="same", use_bias=False),
        norm("norm_2", 3), act("relu_2"), conv("conv_2", 5, 1, use_bias=False), norm("norm_3", 3),
        act("relu_3")] + head(4)),
    "depthwise": dict(shape=(9, 11, 3), batch=5, runs=MORE, layers=[
        layer("depthwise_conv2d", "depthwise_1", kernel_size=[3, 2], strides=2, padding="same",
              depth_multiplier=2),
        norm("norm_1", "frequency", momentum=0.9, epsilon=1e-2), act("relu_1"),
        layer("depthwise_conv2d", "depthwise_2", kernel_size=2, padding="valid"),
        norm("norm_2", "time", scale=False), act("relu_2"),
        layer("global_max_pool", "pool"), layer("dense", "dense", units=3, use_bias=False)]),
    "residual": dict(shape=(8, 7, 1), batch=2, runs=ADAM, layers=[
        conv("conv_1", 4, padding="same"), norm("norm_1", "frequency"), act("relu_1"),
        conv("conv_2", 4, padding="same"), norm("norm_2", "frequency"),
        layer("add", "sum", inputs=["norm_2", "relu_1"]), act("relu_2"),
        layer("average_pool", "average", pool_size=[3, 2], strides=2, padding="same"),
        layer("flatten", "flat"), layer("dense", "dense_1", units=6), act("tanh_1", "tanh"),
        layer("dense", "dense_2", units=3)]),
    "activations": dict(shape=(10, 7, 1), batch=5, runs=ADAM, layers=[
        conv("conv_1", 3, padding="same"), norm("norm_1", "time", center=False), act("leaky", "leaky_relu", alpha=0.3),
        conv("conv_2", 3, padding="same"), norm("norm_2", "frequency"), act("elu", "elu", alpha=1.0),
        conv("conv_3", 3, padding="same", use_bias=False), norm("norm_3", "channels"), act("silu", "silu"),
        conv("conv_4", 3, padding="same", use_bias=False), norm("norm_4", "channels"), act("sigmoid", "sigmoid"),
        layer("average_pool", "average", pool_size=2),
        layer("flatten", "flat"), layer("dense", "dense", units=4)]),
    "sigmoid": dict(shape=(7, 6, 1), batch=5, loss="sigmoid", weighted=True, runs=MORE,
                    layers=blocks("time", (4,), True) + head(3)),
    # Wide enough for Winograd's way through the second and third convolution. No Adam: among so many weights some
    # have a gradient so near 0 that its sign is the rounding of whoever computes it, Keras included.
    "wide": dict(shape=(26, 23, 1), batch=3, runs=["sgd1 sgd 1 0.1 0 0 0", "momentum10 sgd 10 0.01 0.9 0 0"],
                 layers=blocks("frequency", (16,), True) + [
                     conv("conv_2", 18, padding="same"), norm("norm_2", "frequency"), act("relu_2"),
                     conv("conv_3", 16, padding="valid", use_bias=False), norm("norm_3", "channels"),
                     act("relu_3")] + head(3)),
}


def flat(values):
    return np.concatenate([np.asarray(v, np.float32).ravel() for v in values])


def draw(model, rng):
    """Every weight off its special initial value; the kernels stay as Glorot drew them."""
    for layer_ in model.layers:
        for v in layer_.weights:
            name, shape = v.path.split("/")[-1], v.shape
            if name in ("kernel",):
                fan = np.prod(shape[:-2]) if len(shape) > 2 else 1
                limit = np.sqrt(6 / (fan * (shape[-2] + shape[-1])))
                v.assign(rng.uniform(-limit, limit, shape).astype(np.float32))
            elif name in ("gamma", "moving_variance"):
                v.assign(rng.uniform(0.5, 1.5, shape).astype(np.float32))
            else:
                v.assign(rng.uniform(-0.5, 0.5, shape).astype(np.float32))


def make_case(name, case, seed):
    rng = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    spec = dict(name=name, layers=case["layers"])
    model = keras_model(spec, case["shape"])
    draw(model, rng)
    batch, classes = case["batch"], model.output_shape[-1]
    x = rng.standard_normal((2 * batch,) + case["shape"]).astype(np.float32)
    y = rng.integers(0, classes, 2 * batch).astype(np.int32)
    weight = (rng.uniform(0.5, 2, 2 * batch) if case.get("weighted") else np.ones(2 * batch)).astype(np.float32)
    loss_name = case.get("loss", "softmax")
    if loss_name == "softmax":
        loss_of, target = keras.losses.SparseCategoricalCrossentropy(from_logits=True), y
    else:
        loss_of = keras.losses.BinaryCrossentropy(from_logits=True)
        target = np.eye(classes, dtype=np.float32)[y]
    variables = [v for l in model.layers for v in l.weights]
    names = [f"{l.name}.{v.path.split('/')[-1]}" for l in model.layers for v in l.weights]
    initial = [v.numpy() for v in variables]

    def step(k):
        rows = slice((k % 2) * batch, (k % 2 + 1) * batch)
        with tf.GradientTape() as tape:
            logits = model(x[rows], training=True)
            loss = loss_of(target[rows], logits, sample_weight=weight[rows])
        return logits, loss, tape.gradient(loss, model.trainable_variables)

    out = dict(spec=json.dumps(spec), x=x, y=y, weight=weight, batch=np.int32(batch), loss=loss_name,
               names=np.array(names), initial=flat(initial), runs=np.array(case["runs"]),
               logits=model(x[:batch], training=False).numpy())
    logits, loss, gradient = step(0)
    by_id = {id(v): g for v, g in zip(model.trainable_variables, gradient)}
    out.update(train_logits=logits.numpy(), first_loss=np.float64(loss.numpy()),
               gradient=flat([by_id[id(v)].numpy() if id(v) in by_id else np.zeros(v.shape) for v in variables]))
    for run in case["runs"]:
        label, kind, steps, rate, momentum, nesterov, decay = run.split()
        for v, value in zip(variables, initial):
            v.assign(value)
        decay = float(decay) or None
        if kind == "sgd":
            optimiser = keras.optimizers.SGD(float(rate), momentum=float(momentum), nesterov=nesterov == "1",
                                             weight_decay=decay)
        elif kind == "adam":
            optimiser = keras.optimizers.Adam(float(rate), weight_decay=decay)
        else:
            optimiser = keras.optimizers.AdamW(float(rate), weight_decay=decay)
        for k in range(int(steps)):
            optimiser.apply(step(k)[2], model.trainable_variables)
        out["run_" + label] = flat([v.numpy() for v in variables])
    np.savez_compressed(os.path.join(HERE, name + ".npz"), **out)
    print(name, model.count_params(), "parameters, loss", float(loss), "smallest tensor gradient",
          min(float(np.abs(g).max()) for g in map(np.asarray, gradient)))


def make_fit(seed):
    """AdamW on a cosine with warm-up, class weights, a validation part, one batch an epoch."""
    rng = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    spec = dict(name="fit", layers=blocks("frequency", (4,), True) + head(3))
    shape, count, epochs = (8, 6, 1), 24, 8
    model = keras_model(spec, shape)
    draw(model, rng)
    variables = [v for l in model.layers for v in l.weights]
    names = [f"{l.name}.{v.path.split('/')[-1]}" for l in model.layers for v in l.weights]
    initial = flat([v.numpy() for v in variables])
    y = np.sort(rng.choice(3, count + 9, p=[0.6, 0.3, 0.1])).astype(np.int32)
    y = rng.permutation(y).astype(np.int32)
    x = (rng.standard_normal((count + 9,) + shape) + y[:, None, None, None] * 0.5).astype(np.float32)
    labels, counts = np.unique(y[:count], return_counts=True)
    class_weight = {int(l): count / (len(labels) * c) for l, c in zip(labels, counts)}
    rate = keras.optimizers.schedules.CosineDecay(0.0, epochs - 2, warmup_target=0.01, warmup_steps=2)
    model.compile(keras.optimizers.AdamW(rate, weight_decay=0.02),
                  keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"],
                  jit_compile=False)
    history = model.fit(x[:count], y[:count], batch_size=count, epochs=epochs, class_weight=class_weight,
                        validation_data=(x[count:], y[count:]), shuffle=True, verbose=0).history
    np.savez_compressed(os.path.join(HERE, "fit.npz"), spec=json.dumps(spec), x=x, y=y, names=np.array(names),
                        initial=initial, final=flat([v.numpy() for v in variables]),
                        rates=np.array([float(rate(k)) for k in range(epochs)]),
                        **{k: np.array(history[k]) for k in ("loss", "accuracy", "val_loss", "val_accuracy")})
    print("fit", history["loss"][0], history["loss"][-1])


def make_metrics(seed):
    from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix, f1_score
    import warnings
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(seed)
    tables, scores = [], []
    for missing in ([], [2], [0, 4], [1, 2, 3]):
        truth = rng.integers(0, 5, 60)
        guess = np.where(rng.random(60) < 0.5, truth, rng.integers(0, 5, 60))
        keep = ~np.isin(truth, missing)
        truth, guess = truth[keep], guess[keep]
        if len(missing) == 2:  # a label that neither occurs nor is guessed
            guess = np.where(np.isin(guess, missing), truth, guess)
        tables.append(confusion_matrix(truth, guess, labels=range(5)))
        scores.append([accuracy_score(truth, guess), balanced_accuracy_score(truth, guess),
                       f1_score(truth, guess, average="macro", zero_division=0)])
    np.savez_compressed(os.path.join(HERE, "metrics.npz"), confusion=np.array(tables, np.int32),
                        scores=np.array(scores))


if __name__ == "__main__":
    print("keras", keras.__version__, "tensorflow", tf.__version__)
    for seed, (name, case) in enumerate(CASES.items(), 1):
        make_case(name, case, seed)
    make_fit(100)
    make_metrics(200)
