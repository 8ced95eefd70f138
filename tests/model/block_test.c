/* block_test.c: fused blocks and Winograd against one layer after the other, and which layers become a block.
 */
#include "model/nets.h"

static double largest(const float *values, size_t count) {
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs((double)values[i]));
    return most;
}

static void compare(const char *what, sx_axis axis, const float *got, const float *want, size_t count,
                    double bound) {
    double scale = largest(want, count);
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)got[i] - (double)want[i]) <= bound * scale))
            fail_msg("%s, axis %d, value %zu: %.7g in blocks, %.7g layer by layer", what, (int)axis, i,
                     (double)got[i], (double)want[i]);
}

/* One training step both ways. Inputs far from 0 make a variance that is small beside the squared mean. */
static void compare_shape(const char *net, sx_axis axis, sx_shape shape, size_t batch, double shift,
                          double bound) {
    sx_model_options options = net_options(shape, batch, true);
    sx_model *fused = net_build(net, axis, &options);
    options.exact = true;
    sx_model *exact = net_build(net, axis, &options);
    sx_model *models[2] = {fused, exact};
    const float *logits[2];
    size_t count = batch > 1 ? batch - 1 : 1;
    float gradient[11 * 3];
    net_random(gradient, 11 * 3, 2);
    for (size_t m = 0; m < 2; m++) {
        for (size_t i = 0; shape.channels == 1 && i < 16; i++)
            sx_model_layer_weight(models[m], 0, 1)[i] = 0.1f * (float)i - 0.5f;
        sx_model_weights_changed(models[m]);
        net_fill_input(models[m], count);
        for (size_t i = 0; i < count * sx_shape_count(shape); i++)
            sx_model_input(models[m])[i] += (float)shift;
        logits[m] = sx_model_forward(models[m], count, SX_RUN_TRAIN, 1);
        sx_model_backward(models[m], count, gradient, 1);
    }
    compare("logits", axis, logits[0], logits[1], count * 3, bound);
    compare("gradients", axis, sx_model_gradients(fused), sx_model_gradients(exact),
            sx_model_trainable_count(fused), 10 * bound);
    compare("statistics", axis, sx_model_statistics(fused), sx_model_statistics(exact),
            sx_model_statistics_count(fused), bound);
    sx_model_free(fused);
    sx_model_free(exact);
}

static void compare_batch(const char *net, sx_axis axis, size_t batch, double shift, double bound) {
    compare_shape(net, axis, (sx_shape){17, 12, 2}, batch, shift, bound);
}

static void compare_ways(const char *net, sx_axis axis, double shift, double bound) {
    compare_batch(net, axis, 11, shift, bound);
}

static const char *const many_blocks =
    "{\"name\": \"blocks\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 17, \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"max_pool\", \"pool_size\": [3, 2], \"padding\": \"same\"},"
    "{\"type\": \"conv2d\", \"filters\": 20, \"kernel_size\": 3},"
    "{\"type\": \"normalisation\", \"keep\": [\"$axis\"], \"affine\": [\"channels\", \"time\"]},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"depthwise_conv2d\", \"kernel_size\": 2},"
    "{\"type\": \"normalisation\", \"keep\": []},"
    "{\"type\": \"flatten\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

/* Blocks led by a convolution along time and by a grouped one. */
static const char *const other_leads =
    "{\"name\": \"leads\", \"layers\": ["
    "{\"type\": \"conv1d\", \"filters\": 6, \"kernel_size\": 3, \"padding\": \"causal\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"max_pool\"},"
    "{\"type\": \"conv2d\", \"filters\": 8, \"kernel_size\": 3, \"groups\": 2},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"global_average_pool\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

/* The last rows of its first block are in no window. */
static const char *const wide_first_by_threes =
    "{\"name\": \"wide first\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 512, \"kernel_size\": [3, 2], \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"max_pool\", \"pool_size\": 3},"
    "{\"type\": \"global_average_pool\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

