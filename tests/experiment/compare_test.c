/* compare_test.c: the comparison from end to end on made-up features and a very small net. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/plan.h"
#include "model/net.h"

#include "tiny_study.h"

#include <math.h>

typedef tiny_study fixture;

static int set_up(void **state) {
    fixture *f = tiny_study_open(TINY_NET);
    *state = f;
    return 0;
}

static void assert_same_epochs(const sx_run *a, const sx_run *b) {
    assert_int_equal(a->epoch_count, b->epoch_count);
    for (size_t e = 0; e < a->epoch_count; e++) {
        assert_memory_equal(&a->epochs[e].loss, &b->epochs[e].loss, sizeof(double));
        assert_memory_equal(&a->epochs[e].accuracy, &b->epochs[e].accuracy, sizeof(double));
    }
}

/* Every number but the times, to the last bit. */
static void assert_same(const sx_comparison *a, const sx_comparison *b) {
    assert_int_equal(a->run_count, b->run_count);
    for (size_t i = 0; i < a->run_count; i++) {
        const sx_run *one = &a->runs[i], *other = &b->runs[i];
        assert_true(one->axis == other->axis && one->fold == other->fold &&
                    one->repetition == other->repetition);
        assert_memory_equal(one->scores, other->scores, sizeof one->scores);
        assert_memory_equal(&one->train_accuracy, &other->train_accuracy, sizeof(double));
        assert_memory_equal(&one->train_accuracy_moving, &other->train_accuracy_moving, sizeof(double));
        assert_memory_equal(one->confusion, other->confusion, TINY_LABELS * TINY_LABELS * sizeof(uint32_t));
        assert_same_epochs(one, other);
    }
    assert_memory_equal(a->pairs, b->pairs, a->pair_count * sizeof *a->pairs);
    assert_string_equal(a->verdict.text, b->verdict.text);
}

static void a_comparison_holds_every_run(void **state) {
    fixture *f = *state;
    sx_comparison *made = tiny_study_compare(f);
    assert_int_equal(made->run_count, 8);
    assert_int_equal(made->runs_planned, 8);
    assert_int_equal(made->fold_count, 2);
    assert_int_equal(made->pair_count, 1);
    assert_string_equal(made->model, "tiny");
    assert_true(made->parameters[1] != made->parameters[0]); /* 3 channels against 10 bands */
    for (size_t i = 0; i < made->run_count; i++) {
        const sx_run *run = &made->runs[i];
        assert_int_equal(run->epoch_count, 4);
        uint32_t items = 0, right = 0;
        for (size_t c = 0; c < TINY_LABELS * TINY_LABELS; c++)
            items += run->confusion[c];
        for (size_t c = 0; c < TINY_LABELS; c++)
            right += run->confusion[c * (TINY_LABELS + 1)];
        assert_true(items > 0 && items < TINY_COUNT);
        assert_true(fabs((double)right / items - run->scores[SX_STATISTICS_RECOMPUTED].accuracy) < 1e-12);
    }
    assert_true(made->verdict.text[0] != '\0');
    sx_comparison_free(made);
}

static void jobs_change_no_number(void **state) {
    fixture *f = *state;
    f->options.jobs = 1;
    sx_comparison *one = tiny_study_compare(f);
    f->options.jobs = 2;
    f->options.folder = f->second;
    sx_comparison *two = tiny_study_compare(f);
    assert_same(one, two);
    sx_comparison_free(one);
    sx_comparison_free(two);
}

/* Asks to stop after so many questions. */
static bool stop_later(void *context) {
    int *left = context;
    return --*left < 0;
}

static void interrupted_and_continued_is_the_same(void **state) {
    fixture *f = *state;
    sx_comparison *whole = tiny_study_compare(f);
    f->options.folder = f->second;
    int stops = 0;
    sx_status status = SX_E_CANCELLED;
    sx_comparison *made = NULL;
    while (status == SX_E_CANCELLED && stops < 50) {
        int questions = 7 + 5 * stops; /* patience grows, so the last run ends, too */
        const sx_watch watch = {.cancelled = stop_later, .context = &questions};
        status = sx_compare(&f->tiny.features, &f->options, &watch, &made, &f->err);
        if (status == SX_E_CANCELLED) {
            assert_null(made);
            assert_non_null(strstr(f->err.text, "runs are finished and saved in"));
            stops++;
        }
    }
    if (status != SX_OK) fail_msg("%s", f->err.text);
    assert_true(stops > 1);
    assert_same(whole, made);
    sx_comparison_free(whole);
    sx_comparison_free(made);
    char **names = NULL;
    size_t count = 0;
    assert_int_equal(sx_folder_list(f->second, &names, &count, &f->err), SX_OK);
    for (size_t i = 0; i < count; i++)
        assert_null(strstr(names[i], "checkpoint"));
    sx_names_free(names, count);
}

