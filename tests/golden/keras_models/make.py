"""Files for tests of reading Keras models: accidents with normalisation, and files that want to do harm.

make.py, in this folder, with Keras 3.15.1 and h5py. The random models in random/ come from tests/keras/make.py
and pick.py, 36 to 39 from make.py --nested.
"""

import io
import json
import os
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import h5py
import keras
import numpy as np

layers = keras.layers
keras.utils.set_random_seed(1)
os.makedirs("accidents", exist_ok=True)
os.makedirs("hostile", exist_ok=True)


def pack(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as out:
        for name, data in members:
            out.writestr(zipfile.ZipInfo(name), data, method)


def repack(path):
    with zipfile.ZipFile(path) as old:
        members = [(n, old.read(n)) for n in old.namelist()]
    pack(path, members)
    return dict(members)


# --- accidents --------------------------------------------------------------------------------------------------

def dcase():
    """In the manner of DCASE 2018 task 1's baseline: two blocks, axis=1, on (batch, mel bands, frames, 1)."""
    return keras.Sequential([
        keras.Input((40, 50, 1)),
        layers.Conv2D(4, 7, padding="same"), layers.BatchNormalization(axis=1), layers.Activation("relu"),
        layers.MaxPooling2D((5, 5)), layers.Dropout(0.3),
        layers.Conv2D(8, 7, padding="same"), layers.BatchNormalization(axis=1), layers.Activation("relu"),
        layers.MaxPooling2D((4, 10)), layers.Dropout(0.3),
        layers.Flatten(), layers.Dense(10, activation="relu"), layers.Dense(10, activation="softmax")])


model = dcase()
model.compile("adam", "categorical_crossentropy")
model.fit(np.random.default_rng(0).normal(0, 1, (8, 40, 50, 1)), np.eye(10)[:8], verbose=0)
model.save("accidents/dcase.keras")
repack("accidents/dcase.keras")

model = keras.Sequential([
    keras.Input((None, 12, 1)), layers.Conv2D(3, 3), layers.BatchNormalization(momentum=0.1), layers.ReLU(),
    layers.GlobalAveragePooling2D(), layers.Dense(3, activation="softmax")])
model.compile(keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "sparse_categorical_crossentropy")
model.save("accidents/torch_momentum.keras")
good = repack("accidents/torch_momentum.keras")

# --- HDF5 that refers elsewhere or lies -------------------------------------------------------------------------

WEIGHTS = good["model.weights.h5"]
CONFIG = good["config.json"]
META = good["metadata.json"]


def weights(name, change):
    with io.BytesIO(WEIGHTS) as file:
        with h5py.File(file, "r+") as h5:
            change(h5)
        pack("hostile/%s.keras" % name, [("metadata.json", META), ("config.json", CONFIG),
                                         ("model.weights.h5", file.getvalue())])


KERNEL = "layers/conv2d/vars/0"


def replace(make):
    def change(h5):
        del h5[KERNEL]
        make(h5)
    return change


def virtual(h5):
    layout = h5py.VirtualLayout((3, 3, 1, 3), "f4")
    layout[...] = h5py.VirtualSource("/etc/passwd", "x", (3, 3, 1, 3))
    h5.create_virtual_dataset(KERNEL, layout)


def raw(name, data):
    open("hostile/" + name, "wb").write(data)


weights("soft_link", replace(lambda h5: h5.__setitem__(KERNEL, h5py.SoftLink("/layers/dense/vars/0"))))
weights("external_link", replace(lambda h5: h5.__setitem__(KERNEL, h5py.ExternalLink("/etc/passwd", "/x"))))
weights("virtual", replace(virtual))
weights("external_data", replace(lambda h5: h5.create_dataset(KERNEL, (3, 3, 1, 3), "f4",
                                                              external=[("/etc/passwd", 0, 108)])))
weights("filter_bomb", replace(lambda h5: h5.create_dataset(KERNEL, data=np.zeros((3, 3, 1, 300000), "f4"),
                                                            compression="gzip", chunks=(3, 3, 1, 300000))))
weights("chunk_bomb", replace(lambda h5: h5.create_dataset(KERNEL, (1 << 20, 1 << 20), "f4", chunks=(1024, 1024))))
weights("lying_shape", replace(lambda h5: h5.create_dataset(KERNEL, (1 << 40,), "f4")))
weights("named_type", replace(lambda h5: (h5.__setitem__("own", np.dtype("f4")),
                                          h5.create_dataset(KERNEL, (3, 3, 1, 3), h5["own"]))))
weights("compound", replace(lambda h5: h5.create_dataset(KERNEL, (27,), np.dtype([("a", "f4"), ("b", "f4")]))))
weights("text", replace(lambda h5: h5.create_dataset(KERNEL, data="weights")))
weights("group", replace(lambda h5: h5.create_group(KERNEL)))
weights("missing", lambda h5: h5.__delitem__(KERNEL))
weights("other_size", replace(lambda h5: h5.create_dataset(KERNEL, data=np.zeros((3, 3, 1, 2), "f4"))))
weights("not_a_number", replace(lambda h5: h5.create_dataset(KERNEL, data=np.full((3, 3, 1, 3), np.nan, "f4"))))
weights("half", replace(lambda h5: h5.create_dataset(KERNEL, data=np.full((3, 3, 1, 3), 0.5, "f2"))))

# --- zip archives -----------------------------------------------------------------------------------------------

ALL = [("metadata.json", META), ("config.json", CONFIG), ("model.weights.h5", WEIGHTS)]
pack("hostile/path_up.keras", ALL + [("../../evil", b"x")])
pack("hostile/path_root.keras", ALL + [("/etc/evil", b"x")])
pack("hostile/zip_bomb.keras", [("metadata.json", META), ("config.json", b" " * (40 << 20)),
                                ("model.weights.h5", WEIGHTS)])
with zipfile.ZipFile("hostile/twice.keras", "w") as out:
    for name, data in ALL + [("config.json", CONFIG)]:
        out.writestr(zipfile.ZipInfo(name), data)
pack("hostile/no_weights.keras", ALL[:2])
pack("hostile/many_members.keras", ALL + [("assets/%d" % i, b"") for i in range(1100)])

# --- configurations that are programs, or without end -------------------------------------------------------------


def config(name, change, folder="hostile"):
    made = json.loads(CONFIG)
    change(made)
    pack("%s/%s.keras" % (folder, name), [("metadata.json", META), ("config.json", json.dumps(made)),
                                     ("model.weights.h5", WEIGHTS)])


def one(index, **members):
    return lambda c: c["config"]["layers"][index].update(members)


def only_trained_in_keras(c):
    """Predictions are the same without these, training is not."""
    c["config"]["layers"][1]["config"].update(
        kernel_regularizer={"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.01}},
        bias_constraint={"module": "keras.constraints", "class_name": "NonNeg", "config": {}})
    c["config"]["layers"][2]["config"].update(trainable=False)


config("only_in_keras", only_trained_in_keras, "accidents")
config("lambda", one(3, class_name="Lambda"))
config("custom", one(3, class_name="MyLayer", module=None, registered_name="mine>MyLayer"))
config("disguised", one(1, module="os", registered_name=None))
config("unknown", one(3, class_name="LSTM"))
config("nested", one(3, class_name="Functional"))
config("channels_first", lambda c: c["config"]["layers"][1]["config"].update(data_format="channels_first"))
config("own_activation", lambda c: c["config"]["layers"][1]["config"].update(
    activation={"class_name": "function", "config": "my_activation", "module": "builtins", "registered_name": "f"}))
config("subclassed", lambda c: c.update(class_name="MyModel"))
config("bad_axis", lambda c: c["config"]["layers"][2]["config"].update(axis=0))
config("many_layers", lambda c: c["config"].update(layers=[{"class_name": "ReLU", "config": {"name": "r"}}] * 200000))
config("no_layers", lambda c: c["config"].update(layers=[]))
pack("hostile/deep.keras", [("metadata.json", META), ("config.json", "[" * 1000000 + "]" * 1000000),
                            ("model.weights.h5", WEIGHTS)])
pack("hostile/not_json.keras", [("metadata.json", META), ("config.json", "{'a': __import__('os')}"),
                                ("model.weights.h5", WEIGHTS)])

config("quantised", lambda c: c["config"]["layers"][1]["config"].update(
    dtype={"module": "keras", "class_name": "QuantizedDTypePolicy", "config": {"mode": "int8"}}))
config("same_name", lambda c: c["config"]["layers"][3]["config"].update(
    name=c["config"]["layers"][1]["config"]["name"]))
config("long_name", lambda c: c["config"]["layers"][3]["config"].update(name="r" * 100000))
pack("hostile/million_layers.keras", [("metadata.json", META), ("config.json", (
    '{"class_name": "Sequential", "config": {"layers": [%s]}}' %
    ",".join(['{"class_name": "ReLU", "config": {"name": "r"}}'] * 1000000)).encode()),
    ("model.weights.h5", WEIGHTS)])


def tensor(name):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}


def node(value):
    return [{"args": [value], "kwargs": {}}]


def functional(name, *layers_and_inputs):
    listed = [{"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [None, 4, 4, 1]},
               "inbound_nodes": []}]
    listed += [{"class_name": "Add", "config": {"name": n}, "inbound_nodes": node(v)} for n, v in layers_and_inputs]
    config(name, lambda c: c.update(class_name="Functional", config={
        "name": "f", "layers": listed, "input_layers": ["i", 0, 0], "output_layers": [listed[-1]["config"]["name"], 0, 0]}))


def within(value, times):
    return within([value], times - 1) if times else value


functional("circle", ("a", [tensor("i"), tensor("b")]), ("b", [tensor("a"), tensor("i")]))
functional("deep_inputs", ("a", within(tensor("i"), 200)))
functional("many_inputs", ("a", [tensor("i")] * 5000))
functional("no_such_input", ("a", [tensor("i"), tensor("nobody")]))

# --- the same harm in a legacy file -------------------------------------------------------------------------------


def legacy(name, change):
    """One Dense layer on (batch, 4)."""
    made = {"class_name": "Sequential", "config": {"name": "s", "layers": [
        {"class_name": "Dense", "config": {"name": "d", "units": 2, "use_bias": False, "batch_input_shape": [None, 4]}}]}}
    with h5py.File("hostile/legacy_%s.h5" % name, "w") as h5:
        h5.attrs["keras_version"] = "2.2.4"
        h5.attrs["model_config"] = json.dumps(made)
        group = h5.create_group("model_weights/d")
        group.attrs["weight_names"] = [b"kernel:0"]
        change(h5, group)


legacy("soft_link", lambda h5, g: g.__setitem__("kernel:0", h5py.SoftLink("/model_weights")))
legacy("external_link", lambda h5, g: g.__setitem__("kernel:0", h5py.ExternalLink("/etc/passwd", "/x")))
legacy("external_group", lambda h5, g: (h5.__delitem__("model_weights"), h5.__setitem__(
    "model_weights", h5py.ExternalLink("/etc/passwd", "/x"))))
legacy("lying_shape", lambda h5, g: g.create_dataset("kernel:0", (1 << 40,), "f4"))
legacy("circle", lambda h5, g: g.__setitem__("kernel:0", h5["model_weights"]))
legacy("many_names", lambda h5, g: g.attrs.__setitem__("weight_names", [b"kernel:0"] * 3000))
legacy("deep_config", lambda h5, g: h5.attrs.__setitem__("model_config", "[" * 60000))
legacy("good", lambda h5, g: g.create_dataset("kernel:0", data=np.ones((4, 2), "f4")))

# --- not models ---------------------------------------------------------------------------------------------------

raw("pickle.keras", b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94.")
raw("empty.keras", b"")
raw("words.h5", b"this is no model\n")
with h5py.File("hostile/weights_only.h5", "w") as h5:
    h5.create_dataset("dense/kernel:0", data=np.zeros((2, 2), "f4"))
