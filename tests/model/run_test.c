/* run_test.c: whole nets: gradients, the same bits however it is run, and shared first weights. */
#include "base/hash.h"
#include "model/nets.h"

static const sx_shape input = {6, 5, 3};

/* --- gradients -------------------------------------------------------------------------------------- */

static double loss(sx_model *model, size_t count, const float *weight) {
    const float *logits = sx_model_forward(model, count, SX_RUN_TRAIN, 5);
    double sum = 0;
    for (size_t i = 0; i < count * 3; i++)
        sum += (double)logits[i] * (double)weight[i];
    return sum;
}

static double loss_at(sx_model *model, size_t count, const float *weight, float *value, double shift) {
    float old = *value;
    *value = (float)((double)old + shift);
    sx_model_weights_changed(model);
    double result = loss(model, count, weight);
    *value = old;
    sx_model_weights_changed(model);
    return result;
}

/* Fourth-order differences with steps of .01; rounding leaves about 1e-4 of the largest gradient. */
static void check_gradients(sx_axis axis, size_t count) {
    sx_model_options options = net_options(input, 9, true);
    sx_model *model = net_build(branched_net, axis, &options);
    float weight[9 * 3];
    const double step = 0.01;
    net_random(weight, count * 3, 1);
    net_fill_input(model, count);
    loss(model, count, weight);
    sx_model_backward(model, count, weight, 5);
    size_t floats = sx_model_trainable_count(model);
    float *gradients = test_malloc(floats * sizeof(float)), *values = sx_model_weights(model);
    memcpy(gradients, sx_model_gradients(model), floats * sizeof(float));
    double largest = 0;
    for (size_t i = 0; i < floats; i++)
        largest = fmax(largest, fabs((double)gradients[i]));
    for (size_t i = 0; i < floats; i++) {
        double near = loss_at(model, count, weight, &values[i], step) -
                      loss_at(model, count, weight, &values[i], -step);
        double far = loss_at(model, count, weight, &values[i], 2 * step) -
                     loss_at(model, count, weight, &values[i], -2 * step);
        double expected = (8 * near - far) / (12 * step);
        if (!(fabs(expected - (double)gradients[i]) < 2e-3 * largest))
            fail_msg("axis %d, %zu examples, weight %zu of %zu: gradient %.7g, differences say %.7g",
                     (int)axis, count, i, floats, (double)gradients[i], expected);
    }
    test_free(gradients);
    sx_model_free(model);
}

static void a_branched_net_has_the_gradients_of_its_forward(void **state) {
    (void)state;
    check_gradients(SX_AXIS_CHANNELS, 9);
    check_gradients(SX_AXIS_FREQUENCY, 2);
    check_gradients(SX_AXIS_TIME, 1);
}

/* --- the same bits ---------------------------------------------------------------------------------- */

/* Three plain gradient steps; a fingerprint of everything that came out. */
static uint64_t fingerprint(sx_model *model, const sx_kernels *kernels) {
    uint64_t hash = 0;
    size_t batch = sx_model_batch(model), floats = sx_model_trainable_count(model);
    float *gradient = test_malloc(batch * 3 * sizeof(float));
    if (kernels) model->kernels = kernels;
    sx_model_weights_changed(model);
    net_random(gradient, batch * 3, 2);
    for (uint32_t step = 0; step < 3; step++) {
        size_t count = step == 2 && batch > 2 ? batch - 2 : batch;
        net_fill_input(model, count);
        hash = sx_hash(sx_model_forward(model, count, SX_RUN_TRAIN, step), count * 3 * sizeof(float), hash);
        sx_model_backward(model, count, gradient, step);
        hash = sx_hash(sx_model_gradients(model), floats * sizeof(float), hash);
        for (size_t i = 0; i < floats; i++)
            sx_model_weights(model)[i] -= 0.01f * sx_model_gradients(model)[i];
        sx_model_weights_changed(model);
    }
    hash = sx_hash(sx_model_statistics(model), sx_model_statistics_count(model) * sizeof(float), hash);
    test_free(gradient);
    return hash;
}

static uint64_t run_batch(const char *net, sx_axis axis, size_t batch, int threads,
                          const sx_kernels *kernels) {
    sx_shape shape = net == branched_net ? input : (sx_shape){17, 12, 2};
    sx_model_options options = net_options(shape, batch, true);
    options.threads = threads;
    sx_model *model = net_build(net, axis, &options);
    uint64_t hash = fingerprint(model, kernels);
    sx_model_free(model);
    return hash;
}

