/* layer_test.c: shards, dropout's draws, and options and shapes that are refused. */
#include "layers/layer_case.h"

static void shards_cover_a_batch_evenly(void **state) {
    (void)state;
    for (size_t batch = 0; batch < 40; batch++) {
        size_t next = 0;
        for (size_t shard = 0; shard < SX_SHARDS; shard++) {
            size_t first = 99, count = sx_shard_range(batch, shard, &first);
            assert_int_equal(first, next);
            assert_true(count == batch / SX_SHARDS || count == batch / SX_SHARDS + 1);
            next += count;
        }
        assert_int_equal(next, batch);
    }
}

static void open_dropout(layer_case *c, size_t batch) {
    sx_error err;
    sx_shape shape = {10, 10, 2};
    assert_true(case_open(c, &sx_layer_dropout, "{\"rate\": 0.25}", shape, 1, batch, &err));
    for (size_t i = 0; i < c->in_count; i++)
        c->inputs[0][i] = 3;
}

/* Of 4000 values a quarter is dropped: 1000 with a deviation of 27, so 100 is nearly four of them. */
static void dropout_drops_its_rate_and_keeps_the_mean(void **state) {
    layer_case c;
    size_t dropped = 0;
    (void)state;
    open_dropout(&c, 20);
    case_forward(&c);
    for (size_t i = 0; i < c.out_count; i++) {
        if (c.call.output[i] < 1)
            dropped++;
        else
            assert_true(fabs((double)c.call.output[i] - 4) < 1e-6);
    }
    assert_in_range(dropped, 900, 1100);
    c.call.mode = SX_RUN_INFER;
    case_forward(&c);
    assert_memory_equal(c.call.output, c.inputs[0], c.out_count * sizeof(float));
    case_close(&c);
}

/* Items 5 to 8 of a step, first within nine and then as a call of their own. */
static void dropout_draws_by_item(void **state) {
    layer_case nine, four;
    (void)state;
    open_dropout(&nine, 9);
    open_dropout(&four, 4);
    case_forward(&nine);
    four.call.first_item = 5;
    case_forward(&four);
    assert_memory_equal(four.call.output, nine.call.output + 5 * 200, 4 * 200 * sizeof(float));
    four.call.stream.step++;
    case_forward(&four);
    assert_memory_not_equal(four.call.output, nine.call.output + 5 * 200, 4 * 200 * sizeof(float));
    case_close(&nine);
    case_close(&four);
}

static void refuses(const char *type, const char *json, const char *words) {
    sx_json *spec = NULL;
    sx_error err = {0};
    double options[32];
    const sx_layer_ops *ops = sx_layer_find(type);
    assert_true(ops->options_size <= sizeof options);
    assert_int_equal(sx_json_parse(json, strlen(json), "test", &spec, &err), SX_OK);
    assert_int_equal(ops->read(spec, "layers[2]", options, &err), SX_E_FORMAT);
    if (!strstr(err.text, words) || !strstr(err.text, "layers[2]"))
        fail_msg("%s %s: the error says \"%s\", not \"%s\"", type, json, err.text, words);
    sx_json_free(spec);
}

static void wrong_options_are_refused_by_name(void **state) {
    (void)state;
    refuses("conv2d", "{\"kernel_size\": 3}", "filters is missing");
    refuses("conv2d", "{\"filters\": 3}", "kernel_size is missing");
    refuses("conv2d", "{\"filters\": 0, \"kernel_size\": 3}", "filters");
    refuses("conv2d", "{\"filters\": 1, \"kernel_size\": [3]}", "kernel_size");
    refuses("conv2d", "{\"filters\": 1, \"kernel_size\": 3, \"strides\": [1, 0]}", "strides");
    refuses("conv2d", "{\"filters\": 1, \"kernel_size\": 3, \"padding\": \"sane\"}", "same");
    refuses("depthwise_conv2d", "{}", "kernel_size is missing");
    refuses("dense", "{}", "units is missing");
    refuses("dense", "{\"units\": 2.5}", "units");
    refuses("activation", "{}", "activation is missing");
    refuses("activation", "{\"activation\": \"relo\"}", "relu");
    refuses("activation", "{\"activation\": \"relu\", \"alpha\": 1}", "alpha");
    refuses("dropout", "{\"rate\": 1}", "rate");
    refuses("max_pool", "{\"pool_size\": \"2\"}", "pool_size");
}

static void does_not_fit(const char *type, const char *json, sx_shape shape, const char *words) {
    layer_case c;
    sx_error err = {0};
    assert_false(case_open(&c, sx_layer_find(type), json, shape, 1, 1, &err));
    assert_int_equal(err.status, SX_E_SHAPE);
    if (!strstr(err.text, words)) fail_msg("%s: the error says \"%s\", not \"%s\"", type, err.text, words);
}

static void shapes_that_do_not_fit_say_so(void **state) {
    (void)state;
    does_not_fit("max_pool", "{}", (sx_shape){1, 5, 3}, "2x2 pooling of a 1x5 map");
    does_not_fit("conv2d", "{\"filters\": 1, \"kernel_size\": [3, 9]}", (sx_shape){8, 8, 1},
                 "3x9 convolution of a 8x8 map");
    does_not_fit("conv2d", "{\"filters\": 65536, \"kernel_size\": 1}", (sx_shape){1000, 1000, 1}, "2^31");
    does_not_fit("dense", "{\"units\": 65536}", (sx_shape){1000, 1000, 1}, "2^31");
    /* Sizes that would not fit their counters. */
    does_not_fit("conv2d", "{\"filters\": 1, \"kernel_size\": 65536, \"padding\": \"same\"}",
                 (sx_shape){1, 1, 1}, "too large");
    does_not_fit("depthwise_conv2d", "{\"kernel_size\": 65536, \"padding\": \"same\"}",
                 (sx_shape){1, 1, 1 << 20}, "too large");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_cover_a_batch_evenly),
        cmocka_unit_test(dropout_drops_its_rate_and_keeps_the_mean), cmocka_unit_test(dropout_draws_by_item),
        cmocka_unit_test(wrong_options_are_refused_by_name), cmocka_unit_test(shapes_that_do_not_fit_say_so)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