static void a_finished_study_runs_nothing(void **state) {
    fixture *f = *state;
    sx_comparison *first = tiny_study_compare(f), *again = tiny_study_compare(f);
    assert_string_equal(again->schedule_note, "nothing was left to run");
    assert_same(first, again);
    sx_comparison_free(first);
    sx_comparison_free(again);
}

/* More seeds and another axis extend a study; its finished runs stay what they are. */
static void a_study_grows(void **state) {
    fixture *f = *state;
    sx_comparison *first = tiny_study_compare(f);
    f->options.seeds = 3;
    f->options.axis_count = 3;
    sx_comparison *grown = tiny_study_compare(f);
    assert_int_equal(grown->run_count, 18);
    assert_int_equal(grown->pair_count, 3);
    for (size_t i = 0; i < first->run_count; i++) {
        const sx_run *old = &first->runs[i];
        const sx_run *kept = &grown->runs[(old->axis * 2 + old->fold) * 3 + (size_t)old->repetition];
        assert_memory_equal(&old->wall_s, &kept->wall_s, sizeof(double)); /* the very same run */
        assert_memory_equal(old->scores, kept->scores, sizeof old->scores);
    }
    sx_comparison_free(first);
    sx_comparison_free(grown);
}

static void another_study_is_refused(void **state) {
    fixture *f = *state;
    sx_comparison_free(tiny_study_compare(f));
    sx_comparison *made = NULL;
    f->options.train.epochs = 5;
    f->options.margin = 0.02;
    assert_int_equal(sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err), SX_E_ARGUMENT);
    assert_non_null(strstr(f->err.text, "epochs is 4 there and 5 here"));
    assert_non_null(strstr(f->err.text, "margin is 0.01 there and 0.02 here"));
    assert_null(made);
}

static void the_verdict_can_rest_on_other_statistics(void **state) {
    fixture *f = *state;
    sx_comparison_free(tiny_study_compare(f));
    f->options.statistics = SX_STATISTICS_MOVING;
    sx_comparison *made = tiny_study_compare(f);
    assert_string_equal(made->schedule_note, "nothing was left to run");
    assert_true(made->axes[0].accuracy.mean == made->axes[0].by_statistics[SX_STATISTICS_MOVING].mean);
    sx_comparison_free(made);
}

static void one_fold_and_one_seed(void **state) {
    fixture *f = *state;
    for (size_t i = 0; i < TINY_COUNT; i++)
        f->tiny.parts[i] = i / 3 % 3 == 0 ? SX_PART_TEST : SX_PART_TRAIN;
    f->options.folds.kind = SX_FOLDS_OFFICIAL;
    f->options.folds.count = 0;
    f->options.seeds = 1;
    sx_comparison *made = tiny_study_compare(f);
    assert_int_equal(made->run_count, 2);
    assert_int_equal(made->verdict.kind, SX_VERDICT_UNDECIDED);
    char *json = sx_comparison_json(made, &f->tiny.features),
         *text = sx_comparison_text(made, &f->tiny.features);
    assert_non_null(strstr(json, "\"p_holm\": null"));
    assert_null(strstr(text, "nan"));
    sx_free_text(json);
    sx_free_text(text);
    sx_comparison_free(made);
}

/* What the axes do not touch starts equal: same seed, same convolution and dense weights. */
static void axes_share_their_initial_weights(void **state) {
    fixture *f = *state;
    sx_run_plan *plan = NULL;
    if (sx_run_plan_create(&f->tiny.features, &f->options, &plan, &f->err) != SX_OK)
        fail_msg("%s", f->err.text);
    sx_model *models[2] = {NULL};
    for (size_t i = 0; i < 2; i++) {
        size_t axis;
        sx_run_id id = sx_run_plan_at(plan, i, &axis);
        assert_true(axis == i && id.fold == 0 && id.repetition == 0);
        sx_model_options build = {.input = f->tiny.features.shape,
                                  .classes = TINY_LABELS,
                                  .batch = 8,
                                  .training = true,
                                  .seed = sx_run_plan_seed(plan, id.fold, id.repetition),
                                  .threads = 1};
        if (sx_model_build(plan->specs[axis], &build, &models[i], &f->err) != SX_OK)
            fail_msg("%s", f->err.text);
    }
    size_t compared = 0;
    for (size_t layer = 0; layer < sx_model_layer_count(models[0]); layer++) {
        const sx_layer_plan *described = sx_model_layer_plan(models[0], layer);
        for (int w = 0; w < described->weight_count && !described->has_statistics; w++, compared++)
            assert_memory_equal(sx_model_layer_weight(models[0], layer, w),
                                sx_model_layer_weight(models[1], layer, w),
                                described->weights[w].count * sizeof(float));
    }
    assert_int_equal(compared, 4); /* kernel and bias, twice */
    assert_true(sx_run_plan_seed(plan, 0, 0) != sx_run_plan_seed(plan, 1, 0));
    assert_true(sx_run_plan_seed(plan, 0, 0) != sx_run_plan_seed(plan, 0, 1));
    sx_model_free(models[0]);
    sx_model_free(models[1]);
    sx_run_plan_free(plan);
}

