/* keras_test.c: single layers against forward passes, and gradients, that Keras 3.15.1 computed
 * (tests/golden/layers).
 *
 * Both sides sum up to 120 products in float, in different orders; 2e-5 of the largest value is some ten
 * times the rounding of that. */
#include "layers/layer_case.h"

#include "base/file.h"
#include "base/memory.h"
#include "layers/numbers.h"

static const double tolerance = 2e-5;

static void read_numbers(const sx_json *list, float *values, size_t count) {
    assert_int_equal(sx_json_count(list), count);
    for (size_t i = 0; i < count; i++)
        values[i] = (float)sx_json_number(sx_json_at(list, i));
}

static void compare(const sx_json *list, const float *values, size_t count, const char *options,
                    const char *what) {
    double largest = 1e-3;
    assert_int_equal(sx_json_count(list), count);
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(sx_json_number(sx_json_at(list, i))));
    for (size_t i = 0; i < count; i++) {
        double expected = sx_json_number(sx_json_at(list, i));
        if (!(fabs(expected - (double)values[i]) <= tolerance * largest))
            fail_msg("%s: %s[%zu] is %.8g, Keras says %.8g", options, what, i, (double)values[i], expected);
    }
}

static size_t extent(const sx_json *list, size_t i) { return (size_t)sx_json_integer(sx_json_at(list, i)); }

static void check_output_shape(const layer_case *c, const sx_json *output) {
    size_t product = 1;
    for (size_t i = 0; i < sx_json_count(output); i++)
        product *= extent(output, i);
    assert_int_equal(product, c->out_count);
    if (sx_json_count(output) < 4) return; /* Keras drops axes of one */
    assert_int_equal(extent(output, 1), c->plan.output.time);
    assert_int_equal(extent(output, 2), c->plan.output.frequency);
    assert_int_equal(extent(output, 3), c->plan.output.channels);
}

static sx_shape shape_of(const sx_json *list) {
    return (sx_shape){extent(list, 0), extent(list, 1), extent(list, 2)};
}

/* One shape, or a list of them. */
static int shapes_of(const sx_json *item, sx_shape shapes[SX_LAYER_INPUTS]) {
    const sx_json *list = sx_json_get(item, "shapes");
    shapes[0] = shape_of(list ? sx_json_at(list, 0) : sx_json_get(item, "shape"));
    for (size_t i = 1; i < sx_json_count(list); i++)
        shapes[i] = shape_of(sx_json_at(list, i));
    return list ? (int)sx_json_count(list) : 1;
}

/* null: the layer has its weights from its options. */
static void fill_weights(layer_case *c, const sx_json *weights) {
    for (int w = 0; w < c->plan.weight_count; w++) {
        const sx_weight_plan *plan = &c->plan.weights[w];
        if (!sx_json_is_null(weights)) {
            read_numbers(sx_json_at(weights, (size_t)w), c->call.weights[w], plan->count);
            continue;
        }
        for (size_t i = 0; i < plan->count; i++)
            c->call.weights[w][i] = (float)sx_number_at(plan->numbers, i, 0);
    }
}

static void check_gradients(layer_case *c, const sx_json *item, const char *options) {
    size_t trained = 0;
    read_numbers(sx_json_get(item, "dy"), c->output_gradient, c->out_count);
    case_backward(c);
    for (int i = 0; i < c->call.input_count; i++)
        compare(sx_json_at(sx_json_get(item, "dx"), (size_t)i), c->call.input_gradients[i], c->in_counts[i],
                options, "gradient of the input");
    for (int w = 0; w < c->plan.weight_count; w++) {
        if (!c->plan.weights[w].trainable) continue;
        size_t count = c->call.weight_counts[w];
        float *sum = case_memory(count * sizeof *sum);
        c->call.kernels->gradient_sum(count, SX_SHARDS, c->call.shard_gradients[w], sum);
        compare(sx_json_at(sx_json_get(item, "dw"), trained++), sum, count, options, c->plan.weights[w].name);
        free(sum);
    }
    assert_int_equal(trained, sx_json_count(sx_json_get(item, "dw")));
}

static void check(const sx_json *item) {
    layer_case c;
    sx_error err;
    sx_shape shapes[SX_LAYER_INPUTS];
    const sx_json *weights = sx_json_get(item, "weights"), *x = sx_json_get(item, "x");
    const char *type = sx_json_text(sx_json_get(item, "type"));
    char *json = sx_json_dump(sx_json_get(item, "options"), 0), options[512];
    int input_count = shapes_of(item, shapes);
    snprintf(options, sizeof options, "%s %s", type, json);
    size_t batch = (size_t)sx_json_integer(sx_json_get(item, "batch"));
    if (!case_open_shapes(&c, sx_layer_find(type), json, shapes, input_count, batch, &err))
        fail_msg("%s: %s", options, err.text);
    check_output_shape(&c, sx_json_get(item, "output"));
    if (!sx_json_is_null(weights)) assert_int_equal(sx_json_count(weights), c.plan.weight_count);
    fill_weights(&c, weights);
    for (int i = 0; i < input_count; i++)
        read_numbers(sx_json_is_array(sx_json_at(x, 0)) ? sx_json_at(x, (size_t)i) : x, c.inputs[i],
                     c.in_counts[i]);
    c.call.mode = sx_json_bool(sx_json_get(item, "training")) ? SX_RUN_TRAIN : SX_RUN_INFER;
    case_forward(&c);
    compare(sx_json_get(item, "y"), c.call.output, c.out_count, options, "output");
    for (int w = 0; w < c.plan.weight_count && !sx_json_is_null(weights); w++)
        compare(sx_json_at(sx_json_get(item, "after"), (size_t)w), c.call.weights[w], c.call.weight_counts[w],
                options, c.plan.weights[w].name);
    if (sx_json_get(item, "dx")) check_gradients(&c, item, options);
    sx_free(json);
    case_close(&c);
}

static void check_file(const char *path, size_t least) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_json *root = NULL;
    sx_error err;
    if (sx_file_read(path, 0, &bytes, &size, &err) != SX_OK) fail_msg("%s", err.text);
    if (sx_json_parse((const char *)bytes, size, path, &root, &err) != SX_OK) fail_msg("%s", err.text);
    const sx_json *cases = sx_json_get(root, "cases");
    assert_true(sx_json_count(cases) >= least);
    for (size_t i = 0; i < sx_json_count(cases); i++)
        check(sx_json_at(cases, i));
    sx_json_free(root);
    sx_free(bytes);
}

static void layers_give_what_keras_gives(void **state) {
    (void)state;
    check_file(SX_GOLDEN "/layers/layers.json", 41);
}

static void more_layers_give_what_keras_gives_and_its_gradients(void **state) {
    (void)state;
    check_file(SX_GOLDEN "/layers/more_layers.json", 150);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(layers_give_what_keras_gives),
                                       cmocka_unit_test(more_layers_give_what_keras_gives_and_its_gradients)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