/* For an input of one channel. */
#define FROM_IMAGE(norm)                                                                                     \
    "{\"name\": \"from image\", \"layers\": ["                                                               \
    "{\"type\": \"conv2d\", \"filters\": 512, \"kernel_size\": 3, \"padding\": \"same\"},"                   \
    "{\"type\": \"normalisation\", " norm "},"                                                               \
    "{\"type\": \"activation\", \"activation\": \"relu\"},"                                                  \
    "{\"type\": \"max_pool\"},"                                                                              \
    "{\"type\": \"global_average_pool\"},"                                                                   \
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}"

static const char *const from_image[] = {
    FROM_IMAGE("\"axis\": \"$axis\""), FROM_IMAGE("\"keep\": [\"$axis\"], \"affine\": [\"channels\"]"),
    FROM_IMAGE("\"keep\": [\"frequency\", \"channels\"], \"affine\": [\"$axis\"]"),
    FROM_IMAGE("\"keep\": [], \"affine\": [\"$axis\"]")};

static void a_first_block_of_one_channel_has_its_sums_from_the_image(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){17, 12, 1}, 11, true);
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        sx_model *model = net_build(from_image[0], (sx_axis)axis, &options);
        assert_true(model->nodes[0].block.from_image);
        sx_model_free(model);
        for (size_t i = 0; i < sizeof from_image / sizeof from_image[0]; i++) {
            compare_shape(from_image[i], (sx_axis)axis, (sx_shape){17, 12, 1}, 11, 0, 1e-4);
            compare_shape(from_image[i], (sx_axis)axis, (sx_shape){16, 13, 1}, 11, 3, 1e-4);
        }
    }
}

static void blocks_give_what_their_layers_give(void **state) {
    (void)state;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        compare_ways("small", (sx_axis)axis, 0, 1e-4);
        compare_ways("dscnn", (sx_axis)axis, 0, 1e-4);
        compare_ways(many_blocks, (sx_axis)axis, 0, 1e-4);
        compare_ways(branched_net, (sx_axis)axis, 0, 1e-4);
        compare_ways(other_leads, (sx_axis)axis, 0, 1e-4);
        compare_ways(fed_pool, (sx_axis)axis, 0, 1e-4);
        compare_ways(wide_blocks, (sx_axis)axis, 0, 1e-4);
        compare_ways(wide_first, (sx_axis)axis, 0, 1e-4);
        compare_ways(wide_first_by_threes, (sx_axis)axis, 0, 1e-4);
        for (size_t batch = 1; batch <= 2; batch++) { /* other convolutions, shards and tasks */
            compare_batch("small", (sx_axis)axis, batch, 0, 1e-4);
            compare_batch(many_blocks, (sx_axis)axis, batch, 0, 1e-4);
            compare_batch(other_leads, (sx_axis)axis, batch, 0, 1e-4);
            compare_batch(fed_pool, (sx_axis)axis, batch, 0, 1e-4);
            compare_batch(wide_first, (sx_axis)axis, batch, 0, 1e-4); /* by halves, alone */
            compare_batch(wide_first_by_threes, (sx_axis)axis, batch, 0, 1e-4);
        }
    }
    compare_ways(many_blocks, SX_AXIS_CHANNELS, 100, 1e-2);
}

/* Float holds values about 1e4 in steps of 1e-3. */
static void a_large_bias_does_not_eat_a_blocks_variance(void **state) {
    (void)state;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        sx_model_options options = net_options((sx_shape){17, 12, 2}, 11, true);
        float variance[2][17];
        for (size_t m = 0; m < 2; m++) {
            options.exact = m == 1;
            sx_model *model = net_build(many_blocks, (sx_axis)axis, &options);
            size_t groups = sx_model_layer_plan(model, 1)->weights[3].count;
            for (size_t i = 0; i < 17; i++)
                sx_model_layer_weight(model, 0, 1)[i] = 1e4f;
            net_fill_input(model, 11);
            sx_model_forward(model, 11, SX_RUN_TRAIN, 0);
            for (size_t g = 0; g < 17; g++)
                variance[m][g] = g < groups ? sx_model_layer_weight(model, 1, 3)[g] - 0.99f : 0;
            sx_model_free(model);
        }
        for (size_t g = 0; g < 17; g++)
            assert_true(fabsf(variance[0][g] - variance[1][g]) <= 2e-3f * fabsf(variance[1][g]));
    }
}

