/* gradient_test.c: every layer of the list, its gradients against finite differences.
 *
 * A layer that is not in `variants` is tried with {} and fails here if that is not a legal setting: then give
 * it variants. Differences are of fourth order with steps of .005 on float forward passes, whose rounding
 * leaves about 2e-4 of the largest gradient; the tolerance is 3e-3 of it. sparsemax jumps (see
 * activation_lines.c), so its other axes are left to keras_test.c. */
#include "layers/layer_case.h"

typedef struct variant {
    const char *type, *json;
} variant;

static const variant variants[] = {
    {"conv2d", "{\"filters\": 3, \"kernel_size\": 3, \"padding\": \"same\"}"},
    {"conv2d", "{\"filters\": 17, \"kernel_size\": [2, 3], \"use_bias\": false}"},
    {"conv2d", "{\"filters\": 2, \"kernel_size\": [4, 2], \"strides\": 2, \"padding\": \"same\"}"},
    {"conv2d", "{\"filters\": 2, \"kernel_size\": 3, \"strides\": [3, 1], \"padding\": \"same\"}"},
    {"conv2d", "{\"filters\": 2, \"kernel_size\": 2, \"strides\": [2, 3]}"},
    {"conv2d", "{\"filters\": 2, \"kernel_size\": 3, \"dilation\": [1, 2], \"padding\": \"same\"}"},
    {"conv2d", "{\"filters\": 2, \"kernel_size\": 2, \"dilation\": [3, 2]}"},
    {"conv2d", "{\"filters\": 4, \"kernel_size\": 1}"},
    {"depthwise_conv2d", "{\"kernel_size\": 3, \"padding\": \"same\"}"},
    {"depthwise_conv2d", "{\"kernel_size\": [3, 2], \"depth_multiplier\": 2, \"strides\": 2}"},
    {"depthwise_conv2d", "{\"kernel_size\": 2, \"dilation\": 2, \"padding\": \"same\", \"use_bias\": false}"},
    {"normalisation", "{}"},
    {"normalisation", "{\"axis\": \"frequency\", \"epsilon\": 0.1}"},
    {"normalisation", "{\"axis\": 1, \"epsilon\": 0.1, \"scale\": false}"},
    {"normalisation", "{\"axis\": -1, \"center\": false, \"momentum\": 0.5}"},
    {"normalisation", "{\"axis\": 3, \"center\": false, \"scale\": false}"},
    {"normalisation", "{\"keep\": []}"},
    {"normalisation", "{\"keep\": [\"frequency\", \"channels\"], \"epsilon\": 0.1}"},
    {"normalisation", "{\"keep\": [\"time\", \"channels\"], \"affine\": [\"frequency\"], \"epsilon\": 0.1}"},
    {"normalisation", "{\"keep\": [\"frequency\"], \"affine\": [\"channels\"], \"epsilon\": 0.1}"},
    {"normalisation", "{\"keep\": [\"channels\"], \"affine\": [\"time\", \"frequency\", \"channels\"]}"},
    {"normalisation", "{\"keep\": [\"batch\", \"channels\"], \"epsilon\": 0.1}"},
    {"normalisation", "{\"keep\": [\"batch\"], \"affine\": [\"channels\"]}"},
    {"normalisation", "{\"keep\": [\"batch\", \"frequency\"], \"affine\": [\"time\"], \"epsilon\": 0.1}"},
    {"activation", "{\"activation\": \"relu\"}"},
    {"activation", "{\"activation\": \"leaky_relu\"}"},
    {"activation", "{\"activation\": \"leaky_relu\", \"alpha\": 0}"},
    {"activation", "{\"activation\": \"elu\", \"alpha\": 0.7}"},
    {"activation", "{\"activation\": \"silu\"}"},
    {"activation", "{\"activation\": \"sigmoid\"}"},
    {"activation", "{\"activation\": \"tanh\"}"},
    {"activation", "{\"activation\": \"linear\"}"},
    {"activation", "{\"activation\": \"softmax\"}"},
    {"conv2d", "{\"filters\": 6, \"kernel_size\": 3, \"groups\": 3, \"padding\": \"same\", \"strides\": 2}"},
    {"conv2d",
     "{\"filters\": 4, \"kernel_size\": [2, 3], \"groups\": 2, \"dilation\": 2, \"use_bias\": false, "
     "\"padding\": \"same\"}"},
    {"conv1d", "{\"filters\": 3, \"kernel_size\": 3, \"padding\": \"causal\", \"dilation\": 2}"},
    {"conv1d", "{\"filters\": 2, \"kernel_size\": 2, \"strides\": 2, \"padding\": \"same\"}"},
    {"separable_conv2d", "{\"filters\": 3, \"kernel_size\": 3, \"padding\": \"same\"}"},
    {"separable_conv2d", "{\"filters\": 2, \"kernel_size\": [2, 3], \"depth_multiplier\": 2, \"strides\": 2, "
                         "\"use_bias\": false, \"padding\": \"same\"}"},
    {"group_normalisation", "{\"groups\": 1, \"epsilon\": 0.1}"},
    {"group_normalisation", "{\"groups\": -1, \"epsilon\": 0.1, \"center\": false}"},
    {"group_normalisation", "{\"groups\": 2, \"axis\": \"frequency\", \"epsilon\": 0.1, \"scale\": false}"},
    {"group_normalisation", "{\"groups\": 3, \"axis\": 3, \"epsilon\": 0.1}"},
    {"group_normalisation", "{\"groups\": 1, \"axis\": \"time\", \"epsilon\": 0.1}"},
    {"standardisation", "{\"mean\": 0.5, \"variance\": 4}"},
    {"standardisation", "{\"keep\": [\"time\", \"channels\"], \"invert\": true}"},
    {"rescaling", "{\"scale\": -0.5, \"offset\": 3}"},
    {"prelu", "{}"},
    {"prelu", "{\"shared_axes\": [1, 2]}"},
    {"prelu", "{\"shared_axes\": [\"channels\"]}"},
    {"prelu", "{\"shared_axes\": [1, 2, 3]}"},
    {"activation", "{\"activation\": \"relu\", \"negative_slope\": 0.3}"},
    {"activation",
     "{\"activation\": \"relu\", \"max_value\": 1.05, \"negative_slope\": 0.1, \"threshold\": 0.28}"},
    {"activation", "{\"activation\": \"relu\", \"max_value\": 1.05}"},
    {"activation", "{\"activation\": \"relu6\"}"},
    {"activation", "{\"activation\": \"hard_tanh\"}"},
    {"activation", "{\"activation\": \"hard_sigmoid\"}"},
    {"activation", "{\"activation\": \"hard_silu\"}"},
    {"activation", "{\"activation\": \"hard_shrink\"}"},
    {"activation", "{\"activation\": \"soft_shrink\", \"threshold\": 0.7}"},
    {"activation", "{\"activation\": \"threshold\", \"threshold\": 0.42, \"default_value\": -2}"},
    {"activation", "{\"activation\": \"sparse_plus\"}"},
    {"activation", "{\"activation\": \"sparse_sigmoid\"}"},
    {"activation", "{\"activation\": \"celu\", \"alpha\": 0.6}"},
    {"activation", "{\"activation\": \"selu\"}"},
    {"activation", "{\"activation\": \"gelu\"}"},
    {"activation", "{\"activation\": \"gelu\", \"approximate\": true}"},
    {"activation", "{\"activation\": \"mish\"}"},
    {"activation", "{\"activation\": \"exponential\"}"},
    {"activation", "{\"activation\": \"log_sigmoid\"}"},
    {"activation", "{\"activation\": \"softplus\"}"},
    {"activation", "{\"activation\": \"softsign\"}"},
    {"activation", "{\"activation\": \"squareplus\", \"b\": 2}"},
    {"activation", "{\"activation\": \"tanh_shrink\"}"},
    {"activation", "{\"activation\": \"softmax\", \"axis\": \"time\"}"},
    {"activation", "{\"activation\": \"softmax\", \"axis\": [1, 2]}"},
    {"activation", "{\"activation\": \"log_softmax\", \"axis\": \"frequency\"}"},
    {"activation", "{\"activation\": \"log_softmax\", \"axis\": [2, 3]}"},
    {"activation", "{\"activation\": \"sparsemax\"}"},
    {"activation", "{\"activation\": \"glu\", \"axis\": 2}"},
    {"activation", "{\"activation\": \"glu\"}"},
    {"zero_padding", "{\"padding\": [[0, 2], [1, 0]]}"},
    {"zero_padding", "{}"},
    {"cropping", "{\"cropping\": [[1, 2], [0, 1]]}"},
    {"up_sampling", "{}"},
    {"up_sampling", "{\"size\": [2, 3], \"interpolation\": \"bilinear\"}"},
    {"reshape", "{\"target_shape\": [-1]}"},
    {"reshape", "{\"target_shape\": [2, -1]}"},
    {"reshape", "{\"target_shape\": [1, -1, 1]}"},
    {"permute", "{\"dims\": [2, 1, 3]}"},
    {"permute", "{\"dims\": [\"channels\", \"time\", \"frequency\"]}"},
    {"permute", "{\"dims\": [2, 1]}"},
    {"spatial_dropout", "{\"rate\": 0.3}"},
    {"gaussian_noise", "{\"stddev\": 0.001}"},
    {"concatenate", "{}"},
    {"concatenate", "{\"axis\": \"time\"}"},
    {"concatenate", "{\"axis\": 2}"},
    {"global_max_pool", "{\"keepdims\": true}"},
    {"global_average_pool", "{}"},
    {"max_pool", "{}"},
    {"max_pool", "{\"pool_size\": [3, 2], \"strides\": [1, 2], \"padding\": \"same\"}"},
    {"max_pool", "{\"pool_size\": 2, \"strides\": 3}"},
    {"average_pool", "{}"},
    {"average_pool", "{\"pool_size\": [3, 2], \"strides\": [1, 2], \"padding\": \"same\"}"},
    {"average_pool", "{\"pool_size\": 2, \"strides\": 3}"},
    {"dense", "{\"units\": 4}"},
    {"dense", "{\"units\": 19, \"use_bias\": false}"},
    {"dropout", "{}"},
    {"dropout", "{\"rate\": 0.2}"},
};

