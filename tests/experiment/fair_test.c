/* fair_test.c: the runs of one fold and seed differ in the axis and in nothing else. Before step 1 every
 * tensor that does not depend on the axis has the same bytes in all nets; batches, moves of the recordings
 * and draws of the random layers are the same; and all of these are others with another seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/align_probe.h"
#include "experiment/plan.h"
#include "model/net.h"

#include "tiny_study.h"

enum { AXES = 3, FOLDS = 2, SEEDS = 2, RUNS = AXES * FOLDS * SEEDS, BATCH = 8, MOST_STEPS = 64 };

typedef tiny_study fixture;

static int set_up(void **state) {
    fixture *f = tiny_study_open(TINY_NET);
    f->options.model = "small";
    f->options.axis_count = AXES;
    f->options.folds.validation = 0.2;
    f->options.folds.count = FOLDS;
    f->options.seeds = SEEDS;
    f->options.train.batch = BATCH;
    f->options.train.epochs = 2;
    f->options.train.learning_rate = 0.001;
    f->options.threads = 1;
    *state = f;
    return 0;
}

static sx_run_plan *make_plan(fixture *f) {
    sx_run_plan *plan = NULL;
    if (sx_run_plan_create(&f->tiny.features, &f->options, &plan, &f->err) != SX_OK)
        fail_msg("%s", f->err.text);
    return plan;
}

/* --- first weights ---------------------------------------------------------------------------------- */

/* Tensors of the two nets that have the same place and size: same bytes. Those of the normalisations begin as
 * ones or zeros whatever their size. Returns how many were drawn at random. */
static size_t compare_first_weights(sx_model *a, sx_model *b, bool equal) {
    size_t drawn = 0, differ = 0;
    assert_int_equal(sx_model_layer_count(a), sx_model_layer_count(b));
    for (size_t layer = 0; layer < sx_model_layer_count(a); layer++) {
        const sx_layer_plan *one = sx_model_layer_plan(a, layer), *two = sx_model_layer_plan(b, layer);
        assert_int_equal(one->weight_count, two->weight_count);
        for (int w = 0; w < one->weight_count; w++) {
            const float *x = sx_model_layer_weight(a, layer, w), *y = sx_model_layer_weight(b, layer, w);
            const size_t count = one->weights[w].count, other = two->weights[w].count;
            if (!one->weights[w].trainable) continue; /* moving statistics: of the steps, not the start */
            if (one->has_statistics) {
                for (size_t i = 0; i < count; i++)
                    assert_true(x[i] == x[0]);
                for (size_t i = 0; i < other; i++)
                    assert_true(y[i] == x[0]);
                continue;
            }
            assert_int_equal(count, other);
            const bool same = memcmp(x, y, count * sizeof *x) == 0;
            if (equal && !same)
                fail_msg("%s: %s differs before step 1", sx_model_layer_name(a, layer), one->weights[w].name);
            differ += !same;
            drawn += strcmp(one->weights[w].name, "bias") != 0;
        }
    }
    if (!equal) assert_int_equal(differ, drawn); /* biases begin at zero with every seed */
    return drawn;
}

