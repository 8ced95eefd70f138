/* Diagnostics on recordings and nets whose truth is planted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/planted.h"
#include "experiment/temporary.h"
#include "sonaxis/compare.h"

#include <math.h>

typedef struct fixture {
    planted data;
    char folder[TEMPORARY_PATH], path[TEMPORARY_PATH + 32];
} fixture;

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    planted_fill(&f->data, 1, 0, 1);
    temporary_folder(f->folder);
    snprintf(f->path, sizeof f->path, "%s/model.sxm", f->folder);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    temporary_remove(f->folder);
    free(f);
    return 0;
}

/* A net with exact statistics over all recordings; `change` may then spoil its weights. */
static void write_model(fixture *f, const char *net, const char *axis, void (*change)(sx_model *)) {
    char json[1024];
    sx_model_spec *spec = NULL;
    sx_model *model = NULL;
    sx_model_card card = {0};
    sx_standardise standardise;
    size_t all[PLANTED_COUNT];
    sx_error err = {0};
    for (size_t i = 0; i < PLANTED_COUNT; i++)
        all[i] = i;
    snprintf(json, sizeof json, net, axis);
    const sx_model_options options = {
        .input = f->data.features.shape, .classes = PLANTED_LABELS, .batch = 16, .seed = 3, .threads = 1};
    sx_standardise_fit(&f->data.features, all, PLANTED_COUNT, &standardise);
    if (sx_model_spec_parse(json, "test", &spec, &err) || sx_model_build(spec, &options, &model, &err) ||
        sx_train_recompute(model, &f->data.features, &standardise, all, PLANTED_COUNT, NULL, &err))
        fail_msg("%s", err.text);
    if (change) change(model);
    sx_model_weights_changed(model);
    if (sx_model_card_from_features(&f->data.features, &standardise, &card, &err) ||
        sx_model_save(model, &card, f->path, &err))
        fail_msg("%s", err.text);
    sx_model_card_clear(&card);
    sx_model_free(model);
    sx_model_spec_free(spec);
}

static sx_explain_options plain_options(void) {
    sx_explain_options options;
    sx_explain_default(&options);
    options.probes = false;
    options.threads = 1;
    return options;
}

static sx_explanation *explain_model(const fixture *f) {
    const sx_explain_options options = plain_options();
    sx_explanation *found = NULL;
    sx_error err = {0};
    if (sx_explain(f->path, &f->data.features, &options, NULL, &found, &err)) fail_msg("%s", err.text);
    return found;
}

static double number_of(const sx_explanation *found, const char *id, const char *name) {
    const sx_finding *finding = sx_explanation_find(found, id);
    if (!finding) fail_msg("there is no finding %s", id);
    return sx_finding_number(finding, name);
}

static void number_is(const sx_explanation *found, const char *id, const char *name, double low,
                      double high) {
    const double got = number_of(found, id, name);
    if (!(got >= low && got <= high)) fail_msg("%s, %s: %g, wanted %g to %g", id, name, got, low, high);
}

static float *weight_of(sx_model *model, const char *name, size_t *count) {
    for (size_t layer = 0; layer < sx_model_layer_count(model); layer++) {
        const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
        for (int w = 0; w < plan->weight_count; w++) {
            if (strcmp(plan->weights[w].name, name) != 0) continue;
            *count = plan->weights[w].count;
            return sx_model_layer_weight(model, layer, w);
        }
    }
    fail_msg("no weight %s", name);
    return NULL;
}

/* --- statistics ------------------------------------------------------------------------------------- */

static void move_means_half_a_deviation(sx_model *model) {
    size_t count;
    float *means = weight_of(model, "moving_mean", &count);
    const float *variances = weight_of(model, "moving_variance", &count);
    for (size_t i = 0; i < count; i++)
        means[i] += 0.5F * sqrtf(variances[i]);
}

static void test_drift_is_what_was_planted(void **state) {
    fixture *f = *state;
    static const char *const axes[] = {"channels", "frequency", "time"};
    for (int a = 0; a < 3; a++) {
        char name[64];
        write_model(f, planted_net, axes[a], move_means_half_a_deviation);
        sx_explanation *found = explain_model(f);
        snprintf(name, sizeof name, "%s_test_mean_shift", axes[a]);
        number_is(found, "statistics-drift", name, 0.499, 0.501); /* floats of the moving statistics */
        snprintf(name, sizeof name, "%s_test_variance_log_ratio", axes[a]);
        number_is(found, "statistics-drift", name, 0, 1e-3);
        assert_false(found->held_out);
        sx_explanation_free(found);
    }
}

