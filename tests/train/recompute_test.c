/* recompute_test.c: exact statistics against sums in double; scores that do not depend on the batch. */
#include "sonaxis/train.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/close.h"
#include "train/toy.h"

enum { COUNT = 37, TIME = 5, FREQUENCY = 4, FLOATS = TIME * FREQUENCY, CHANNELS = 2 };

static const char net[] = "{\"name\": \"two\", \"layers\": ["
                          "{\"type\": \"normalisation\", \"name\": \"first\", \"axis\": \"frequency\"},"
                          "{\"type\": \"conv2d\", \"name\": \"conv\", \"filters\": 2, \"kernel_size\": 1},"
                          "{\"type\": \"normalisation\", \"name\": \"second\", \"axis\": \"channels\"},"
                          "{\"type\": \"global_average_pool\", \"name\": \"pool\"},"
                          "{\"type\": \"dense\", \"name\": \"dense\", \"units\": \"$classes\"}]}";

typedef struct setting {
    sx_model *model;
    sx_features features;
    size_t items[COUNT];
} setting;

/* mean and deviation of the raw values; batch 8, so that the last chunk is smaller. */
static void open_setting(setting *s, double mean, double deviation) {
    const sx_stream stream = {.seed = 2, .purpose = SX_PURPOSE_TEST};
    sx_model_spec *spec;
    sx_error err = {0};
    *s = (setting){.features = {.count = COUNT, .shape = {TIME, FREQUENCY, 1}}};
    s->features.values = sx_alloc(COUNT * FLOATS, sizeof(float));
    s->features.labels = sx_alloc(COUNT, sizeof(int));
    assert_true(s->features.values && s->features.labels);
    for (size_t i = 0; i < COUNT * FLOATS; i++)
        s->features.values[i] =
            (float)(mean + deviation * (1.0 + (double)(i % FREQUENCY)) * sx_random_normal(&stream, i));
    for (size_t i = 0; i < COUNT; i++) {
        s->features.labels[i] = (int)(i % 2);
        s->items[i] = (i * 5 + 3) % COUNT;
    }
    if (sx_model_spec_parse(net, "two", &spec, &err) != SX_OK) fail_msg("%s", err.text);
    const sx_model_options options = {.input = {TIME, FREQUENCY, 1}, .classes = 2, .batch = 8, .threads = 2};
    if (sx_model_build(spec, &options, &s->model, &err) != SX_OK) fail_msg("%s", err.text);
    sx_model_spec_free(spec);
}

static void close_setting(setting *s) {
    sx_model_free(s->model);
    sx_free(s->features.values);
    sx_free(s->features.labels);
}

static const float *weight(const setting *s, const char *layer_name, const char *weight_name) {
    for (size_t layer = 0; layer < sx_model_layer_count(s->model); layer++) {
        const sx_layer_plan *plan = sx_model_layer_plan(s->model, layer);
        for (int w = 0; w < plan->weight_count; w++)
            if (strcmp(sx_model_layer_name(s->model, layer), layer_name) == 0 &&
                strcmp(plan->weights[w].name, weight_name) == 0)
                return sx_model_layer_weight(s->model, layer, w);
    }
    fail_msg("no weight %s of %s", weight_name, layer_name);
    return NULL;
}

/* values[i] belongs to group i / inner % groups. */
static void statistics_of(const double *values, size_t count, size_t inner, size_t groups, double *mean,
                          double *variance) {
    for (size_t g = 0; g < groups; g++) {
        double sum = 0, squares = 0, n = 0;
        for (size_t i = 0; i < count; i++)
            if (i / inner % groups == g) (sum += values[i], n += 1);
        for (size_t i = 0; i < count; i++)
            if (i / inner % groups == g) squares += (values[i] - sum / n) * (values[i] - sum / n);
        mean[g] = sum / n;
        variance[g] = squares / n;
    }
}

static void check_exact(double raw_mean, double raw_deviation, sx_standardise standardise) {
    static double x[COUNT * FLOATS], y[COUNT * FLOATS * CHANNELS];
    double mean[FREQUENCY], variance[FREQUENCY], mean2[CHANNELS], variance2[CHANNELS];
    setting s;
    sx_error err = {0};
    open_setting(&s, raw_mean, raw_deviation);
    for (size_t i = 0; i < COUNT * FLOATS; i++)
        x[i] = ((double)s.features.values[i] - standardise.mean) / standardise.deviation;
    statistics_of(x, COUNT * FLOATS, 1, FREQUENCY, mean, variance);
    const float *kernel = weight(&s, "conv", "kernel"), *bias = weight(&s, "conv", "bias");
    for (size_t i = 0; i < COUNT * FLOATS; i++)
        for (size_t c = 0; c < CHANNELS; c++)
            y[i * CHANNELS + c] =
                (x[i] - mean[i % FREQUENCY]) / sqrt(variance[i % FREQUENCY] + 1e-3) * (double)kernel[c] +
                (double)bias[c];
    statistics_of(y, COUNT * FLOATS * CHANNELS, 1, CHANNELS, mean2, variance2);
    if (sx_train_recompute(s.model, &s.features, &standardise, s.items, COUNT, NULL, &err) != SX_OK)
        fail_msg("%s", err.text);
    const double spread = sqrt(variance[0]);
    for (size_t g = 0; g < FREQUENCY; g++) {
        assert_close((double)weight(&s, "first", "moving_mean")[g], mean[g],
                     1e-6 * spread + 1e-7 * fabs(mean[g]));
        assert_close((double)weight(&s, "first", "moving_variance")[g] / variance[g], 1, 1e-5);
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        assert_close((double)weight(&s, "second", "moving_mean")[c], mean2[c], 1e-3);
        assert_close((double)weight(&s, "second", "moving_variance")[c] / variance2[c], 1, 1e-3);
    }
    close_setting(&s);
}