/* The nets as the runner left them in the study's folder, after steps of a rate that moves no weight. */
static sx_model *kept_net(fixture *f, sx_axis axis, size_t fold, int repetition) {
    char *path = sx_run_model_path(f->folder, (sx_run_id){axis, fold, repetition});
    sx_model *model = NULL;
    sx_model_card card = {0};
    assert_non_null(path);
    if (sx_model_load(path, BATCH, 1, &model, &card, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    sx_model_card_clear(&card);
    sx_free(path);
    return model;
}

static void run_without_moving(fixture *f) {
    sx_comparison *made = NULL;
    f->options.train.optimiser = SX_OPTIMISER_SGD;
    f->options.train.learning_rate = 1e-60; /* 0 in the float of a weight */
    if (sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err) != SX_OK)
        fail_msg("%s", f->err.text);
    assert_int_equal(made->run_count, RUNS);
    sx_comparison_free(made);
}

static void first_weights_are_the_same_bytes(void **state) {
    fixture *f = *state;
    run_without_moving(f);
    for (size_t fold = 0; fold < FOLDS; fold++)
        for (int seed = 0; seed < SEEDS; seed++) {
            sx_model *first = kept_net(f, f->options.axes[0], fold, seed);
            for (size_t axis = 1; axis < AXES; axis++) {
                sx_model *other = kept_net(f, f->options.axes[axis], fold, seed);
                assert_int_equal(compare_first_weights(first, other, true), 4); /* 3 convolutions, 1 dense */
                sx_model_free(other);
            }
            sx_model_free(first);
        }
}

static void first_weights_change_with_seed_and_fold(void **state) {
    fixture *f = *state;
    run_without_moving(f);
    sx_model *first = kept_net(f, SX_AXIS_CHANNELS, 0, 0), *seed = kept_net(f, SX_AXIS_CHANNELS, 0, 1),
             *fold = kept_net(f, SX_AXIS_CHANNELS, 1, 0);
    assert_int_equal(compare_first_weights(first, seed, false), 4);
    assert_int_equal(compare_first_weights(first, fold, false), 4);
    sx_model_free(first);
    sx_model_free(seed);
    sx_model_free(fold);
}

static sx_model *build(fixture *f, const sx_model_spec *spec, uint64_t seed) {
    const sx_model_options options = {.input = f->tiny.features.shape,
                                      .classes = TINY_LABELS,
                                      .batch = BATCH,
                                      .training = true,
                                      .seed = seed,
                                      .threads = 1};
    sx_model *model = NULL;
    if (sx_model_build(spec, &options, &model, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    return model;
}

static void every_built_in_net_begins_equal(void **state) {
    fixture *f = *state;
    const sx_shape shape = {32, 16, 1};
    for (const char *const *name = sx_model_builtin_names(); *name; name++) {
        f->options.model = *name;
        f->tiny.features.shape = shape; /* only the shape is looked at */
        sx_model *models[AXES];
        for (size_t axis = 0; axis < AXES; axis++) {
            sx_model_spec *spec = NULL;
            assert_int_equal(sx_model_spec_open(*name, &spec, &f->err), SX_OK);
            assert_int_equal(sx_model_spec_set_axis(spec, f->options.axes[axis], NULL, &f->err), SX_OK);
            models[axis] = build(f, spec, 7);
            sx_model_spec_free(spec);
        }
        assert_true(compare_first_weights(models[0], models[1], true) >= 4);
        assert_true(compare_first_weights(models[0], models[2], true) >= 4);
        for (size_t axis = 0; axis < AXES; axis++)
            sx_model_free(models[axis]);
    }
}

/* --- what the nets are shown ------------------------------------------------------------------------ */

typedef struct shown {
    sx_model *model;
    size_t floats, count;
    uint64_t batches[MOST_STEPS]; /* a fingerprint of what lay in the net's input before each question */
} shown;

static bool look(void *context) {
    shown *s = context;
    if (s->count < MOST_STEPS)
        s->batches[s->count++] = sx_hash(sx_model_input(s->model), s->floats * sizeof(float), 0);
    return false;
}

/* The batches of one run, moved by jitter. */
static shown show(fixture *f, const sx_run_plan *plan, size_t axis, size_t fold, int repetition) {
    const sx_fold *parts = &plan->folds->folds[fold];
    sx_train_options options = plan->options->train;
    options.seed = sx_run_plan_seed(plan, fold, repetition);
    shown s = {.model = build(f, plan->specs[axis], options.seed), .floats = BATCH * TINY_CELLS};
    const sx_watch watch = {.cancelled = look, .context = &s};
    sx_features features = f->tiny.features;
    sx_history history = {0};
    features.from_arrays = false; /* jitter needs a time of a frame */
    if (sx_train_fit(s.model, &features, &plan->standardise[fold], parts->train, parts->train_count,
                     parts->validation, parts->validation_count, &options, &watch, NULL, NULL, &history,
                     &f->err) != SX_OK)
        fail_msg("%s", f->err.text);
    sx_history_clear(&history);
    sx_model_free(s.model);
    return s;
}

static void batches_and_moves_are_the_same(void **state) {
    fixture *f = *state;
    f->options.train.jitter_ms = 50;
    if (sx_frontend_preset("sonaxis", &f->tiny.features.frontend, &f->err) != SX_OK)
        fail_msg("%s", f->err.text);
    sx_run_plan *plan = make_plan(f);
    const shown first = show(f, plan, 0, 0, 0);
    assert_int_equal(first.count, sx_run_plan_steps(plan, 0));
    for (size_t axis = 1; axis < AXES; axis++) {
        const shown other = show(f, plan, axis, 0, 0);
        assert_memory_equal(first.batches, other.batches, sizeof first.batches);
    }
    const shown seed = show(f, plan, 0, 0, 1), fold = show(f, plan, 0, 1, 0);
    f->options.train.jitter_ms = 0;
    const shown unmoved = show(f, plan, 0, 0, 0);
    for (size_t i = 1; i < first.count; i++) { /* the first look is before any batch */
        assert_true(first.batches[i] != seed.batches[i]);
        assert_true(first.batches[i] != fold.batches[i]);
        assert_true(first.batches[i] != unmoved.batches[i]);
        assert_true(i == 1 || first.batches[i] != first.batches[i - 1]);
    }
    sx_run_plan_free(plan);
}

/* --- draws of random layers ------------------------------------------------------------------------- */

/* Behind a normalisation whose scale is 0 and offset 1 every axis sends the same ones into the random layer,
 * so that its output shows its draws. */
static void draws_of(fixture *f, const char *layer, sx_axis axis, uint64_t seed, uint32_t step,
                     float logits[BATCH * TINY_LABELS]) {
    char json[800];
    snprintf(json, sizeof json,
             "{\"name\": \"draws\", \"layers\": ["
             "{\"type\": \"normalisation\", \"name\": \"norm\", \"axis\": \"$axis\"}, {%s},"
             "{\"type\": \"flatten\", \"name\": \"flat\"},"
             "{\"type\": \"dense\", \"name\": \"logits\", \"units\": \"$classes\"}]}",
             layer);
    sx_model_spec *spec = NULL;
    if (sx_model_spec_parse(json, "draws", &spec, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    assert_int_equal(sx_model_spec_set_axis(spec, axis, NULL, &f->err), SX_OK);
    sx_model *model = build(f, spec, seed);
    const sx_layer_plan *norm = sx_model_layer_plan(model, 0);
    for (int w = 0; w < 2; w++)
        for (size_t i = 0; i < norm->weights[w].count; i++)
            sx_model_layer_weight(model, 0, w)[i] = w == 0 ? 0.0f : 1.0f;
    sx_model_weights_changed(model);
    memcpy(sx_model_input(model), f->tiny.values, BATCH * TINY_CELLS * sizeof(float));
    const float *got = sx_model_forward(model, BATCH, SX_RUN_TRAIN, step);
    memcpy(logits, got, BATCH * TINY_LABELS * sizeof *logits);
    sx_model_free(model);
    sx_model_spec_free(spec);
}

static void random_layers_draw_the_same(void **state) {
    static const char *const layers[] = {"\"type\": \"dropout\", \"rate\": 0.5",
                                         "\"type\": \"spatial_dropout\", \"rate\": 0.5",
                                         "\"type\": \"gaussian_noise\", \"stddev\": 0.5"};
    static const sx_axis axes[AXES] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        float first[BATCH * TINY_LABELS], other[BATCH * TINY_LABELS];
        draws_of(f, layers[i], axes[0], 5, 3, first);
        for (size_t axis = 1; axis < AXES; axis++) {
            draws_of(f, layers[i], axes[axis], 5, 3, other);
            if (memcmp(first, other, sizeof first) != 0) fail_msg("{%s} draws other numbers", layers[i]);
        }
        draws_of(f, layers[i], axes[0], 5, 4, other);
        if (memcmp(first, other, sizeof first) == 0) fail_msg("{%s} draws alike in all steps", layers[i]);
        draws_of(f, layers[i], axes[0], 6, 3, other);
        if (memcmp(first, other, sizeof first) == 0) fail_msg("{%s} draws alike for all seeds", layers[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_weights_are_the_same_bytes, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(first_weights_change_with_seed_and_fold, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(every_built_in_net_begins_equal, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(batches_and_moves_are_the_same, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(random_layers_draw_the_same, set_up, tiny_study_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
