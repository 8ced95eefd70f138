"""The nets in Keras 3, with the layers a user would write."""
import keras
from keras import layers as L

from common import DSCNN, KERAS_AXIS, PLAIN


def build(net, axis, softmax=True):
    kept = KERAS_AXIS[axis]
    model = keras.Sequential()

    def norm_relu():
        model.add(L.BatchNormalization(axis=kept))
        model.add(L.Activation("relu"))

    if net == "dscnn":
        time, frequency, width, classes = DSCNN
        model.add(L.Input((time, frequency, 1)))
        model.add(L.Conv2D(width, (10, 4), strides=2, padding="same"))
        norm_relu()
        for _ in range(4):
            model.add(L.DepthwiseConv2D(3, padding="same"))
            norm_relu()
            model.add(L.Conv2D(width, 1, padding="same"))
            norm_relu()
    else:
        time, frequency, widths, classes = PLAIN[net]
        model.add(L.Input((time, frequency, 1)))
        for width in widths:
            model.add(L.Conv2D(width, 3, padding="same"))
            norm_relu()
            model.add(L.MaxPooling2D(2))
    model.add(L.GlobalAveragePooling2D())
    model.add(L.Dense(classes, activation="softmax" if softmax else None))
    return model


def give_weights(model, weights, statistics):
    """weights, statistics: the flat blocks of a .sxm file, whose order is Keras's."""
    from common import split_like

    own = [v for v in model.non_trainable_variables if "seed" not in v.path]
    for variables, flat in ((model.trainable_variables, weights), (own, statistics)):
        for variable, value in zip(variables, split_like(flat, [tuple(v.shape) for v in variables])):
            variable.assign(value)