static const sx_shape shapes[] = {{5, 4, 1}, {7, 5, 3}, {6, 6, 2}, {1, 1, 5}, {3, 4, 6}};
static const size_t batches[] = {1, 2, 9};

static double step = 0.005;
static const double tolerance = 3e-3;
enum { CHECKED = 24 }; /* values of one buffer that are moved */

static double loss(layer_case *c) {
    double sum = 0;
    case_forward(c);
    for (size_t i = 0; i < c->out_count; i++)
        sum += (double)c->call.output[i] * (double)c->output_gradient[i];
    return sum;
}

static double loss_at(layer_case *c, float *value, double shift) {
    float old = *value;
    *value = (float)((double)old + shift);
    double moved = (double)*value - (double)old, result = loss(c);
    *value = old;
    assert_true(fabs(moved - shift) < 1e-5);
    return result;
}

static double difference(layer_case *c, float *value) {
    double near = loss_at(c, value, step) - loss_at(c, value, -step);
    double far = loss_at(c, value, 2 * step) - loss_at(c, value, -2 * step);
    return (8 * near - far) / (12 * step);
}

static void check_buffer(layer_case *c, const char *json, const char *what, float *values,
                         const double *gradient, size_t count) {
    double largest = 1e-2;
    for (size_t i = 0; i < count; i++)
        if (fabs(gradient[i]) > largest) largest = fabs(gradient[i]);
    size_t stride = count / CHECKED + 1;
    for (size_t i = 0; i < count; i += stride) {
        double expected = difference(c, &values[i]);
        if (!(fabs(expected - gradient[i]) <= tolerance * largest))
            fail_msg("%s %s, batch %zu, shape %zux%zux%zu: gradient of %s[%zu] is %.7g, differences say %.7g",
                     c->ops->type, json, c->call.batch, c->call.input_shapes[0].time,
                     c->call.input_shapes[0].frequency, c->call.input_shapes[0].channels, what, i,
                     gradient[i], expected);
    }
}

