# A net trained by sonaxis, as Keras 3 code: load() gives it with its weights.
# They are standardised inside the net.
import os

import numpy as np
import keras
from keras import layers


def build():
    inputs = keras.Input((9, 6, 1), name="features")  # time, frequency, channels
    x = layers.Rescaling(0.4444444444444444, offset=1.5555555555555556, name="standardise")(inputs)
    x1 = layers.Conv2D(filters=4, kernel_size=3, strides=(2, 1), padding="same", name="stem")(x)
    x2 = layers.ELU(alpha=0.7, name="elu_1")(x1)
    x = layers.DepthwiseConv2D(kernel_size=3, depth_multiplier=2, padding="same", name="depthwise_conv2d_1")(x2)
    x = layers.BatchNormalization(axis=-1, epsilon=0.001, name="normalisation_1")(x)  # keeps channels
    x = layers.Activation("silu", name="activation_2")(x)
    x = layers.Conv2D(filters=4, kernel_size=1, name="conv2d_2")(x)
    x = layers.BatchNormalization(axis=2, epsilon=0.001, name="normalisation_2")(x)  # keeps frequency
    x8 = layers.Dropout(rate=0.3, name="dropout_1")(x)
    x = layers.Add(name="sum")([x8, x2, x1])
    x = layers.Activation("tanh", name="activation_3")(x)
    x = layers.AveragePooling2D(pool_size=3, strides=2, padding="same", name="average_pool_1")(x)
    x = layers.Dense(units=3, name="dense_1")(x)
    x = layers.BatchNormalization(axis=-1, epsilon=0.001, name="normalisation_3")(x)  # keeps channels
    x = layers.Flatten(name="flatten_1")(x)
    x = layers.Dense(units=5, name="dense_2")(x)
    x = layers.Activation("sigmoid", name="activation_4")(x)
    x = layers.BatchNormalization(axis=-1, epsilon=0.001, scale=False, name="normalisation_4")(x)  # keeps channels
    x = layers.Dense(units=3, name="dense_3")(x)
    outputs = layers.Activation("linear", name="scores")(x)
    return keras.Model(inputs, outputs, name="residual")


LABELS = ["left", "\"right\"", "höher"]
WEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "net.weights.npz")


def load(path=WEIGHTS):
    """The net with its trained weights."""
    model = build()
    with np.load(path) as weights:
        for layer in model.layers:
            layer.set_weights([weights[f"{layer.name}/{weight.name}"] for weight in layer.weights])
    return model


if __name__ == "__main__":
    load().summary()
