# A net trained by sonaxis, as Keras 3 code: load() gives it with its weights.
# They are standardised inside the net.
import os

import numpy as np
import keras
from keras import layers


def build():
    inputs = keras.Input((10, 7, 2), name="features")  # time, frequency, channels
    x = layers.Normalization(axis=None, mean=-3.5, variance=5.0625, name="standardise")(inputs)
    x = layers.Reshape(target_shape=(140, 1), name="normalisation_1_reshape")(x)
    x = layers.BatchNormalization(epsilon=0.001, name="normalisation_1")(x)  # keeps nothing
    x = layers.Reshape(target_shape=(10, 7, 2), name="normalisation_1_reshape_2")(x)
    x = layers.Conv2D(filters=3, kernel_size=3, name="conv2d_1")(x)
    x = layers.Reshape(target_shape=(8, 15), name="normalisation_2_reshape")(x)
    x = layers.BatchNormalization(epsilon=0.001, name="normalisation_2")(x)  # keeps frequency, channels
    x = layers.Reshape(target_shape=(8, 5, 3), name="normalisation_2_reshape_2")(x)
    x = layers.BatchNormalization(axis=2, epsilon=0.001, center=False, scale=False, name="normalisation_3")(x)  # keeps frequency
    x = layers.Reshape(target_shape=(40, 3), name="normalisation_3_reshape")(x)
    x = layers.DepthwiseConv1D(kernel_size=1, depthwise_initializer="ones", name="normalisation_3_scale")(x)
    x = layers.Reshape(target_shape=(8, 5, 3), name="normalisation_3_reshape_2")(x)
    x = layers.Conv2D(filters=4, kernel_size=2, name="conv2d_2")(x)
    x = layers.GroupNormalization(groups=-1, axis=-1, epsilon=0.001, name="normalisation_4")(x)  # keeps batch, channels
    x = layers.Conv2D(filters=4, kernel_size=2, name="conv2d_3")(x)
    x = layers.LayerNormalization(axis=-1, epsilon=0.001, name="normalisation_5")(x)  # keeps batch, time, frequency
    x = layers.GroupNormalization(groups=-1, axis=2, epsilon=0.001, center=False, name="normalisation_6")(x)  # keeps batch, frequency
    x = layers.BatchNormalization(axis=1, epsilon=0.001, center=False, scale=False, name="normalisation_7")(x)  # keeps time
    x = layers.GlobalMaxPooling2D(name="global_max_pool_1")(x)
    outputs = layers.Dense(units=3, name="dense_1")(x)
    return keras.Model(inputs, outputs, name="statistics")


LABELS = ["left", "\"right\"", "höher"]
WEIGHTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "net.weights.npz")
NAMES = {"normalisation_3_scale/kernel": "normalisation_3/gamma", "normalisation_3_scale/bias": "normalisation_3/beta"}  # weights that are called otherwise in the file


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