static double *as_double(const float *values, size_t count, size_t shards) {
    double *sum = case_memory(count * sizeof *sum);
    for (size_t i = 0; i < count; i++) {
        sum[i] = 0;
        for (size_t s = 0; s < shards; s++)
            sum[i] += (double)values[s * count + i];
    }
    return sum;
}

static void check_gradients(layer_case *c, const char *json) {
    double *weights[SX_LAYER_WEIGHTS] = {NULL}, *inputs[SX_LAYER_INPUTS] = {NULL};
    case_fill(c);
    case_forward(c);
    case_backward(c);
    for (int w = 0; w < c->plan.weight_count; w++)
        if (c->plan.weights[w].trainable)
            weights[w] = as_double(c->call.shard_gradients[w], c->plan.weights[w].count, SX_SHARDS);
    for (int i = 0; i < c->call.input_count; i++)
        inputs[i] = as_double(c->call.input_gradients[i], c->in_count, 1);
    for (int i = 0; i < c->call.input_count; i++) {
        check_buffer(c, json, "input", c->inputs[i], inputs[i], c->in_count);
        free(inputs[i]);
    }
    for (int w = 0; w < c->plan.weight_count; w++) {
        if (!weights[w]) continue;
        check_buffer(c, json, c->plan.weights[w].name, c->call.weights[w], weights[w],
                     c->plan.weights[w].count);
        free(weights[w]);
    }
}

