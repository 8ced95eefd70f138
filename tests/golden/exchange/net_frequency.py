# A net trained by sonaxis, as Keras 3 code: load() gives it with its weights.
# They are standardised inside the net.
import os

import numpy as np
import keras
from keras import layers


def build():
    inputs = keras.Input((11, 8, 2), name="features")  # time, frequency, channels
    x = layers.Normalization(axis=None, mean=-3.5, variance=5.0625, name="standardise")(inputs)
    x = layers.Conv2D(filters=4, kernel_size=(3, 2), padding="same", name="conv2d_1")(x)
    x = layers.BatchNormalization(axis=2, epsilon=0.001, name="normalisation_1")(x)  # keeps frequency
    x = layers.Activation(activation="relu", name="activation_1")(x)
    x = layers.MaxPooling2D(pool_size=(2, 3), padding="same", name="max_pool_1")(x)
    x = layers.Conv2D(filters=5, kernel_size=2, dilation_rate=2, use_bias=False, name="conv2d_2")(x)
    x = layers.BatchNormalization(axis=2, epsilon=0.001, name="normalisation_2")(x)  # keeps frequency
    x = layers.Activation(activation="leaky_relu", name="activation_2")(x)
    x = layers.GlobalAveragePooling2D(name="global_average_pool_1")(x)
    outputs = layers.Dense(units=3, name="dense_1")(x)
    return keras.Model(inputs, outputs, name="plain")


LABELS = ["left", "\"right\"", "höher"]
WEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "net.weights.npz")
NAMES = {}  # weights that are called otherwise in the file


def load(path=WEIGHTS):
    """The net with its trained weights."""
    model = build()
    with np.load(path) as weights:
        for layer in model.layers:
            values = layer.get_weights()
            for i, weight in enumerate(layer.weights):
                name = f"{layer.name}/{weight.name}"
                name = NAMES.get(name, name)
                if name:
                    values[i] = weights[name].reshape(weight.shape)
            layer.set_weights(values)
    return model


if __name__ == "__main__":
    load().summary()
