/* activation.c: Keras's Activation and the layers that are one: a function of every value, or of the values
 * along axes. The commonest have kernels; the others are in activation_*.c. */
#include "layers/activation.h"

#include "base/error.h"
#include "layers/block_parts.h"

#include <math.h>
#include <string.h>

typedef enum family { KERNEL, VALUES, GELU, SOFTMAX, LOG_SOFTMAX, SPARSEMAX, GLU } family;

typedef struct function {
    const char *name;
    family family;
    sx_activation_kind kind;         /* KERNEL */
    const sx_value_function *values; /* VALUES */
    const char *keys[4];             /* the options it takes */
    double alpha, threshold;         /* their defaults */
} function;

static const function functions[] = {
    {"linear", KERNEL, SX_LINEAR, NULL, {NULL}, 0, 0},
    {"relu", KERNEL, SX_RELU, NULL, {"negative_slope", "max_value", "threshold"}, 0, 0},
    {"leaky_relu", KERNEL, SX_LEAKY_RELU, NULL, {"negative_slope", "alpha"}, 0.2, 0},
    {"elu", KERNEL, SX_ELU, NULL, {"alpha"}, 1, 0},
    {"silu", KERNEL, SX_SILU, NULL, {NULL}, 0, 0},
    {"swish", KERNEL, SX_SILU, NULL, {NULL}, 0, 0},
    {"sigmoid", KERNEL, SX_SIGMOID, NULL, {NULL}, 0, 0},
    {"tanh", KERNEL, SX_TANH, NULL, {NULL}, 0, 0},
    {"relu6", VALUES, 0, &sx_relu6_function, {NULL}, 0, 0},
    {"hard_tanh", VALUES, 0, &sx_hard_tanh_function, {NULL}, 0, 0},
    {"hard_sigmoid", VALUES, 0, &sx_hard_sigmoid_function, {NULL}, 0, 0},
    {"hard_silu", VALUES, 0, &sx_hard_silu_function, {NULL}, 0, 0},
    {"hard_swish", VALUES, 0, &sx_hard_silu_function, {NULL}, 0, 0},
    {"hard_shrink", VALUES, 0, &sx_hard_shrink_function, {"threshold"}, 0, 0.5},
    {"soft_shrink", VALUES, 0, &sx_soft_shrink_function, {"threshold"}, 0, 0.5},
    {"threshold", VALUES, 0, &sx_threshold_function, {"threshold", "default_value"}, 0, 0},
    {"sparse_plus", VALUES, 0, &sx_sparse_plus_function, {NULL}, 0, 0},
    {"sparse_sigmoid", VALUES, 0, &sx_sparse_sigmoid_function, {NULL}, 0, 0},
    {"celu", VALUES, 0, &sx_celu_function, {"alpha"}, 1, 0},
    {"selu", VALUES, 0, &sx_selu_function, {NULL}, 0, 0},
    {"gelu", GELU, 0, &sx_gelu_function, {"approximate"}, 0, 0},
    {"mish", VALUES, 0, &sx_mish_function, {NULL}, 0, 0},
    {"exponential", VALUES, 0, &sx_exponential_function, {NULL}, 0, 0},
    {"log_sigmoid", VALUES, 0, &sx_log_sigmoid_function, {NULL}, 0, 0},
    {"softplus", VALUES, 0, &sx_softplus_function, {NULL}, 0, 0},
    {"softsign", VALUES, 0, &sx_softsign_function, {NULL}, 0, 0},
    {"squareplus", VALUES, 0, &sx_squareplus_function, {"b"}, 0, 0},
    {"tanh_shrink", VALUES, 0, &sx_tanh_shrink_function, {NULL}, 0, 0},
    {"softmax", SOFTMAX, 0, NULL, {"axis"}, 0, 0},
    {"log_softmax", LOG_SOFTMAX, 0, NULL, {"axis"}, 0, 0},
    {"sparsemax", SPARSEMAX, 0, NULL, {"axis"}, 0, 0},
    {"glu", GLU, 0, NULL, {"axis"}, 0, 0},
};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

typedef struct activation_options {
    family family;
    sx_activation_kind kind;
    const sx_value_function *values;
    sx_activation_numbers numbers;
    sx_axes axes;
} activation_options;

bool sx_activation_is_relu(const void *options) {
    const activation_options *o = options;
    return o->family == KERNEL && o->kind == SX_RELU;
}

/* --- options ---------------------------------------------------------------------------------------- */

static const char *const keys[] = {
    "activation",  "alpha", "negative_slope", "max_value", "threshold", "default_value",
    "approximate", "b",     "axis",           NULL};

static bool takes(const function *f, const char *key) {
    for (size_t i = 0; i < sizeof f->keys / sizeof f->keys[0] && f->keys[i]; i++)
        if (strcmp(f->keys[i], key) == 0) return true;
    return false;
}