static void blocks_are_found(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){17, 12, 2}, 2, true);
    sx_model *model = net_build("small", SX_AXIS_TIME, &options);
    for (int head = 0; head < 12; head += 4) {
        assert_int_equal(model->nodes[head].tail, head + 3);
        assert_true(model->nodes[head].block.relu && model->nodes[head].block.pool_options);
        assert_null(model->nodes[head + 1].output);
    }
    sx_model_free(model);
    options.exact = true;
    model = net_build("small", SX_AXIS_TIME, &options);
    assert_int_equal(model->nodes[0].tail, -1);
    sx_model_free(model);
    options.exact = false;
    model = net_build(branched_net, SX_AXIS_TIME, &options);
    assert_int_equal(model->nodes[0].tail, 1);  /* tanh has many takers and is not ReLU */
    assert_int_equal(model->nodes[3].tail, -1); /* statistics of its own for each example */
    sx_model_free(model);
}

static void a_first_block_that_works_again_goes_by_rows(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){17, 12, 2}, 11, true);
    sx_model *model = net_build(wide_first, SX_AXIS_TIME, &options);
    assert_true(model->nodes[0].block.works_again && model->nodes[0].block.rows == 2);
    sx_model_free(model);
    model = net_build(wide_first_by_threes, SX_AXIS_TIME, &options);
    assert_true(model->nodes[0].block.works_again && model->nodes[0].block.rows == 3);
    sx_model_free(model);
}

static void a_flat_block_that_feeds_a_block_is_deferred(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){17, 12, 2}, 11, true);
    sx_model *model = net_build(wide_blocks, SX_AXIS_TIME, &options);
    const sx_node *nodes = model->nodes;
    assert_true(nodes[0].block.deferred && nodes[0].output && !nodes[2].output && nodes[2].gradient);
    assert_true(nodes[3].block.fed && nodes[3].feeder == 0 && !nodes[3].block.deferred);
    assert_true(nodes[3].block.works_again && !nodes[3].output && nodes[5].output);
    net_fill_input(model, 11);
    sx_model_forward(model, 11, SX_RUN_TRAIN, 0);
    assert_null(sx_model_find_nonfinite(model, 11));
    sx_model_layer_weight(model, 1, 0)[3] = INFINITY;
    sx_model_forward(model, 11, SX_RUN_TRAIN, 0);
    assert_string_equal(sx_model_find_nonfinite(model, 11), nodes[1].name);
    sx_model_free(model);
    options.training = false;
    model = net_build(wide_blocks, SX_AXIS_TIME, &options);
    assert_true(!model->nodes[0].block.deferred && model->nodes[2].output);
    sx_model_free(model);
}

/* The block from 9 to 11 feeds that from 12 to 14. One that pools has gradients of two sizes. */
static void gradients_of_flat_blocks_share_memory(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){17, 12, 2}, 11, true);
    sx_model *model = net_build("dscnn", SX_AXIS_FREQUENCY, &options);
    const sx_node *nodes = model->nodes;
    assert_true(nodes[12].tail == 14 && nodes[9].tail == 11 && nodes[12].inputs[0] == 11);
    assert_non_null(nodes[14].gradient);
    assert_ptr_equal(nodes[12].input_gradients[0], nodes[14].gradient);
    assert_ptr_equal(nodes[12].input_gradients[0], nodes[11].gradient);
    assert_ptr_equal(nodes[9].input_gradients[0], nodes[11].gradient);
    sx_model_free(model);
    model = net_build("small", SX_AXIS_FREQUENCY, &options);
    assert_ptr_not_equal(model->nodes[4].input_gradients[0], model->nodes[7].gradient);
    sx_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_give_what_their_layers_give),
        cmocka_unit_test(a_large_bias_does_not_eat_a_blocks_variance),
        cmocka_unit_test(blocks_are_found),
        cmocka_unit_test(a_first_block_that_works_again_goes_by_rows),
        cmocka_unit_test(a_first_block_of_one_channel_has_its_sums_from_the_image),
        cmocka_unit_test(a_flat_block_that_feeds_a_block_is_deferred),
        cmocka_unit_test(gradients_of_flat_blocks_share_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