/* A study begins without what another one left in the folder; a stray file is not taken for a run's
 * beginning. */
static void strange_checkpoints_are_removed(void **state) {
    fixture *f = *state;
    sx_run_plan *plan = NULL;
    size_t axis;
    assert_int_equal(sx_run_plan_create(&f->tiny.features, &f->options, &plan, &f->err), SX_OK);
    char *one = sx_run_plan_checkpoint(plan, sx_run_plan_at(plan, 0, &axis));
    char *other = sx_run_plan_checkpoint(plan, sx_run_plan_at(plan, 1, &axis));
    assert_true(one && other);
    assert_string_not_equal(one, other);
    assert_int_equal(sx_file_write(one, "x", 1, &f->err), SX_OK);
    sx_comparison_free(tiny_study_compare(f));
    assert_int_equal(sx_file_look(one, NULL), SX_FILE_NONE);
    sx_free(one);
    sx_free(other);
    sx_run_plan_free(plan);
}

static void assert_bad(fixture *f, const char *part) {
    sx_comparison *made = NULL;
    assert_int_equal(sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err), SX_E_ARGUMENT);
    if (!strstr(f->err.text, part)) fail_msg("\"%s\" does not name %s", f->err.text, part);
    assert_null(made);
}

static void bad_options_are_named(void **state) {
    fixture *f = *state;
    const sx_compare_options good = f->options;
    f->options.axis_count = 1;
    assert_bad(f, "axes: 1 given");
    f->options = good;
    f->options.axes[1] = SX_AXIS_CHANNELS;
    assert_bad(f, "channels is given twice");
    f->options = good;
    f->options.axes[1] = SX_AXIS_BATCH;
    assert_bad(f, "axes: 0");
    f->options = good;
    f->options.seeds = 0;
    assert_bad(f, "seeds is 0");
    f->options = good;
    f->options.margin = NAN;
    assert_bad(f, "margin is nan");
    f->options = good;
    f->options.confidence = 1;
    assert_bad(f, "confidence is 1");
    f->options = good;
    f->options.folder = "";
    assert_bad(f, "folder");
    f->options = good;
    f->options.vary = "nosuchlayer";
    assert_bad(f, "nosuchlayer");
    f->options = good;
    f->options.train.epochs = 0;
    assert_bad(f, "epochs");
}

static void json_and_text_hold_what_was_found(void **state) {
    fixture *f = *state;
    sx_comparison *made = tiny_study_compare(f);
    char *json = sx_comparison_json(made, &f->tiny.features),
         *text = sx_comparison_text(made, &f->tiny.features);
    assert_true(json && text);
    static const char *const parts[] = {"\"schema\": \"sonaxis-compare-1\"",
                                        "\"verdict\": {",
                                        "\"kind\": ",
                                        "\"keras_axis\": -1",
                                        "\"accuracy\": {",
                                        "\"mean\": ",
                                        "\"accuracy_moving\": ",
                                        "\"accuracy_batch\": ",
                                        "\"balanced_accuracy\": ",
                                        "\"macro_f1\": ",
                                        "\"pairs\": [",
                                        "\"p_holm\": ",
                                        "\"wall_s\": ",
                                        "\"path\": \"broken.wav\"",
                                        "\"reason\": \"is empty\""};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!strstr(json, parts[i])) fail_msg("no %s in %s", parts[i], json);
    assert_non_null(strstr(text, made->verdict.text));
    assert_non_null(strstr(text, "channels - frequency"));
    assert_non_null(strstr(text, "1 input could not be used"));
    sx_free_text(json);
    sx_free_text(text);
    sx_comparison_free(made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_comparison_holds_every_run, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(jobs_change_no_number, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(interrupted_and_continued_is_the_same, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(a_finished_study_runs_nothing, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(a_study_grows, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(another_study_is_refused, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(the_verdict_can_rest_on_other_statistics, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(one_fold_and_one_seed, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(axes_share_their_initial_weights, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(strange_checkpoints_are_removed, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(bad_options_are_named, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(json_and_text_hold_what_was_found, set_up, tiny_study_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