static uint64_t run_net(const char *net, sx_axis axis, int threads, const sx_kernels *kernels) {
    return run_batch(net, axis, 11, threads, kernels);
}

static void any_number_of_threads_gives_the_same_bits(void **state) {
    const char *const nets[] = {"small", "dscnn", branched_net, many_net, wide_first};
    (void)state;
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        for (size_t n = 0; n < sizeof nets / sizeof *nets; n++) {
            const char *net = nets[n];
            uint64_t one = run_net(net, (sx_axis)axis, 1, NULL);
            for (int threads = 2; threads <= 7; threads += threads == 4 ? 3 : 1)
                if (run_net(net, (sx_axis)axis, threads, NULL) != one)
                    fail_msg("%.20s, axis %d: %d threads give other bits than one", net, axis, threads);
        }
    }
}

/* Threads share the halves of a single example's rows, and its two gradients. */
static void a_single_example_gives_the_same_bits_on_any_number_of_threads(void **state) {
    static const char *const nets[] = {"small", "dscnn", NULL, NULL};
    (void)state;
    for (size_t n = 0; n < 4; n++) {
        const char *net = nets[n] ? nets[n] : n == 2 ? branched_net : many_net;
        for (size_t batch = 1; batch <= 2; batch++) {
            uint64_t one = run_batch(net, SX_AXIS_FREQUENCY, batch, 1, NULL);
            for (int threads = 2; threads <= 9; threads += threads == 3 ? 4 : threads == 7 ? 2 : 1)
                if (run_batch(net, SX_AXIS_FREQUENCY, batch, threads, NULL) != one)
                    fail_msg("%.20s, batch %zu: %d threads give other bits than one", net, batch, threads);
        }
    }
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) /* large enough for blocks by halves */
        for (int threads = 2; threads <= 3; threads++)
            assert_true(run_batch(wide_first, (sx_axis)axis, 1, threads, NULL) ==
                        run_batch(wide_first, (sx_axis)axis, 1, 1, NULL));
}

static void every_fused_instruction_set_gives_the_same_bits(void **state) {
    const sx_kernels *a = sx_kernels_named("avx2"), *b = sx_kernels_named("avx512");
    (void)state;
    if (!a || !b) {
        print_message("skipped: this machine has not both avx2 and avx512\n");
        return;
    }
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        assert_true(run_net("small", (sx_axis)axis, 2, a) == run_net("small", (sx_axis)axis, 2, b));
        assert_true(run_net("dscnn", (sx_axis)axis, 2, a) == run_net("dscnn", (sx_axis)axis, 2, b));
        assert_true(run_net(branched_net, (sx_axis)axis, 2, a) == run_net(branched_net, (sx_axis)axis, 2, b));
    }
}

/* --- inference and memory ----------------------------------------------------------------------------- */

/* A model for inference shares memory between outputs; a training model does not. */
static void inference_gives_the_bits_of_a_training_model(void **state) {
    const char *const nets[] = {"small", "dscnn", branched_net, fed_pool, wide_blocks};
    (void)state;
    for (size_t n = 0; n < 5; n++) {
        sx_model_options options = net_options((sx_shape){16, 9, 2}, 5, true);
        sx_model *training = net_build(nets[n], SX_AXIS_FREQUENCY, &options);
        options.training = false;
        sx_model *inference = net_build(nets[n], SX_AXIS_FREQUENCY, &options);
        float logits[15];
        net_fill_input(training, 5);
        sx_model_run(inference, sx_model_input(training), 5, logits);
        assert_memory_equal(logits, sx_model_forward(training, 5, SX_RUN_INFER, 0), sizeof logits);
        assert_null(sx_model_gradients(inference));
        assert_true(inference->arena.size < training->arena.size);
        sx_model_free(training);
        sx_model_free(inference);
    }
}

/* The gradient of kwsL's widest map alone takes 12.8 MB, and scratch for 8 slots 27 MB more than for 1. */
static void gradients_and_scratch_take_no_more_than_is_live(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){98, 64, 1}, 64, true);
    sx_model *model = net_build("kwsL", SX_AXIS_CHANNELS, &options);
    const size_t one = model->arena.size;
    assert_in_range(one, 100000000, 130000000);
    sx_model_free(model);
    options.threads = 12;
    model = net_build("kwsL", SX_AXIS_CHANNELS, &options);
    assert_true(model->arena.size > one + 20000000);
    sx_model_free(model);
}

