/* tune_test.c: every axis tries the same, the validation part decides and the test part is never looked at;
 * an interrupted tuning goes on; the runs train as was chosen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/align_probe.h"
#include "experiment/tune.h"
#include "model/net.h"

#include "tiny_study.h"

#include <math.h>

enum { AXES = 2, FOLDS = 2, RATES = 3, TRIALS = AXES * FOLDS * RATES };

typedef tiny_study fixture;

static int set_up(void **state) {
    fixture *f = tiny_study_open(TINY_NET);
    f->options.axis_count = AXES;
    f->options.folds.count = FOLDS;
    f->options.folds.validation = 0.3;
    f->options.seeds = 1;
    f->options.train.epochs = 6;
    f->options.tune = (sx_tune_options){.rates = {0.0001, 0.01, 0.1}, .rate_count = RATES};
    *state = f;
    return 0;
}

static const sx_trial *choice_of(const sx_comparison *made, size_t axis, size_t fold) {
    const sx_trial *found = NULL;
    for (size_t i = 0; i < made->trial_count; i++)
        if (made->trials[i].chosen && made->trials[i].axis == axis && made->trials[i].fold == fold) {
            assert_null(found); /* one choice each */
            found = &made->trials[i];
        }
    assert_non_null(found);
    return found;
}

static void every_axis_tries_the_same(void **state) {
    fixture *f = *state;
    sx_comparison *made = tiny_study_compare(f);
    assert_int_equal(made->trial_count, TRIALS);
    for (size_t i = 0; i < TRIALS; i++) {
        const sx_trial *trial = &made->trials[i];
        assert_int_equal(trial->axis, i / RATES / FOLDS);
        assert_int_equal(trial->fold, i / RATES % FOLDS);
        assert_true(trial->learning_rate == f->options.tune.rates[i % RATES]);
        assert_true(trial->accuracy >= 0 && trial->accuracy <= 1 && isfinite(trial->loss));
    }
    for (size_t i = 0; i < made->run_count; i++) {
        const sx_trial *choice = choice_of(made, made->runs[i].axis, made->runs[i].fold);
        const sx_epoch *last = &made->runs[i].epochs[made->runs[i].epoch_count - 1];
        assert_true(last->learning_rate == choice->learning_rate);
        for (size_t t = 0; t < TRIALS; t++)
            if (made->trials[t].axis == choice->axis && made->trials[t].fold == choice->fold)
                assert_true(made->trials[t].accuracy <= choice->accuracy);
    }
    sx_comparison_free(made);
}

/* Runs train exactly as in a study that had the chosen rate from the start. */
static void runs_train_as_chosen(void **state) {
    fixture *f = *state;
    sx_comparison *tuned = tiny_study_compare(f);
    for (size_t i = 0; i < RATES; i++) {
        char folder[TEMPORARY_PATH + 16];
        snprintf(folder, sizeof folder, "%s/plain%zu", f->second, i);
        fixture plain = *f;
        plain.options.folder = folder;
        plain.options.train.learning_rate = f->options.tune.rates[i];
        plain.options.tune = (sx_tune_options){.rate_count = 0};
        sx_comparison *made = tiny_study_compare(&plain);
        assert_null(made->trials);
        for (size_t r = 0; r < tuned->run_count; r++) {
            const sx_run *run = &tuned->runs[r];
            if (choice_of(tuned, run->axis, run->fold)->learning_rate == f->options.tune.rates[i])
                assert_memory_equal(run->scores, made->runs[r].scores, sizeof run->scores);
        }
        sx_comparison_free(made);
    }
    sx_comparison_free(tuned);
}

/* Noise in place of a fold's test items, and other labels: the trials of this fold are none the wiser. */
static void the_test_part_is_never_looked_at(void **state) {
    fixture *f = *state;
    sx_comparison *before = tiny_study_compare(f);
    sx_run_plan *plan = NULL;
    if (sx_run_plan_create(&f->tiny.features, &f->options, &plan, &f->err) != SX_OK)
        fail_msg("%s", f->err.text);
    const sx_fold *fold = &plan->folds->folds[0];
    for (size_t i = 0; i < fold->test_count; i++)
        for (size_t cell = 0; cell < TINY_CELLS; cell++)
            f->tiny.values[fold->test[i] * TINY_CELLS + cell] = (float)((cell * 7 + i) % 5);
    sx_run_plan_free(plan);
    f->tiny.features.content_hash++; /* they are other recordings now */
    f->options.folder = f->second;
    sx_comparison *after = tiny_study_compare(f);
    for (size_t i = 0; i < TRIALS; i++) {
        const sx_trial *a = &before->trials[i], *b = &after->trials[i];
        if (a->fold == 0)
            assert_true(a->accuracy == b->accuracy && a->loss == b->loss && a->chosen == b->chosen);
    }
    sx_comparison_free(before);
    sx_comparison_free(after);
}

