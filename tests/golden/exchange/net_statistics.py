# A net trained by sonaxis, as Keras 3 code: load() gives it with its weights.
# They are standardised inside the net.
import os

import numpy as np
import keras
from keras import layers


class Normalisation(keras.layers.Layer):
    """Mean and variance are kept for every place on `keep`, scale and offset for every place on `affine`.

    Axes are 0 batch, 1 time, 2 frequency, 3 channels. Statistics that keep the batch belong to the
    example; others move as in BatchNormalization."""

    def __init__(self, keep, affine, momentum=0.99, epsilon=0.001, scale=True, center=True, **kwargs):
        super().__init__(**kwargs)
        self.keep, self.affine = tuple(keep), tuple(affine)
        self.momentum, self.epsilon, self.scale, self.center = momentum, epsilon, scale, center

    def build(self, shape):
        self.pooled = [axis for axis in range(4) if axis not in self.keep]
        self.kept_shape = [shape[axis] if axis in self.keep else 1 for axis in (1, 2, 3)]
        self.affine_shape = [shape[axis] if axis in self.affine else 1 for axis in (1, 2, 3)]
        kept = [shape[axis] for axis in (1, 2, 3) if axis in self.keep] or [1]
        affine = [shape[axis] for axis in (1, 2, 3) if axis in self.affine] or [1]
        if self.scale:
            self.gamma = self.add_weight(shape=affine, initializer="ones", name="gamma")
        if self.center:
            self.beta = self.add_weight(shape=affine, initializer="zeros", name="beta")
        if 0 not in self.keep:
            self.moving_mean = self.add_weight(
                shape=kept, initializer="zeros", trainable=False, name="moving_mean")
            self.moving_variance = self.add_weight(
                shape=kept, initializer="ones", trainable=False, name="moving_variance")

    def call(self, x, training=False):
        ops = keras.ops
        if training or 0 in self.keep:
            mean, variance = ops.moments(x, self.pooled, keepdims=True)
            if 0 not in self.keep:
                for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                    new = ops.reshape(new, moving.shape)
                    moving.assign(moving * self.momentum + new * (1 - self.momentum))
        else:
            mean = ops.reshape(self.moving_mean, self.kept_shape)
            variance = ops.reshape(self.moving_variance, self.kept_shape)
        x = (x - mean) / ops.sqrt(variance + self.epsilon)
        if self.scale:
            x = x * ops.reshape(self.gamma, self.affine_shape)
        if self.center:
            x = x + ops.reshape(self.beta, self.affine_shape)
        return x


def build():
    inputs = keras.Input((10, 7, 2), name="features")  # time, frequency, channels
    x = layers.Rescaling(0.4444444444444444, offset=1.5555555555555556, name="standardise")(inputs)
    x = Normalisation(keep=(), affine=(), epsilon=0.001, name="normalisation_1")(x)  # keeps nothing
    x = layers.Conv2D(filters=3, kernel_size=3, name="conv2d_1")(x)
    x = Normalisation(keep=(2, 3, ), affine=(2, 3, ), epsilon=0.001, name="normalisation_2")(x)  # keeps frequency, channels
    x = Normalisation(keep=(2, ), affine=(3, ), epsilon=0.001, name="normalisation_3")(x)  # keeps frequency
    x = layers.Conv2D(filters=4, kernel_size=2, name="conv2d_2")(x)
    x = Normalisation(keep=(0, 3, ), affine=(3, ), epsilon=0.001, name="normalisation_4")(x)  # keeps batch, channels
    x = layers.Conv2D(filters=4, kernel_size=2, name="conv2d_3")(x)
    x = layers.LayerNormalization(axis=(3, ), epsilon=0.001, name="normalisation_5")(x)  # keeps batch, time, frequency
    x = Normalisation(keep=(0, 2, ), affine=(2, ), epsilon=0.001, center=False, name="normalisation_6")(x)  # keeps batch, frequency
    x = layers.BatchNormalization(axis=1, epsilon=0.001, center=False, scale=False, name="normalisation_7")(x)  # keeps time
    x = layers.GlobalMaxPooling2D(name="global_max_pool_1")(x)
    x = layers.Dense(units=3, name="dense_1")(x)
    outputs = layers.Activation("linear", name="scores")(x)
    return keras.Model(inputs, outputs, name="statistics")


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
