/* infer_test.c: a net that only infers against the same net run layer by layer, whatever its normalisations
 * keep, and the same bits for any threads and any company in the batch. */
#include "model/nets.h"

enum { BATCH = 9, CLASSES = 3 };

/* Leads of every kind; a normalisation that cannot be folded, one that keeps nothing, one that keeps two. */
static const char *const mixed_net =
    "{\"name\": \"mixed\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 17, \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"max_pool\", \"pool_size\": [3, 2], \"padding\": \"same\"},"
    "{\"type\": \"conv2d\", \"filters\": 20, \"kernel_size\": 3, \"use_bias\": false},"
    "{\"type\": \"normalisation\", \"keep\": [\"$axis\"], \"affine\": [\"channels\", \"time\"]},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"depthwise_conv2d\", \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"conv2d\", \"filters\": 8, \"kernel_size\": 1, \"groups\": 2},"
    "{\"type\": \"normalisation\", \"keep\": []},"
    "{\"type\": \"depthwise_conv2d\", \"kernel_size\": 2, \"depth_multiplier\": 2},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\", \"scale\": false},"
    "{\"type\": \"conv1d\", \"filters\": 6, \"kernel_size\": 2, \"padding\": \"causal\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\", \"center\": false},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"flatten\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

static const char *const nets[] = {"small", "dscnn", NULL};
enum { NETS = sizeof nets / sizeof nets[0] };

/* As after training: weights that are no longer the first ones, means near 0 and variances above it. */
static void fill_statistics(sx_model *model, size_t layer, uint32_t seed) {
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    for (int w = 0; w < plan->weight_count; w++) {
        bool mean = strcmp(plan->weights[w].name, "moving_mean") == 0;
        if (!mean && strcmp(plan->weights[w].name, "moving_variance") != 0) continue;
        float *values = sx_model_layer_weight(model, layer, w);
        net_random(values, plan->weights[w].count, seed + (uint32_t)layer);
        for (size_t i = 0; i < plan->weights[w].count; i++)
            values[i] = mean ? 0.1f * values[i] : 0.3f + 0.3f * fabsf(values[i]);
    }
}

static void fill(sx_model *model, uint32_t seed) {
    for (size_t layer = 0; layer < sx_model_layer_count(model); layer++)
        fill_statistics(model, layer, seed);
    float *shift = test_malloc(sx_model_trainable_count(model) * sizeof *shift);
    net_random(shift, sx_model_trainable_count(model), seed + 1);
    for (size_t i = 0; i < sx_model_trainable_count(model); i++)
        sx_model_weights(model)[i] += 0.05f * shift[i];
    test_free(shift);
    sx_model_weights_changed(model);
}

static sx_model *make(size_t net, sx_axis axis, bool exact, int threads) {
    sx_model_options options = net_options((sx_shape){17, 12, 2}, BATCH, false);
    options.exact = exact;
    options.threads = threads;
    sx_model *model = net_build(nets[net] ? nets[net] : mixed_net, axis, &options);
    fill(model, 3);
    return model;
}

static void infer(sx_model *model, size_t count, const float *x, float *logits) {
    sx_model_run(model, x, count, logits);
}

enum { VALUES = 17 * 12 * 2 };

/* Folding, and Winograd's way, round differently: a few 1e-6 of the largest logit a layer. */
static void inference_gives_what_the_layers_give(void **state) {
    float *x = test_malloc(BATCH * VALUES * sizeof *x), got[BATCH * CLASSES], want[BATCH * CLASSES];
    (void)state;
    net_random(x, BATCH * VALUES, 7);
    for (size_t i = 0; i < NETS * 3; i++) {
        sx_axis axis = (sx_axis)(SX_AXIS_TIME + (int)(i % 3));
        sx_model *fast = make(i / 3, axis, false, 2), *exact = make(i / 3, axis, true, 2);
        double most = 0;
        infer(fast, BATCH, x, got);
        infer(exact, BATCH, x, want);
        for (size_t k = 0; k < BATCH * CLASSES; k++)
            most = fmax(most, fabs((double)want[k]));
        assert_memory_not_equal(want, want + CLASSES, CLASSES * sizeof *want); /* no dead net */
        for (size_t k = 0; k < BATCH * CLASSES; k++)
            if (!(fabs((double)got[k] - (double)want[k]) <= 5e-5 * most))
                fail_msg("net %zu, axis %d, logit %zu: %.8g, layer by layer %.8g", i / 3, (int)axis, k,
                         (double)got[k], (double)want[k]);
        sx_model_free(fast);
        sx_model_free(exact);
    }
    test_free(x);
}

static void company_and_threads_change_no_bit(void **state) {
    float *x = test_malloc(BATCH * VALUES * sizeof *x), all[BATCH * CLASSES], other[BATCH * CLASSES];
    (void)state;
    net_random(x, BATCH * VALUES, 8);
    for (size_t i = 0; i < NETS * 3; i++) {
        sx_axis axis = (sx_axis)(SX_AXIS_TIME + (int)(i % 3));
        sx_model *one = make(i / 3, axis, false, 1);
        infer(one, BATCH, x, all);
        for (size_t k = 0; k < BATCH; k++)
            infer(one, 1, x + k * VALUES, other + k * CLASSES);
        assert_memory_equal(all, other, sizeof all);
        sx_model_free(one);
        for (int threads = 2; threads <= 11; threads += 9) {
            sx_model *model = make(i / 3, axis, false, threads);
            infer(model, BATCH, x, other);
            assert_memory_equal(all, other, sizeof all);
            sx_model_free(model);
        }
    }
    test_free(x);
}

static void move_statistics(sx_model *model, float by) {
    for (size_t i = 0; i < sx_model_statistics_count(model); i++)
        sx_model_statistics(model)[i] += by;
    sx_model_weights_changed(model);
}

static void changed_weights_are_seen(void **state) {
    float *x = test_malloc(VALUES * sizeof *x), first[CLASSES], second[CLASSES];
    (void)state;
    net_random(x, VALUES, 9);
    for (size_t net = 0; net < NETS; net++) {
        sx_model *model = make(net, SX_AXIS_CHANNELS, false, 1);
        infer(model, 1, x, first);
        move_statistics(model, 0.125f);
        infer(model, 1, x, second);
        assert_memory_not_equal(first, second, sizeof first);
        move_statistics(model, -0.125f);
        infer(model, 1, x, second);
        for (size_t k = 0; k < CLASSES; k++) /* there and back again rounds */
            if (!(fabs((double)first[k] - (double)second[k]) <= 1e-4 * fmax(1, fabs((double)first[k]))))
                fail_msg("net %zu, logit %zu: %.8g, later %.8g", net, k, (double)first[k], (double)second[k]);
        sx_model_free(model);
    }
    test_free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(inference_gives_what_the_layers_give),
                                       cmocka_unit_test(company_and_threads_change_no_bit),
                                       cmocka_unit_test(changed_weights_are_seen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