static bool stop_later(void *context) {
    int *left = context;
    return --*left < 0;
}

static void assert_same_trials(const sx_comparison *a, const sx_comparison *b) {
    assert_int_equal(a->trial_count, b->trial_count);
    for (size_t i = 0; i < a->trial_count; i++) {
        assert_true(a->trials[i].accuracy == b->trials[i].accuracy);
        assert_true(a->trials[i].loss == b->trials[i].loss);
        assert_int_equal(a->trials[i].chosen, b->trials[i].chosen);
    }
}

static void interrupted_it_goes_on(void **state) {
    fixture *f = *state;
    sx_comparison *whole = tiny_study_compare(f), *made = NULL;
    sx_status status = SX_E_CANCELLED;
    int stops = 0, in_tuning = 0;
    f->options.folder = f->second;
    while (status == SX_E_CANCELLED && stops < 60) {
        int questions = 9 + 5 * stops;
        const sx_watch watch = {.cancelled = stop_later, .context = &questions};
        status = sx_compare(&f->tiny.features, &f->options, &watch, &made, &f->err);
        stops++;
        in_tuning += status == SX_E_CANCELLED && strstr(f->err.text, "stopped while tuning: ") != NULL;
    }
    if (status != SX_OK) fail_msg("%s", f->err.text);
    assert_true(in_tuning > 1);
    assert_same_trials(whole, made);
    for (size_t i = 0; i < whole->run_count; i++)
        assert_memory_equal(whole->runs[i].scores, made->runs[i].scores, sizeof whole->runs[i].scores);
    sx_comparison_free(whole);
    sx_comparison_free(made);
    char *tuning = sx_path_join(f->second, "tuning"), **names = NULL;
    size_t count = 0;
    assert_int_equal(sx_folder_list(tuning, &names, &count, &f->err), SX_OK);
    assert_int_equal(count, TRIALS); /* and no checkpoint */
    sx_names_free(names, count);
    sx_free(tuning);
}

/* A damaged file, and one that another study left behind, count for nothing. */
static void what_is_not_this_studys_is_made_anew(void **state) {
    fixture *f = *state;
    sx_comparison *first = tiny_study_compare(f);
    sx_run_plan *plan = NULL;
    assert_int_equal(sx_run_plan_create(&f->tiny.features, &f->options, &plan, &f->err), SX_OK);
    char *damaged = sx_tune_path(plan, &first->trials[0], "json");
    sx_trial lie = first->trials[1];
    lie.accuracy = 1;
    assert_int_equal(sx_tune_write(plan, 12345, &lie, &f->err), SX_OK);
    assert_int_equal(sx_file_write(damaged, "{\"schema\": 3", 12, &f->err), SX_OK);
    sx_comparison *again = tiny_study_compare(f);
    assert_same_trials(first, again);
    sx_free(damaged);
    sx_run_plan_free(plan);
    sx_comparison_free(first);
    sx_comparison_free(again);
}

static void ties_go_to_the_base(void **state) {
    (void)state;
    sx_trial trials[] = {{.learning_rate = 0.01, .momentum = 0.99, .accuracy = 0.5},
                         {.learning_rate = 0.001, .momentum = 0.9, .accuracy = 0.5},
                         {.learning_rate = 0.001, .momentum = 0.99, .accuracy = 0.5},
                         {.learning_rate = 0.0001, .momentum = 0.99, .accuracy = 0.4},
                         {.learning_rate = 0.1, .momentum = 0.99, .accuracy = (double)NAN}};
    const size_t count = sizeof trials / sizeof *trials;
    assert_true(sx_tune_choose(trials, count, 0.001, 0.99));
    assert_true(trials[2].chosen && !trials[0].chosen && !trials[1].chosen && !trials[4].chosen);
    trials[3].accuracy = 0.51;
    assert_true(sx_tune_choose(trials, count, 0.001, 0.99));
    assert_true(trials[3].chosen && !trials[2].chosen);
    assert_false(sx_tune_choose(trials + 4, 1, 0.001, 0.99)); /* ran away */
    assert_true(sx_tune_choose(trials + 3, 2, 0.1, 0.99));
}