static sx_status check_keys(const function *f, const sx_json *spec, const char *where, sx_error *err) {
    for (size_t i = 1; keys[i]; i++)
        if (sx_json_get(spec, keys[i]) && !takes(f, keys[i]))
            return sx_fail(err, SX_E_FORMAT, "%s: %s means nothing for %s", where, keys[i], f->name);
    if (strcmp(f->name, "threshold") == 0 &&
        (!sx_json_get(spec, "threshold") || !sx_json_get(spec, "default_value")))
        return sx_fail(err, SX_E_FORMAT, "%s: the activation threshold needs threshold and default_value",
                       where);
    if (sx_json_get(spec, "alpha") && sx_json_get(spec, "negative_slope"))
        return sx_fail(err, SX_E_FORMAT, "%s: alpha and negative_slope are the same; give one", where);
    return SX_OK;
}

/* A number as a float; its default where the key is missing. */
static sx_status read_number(const sx_json *spec, const char *key, double low, const char *where,
                             float *number, sx_error *err) {
    double value = (double)*number;
    sx_status status = sx_json_read_double(spec, key, low, 1e30, where, &value, err);
    if (status == SX_OK) *number = (float)value;
    return status;
}

static sx_status read_numbers(const function *f, const sx_json *spec, const char *where,
                              sx_activation_numbers *n, sx_error *err) {
    /* celu divides by alpha. */
    double low = f->values == &sx_celu_function ? 1e-6 : 0;
    *n = (sx_activation_numbers){
        .alpha = (float)f->alpha, .threshold = (float)f->threshold, .maximum = INFINITY, .b = 4};
    sx_status status = read_number(spec, "alpha", low, where, &n->alpha, err);
    if (status == SX_OK) status = read_number(spec, "negative_slope", 0, where, &n->alpha, err);
    if (status == SX_OK) status = read_number(spec, "max_value", 0, where, &n->maximum, err);
    if (status == SX_OK) status = read_number(spec, "threshold", -1e30, where, &n->threshold, err);
    if (status == SX_OK) status = read_number(spec, "default_value", -1e30, where, &n->otherwise, err);
    if (status == SX_OK) status = read_number(spec, "b", 0, where, &n->b, err);
    return status;
}

static sx_status read_axes(const function *f, const sx_json *spec, const char *where, sx_axes *axes,
                           sx_error *err) {
    *axes = 1U << SX_AXIS_CHANNELS;
    sx_status status = sx_read_axes(spec, "axis", where, false, axes, err);
    if (status != SX_OK) return status;
    bool single = f->family == SPARSEMAX || f->family == GLU;
    if (*axes == 0 || (single && (*axes & (*axes - 1)) != 0))
        return sx_fail(err, SX_E_FORMAT, "%s: axis of %s must be %s", where, f->name,
                       single ? "one axis" : "one axis or more");
    return SX_OK;
}

/* relu with options of its own is no longer the kernel's, unless it is a leaky one. */
static void settle_relu(activation_options *o) {
    if (o->family != KERNEL || o->kind != SX_RELU) return;
    bool plain = o->numbers.threshold >= 0 && o->numbers.threshold <= 0 && o->numbers.maximum >= INFINITY;
    if (plain && o->numbers.alpha > 0) {
        o->kind = SX_LEAKY_RELU;
    } else if (!plain) {
        o->family = VALUES;
        o->values = &sx_relu_function;
    }
}

static sx_status activation_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    const char *names[FUNCTIONS + 1] = {NULL};
    activation_options *o = options;
    bool approximate = false;
    int index = 0;
    *o = (activation_options){.family = KERNEL, .kind = SX_LINEAR};
    for (size_t i = 0; i < FUNCTIONS; i++)
        names[i] = functions[i].name;
    if (!sx_json_get(spec, "activation"))
        return sx_fail(err, SX_E_FORMAT, "%s: activation is missing; it must be a name such as \"relu\"",
                       where);
    sx_status status = sx_json_read_name(spec, "activation", names, where, &index, err);
    if (status != SX_OK) return status;
    const function *f = &functions[index];
    *o = (activation_options){.family = f->family, .kind = f->kind, .values = f->values};
    status = check_keys(f, spec, where, err);
    if (status == SX_OK) status = read_numbers(f, spec, where, &o->numbers, err);
    if (status == SX_OK) status = read_axes(f, spec, where, &o->axes, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "approximate", where, &approximate, err);
    if (approximate) o->values = &sx_gelu_tanh_function;
    if (o->family == GELU) o->family = VALUES;
    settle_relu(o);
    return status;
}

/* --- shapes ----------------------------------------------------------------------------------------- */

/* ReLU and leaky ReLU keep the sign, sigmoid and tanh have their slope in their value: those need no input.
 */
static bool works_in_place(const activation_options *o) {
    if (o->family != KERNEL) return false;
    switch (o->kind) {
    case SX_RELU:
    case SX_SIGMOID:
    case SX_TANH:
    case SX_LINEAR:
        return true;
    case SX_LEAKY_RELU:
        return o->numbers.alpha > 0;
    default:
        return false;
    }
}

static sx_axis single_axis(const activation_options *o) {
    return o->axes >> SX_AXIS_TIME & 1U        ? SX_AXIS_TIME
           : o->axes >> SX_AXIS_FREQUENCY & 1U ? SX_AXIS_FREQUENCY
                                               : SX_AXIS_CHANNELS;
}

