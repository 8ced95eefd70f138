"""What Keras makes of a model in 1 and in 5 steps of training: the numbers that sonaxis must come to as well.

run(keras, model, base, draw) writes base.train.npz: batches (int8; the net gets them / 32), labels, the loss, the
layers in the order of their weights, and for each optimiser all weights and moving statistics, one after another.

Each run is made twice, in float32, which is kept, and in float64. Where these two differ by more than SURE of a
weight's largest value, float32 itself does not say what comes out (a slope that should be zero and is rounding,
which Adam blows up; a point on the edge of a kink), and the run is left out. So is a loss that Keras clips.
"""

import json

import numpy as np

BATCH, STEPS, SURE = 8, 5, 1e-5
# label: optimiser, learning rate, momentum, nesterov, epsilon
ADAM = {"adam": ("adam", 0.002, 0.0, 0, 1e-7), "adam_wide": ("adam", 0.002, 0.0, 0, 1e-3)}
SGD = {"sgd": ("sgd", 0.02, 0.0, 0, 0), "momentum": ("sgd", 0.01, 0.9, 0, 0), "nesterov": ("sgd", 0.01, 0.9, 1, 0)}
NOISE = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise")


class Clipped(Exception):
    pass


def make_loss(keras, kind, from_logits, classes):
    if kind == "sigmoid":
        plain = keras.losses.BinaryCrossentropy(from_logits=from_logits)
    else:
        plain = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)

    def loss(truth, guess):
        values = np.asarray(guess)
        if not np.isfinite(values).all() or (not from_logits and not (1e-5 < values).all()):
            raise Clipped
        if kind == "sigmoid":
            if not from_logits and not (values < 1 - 1e-5).all():
                raise Clipped
            truth = np.eye(classes, dtype=values.dtype)[np.asarray(truth).reshape(-1).astype(int)]
        return plain(truth, guess)

    return loss


def make_optimiser(keras, kind, rate, momentum, nesterov, epsilon):
    if kind == "adam":
        return keras.optimizers.Adam(rate, epsilon=epsilon)
    return keras.optimizers.SGD(rate, momentum=momentum, nesterov=bool(nesterov))


def walk(model, within=""):
    """Every layer with its name, "block/conv" where it lies in a model within the model."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from walk(layer, within + layer.name + "/")
        else:
            yield within + layer.name, layer


def trained_layers(model):
    return [(name, layer) for name, layer in walk(model)
            if type(layer).__name__ not in NOISE + ("Normalization",) and layer.get_weights()]


def flat(model):
    return np.concatenate([w.ravel() for _, layer in trained_layers(model) for w in layer.get_weights()])


def steps(keras, model, weights, options, loss, x, labels):
    """The weights after 1 and after STEPS steps."""
    model.set_weights(weights)
    model.compile(make_optimiser(keras, *options), loss, run_eagerly=True)
    out = {}
    for k in range(STEPS):
        part = slice(k * BATCH, (k + 1) * BATCH)
        model.train_on_batch(x[part], labels[part])
        if k + 1 in (1, STEPS):
            out[k + 1] = flat(model)
    return out


def differs(model, ours, theirs):
    """By tensor, the largest difference over the largest value."""
    worst, at = 0.0, 0
    for _, layer in trained_layers(model):
        for w in layer.get_weights():
            a, b = ours[at:at + w.size], theirs[at:at + w.size]
            worst = max(worst, np.abs(a - b).max() / max(np.abs(b).max(), 1e-30))
            at += w.size
            if not np.isfinite(worst):
                return np.inf
    return worst


def double(keras, model):
    """The same model in float64."""
    text = model.to_json().replace('"float32"', '"float64"')
    keras.backend.set_floatx("float64")
    try:
        return keras.models.model_from_json(text)
    finally:
        keras.backend.set_floatx("float32")


def one_run(keras, models, weights, options, loss, x, labels):
    """Of the float32 model, or None where it is not sure."""
    try:
        single = steps(keras, models[0], weights, options, loss, x.astype("float32"), labels)
        keras.backend.set_floatx("float64")
        sure = steps(keras, models[1], weights, options, loss, x.astype("float64"), labels)
    except Clipped:
        return None
    finally:
        keras.backend.set_floatx("float32")
    good = all(differs(models[0], single[k], sure[k]) <= SURE for k in single)
    return single if good else None


def run(keras, model, base, draw):
    """Whether there was a run to keep. Leaves the model's weights as they were."""
    if any(type(layer).__name__ in NOISE and (getattr(layer, "rate", 0) or getattr(layer, "stddev", 0))
           for _, layer in walk(model)) or not trained_layers(model):
        return False
    if any(len(name) > 48 for name, _ in trained_layers(model)):  # sonaxis would call it by another name
        return False
    shape, classes = list(model.input_shape[1:]), int(model.output_shape[-1])
    end = json.loads(model.to_json())["config"]["layers"][-1]["config"].get("activation")
    kind = "sigmoid" if end == "sigmoid" else "softmax"
    loss = make_loss(keras, kind, end not in ("softmax", "sigmoid"), classes)
    x = np.clip(np.rint(draw.normal(0, 32, [BATCH * STEPS] + shape)), -127, 127).astype("int8")
    labels = draw.integers(0, classes, BATCH * STEPS).astype("int32")
    weights, models = model.get_weights(), (model, double(keras, model))
    kept, runs = {}, []
    for group in (ADAM, dict([list(SGD.items())[int(draw.integers(3))]])):
        for label, options in group.items():
            result = one_run(keras, models, weights, options, loss, x / 32, labels)
            if result is None:
                continue
            runs.append(label + " %s %g %g %d %g" % options)
            kept.update({"%s_%d" % (label, k): v.astype("float32") for k, v in result.items()})
            break
    model.set_weights(weights)
    if runs:
        np.savez_compressed(base + ".train.npz", x=x, labels=labels, loss=kind, runs=runs,
                            layers=[name for name, _ in trained_layers(model)], **kept)
    return bool(runs)