static void recomputed_statistics_are_exact(void **state) {
    (void)state;
    check_exact(-3, 0.5, (sx_standardise){-2.5, 0.75});
    check_exact(1e4, 1, (sx_standardise){0, 1}); /* a large mean does not eat the variance */
}

static const char blocks[] =
    "{\"name\": \"blocks\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 16, \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"frequency\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"conv2d\", \"filters\": 16, \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"channels\"},"
    "{\"type\": \"max_pool\"},"
    "{\"type\": \"global_average_pool\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

/* A net that only infers runs its blocks another way, but what is recomputed for it is the same. */
static void a_net_that_infers_gets_the_bits_of_one_that_trains(void **state) {
    const sx_standardise standardise = {0, 1};
    sx_model_spec *spec;
    sx_model *nets[2];
    setting s;
    sx_error err = {0};
    (void)state;
    open_setting(&s, 1, 1);
    if (sx_model_spec_parse(blocks, "blocks", &spec, &err) != SX_OK) fail_msg("%s", err.text);
    for (int training = 0; training < 2; training++) {
        const sx_model_options options = {
            .input = {TIME, FREQUENCY, 1}, .classes = 2, .batch = 8, .threads = 2, .training = training};
        if (sx_model_build(spec, &options, &nets[training], &err) != SX_OK) fail_msg("%s", err.text);
        assert_int_equal(
            sx_train_recompute(nets[training], &s.features, &standardise, s.items, COUNT, NULL, &err), SX_OK);
    }
    assert_int_equal(sx_model_statistics_count(nets[0]), 2 * (FREQUENCY + 16));
    assert_memory_equal(sx_model_statistics(nets[0]), sx_model_statistics(nets[1]),
                        sx_model_statistics_count(nets[0]) * sizeof(float));
    sx_model_free(nets[0]);
    sx_model_free(nets[1]);
    sx_model_spec_free(spec);
    close_setting(&s);
}

static bool always(void *context) { return (void)context, true; }

static void stopped_or_spoilt_the_statistics_stay(void **state) {
    const sx_watch watch = {.cancelled = always};
    const sx_standardise standardise = {0, 1};
    float before[2 * (FREQUENCY + CHANNELS)];
    setting s;
    sx_error err = {0};
    (void)state;
    open_setting(&s, 0, 1);
    assert_int_equal(sx_model_statistics_count(s.model), sizeof before / sizeof before[0]);
    memcpy(before, sx_model_statistics(s.model), sizeof before);
    assert_int_equal(sx_train_recompute(s.model, &s.features, &standardise, s.items, COUNT, &watch, &err),
                     SX_E_CANCELLED);
    assert_memory_equal(before, sx_model_statistics(s.model), sizeof before);
    s.features.values[9] = NAN;
    assert_int_equal(sx_train_recompute(s.model, &s.features, &standardise, s.items, COUNT, NULL, &err),
                     SX_E_NUMERIC);
    assert_non_null(strstr(err.text, "first"));
    assert_memory_equal(before, sx_model_statistics(s.model), sizeof before);
    assert_int_equal(sx_train_recompute(s.model, &s.features, &standardise, s.items, 0, NULL, &err),
                     SX_E_ARGUMENT);
    close_setting(&s);
}

/* Scores by hand from the probabilities of a net with another batch: 72 = 72 and 72 = 5 * 14 + 2. */
static void scores_are_counted_right_and_do_not_depend_on_the_batch(void **state) {
    float one[TOY_COUNT * TOY_LABELS], other[TOY_COUNT * TOY_LABELS];
    sx_features features = toy_features();
    sx_score score, again;
    sx_error err = {0};
    size_t items[TOY_COUNT], correct = 0, counted = 0;
    double loss = 0;
    (void)state;
    for (size_t i = 0; i < TOY_COUNT; i++)
        items[i] = (i * 7 + 1) % TOY_COUNT;
    sx_model *large = toy_model("\"frequency\"", TOY_COUNT, 2), *small = toy_model("\"frequency\"", 5, 1);
    assert_int_equal(
        sx_evaluate(large, &features, &toy_standardise, items, TOY_COUNT, false, one, &score, &err), SX_OK);
    assert_int_equal(
        sx_evaluate(small, &features, &toy_standardise, items, TOY_COUNT, false, other, &again, &err), SX_OK);
    assert_memory_equal(one, other, sizeof one);
    assert_true(score.loss == again.loss && score.accuracy == again.accuracy);
    for (size_t i = 0; i < TOY_COUNT; i++) {
        const float *p = one + i * TOY_LABELS;
        const int label = features.labels[items[i]];
        const int guess = p[0] >= p[1] && p[0] >= p[2] ? 0 : p[1] >= p[2] ? 1 : 2;
        correct += guess == label;
        loss -= log((double)p[label]);
    }
    for (size_t i = 0; i < TOY_LABELS * TOY_LABELS; i++)
        counted += score.confusion[i];
    assert_int_equal(counted, TOY_COUNT);
    assert_int_equal(score.label_count, TOY_LABELS);
    assert_close(score.accuracy, (double)correct / TOY_COUNT, 1e-12);
    assert_close(score.loss, loss / TOY_COUNT, 1e-6);
    sx_score_clear(&score);
    sx_score_clear(&again);
    sx_model_free(large);
    sx_model_free(small);
    toy_clear(&features);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recomputed_statistics_are_exact),
        cmocka_unit_test(a_net_that_infers_gets_the_bits_of_one_that_trains),
        cmocka_unit_test(stopped_or_spoilt_the_statistics_stay),
        cmocka_unit_test(scores_are_counted_right_and_do_not_depend_on_the_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