static void momenta_are_tuned_where_they_matter(void **state) {
    fixture *f = *state;
    f->options.tune =
        (sx_tune_options){.rates = {0.01}, .rate_count = 1, .momenta = {0.5, 0.999}, .momentum_count = 2};
    sx_comparison *made = NULL;
    assert_int_equal(sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err), SX_E_ARGUMENT);
    assert_non_null(strstr(f->err.text, "changes no weight"));
    f->options.statistics = SX_STATISTICS_MOVING;
    made = tiny_study_compare(f);
    assert_int_equal(made->trial_count, AXES * FOLDS * 2);
    const sx_trial *choice = choice_of(made, 0, 0);
    char *path = sx_run_model_path(f->folder, (sx_run_id){f->options.axes[0], 0, 0});
    sx_model *model = NULL;
    sx_model_card card = {0};
    if (sx_model_load(path, 8, 1, &model, &card, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    assert_true(fabs(sx_model_layer_plan(model, 1)->momentum - choice->momentum) < 1e-12);
    sx_model_free(model);
    sx_model_card_clear(&card);
    sx_free(path);
    sx_comparison_free(made);
}

/* Early stopping looks at statistics that do not trail, unless the verdict rests on moving ones. */
static void momentum_does_not_choose_the_epoch(void **state) {
    fixture *f = *state;
    f->options.tune = (sx_tune_options){.rate_count = 0};
    f->options.train.epochs = 14;
    f->options.train.patience = 2;
    f->options.moving_momentum = 0.5;
    sx_comparison *fast = tiny_study_compare(f);
    f->options.moving_momentum = 0.99;
    f->options.folder = f->second;
    sx_comparison *slow = tiny_study_compare(f);
    bool moving_differ = false;
    for (size_t i = 0; i < fast->run_count; i++) {
        const sx_run *a = &fast->runs[i], *b = &slow->runs[i];
        assert_int_equal(a->epoch_count, b->epoch_count);
        assert_memory_equal(&a->scores[SX_STATISTICS_RECOMPUTED], &b->scores[SX_STATISTICS_RECOMPUTED],
                            sizeof(sx_scores));
        moving_differ =
            moving_differ || a->scores[SX_STATISTICS_MOVING].loss != b->scores[SX_STATISTICS_MOVING].loss;
    }
    assert_true(moving_differ);
    sx_comparison_free(fast);
    sx_comparison_free(slow);
}

static void assert_bad(fixture *f, const char *part) {
    sx_comparison *made = NULL;
    assert_int_equal(sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err), SX_E_ARGUMENT);
    if (!strstr(f->err.text, part)) fail_msg("\"%s\" does not name %s", f->err.text, part);
}

static void bad_options_are_named(void **state) {
    fixture *f = *state;
    const sx_compare_options good = f->options;
    f->options.folds.validation = 0;
    assert_bad(f, "validation part");
    f->options = good;
    f->options.tune.rates[1] = 0;
    assert_bad(f, "learning rate 0");
    f->options = good;
    f->options.tune.rates[1] = f->options.tune.rates[0];
    assert_bad(f, "given twice");
    f->options = good;
    f->options.tune.rate_count = SX_MAX_TRIED + 1;
    assert_bad(f, "at most 8");
    f->options = good;
    f->options.moving_momentum = 1;
    assert_bad(f, "moving_momentum is 1");
    f->options = good;
    sx_comparison_free(tiny_study_compare(f));
    f->options.tune.rates[1] = 0.02; /* tuned otherwise it is another study */
    assert_bad(f, "tuning");
    f->options = good;
    f->options.tune.rate_count = 0;
    assert_bad(f, "tuning");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_axis_tries_the_same, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(runs_train_as_chosen, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(the_test_part_is_never_looked_at, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(interrupted_it_goes_on, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(what_is_not_this_studys_is_made_anew, set_up, tiny_study_close),
        cmocka_unit_test(ties_go_to_the_base),
        cmocka_unit_test_setup_teardown(momenta_are_tuned_where_they_matter, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(momentum_does_not_choose_the_epoch, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(bad_options_are_named, set_up, tiny_study_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
