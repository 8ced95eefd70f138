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

/* Of 20 * 50 channels of 0 or 4/3 a quarter is dropped: 250 with a deviation of 14. */
static void spatial_dropout_drops_whole_channels(void **state) {
    layer_case c;
    sx_error err;
    sx_shape shape = {4, 3, 50};
    size_t dropped = 0;
    (void)state;
    assert_true(case_open(&c, &sx_layer_spatial_dropout, "{\"rate\": 0.25}", shape, 1, 20, &err));
    for (size_t i = 0; i < c.in_count; i++)
        c.inputs[0][i] = 3;
    case_forward(&c);
    for (size_t i = 0; i < c.out_count; i++) {
        size_t first = i / 600 * 600 + i % 50; /* the channel's first place in its example */
        assert_true(c.call.output[i] == c.call.output[first]);
        if (i == first && c.call.output[i] < 1) dropped++;
    }
    assert_in_range(dropped, 200, 300);
    c.call.mode = SX_RUN_INFER;
    case_forward(&c);
    assert_memory_equal(c.call.output, c.inputs[0], c.out_count * sizeof(float));
    case_close(&c);
}

/* 20000 draws: their mean has a deviation of .0007, their deviation one of .0005. */
static void gaussian_noise_has_its_deviation(void **state) {
    layer_case c;
    sx_error err;
    double sum = 0, squares = 0;
    (void)state;
    assert_true(case_open(&c, &sx_layer_gaussian_noise, "{}", (sx_shape){10, 10, 10}, 1, 20, &err));
    memset(c.inputs[0], 0, c.in_count * sizeof(float));
    case_forward(&c);
    for (size_t i = 0; i < c.out_count; i++) {
        sum += (double)c.call.output[i] / 20000;
        squares += (double)c.call.output[i] * (double)c.call.output[i] / 20000;
    }
    if (fabs(sum) > 0.004 || fabs(sqrt(squares) - 0.1) > 0.003)
        fail_msg("mean %g and deviation %g should be 0 and .1", sum, sqrt(squares));
    c.call.mode = SX_RUN_INFER;
    case_forward(&c);
    assert_memory_equal(c.call.output, c.inputs[0], c.out_count * sizeof(float));
    case_close(&c);
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
    refuses("activation", "{\"activation\": \"threshold\", \"threshold\": 1}", "default_value");
    refuses("activation", "{\"activation\": \"glu\", \"axis\": [1, 2]}", "one axis");
    refuses("activation", "{\"activation\": \"leaky_relu\", \"alpha\": 1, \"negative_slope\": 1}",
            "the same");
    refuses("conv1d", "{\"filters\": 1, \"kernel_size\": [3, 1]}", "kernel_size");
    refuses("conv2d", "{\"filters\": 1, \"kernel_size\": 3, \"padding\": \"causal\"}", "padding");
    refuses("dense", "{\"units\": 3, \"initializer\": \"he_norml\"}", "he_normal");
    refuses("dense", "{\"units\": 3, \"initializer\": {\"value\": 1}}", "name");
    refuses("dense", "{\"units\": 3, \"initializer\": {\"name\": \"zeros\", \"value\": 1}}", "value");
    refuses("group_normalisation", "{\"groups\": 0}", "groups is 0");
    refuses("standardisation", "{\"variance\": -1}", "none below 0");
    refuses("standardisation", "{\"mean\": []}", "list of numbers");
    refuses("rescaling", "{\"scale\": [1, \"x\"]}", "list of numbers");
    refuses("reshape", "{\"target_shape\": [-1, -1]}", "target_shape");
    refuses("reshape", "{}", "target_shape");
    refuses("permute", "{\"dims\": [1, 2]}", "dims");
    refuses("permute", "{\"dims\": [1, 1, 2]}", "dims");
    refuses("cropping", "{\"cropping\": [1, 2, 3]}", "cropping");
    refuses("zero_padding", "{\"padding\": -1}", "padding");
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
    does_not_fit("conv2d", "{\"filters\": 4, \"kernel_size\": 1, \"groups\": 2}", (sx_shape){5, 5, 3},
                 "3 channels and 4 filters do not both fall into 2 groups");
    does_not_fit("group_normalisation", "{\"groups\": 2}", (sx_shape){5, 5, 3}, "3 places along channels");
    does_not_fit("standardisation", "{\"mean\": [1, 2]}", (sx_shape){5, 5, 3}, "2 numbers for 3 places");
    does_not_fit("cropping", "{\"cropping\": 2}", (sx_shape){4, 8, 1}, "leaves nothing");
    does_not_fit("reshape", "{\"target_shape\": [2, -1]}", (sx_shape){3, 1, 3}, "cannot be told as 2x1x-1");
    does_not_fit("up_sampling", "{\"size\": 60000}", (sx_shape){4, 8, 1}, "2^31");
    does_not_fit("activation", "{\"activation\": \"glu\"}", (sx_shape){4, 8, 3}, "halves channels");
    does_not_fit("separable_conv2d", "{\"filters\": 1, \"kernel_size\": 65536, \"padding\": \"same\"}",
                 (sx_shape){1, 1, 1 << 20}, "too large");
    does_not_fit("dense", "{\"units\": 65536}", (sx_shape){1000, 1000, 1}, "2^31");
    /* Sizes that would not fit their counters. */
    does_not_fit("conv2d", "{\"filters\": 1, \"kernel_size\": 65536, \"padding\": \"same\"}",
                 (sx_shape){1, 1, 1}, "too large");
    does_not_fit("depthwise_conv2d", "{\"kernel_size\": 65536, \"padding\": \"same\"}",
                 (sx_shape){1, 1, 1 << 20}, "too large");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(shards_cover_a_batch_evenly),
                                       cmocka_unit_test(dropout_drops_its_rate_and_keeps_the_mean),
                                       cmocka_unit_test(dropout_draws_by_item),
                                       cmocka_unit_test(spatial_dropout_drops_whole_channels),
                                       cmocka_unit_test(gaussian_noise_has_its_deviation),
                                       cmocka_unit_test(wrong_options_are_refused_by_name),
                                       cmocka_unit_test(shapes_that_do_not_fit_say_so)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
