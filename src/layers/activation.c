/* activation.c: Keras's Activation: an elementwise function, or softmax along the channels. */
#include "base/error.h"
#include "kernels/math.h"
#include "layers/block_parts.h"
#include "layers/shard.h"

typedef enum function { RELU, LEAKY_RELU, ELU, SILU, SIGMOID, TANH, LINEAR, SOFTMAX } function;

static const char *const function_names[] = {"relu", "leaky_relu", "elu",     "silu", "sigmoid",
                                             "tanh", "linear",     "softmax", NULL};
static const sx_activation_kind kinds[] = {SX_RELU,    SX_LEAKY_RELU, SX_ELU,   SX_SILU,
                                           SX_SIGMOID, SX_TANH,       SX_LINEAR};

typedef struct activation_options {
    int function;
    double alpha; /* leaky ReLU: slope below 0; ELU: scale below 0 */
} activation_options;

bool sx_activation_is_relu(const void *options) {
    return ((const activation_options *)options)->function == RELU;
}

static sx_status activation_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    activation_options *o = options;
    *o = (activation_options){.function = LINEAR};
    if (!sx_json_get(spec, "activation"))
        return sx_fail(err, SX_E_FORMAT, "%s: activation is missing; it must be a name such as \"relu\"",
                       where);
    sx_status status = sx_json_read_name(spec, "activation", function_names, where, &o->function, err);
    if (status != SX_OK) return status;
    bool takes_alpha = o->function == LEAKY_RELU || o->function == ELU;
    if (sx_json_get(spec, "alpha") && !takes_alpha)
        return sx_fail(err, SX_E_FORMAT, "%s: alpha means nothing for %s, only for leaky_relu and elu", where,
                       function_names[o->function]);
    o->alpha = o->function == LEAKY_RELU ? 0.2 : 1.0;
    return sx_json_read_double(spec, "alpha", 0, 1000, where, &o->alpha, err);
}

/* ReLU and leaky ReLU keep the sign, sigmoid and tanh have their slope in their value: those need no input.
 */
static bool works_in_place(const activation_options *o) {
    switch (o->function) {
    case RELU:
    case SIGMOID:
    case TANH:
    case LINEAR:
        return true;
    case LEAKY_RELU:
        return o->alpha > 0;
    default:
        return false;
    }
}

static sx_status activation_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                 sx_layer_plan *plan, sx_error *err) {
    const activation_options *o = options;
    (void)input_count;
    (void)batch;
    (void)err;
    *plan = (sx_layer_plan){
        .output = inputs[0], .in_place = works_in_place(o), .reads_output = o->function != LINEAR};
    return SX_OK;
}

static void softmax_row(size_t count, const float *x, float *y) {
    float largest = x[0], sum = 0;
    for (size_t i = 1; i < count; i++)
        largest = x[i] > largest ? x[i] : largest;
    for (size_t i = 0; i < count; i++) {
        y[i] = sx_expf(x[i] - largest);
        sum += y[i];
    }
    for (size_t i = 0; i < count; i++)
        y[i] /= sum;
}

static void softmax_row_backward(size_t count, const float *y, const float *dy, float *dx) {
    float sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += dy[i] * y[i];
    for (size_t i = 0; i < count; i++)
        dx[i] = y[i] * (dy[i] - sum);
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const activation_options *o = options;
    (void)shard;
    size_t count = part.count * sx_shape_count(call->output_shape), row = call->output_shape.channels;
    if (o->function != SOFTMAX) {
        call->kernels->activation_forward(kinds[o->function], (float)o->alpha, count, part.x, part.y);
        return;
    }
    for (size_t i = 0; i < count; i += row)
        softmax_row(row, part.x + i, part.y + i);
}

static void activation_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const activation_options *o = options;
    (void)shard;
    size_t count = part.count * sx_shape_count(call->output_shape), row = call->output_shape.channels;
    if (o->function != SOFTMAX) {
        const float *x = works_in_place(o) ? part.y : part.x;
        call->kernels->activation_backward(kinds[o->function], (float)o->alpha, count, x, part.y, part.dy,
                                           part.dx);
        return;
    }
    for (size_t i = 0; i < count; i += row)
        softmax_row_backward(row, part.y + i, part.dy + i, part.dx + i);
}

static void activation_backward(const void *options, const sx_layer_call *call) {
    if (call->input_gradients[0]) sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"activation", "alpha", NULL};

const sx_layer_ops sx_layer_activation = {.type = "activation",
                                          .options_size = sizeof(activation_options),
                                          .keys = keys,
                                          .min_inputs = 1,
                                          .max_inputs = 1,
                                          .read = activation_read,
                                          .plan = activation_plan,
                                          .forward = activation_forward,
                                          .backward = activation_backward};