static sx_norm_sizes softmax_groups(const activation_options *o, sx_shape shape) {
    return sx_kept_groups(shape, SX_AXES_OF_EXAMPLE & ~o->axes);
}

/* Floats of scratch a shard has. */
static size_t work_floats(const activation_options *o, sx_shape shape) {
    if (o->family == SOFTMAX || o->family == LOG_SOFTMAX) return 2 * softmax_groups(o, shape).groups;
    return o->family == SPARSEMAX ? sx_axis_view_of(shape, single_axis(o)).length : 0;
}

static sx_status halve(sx_shape *shape, sx_axis axis, sx_error *err) {
    size_t length = sx_axis_extent(*shape, axis);
    if (length % 2 != 0)
        return sx_fail(err, SX_E_SHAPE, "glu halves %s, but there are %zu places along it",
                       sx_axis_name(axis), length);
    if (axis == SX_AXIS_TIME) shape->time /= 2;
    if (axis == SX_AXIS_FREQUENCY) shape->frequency /= 2;
    if (axis == SX_AXIS_CHANNELS) shape->channels /= 2;
    return SX_OK;
}

static sx_status activation_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                 sx_layer_plan *plan, sx_error *err) {
    const activation_options *o = options;
    (void)input_count;
    (void)batch;
    sx_shape output = inputs[0];
    if (o->family == GLU) {
        sx_status status = halve(&output, single_axis(o), err);
        if (status != SX_OK) return status;
    }
    *plan = (sx_layer_plan){.output = output,
                            .scratch_bytes = SX_SHARDS * work_floats(o, inputs[0]) * sizeof(float),
                            .in_place = works_in_place(o),
                            .reads_output = o->family != KERNEL || o->kind != SX_LINEAR};
    return SX_OK;
}

/* --- runs ------------------------------------------------------------------------------------------- */

static float *shard_work(const activation_options *o, const sx_layer_call *call, size_t shard) {
    return (float *)call->scratch + shard * work_floats(o, call->input_shapes[0]);
}

static void forward_example(const activation_options *o, sx_shape in, const float *x, float *y, float *work) {
    if (o->family == GLU) {
        sx_glu(sx_axis_view_of(in, single_axis(o)), x, y);
    } else if (o->family == SPARSEMAX) {
        sx_sparsemax(sx_axis_view_of(in, single_axis(o)), x, y, work);
    } else {
        sx_norm_sizes sizes = softmax_groups(o, in);
        sx_softmax(&sizes, o->family == LOG_SOFTMAX, x, y, work);
    }
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const activation_options *o = options;
    size_t in = sx_shape_count(call->input_shapes[0]), out = sx_shape_count(call->output_shape);
    if (o->family == KERNEL) {
        call->kernels->activation_forward(o->kind, o->numbers.alpha, part.count * out, part.x, part.y);
    } else if (o->family == VALUES) {
        for (size_t i = 0; i < part.count * out; i++)
            part.y[i] = o->values->value(&o->numbers, part.x[i]);
    } else {
        for (size_t e = 0; e < part.count; e++)
            forward_example(o, call->input_shapes[0], part.x + e * in, part.y + e * out,
                            shard_work(o, call, shard));
    }
}

static void activation_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_example(const activation_options *o, sx_shape in, const sx_shard *one, float *work) {
    if (o->family == GLU) {
        sx_glu_backward(sx_axis_view_of(in, single_axis(o)), one->x, one->dy, one->dx);
    } else if (o->family == SPARSEMAX) {
        sx_sparsemax_backward(sx_axis_view_of(in, single_axis(o)), one->x, one->y, one->dy, one->dx, work);
    } else {
        sx_norm_sizes sizes = softmax_groups(o, in);
        sx_softmax_backward(&sizes, o->family == LOG_SOFTMAX, one->y, one->dy, one->dx, work);
    }
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const activation_options *o = options;
    size_t in = sx_shape_count(call->input_shapes[0]), out = sx_shape_count(call->output_shape);
    if (o->family == KERNEL) {
        const float *x = works_in_place(o) ? part.y : part.x;
        call->kernels->activation_backward(o->kind, o->numbers.alpha, part.count * out, x, part.y, part.dy,
                                           part.dx);
    } else if (o->family == VALUES) {
        for (size_t i = 0; i < part.count * out; i++)
            part.dx[i] = part.dy[i] * o->values->slope(&o->numbers, part.x[i]);
    } else {
        for (size_t e = 0; e < part.count; e++) {
            sx_shard one = {.count = 1,
                            .x = part.x + e * in,
                            .y = part.y + e * out,
                            .dy = part.dy + e * out,
                            .dx = part.dx + e * in};
            backward_example(o, call->input_shapes[0], &one, shard_work(o, call, shard));
        }
    }
}

static void activation_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

const sx_layer_ops sx_layer_activation = {.type = "activation",
                                          .options_size = sizeof(activation_options),
                                          .keys = keys,
                                          .min_inputs = 1,
                                          .max_inputs = 1,
                                          .read = activation_read,
                                          .plan = activation_plan,
                                          .forward = activation_forward,
                                          .backward = activation_backward};
