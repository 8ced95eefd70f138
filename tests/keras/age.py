"""Makes a file that tf-keras 2 wrote look as older Keras wrote it: the same net in the shapes of its day.

age(path, rng) draws one of these and returns its name:
  2.4    no module, registered_name and build_config (TensorFlow 2.4 to 2.10)
  2.3    dtype as a policy object, axis of batch normalisation as a list, class Model (TensorFlow 2.1, 2.2)
  2.2    a Sequential without InputLayer, its first layer with batch_input_shape; rate as "lr" (Keras 2.2)
  2.0    Sequential's config is the bare list of layers, no keras_version (Keras 2.0)
"""

import json

import h5py

AGES = ["2.4", "2.3", "2.2", "2.0"]


def plain(value):
    """Without what was added later."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k not in ("module", "registered_name", "build_config")}
    return [plain(v) for v in value] if isinstance(value, list) else value


def policy(layer):
    config = layer["config"]
    if isinstance(config.get("dtype"), str):
        config["dtype"] = {"class_name": "Policy", "config": {"name": config["dtype"]}}
    if layer["class_name"] == "BatchNormalization" and isinstance(config.get("axis"), int):
        config["axis"] = [config["axis"]]


def without_input(layers):
    if layers[0]["class_name"] != "InputLayer" or len(layers) < 2:
        return layers
    layers[1]["config"]["batch_input_shape"] = layers[0]["config"]["batch_input_shape"]
    return layers[1:]


def without_new_options(layer):
    options = layer["config"]
    for key in ("keepdims", "ragged", "sparse", "synchronized", "jit_compile"):
        if options.get(key) in (None, False):
            options.pop(key, None)
    if layer["class_name"].startswith("Conv") and options.get("groups") == 1:
        del options["groups"]


def age(path, rng):
    when = rng.choice(AGES)
    with h5py.File(path, "r+") as file:
        model = plain(json.loads(file.attrs["model_config"]))
        sequential = model["class_name"] == "Sequential"
        if when != "2.4":
            for layer in model["config"]["layers"]:
                (policy if when == "2.3" else without_new_options)(layer)
            if not sequential:
                model["class_name"] = "Model"
        if when in ("2.2", "2.0") and sequential:
            model["config"]["layers"] = without_input(model["config"]["layers"])
            if when == "2.0":
                model["config"] = model["config"]["layers"]
        if "training_config" in file.attrs:
            training = plain(json.loads(file.attrs["training_config"]))
            options = training.get("optimizer_config", {}).get("config", {})
            if when in ("2.2", "2.0") and "learning_rate" in options:
                options["lr"] = options.pop("learning_rate")
            file.attrs["training_config"] = json.dumps(training)
        file.attrs["model_config"] = json.dumps(model).encode() if when in ("2.2", "2.0") else json.dumps(model)
        if when == "2.0":
            for owner in (file, file["model_weights"]):
                owner.attrs.pop("keras_version", None)
        else:
            file.attrs["keras_version"] = {"2.4": "2.4.0", "2.3": "2.2.4-tf", "2.2": "2.2.4"}[when]
    return when