/* Noise of batches drawn again and again, against the formula from single recordings. */
static void test_noise_of_batches(void **state) {
    fixture *f = *state;
    enum { DRAWS = 4000, BATCH = 8 };
    const sx_stream stream = {.seed = 8, .purpose = SX_PURPOSE_TEST};
    double means[PLANTED_COUNT] = {0}, mean = 0, variance = 0, squares = 0;
    for (size_t i = 0; i < PLANTED_COUNT * PLANTED_CELLS; i++)
        means[i / PLANTED_CELLS] += (double)f->data.values[i] / PLANTED_CELLS;
    for (size_t i = 0; i < PLANTED_COUNT; i++)
        mean += means[i] / PLANTED_COUNT;
    for (size_t i = 0; i < PLANTED_COUNT * PLANTED_CELLS; i++)
        variance += pow((double)f->data.values[i] - mean, 2) / (PLANTED_COUNT * PLANTED_CELLS);
    for (size_t draw = 0; draw < DRAWS; draw++) {
        double off = -mean;
        for (size_t k = 0; k < BATCH; k++)
            off += means[sx_random_below(&stream, draw * BATCH + k, PLANTED_COUNT)] / BATCH;
        squares += off * off / DRAWS;
    }
    const double wanted = sqrt(squares / variance * BATCH);
    write_model(f, planted_bare_net, "channels", NULL);
    sx_explanation *found = explain_model(f);
    /* 4,000 draws know a deviation to about 1.1 %; count - 1 against count is another 1 %. */
    number_is(found, "batch-noise", "channels_noise_of_one", 0.95 * wanted, 1.05 * wanted);
    number_is(found, "batch-noise", "channels_smallest_batch", ceil(100 * 0.9 * wanted * wanted),
              ceil(100 * 1.1 * wanted * wanted));
    sx_explanation_free(found);
}

/* --- units ------------------------------------------------------------------------------------------ */

static void kill_one_channel_and_open_another(sx_model *model) {
    size_t count;
    weight_of(model, "gamma", &count)[0] = 0;
    float *beta = weight_of(model, "beta", &count);
    assert_int_equal(count, 4);
    beta[0] = -1;
    beta[1] = 100;
}

static void test_dead_and_always_on_channels(void **state) {
    fixture *f = *state;
    write_model(f, planted_net, "channels", kill_one_channel_and_open_another);
    sx_explanation *found = explain_model(f);
    number_is(found, "unit-spread", "channels_channels_dead", 0.25, 0.25);
    number_is(found, "unit-spread", "channels_channels_always_on", 0.25, 0.25);
    number_is(found, "unit-spread", "channels_bands_dead", 0, 0);
    sx_explanation_free(found);
}

static void test_a_kept_axis_is_equalised(void **state) {
    fixture *f = *state;
    write_model(f, planted_net, "channels", NULL);
    sx_explanation *found = explain_model(f);
    /* exact statistics, but for the epsilon of 0.001 */
    number_is(found, "unit-spread", "channels_channels_mean_spread_after", 0, 1e-3);
    number_is(found, "unit-spread", "channels_channels_variance_ratio_after", 1, 1.05);
    number_is(found, "unit-spread", "channels_channels_variance_ratio_before", 1.2, 1e9);
    sx_explanation_free(found);
}

/* --- places ----------------------------------------------------------------------------------------- */

static void give_places_a_scale(sx_model *model) {
    size_t count;
    float *gamma = weight_of(model, "gamma", &count);
    for (size_t i = 0; i < count; i++)
        gamma[i] = i % 16 < 8 ? 1 : 2; /* 8 places further it is the other one */
}