static void an_example_gives_the_same_logits_alone(void **state) {
    (void)state;
    sx_model_options options = net_options(input, 9, false);
    sx_model *model = net_build(branched_net, SX_AXIS_TIME, &options);
    float x[9 * 90], many[27], one[3];
    net_random(x, 9 * 90, 3);
    sx_model_run(model, x, 9, many);
    for (size_t i = 0; i < 9; i++) {
        sx_model_run(model, x + i * 90, 1, one);
        assert_memory_equal(one, many + 3 * i, sizeof one);
    }
    sx_model_free(model);
}

/* --- first weights ---------------------------------------------------------------------------------- */

static void nets_that_differ_in_the_axis_share_their_weights(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){33, 20, 1}, 1, false);
    sx_model *a = net_build("kws", SX_AXIS_CHANNELS, &options);
    sx_model *b = net_build("kws", SX_AXIS_TIME, &options);
    options.seed++;
    sx_model *c = net_build("kws", SX_AXIS_TIME, &options);
    size_t compared = 0;
    for (size_t layer = 0; layer < sx_model_layer_count(a); layer++) {
        const sx_layer_plan *plan = sx_model_layer_plan(a, layer);
        if (plan->has_statistics || plan->weight_count == 0) continue;
        size_t bytes = plan->weights[0].count * sizeof(float);
        assert_memory_equal(sx_model_layer_weight(a, layer, 0), sx_model_layer_weight(b, layer, 0), bytes);
        assert_memory_not_equal(sx_model_layer_weight(b, layer, 0), sx_model_layer_weight(c, layer, 0),
                                bytes);
        compared++;
    }
    assert_int_equal(compared, 5);
    sx_model_free(a);
    sx_model_free(b);
    sx_model_free(c);
}

/* --- odds and ends ---------------------------------------------------------------------------------- */

static void measuring_a_layer_sees_its_input(void **state) {
    (void)state;
    sx_model_options options = net_options(input, 4, true);
    sx_model *model = net_build(branched_net, SX_AXIS_CHANNELS, &options);
    double sum[4] = {0}, squares[4] = {0};
    sx_measure measure = {.sum = sum, .squares = squares};
    net_fill_input(model, 4);
    sx_model_measure(model, 4, 1, &measure);
    sx_model_measure(model, 4, 1, &measure);
    assert_true(measure.count == 2 * 4 * 30);
    const float *x = model->nodes[0].output; /* of the layer before, which keeps its memory in training */
    for (size_t channel = 0; channel < 4; channel++) {
        double expected = 0, expected_squares = 0;
        for (size_t i = channel; i < 4 * 30 * 4; i += 4) {
            expected += 2 * (double)x[i];
            expected_squares += 2 * (double)x[i] * (double)x[i];
        }
        assert_true(fabs(sum[channel] - expected) < 1e-9);
        assert_true(fabs(squares[channel] - expected_squares) <
                    1e-6 * expected_squares); /* squared in float */
    }
    sx_model_free(model);
}

static void a_nan_is_found_where_it_starts(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){16, 16, 1}, 2, true);
    sx_model *model = net_build("small", SX_AXIS_CHANNELS, &options);
    net_fill_input(model, 2);
    sx_model_forward(model, 2, SX_RUN_INFER, 0);
    assert_null(sx_model_find_nonfinite(model, 2));
    sx_model_layer_weight(model, 4, 1)[3] = INFINITY;
    sx_model_weights_changed(model);
    sx_model_forward(model, 2, SX_RUN_INFER, 0);
    assert_string_equal(sx_model_find_nonfinite(model, 2), "conv2");
    sx_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_branched_net_has_the_gradients_of_its_forward),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(a_single_example_gives_the_same_bits_on_any_number_of_threads),
        cmocka_unit_test(every_fused_instruction_set_gives_the_same_bits),
        cmocka_unit_test(inference_gives_the_bits_of_a_training_model),
        cmocka_unit_test(gradients_and_scratch_take_no_more_than_is_live),
        cmocka_unit_test(an_example_gives_the_same_logits_alone),
        cmocka_unit_test(nets_that_differ_in_the_axis_share_their_weights),
        cmocka_unit_test(measuring_a_layer_sees_its_input),
        cmocka_unit_test(a_nan_is_found_where_it_starts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