/* Weight gradients must not depend on whether the input's is wanted. */
static void check_without_input_gradient(layer_case *c) {
    float *kept[SX_LAYER_WEIGHTS] = {NULL}, *gradients[SX_LAYER_INPUTS];
    case_forward(c);
    case_backward(c);
    for (int w = 0; w < c->plan.weight_count; w++) {
        size_t bytes = SX_SHARDS * c->plan.weights[w].count * sizeof(float);
        if (!c->plan.weights[w].trainable) continue;
        kept[w] = case_memory(bytes);
        memcpy(kept[w], c->call.shard_gradients[w], bytes);
    }
    memcpy(gradients, c->call.input_gradients, sizeof gradients);
    memset(c->call.input_gradients, 0, sizeof gradients);
    case_backward(c);
    memcpy(c->call.input_gradients, gradients, sizeof gradients);
    for (int w = 0; w < c->plan.weight_count; w++) {
        if (!kept[w]) continue;
        assert_memory_equal(kept[w], c->call.shard_gradients[w],
                            SX_SHARDS * c->plan.weights[w].count * sizeof(float));
        free(kept[w]);
    }
}

/* Output in the input's memory: the same output and the same gradient, bit by bit. */
static void check_in_place(layer_case *c) {
    size_t bytes = c->out_count * sizeof(float);
    if (!c->plan.in_place) return;
    assert_int_equal(c->in_count, c->out_count);
    float *output = c->call.output, *input = c->inputs[0], *gradient = case_memory(bytes);
    case_forward(c);
    case_backward(c);
    memcpy(gradient, c->call.input_gradients[0], bytes);
    float *both = case_memory(bytes);
    memcpy(both, input, bytes);
    c->call.output = both;
    c->call.inputs[0] = both;
    case_forward(c);
    assert_memory_equal(both, output, bytes);
    case_backward(c);
    assert_memory_equal(c->call.input_gradients[0], gradient, bytes);
    c->call.output = output;
    c->call.inputs[0] = input;
    free(both);
    free(gradient);
}

static bool check_case(const sx_layer_ops *ops, const char *json, sx_shape shape, int input_count,
                       size_t batch) {
    layer_case c;
    sx_error err;
    if (!case_open(&c, ops, json, shape, input_count, batch, &err)) {
        assert_int_equal(err.status, SX_E_SHAPE);
        return false;
    }
    check_gradients(&c, json);
    check_without_input_gradient(&c);
    check_in_place(&c);
    case_close(&c);
    return true;
}

/* Winograd's way needs channels on both sides. It rounds more, and a convolution is linear: a long step does
 * no harm. */
static void a_convolution_of_many_channels_has_its_gradient(void **state) {
    const double usual = step;
    (void)state;
    step = 0.25;
    assert_true(check_case(&sx_layer_conv2d, "{\"filters\": 18, \"kernel_size\": 3, \"padding\": \"same\"}",
                           (sx_shape){6, 5, 17}, 1, 3));
    assert_true(
        check_case(&sx_layer_conv2d, "{\"filters\": 16, \"kernel_size\": 3}", (sx_shape){7, 10, 16}, 1, 9));
    step = usual;
}

static void check_variant(const sx_layer_ops *ops, const char *json) {
    size_t done = 0;
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++)
        for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++)
            for (int inputs = ops->min_inputs; inputs <= ops->max_inputs && inputs <= ops->min_inputs + 1;
                 inputs++)
                if (check_case(ops, json, shapes[s], inputs, batches[b])) done++;
    if (done < 3) fail_msg("%s %s fits hardly any of the shapes tried", ops->type, json);
}

static void every_layer_has_the_gradient_of_its_forward(void **state) {
    (void)state;
    for (size_t l = 0; sx_layers[l]; l++) {
        size_t found = 0;
        for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++) {
            if (strcmp(variants[v].type, sx_layers[l]->type) != 0) continue;
            check_variant(sx_layers[l], variants[v].json);
            found++;
        }
        if (found == 0) check_variant(sx_layers[l], "{}");
    }
}

static void every_variant_names_a_layer(void **state) {
    (void)state;
    for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++)
        assert_non_null(sx_layer_find(variants[v].type));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_variant_names_a_layer),
                                       cmocka_unit_test(a_convolution_of_many_channels_has_its_gradient),
                                       cmocka_unit_test(every_layer_has_the_gradient_of_its_forward)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
