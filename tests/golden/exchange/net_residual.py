# A net trained by sonaxis, as Keras 3 code: load() gives it with its weights.
# They are standardised inside the net.
import os

import numpy as np
import keras
from keras import layers


def build():
    inputs = keras.Input((9, 6, 1), name="features")  # time, frequency, channels
    x = layers.Normalization(axis=None, mean=-3.5, variance=5.0625, name="standardise")(inputs)
    x2 = layers.Conv2D(filters=4, kernel_size=3, strides=(2, 1), padding="same", name="stem")(x)
    x3 = layers.ELU(alpha=0.7, name="elu_1")(x2)
    x = layers.DepthwiseConv2D(kernel_size=3, padding="same", depth_multiplier=2, name="depthwise_conv2d_1")(x3)
    x = layers.BatchNormalization(axis=-1, epsilon=0.001, name="normalisation_1")(x)  # keeps channels
    x = layers.Activation(activation="silu", name="activation_2")(x)
    x = layers.Conv2D(filters=4, kernel_size=1, name="conv2d_2")(x)
    x = layers.BatchNormalization(axis=2, epsilon=0.001, name="normalisation_2")(x)  # keeps frequency
    x9 = layers.Dropout(rate=0.3, name="dropout_1")(x)
    x = layers.Add(name="sum")([x9, x3, x2])
    x = layers.Activation(activation="tanh", name="activation_3")(x)
    x = layers.AveragePooling2D(pool_size=3, strides=2, padding="same", name="average_pool_1")(x)
    x = layers.Dense(units=3, name="dense_1")(x)
    x = layers.BatchNormalization(axis=-1, epsilon=0.001, name="normalisation_3")(x)  # keeps channels
    x = layers.Flatten(name="flatten_1")(x)
    x = layers.Dense(units=5, name="dense_2")(x)
    x = layers.Activation(activation="sigmoid", name="activation_4")(x)
    x = layers.BatchNormalization(axis=-1, epsilon=0.001, scale=False, name="normalisation_4")(x)  # keeps channels
    outputs = layers.Dense(units=3, name="dense_3")(x)
    return keras.Model(inputs, outputs, name="residual")


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
