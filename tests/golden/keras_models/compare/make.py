"""Small models for tests of `compare --model`: inputs (12, 8, 1), three labels.

    python make.py        # Keras 3 on any backend; writes beside itself
"""
import os
import zipfile

import keras
from keras import layers, optimizers

here = os.path.dirname(os.path.abspath(__file__))


def block(x, filters, axis, name):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu", name="conv" + name)(x)
    return layers.BatchNormalization(axis=axis, momentum=0.9, name="bn" + name)(x)


def save(model, name, optimizer, loss):
    if optimizer:
        model.compile(optimizer, loss)
    path = os.path.join(here, name)
    model.save(path)
    with zipfile.ZipFile(path) as old:  # smaller, and the same bytes from day to day
        members = [(member, old.read(member)) for member in old.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for member, data in members:
            out.writestr(zipfile.ZipInfo(member), data, zipfile.ZIP_DEFLATED)


keras.utils.set_random_seed(5)
start = keras.Input((12, 8, 1))

# Two that vary, and two that cannot: layer normalisation, a row of features.
x = layers.MaxPooling2D(name="pool")(block(start, 3, -1, "1"))
x = layers.LayerNormalization(name="ln")(block(x, 4, 1, "2"))
x = layers.GlobalAveragePooling2D(name="average")(x)
x = layers.BatchNormalization(name="bn_row")(layers.Dense(5, name="hidden")(x))
x = layers.Dense(3, activation="softmax", name="scores")(x)
save(keras.Model(start, x, name="net"), "net.keras",
     optimizers.SGD(0.02, momentum=0.9, nesterov=True, weight_decay=1e-4), "sparse_categorical_crossentropy")

# Axes moved on the way, a schedule.
x = block(start, 2, -1, "1")
x = block(layers.Permute((2, 1, 3), name="turn")(x), 2, -1, "2")
x = layers.Dense(3, activation="softmax")(layers.GlobalMaxPooling2D()(x))
save(keras.Model(start, x, name="turned"), "turned.keras",
     optimizers.Adam(optimizers.schedules.CosineDecay(0.003, 100)), "categorical_crossentropy")

# One output; a loss and an optimiser that are not there; independent scores.
x = layers.GlobalAveragePooling2D()(block(start, 2, -1, "1"))
save(keras.Model(start, layers.Dense(1, activation="sigmoid")(x)), "one.keras", "adam", "binary_crossentropy")
save(keras.Model(start, layers.Dense(3)(x)), "squares.keras", optimizers.RMSprop(0.01), "mean_squared_error")
save(keras.Model(start, layers.Dense(3, activation="sigmoid")(x)), "scores.keras",
     optimizers.AdamW(0.002), "binary_crossentropy")
save(keras.Model(start, layers.Dense(4, activation="softmax")(x)), "four.keras", None, None)

# No normalisation; arrays without channels, given them by a Reshape.
x = layers.Flatten()(layers.Conv2D(2, 3)(start))
save(keras.Model(start, layers.Dense(3, activation="softmax")(x)), "plain.keras", "adam",
     "sparse_categorical_crossentropy")
flat = keras.Input((12, 8))
x = layers.GlobalAveragePooling2D()(block(layers.Reshape((12, 8, 1))(flat), 2, 2, "1"))
save(keras.Model(flat, layers.Dense(3, activation="softmax")(x)), "flat.keras", "adam",
     "sparse_categorical_crossentropy")