static void test_places_show(void **state) {
    fixture *f = *state;
    write_model(f, planted_net, "time", give_places_a_scale);
    sx_explanation *found = explain_model(f);
    number_is(found, "position", "time_time_error_0", 0.5, 1);
    number_is(found, "position", "time_time_error_2", 0, 1e-6);
    number_is(found, "position", "time_frequency_error_0", 0, 1e-6);
    number_is(found, "position", "time_time_affine_part", 0.7, 1);
    sx_explanation_free(found);

    write_model(f, planted_net, "channels", NULL);
    found = explain_model(f);
    number_is(found, "position", "channels_time_error_0", 0, 1e-6);
    number_is(found, "position", "channels_frequency_error_0", 0, 1e-6);
    sx_explanation_free(found);
}

/* --- recordings ------------------------------------------------------------------------------------- */

static void test_who_explains_the_profile(void **state) {
    fixture *f = *state;
    planted_fill(&f->data, 1, 3, 0.1); /* the label is the tilt, the group is the level */
    write_model(f, planted_net, "channels", NULL);
    sx_explanation *found = explain_model(f);
    number_is(found, "profile", "class_share_shape", 0.8, 1);
    number_is(found, "profile", "group_share_shape", -0.1, 0.1);
    number_is(found, "profile", "group_share_level", 0.95, 1);
    number_is(found, "profile", "class_share_level", -0.1, 0.1);
    number_is(found, "profile", "group_minus_class_shape_high", -1, -0.5);
    sx_explanation_free(found);
}

static void test_shares_of_the_input(void **state) {
    fixture *f = *state;
    planted_fill(&f->data, 0, 0, 3); /* level 9, noise 1: nine tenths are the recording's level */
    write_model(f, planted_net, "channels", NULL);
    sx_explanation *found = explain_model(f);
    number_is(found, "variance-shares", "clip", 0.85, 0.94);
    number_is(found, "variance-shares", "time", 0, 0.01);
    sx_explanation_free(found);
}

/* --- a study ---------------------------------------------------------------------------------------- */

static void run_study(fixture *f) {
    char net[TEMPORARY_PATH + 32], json[1024];
    sx_compare_options options;
    sx_comparison *comparison = NULL;
    sx_error err = {0};
    snprintf(net, sizeof net, "%s/net.json", f->folder);
    snprintf(json, sizeof json, planted_net, "$axis");
    assert_int_equal(sx_file_write(net, json, strlen(json), NULL), SX_OK);
    sx_compare_default(&options);
    options.model = net;
    options.folds.kind = SX_FOLDS_GROUP;
    options.folds.count = 2;
    options.seeds = 1;
    options.train.epochs = 2;
    options.train.batch = 8;
    options.folder = f->folder;
    options.threads = 1;
    if (sx_compare(&f->data.features, &options, NULL, &comparison, &err)) fail_msg("%s", err.text);
    sx_comparison_free(comparison);
}

static sx_status explain_study(const fixture *f, int threads, sx_explanation **found, sx_error *err) {
    sx_explain_options options = plain_options();
    options.probes = options.deep = true;
    options.folds.kind = SX_FOLDS_GROUP;
    options.folds.count = 2;
    options.train.epochs = 1;
    options.train.batch = 8;
    options.threads = threads;
    return sx_explain(f->folder, &f->data.features, &options, NULL, found, err);
}

static void test_a_study_in_depth(void **state) {
    static const char *const ids[] = {
        "variance-shares", "block-shares", "unit-spread", "statistics-drift", "batch-noise",
        "profile",         "strangers",    "position",    "learnt",           "disagreements",
        "probe-shift",     "factorial",    "cures"};
    fixture *f = *state;
    sx_explanation *found = NULL, *again = NULL;
    sx_error err = {0};
    run_study(f);
    if (explain_study(f, 1, &found, &err) || explain_study(f, 3, &again, &err)) fail_msg("%s", err.text);
    assert_true(found->held_out);
    assert_int_equal(found->net_count, 6);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const sx_finding *finding = sx_explanation_find(found, ids[i]);
        if (!finding || !finding->sentence[0] || !finding->cannot_show[0]) fail_msg("%s is missing", ids[i]);
        /* cut texts would end anywhere */
        assert_int_equal(finding->sentence[strlen(finding->sentence) - 1], '.');
    }
    assert_null(sx_explanation_find(found, "probe-gain")); /* arrays have no power */
    assert_true(isnan(number_of(found, "factorial", "no such number")));
    const double effects = number_of(found, "factorial", "affine_channels_effect") +
                           number_of(found, "factorial", "affine_frequency_effect") +
                           number_of(found, "factorial", "affine_time_effect");
    if (fabs(effects) > 1e-12) fail_msg("main effects add up to %g", effects);
    found->wall_s = again->wall_s = 0;
    char *one = sx_explanation_json(found, &f->data.features);
    char *three = sx_explanation_json(again, &f->data.features);
    assert_string_equal(one, three);
    sx_free_text(one);
    sx_free_text(three);
    sx_explanation_free(found);
    sx_explanation_free(again);
}

