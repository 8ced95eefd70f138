"""Milliseconds a training step with Adam, for a net and each kept axis; with --check how far gradients and probabilities
are from those of sonaxis for the same weights.

usage: train.py --impl keras-tensorflow|keras-jax|keras-torch|torch-eager|torch-compile --net NET [--batch N] [--threads N]
       [--check DIR]"""
import os

from common import classes_of, input_of, measure, need, options, read_case, say, summary

a = options(__doc__, ("--net", dict(required=True)), ("--batch", dict(type=int, default=64)), ("--check", dict(default=None)))
np = need("numpy")


def keras_setup():
    backend = a.impl.split("-")[1]
    os.environ["KERAS_BACKEND"] = backend
    library = need({"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}[backend])
    if backend == "tensorflow":
        library.config.threading.set_intra_op_parallelism_threads(a.threads)
        library.config.threading.set_inter_op_parallelism_threads(1)
    elif backend == "torch":
        library.set_num_threads(a.threads)
    need("keras")


def keras_step(axis, x, y):
    import keras

    from keras_nets import build

    model = build(a.net, axis)
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    if a.impl == "keras-tensorflow":
        import tensorflow as tf

        x, y = tf.constant(x), tf.constant(y)
    return lambda: model.train_on_batch(x, y)


def keras_check(axis, case):
    """One step of SGD with rate 1 is the gradient."""
    import keras

    from keras_nets import build, give_weights

    model = build(a.net, axis)
    give_weights(model, case["first"], case["statistics"])
    p = np.asarray(keras.ops.convert_to_numpy(model(case["x"], training=False)))
    model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy")
    model.train_on_batch(case["x"], case["y"])
    after = np.concatenate([keras.ops.convert_to_numpy(v).ravel() for v in model.trainable_variables])
    return p, case["first"] - after


def torch_setup():
    need("torch").set_num_threads(a.threads)


def torch_step(axis, x, y):
    import torch

    from torch_nets import build

    model = build(a.net, axis)
    run = torch.compile(model) if a.impl == "torch-compile" else model
    adam = torch.optim.Adam(model.parameters(), fused=True)
    x = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    y = torch.from_numpy(y).long()

    def step():
        adam.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(run(x), y).backward()
        adam.step()

    return step


def torch_check(axis, case):
    import torch

    from torch_nets import build, flat_gradient, give_weights

    model = build(a.net, axis)
    give_weights(model, case["first"], case["statistics"])
    x = torch.from_numpy(case["x"]).permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
    p = torch.softmax(model.eval()(x), 1).detach().numpy()
    model.train()
    torch.nn.functional.cross_entropy(model(x), torch.from_numpy(case["y"]).long()).backward()
    return p, flat_gradient(model)


keras_is_it = a.impl.startswith("keras-")
(keras_setup if keras_is_it else torch_setup)()
tuned = os.environ.get("MALLOC_MMAP_MAX_") == "0"
name = a.impl if keras_is_it else a.impl + ("-tuned" if tuned else "")
time_count, frequency_count = input_of(a.net)
for axis in a.axes.split(","):
    if a.check:
        case = read_case(a.check, a.net, axis)
        p, gradient = (keras_check if keras_is_it else torch_check)(axis, case)
        scale = np.abs(case["gradient"]).max()
        say(what="check", impl=name, net=a.net, axis=axis, probability_diff=float(np.abs(p - case["p"]).max()),
            gradient_diff=float(np.abs(gradient - case["gradient"]).max() / scale))
        continue
    rng = np.random.default_rng(0)
    x = rng.standard_normal((a.batch, time_count, frequency_count, 1)).astype(np.float32)
    y = rng.integers(0, classes_of(a.net), a.batch).astype(np.int32)
    times = measure((keras_step if keras_is_it else torch_step)(axis, x, y), a.seconds)
    say(what="train_step", impl=name, net=a.net, axis=axis, batch=a.batch, threads=a.threads, **summary(times))
