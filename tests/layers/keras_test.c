/* keras_test.c: single layers against forward passes that Keras 3.15.1 computed (tests/golden/layers).
 *
 * Both sides sum up to 120 products in float, in different orders; 2e-5 of the largest value is some ten
 * times the rounding of that. */
#include "layers/layer_case.h"

#include "base/file.h"
#include "base/memory.h"

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

static void check(const sx_json *item) {
    layer_case c;
    sx_error err;
    const sx_json *shape = sx_json_get(item, "shape"), *weights = sx_json_get(item, "weights");
    char *options = sx_json_dump(sx_json_get(item, "options"), 0);
    const sx_layer_ops *ops = sx_layer_find(sx_json_text(sx_json_get(item, "type")));
    sx_shape input = {extent(shape, 0), extent(shape, 1), extent(shape, 2)};
    size_t batch = (size_t)sx_json_integer(sx_json_get(item, "batch"));
    if (!case_open(&c, ops, options, input, 1, batch, &err)) fail_msg("%s: %s", options, err.text);
    check_output_shape(&c, sx_json_get(item, "output"));
    assert_int_equal(sx_json_count(weights), c.plan.weight_count);
    for (int w = 0; w < c.plan.weight_count; w++)
        read_numbers(sx_json_at(weights, (size_t)w), c.call.weights[w], c.call.weight_counts[w]);
    read_numbers(sx_json_get(item, "x"), c.inputs[0], c.in_count);
    c.call.mode = sx_json_bool(sx_json_get(item, "training")) ? SX_RUN_TRAIN : SX_RUN_INFER;
    case_forward(&c);
    compare(sx_json_get(item, "y"), c.call.output, c.out_count, options, "output");
    for (int w = 0; w < c.plan.weight_count; w++)
        compare(sx_json_at(sx_json_get(item, "after"), (size_t)w), c.call.weights[w], c.call.weight_counts[w],
                options, c.plan.weights[w].name);
    sx_free(options);
    case_close(&c);
}

static void layers_give_what_keras_gives(void **state) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_json *root = NULL;
    sx_error err;
    (void)state;
    if (sx_file_read(SX_GOLDEN "/layers/layers.json", 0, &bytes, &size, &err) != SX_OK)
        fail_msg("%s", err.text);
    if (sx_json_parse((const char *)bytes, size, "layers.json", &root, &err) != SX_OK)
        fail_msg("%s", err.text);
    const sx_json *cases = sx_json_get(root, "cases");
    assert_true(sx_json_count(cases) > 40);
    for (size_t i = 0; i < sx_json_count(cases); i++)
        check(sx_json_at(cases, i));
    sx_json_free(root);
    sx_free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(layers_give_what_keras_gives)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
