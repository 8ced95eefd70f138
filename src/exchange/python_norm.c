/* python_norm.c: normalisations: Keras's BatchNormalization and LayerNormalization where they are meant, else
 * a class of our own that the script brings with it. */
#include "exchange/python.h"

#include "layers/norm.h"

const char sx_python_own_class[] = "Normalisation";

const char sx_python_own_code[] =
    "class Normalisation(keras.layers.Layer):\n"
    "    \"\"\"Mean and variance are kept for every place on `keep`, scale and offset for every place on "
    "`affine`.\n\n"
    "    Axes are 0 batch, 1 time, 2 frequency, 3 channels. Statistics that keep the batch belong to the\n"
    "    example; others move as in BatchNormalization.\"\"\"\n\n"
    "    def __init__(self, keep, affine, momentum=0.99, epsilon=0.001, scale=True, center=True, **kwargs):\n"
    "        super().__init__(**kwargs)\n"
    "        self.keep, self.affine = tuple(keep), tuple(affine)\n"
    "        self.momentum, self.epsilon, self.scale, self.center = momentum, epsilon, scale, center\n\n"
    "    def build(self, shape):\n"
    "        self.pooled = [axis for axis in range(4) if axis not in self.keep]\n"
    "        self.kept_shape = [shape[axis] if axis in self.keep else 1 for axis in (1, 2, 3)]\n"
    "        self.affine_shape = [shape[axis] if axis in self.affine else 1 for axis in (1, 2, 3)]\n"
    "        kept = [shape[axis] for axis in (1, 2, 3) if axis in self.keep] or [1]\n"
    "        affine = [shape[axis] for axis in (1, 2, 3) if axis in self.affine] or [1]\n"
    "        if self.scale:\n"
    "            self.gamma = self.add_weight(shape=affine, initializer=\"ones\", name=\"gamma\")\n"
    "        if self.center:\n"
    "            self.beta = self.add_weight(shape=affine, initializer=\"zeros\", name=\"beta\")\n"
    "        if 0 not in self.keep:\n"
    "            self.moving_mean = self.add_weight(\n"
    "                shape=kept, initializer=\"zeros\", trainable=False, name=\"moving_mean\")\n"
    "            self.moving_variance = self.add_weight(\n"
    "                shape=kept, initializer=\"ones\", trainable=False, name=\"moving_variance\")\n\n"
    "    def call(self, x, training=False):\n"
    "        ops = keras.ops\n"
    "        if training or 0 in self.keep:\n"
    "            mean, variance = ops.moments(x, self.pooled, keepdims=True)\n"
    "            if 0 not in self.keep:\n"
    "                for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):\n"
    "                    new = ops.reshape(new, moving.shape)\n"
    "                    moving.assign(moving * self.momentum + new * (1 - self.momentum))\n"
    "        else:\n"
    "            mean = ops.reshape(self.moving_mean, self.kept_shape)\n"
    "            variance = ops.reshape(self.moving_variance, self.kept_shape)\n"
    "        x = (x - mean) / ops.sqrt(variance + self.epsilon)\n"
    "        if self.scale:\n"
    "            x = x * ops.reshape(self.gamma, self.affine_shape)\n"
    "        if self.center:\n"
    "            x = x + ops.reshape(self.beta, self.affine_shape)\n"
    "        return x\n";

static void put_axes(sx_text *arguments, const char *name, sx_axes axes) {
    sx_python_argument(arguments, name);
    sx_text_add(arguments, "(");
    for (int axis = 0; axis < SX_AXIS_COUNT; axis++)
        if (sx_norm_keeps(axes, (sx_axis)axis)) sx_text_format(arguments, "%d, ", axis);
    sx_text_add(arguments, ")");
}

static int only_axis(sx_axes axes) {
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++)
        if (axes == 1U << axis) return axis;
    return -1;
}

static void put_rest(sx_text *arguments, const sx_json *spec, bool moves) {
    if (moves) sx_python_copy(arguments, "momentum", spec, "momentum");
    sx_python_argument(arguments, "epsilon");
    const sx_json *epsilon = sx_json_get(spec, "epsilon");
    sx_text_add_number(arguments, epsilon ? sx_json_number(epsilon) : 1e-3);
    sx_python_copy(arguments, "center", spec, "center");
    sx_python_copy(arguments, "scale", spec, "scale");
}

void sx_python_describe_norm(const sx_node *node, const sx_json *spec, sx_python_call *call) {
    const sx_norm_options *options = node->options;
    const sx_axes all = (1U << SX_AXIS_COUNT) - 1;
    int axis = only_axis(options->keep);
    bool per_example = sx_norm_keeps(options->keep, SX_AXIS_BATCH);
    if (axis > 0 && options->affine == options->keep) {
        call->class_name = "BatchNormalization";
        call->wants_map = axis != SX_AXIS_CHANNELS;
        sx_python_argument(&call->arguments, "axis");
        sx_text_format(&call->arguments, "%d", sx_axis_keras((sx_axis)axis));
    } else if (per_example && options->affine == (all & ~options->keep)) {
        call->class_name = "LayerNormalization";
        call->wants_map = true;
        put_axes(&call->arguments, "axis", options->affine);
    } else {
        call->class_name = sx_python_own_class;
        call->is_own = call->wants_map = true;
        put_axes(&call->arguments, "keep", options->keep);
        put_axes(&call->arguments, "affine", options->affine);
    }
    put_rest(&call->arguments, spec, !per_example);
}