/* From one net there is no interval, which is not the same as one from 0 to 1. */
static void test_one_net_has_no_interval(void **state) {
    fixture *f = *state;
    sx_explanation *found = NULL;
    sx_error err = {0};
    sx_explain_options options = plain_options();
    options.folds.kind = SX_FOLDS_GROUP;
    options.folds.count = 2;
    options.most_nets = 1;
    run_study(f);
    if (sx_explain(f->folder, &f->data.features, &options, NULL, &found, &err)) fail_msg("%s", err.text);
    const sx_finding *finding = sx_explanation_find(found, "strangers");
    assert_non_null(finding);
    const sx_series *series = &finding->figures[0]->series[0];
    for (size_t i = 0; i < series->count; i++)
        if (!isnan(series->low[i]) || !isnan(series->high[i]))
            fail_msg("bar %zu: interval %g to %g", i, series->low[i], series->high[i]);
    sx_explanation_free(found);
}

/* --- what cannot be explained ----------------------------------------------------------------------- */

static void refuses(const char *path, const sx_features *features, const sx_explain_options *options,
                    sx_status wanted, const char *word) {
    sx_explanation *found = NULL;
    sx_error err = {0};
    const sx_status status = sx_explain(path, features, options, NULL, &found, &err);
    if (status != wanted || !strstr(err.text, word))
        fail_msg("%s: %s, wanted %s with '%s'", sx_status_name(status), err.text, sx_status_name(wanted),
                 word);
    assert_null(found);
}

static void test_refusals(void **state) {
    fixture *f = *state;
    sx_explain_options options = plain_options();
    refuses(f->folder, &f->data.features, &options, SX_E_FILE, "models");
    refuses(f->path, &f->data.features, &options, SX_E_FILE, "model.sxm");
    write_model(f, planted_net, "channels", NULL);
    options.most_nets = 0;
    refuses(f->path, &f->data.features, &options, SX_E_ARGUMENT, "nets per axis");
    options = plain_options();
    f->data.features.shape.time = 23;
    refuses(f->path, &f->data.features, &options, SX_E_SHAPE, "23 x 20");
    f->data.features.shape.time = PLANTED_TIME;
    char other[] = "other";
    f->data.label_names[1] = other;
    refuses(f->path, &f->data.features, &options, SX_E_DATA, "other");
}

static void test_out_of_memory(void **state) {
    fixture *f = *state;
    sx_explain_options options = plain_options();
    sx_status status = SX_E_MEMORY;
    write_model(f, planted_net, "frequency", NULL);
    size_t n = 1;
    for (; status == SX_E_MEMORY && n < 100000; n += n < 150 ? 1 : 37) {
        sx_explanation *found = NULL;
        sx_memory_fail_from(n);
        status = sx_explain(f->path, &f->data.features, &options, NULL, &found, NULL);
        sx_memory_fail_from(0);
        assert_true(status == SX_E_MEMORY ? !found : status == SX_OK && found);
        sx_explanation_free(found);
    }
    assert_true(n > 150);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_drift_is_what_was_planted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_noise_of_batches, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dead_and_always_on_channels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_kept_axis_is_equalised, setup, teardown),
        cmocka_unit_test_setup_teardown(test_places_show, setup, teardown),
        cmocka_unit_test_setup_teardown(test_who_explains_the_profile, setup, teardown),
        cmocka_unit_test_setup_teardown(test_shares_of_the_input, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_study_in_depth, setup, teardown),
        cmocka_unit_test_setup_teardown(test_one_net_has_no_interval, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_out_of_memory, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
