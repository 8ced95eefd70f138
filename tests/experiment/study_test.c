/* study_test.c: studies that grow, are killed, shared, cut into parts and joined again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/store.h"
#include "sonaxis/study.h"

#include "tiny_study.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>

typedef tiny_study fixture;

static int set_up(void **state) {
    fixture *f = tiny_study_open(TINY_NET);
    *state = f;
    return 0;
}

static void assert_same(const sx_comparison *a, const sx_comparison *b) {
    assert_int_equal(a->run_count, b->run_count);
    for (size_t i = 0; i < a->run_count; i++) {
        const sx_run *one = &a->runs[i], *other = &b->runs[i];
        assert_memory_equal(one->scores, other->scores, sizeof one->scores);
        assert_int_equal(one->epoch_count, other->epoch_count);
        for (size_t e = 0; e < one->epoch_count; e++)
            assert_memory_equal(&one->epochs[e].loss, &other->epochs[e].loss, sizeof(double));
    }
    assert_memory_equal(a->pairs, b->pairs, a->pair_count * sizeof *a->pairs);
    assert_memory_equal(a->duels, b->duels, a->duel_count * sizeof *a->duels);
}

static void assert_refused(fixture *f, sx_status wanted, const char *part) {
    sx_comparison *made = NULL;
    sx_status status = sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err);
    assert_null(made);
    if (status != wanted || !strstr(f->err.text, part))
        fail_msg("%s: \"%s\" does not say \"%s\"", sx_status_name(status), f->err.text, part);
}

/* --- growing ------------------------------------------------------------------------------------------- */

static void seeds_are_added(void **state) {
    fixture *f = *state;
    f->options.growth.add_seeds = 1;
    assert_refused(f, SX_E_ARGUMENT, "holds no finished study that seeds could be added to");
    f->options.growth.add_seeds = 0;
    sx_comparison_free(tiny_study_compare(f));
    f->options.growth.add_seeds = 1;
    for (int seeds = 3; seeds <= 4; seeds++) {
        sx_comparison *grown = tiny_study_compare(f);
        assert_int_equal(grown->seeds, seeds);
        assert_int_equal(grown->run_count, (size_t)seeds * 4);
        assert_int_equal(grown->growth.look_count, (size_t)seeds - 1);
        assert_non_null(strstr(grown->verdict.text, "It had been looked at before with 2"));
        sx_comparison_free(grown);
    }
    f->options.growth.until_decided = true;
    assert_refused(f, SX_E_ARGUMENT, "choose one of them");
}

static void grows_until_decided(void **state) {
    fixture *f = *state;
    f->options.growth.until_decided = true;
    f->options.growth.most_seeds = 7;
    sx_comparison *made = tiny_study_compare(f);
    const sx_growth *growth = &made->growth;
    assert_true(growth->sequential && growth->most_seeds == 7 && growth->end != SX_GROWTH_NONE);
    assert_true(growth->looks[0] == 2 && growth->looks[growth->look_count - 1] == made->seeds);
    for (size_t i = 1; i < growth->look_count; i++)
        assert_true(growth->looks[i] > growth->looks[i - 1]);
    assert_true(growth->level < 0.05 && growth->information > 0 && growth->information <= 1);
    assert_non_null(strstr(made->verdict.text, "of at most 7 seeds"));
    assert_non_null(strstr(made->verdict.text, "Lan and DeMets"));
    /* The same call finds the same; a plain one stays sequential; the end cannot be moved. */
    sx_comparison *again = tiny_study_compare(f);
    assert_string_equal(again->schedule_note, "nothing was left to run");
    assert_same(made, again);
    sx_comparison_free(again);
    f->options.growth = (sx_growth_options){0};
    f->options.seeds = made->seeds;
    again = tiny_study_compare(f);
    assert_true(again->growth.sequential);
    assert_same(made, again);
    sx_comparison_free(again);
    sx_comparison_free(made);
    f->options.seeds = 8;
    assert_refused(f, SX_E_ARGUMENT, "up to 7 seeds; 8 are asked for");
    f->options.seeds = 2;
    f->options.growth = (sx_growth_options){.until_decided = true, .most_seeds = 9};
    assert_refused(f, SX_E_ARGUMENT, "planned end was fixed at its first look: 7 seeds, not 9");
}

static void growth_options_are_checked(void **state) {
    fixture *f = *state;
    f->options.growth = (sx_growth_options){.budget_s = 5};
    assert_refused(f, SX_E_ARGUMENT, "until it is decided");
    f->options.growth = (sx_growth_options){.shard = 3, .shards = 2};
    assert_refused(f, SX_E_ARGUMENT, "shard 3 of 2");
    f->options.growth = (sx_growth_options){.shard = 1, .shards = 2, .until_decided = true};
    assert_refused(f, SX_E_ARGUMENT, "fixed size");
}

static void other_label_names_are_another_study(void **state) {
    fixture *f = *state;
    static char other[] = "other";
    sx_comparison_free(tiny_study_compare(f));
    f->tiny.label_names[1] = other;
    assert_refused(f, SX_E_ARGUMENT, "names of the labels");
}

/* --- killed, and two at once ---------------------------------------------------------------------------- */

static bool die_later(void *context) {
    int *left = context;
    if (--*left == 0) raise(SIGKILL);
    return false;
}

/* The process is killed again and again, at instants that differ each time, until it comes to its end. */
static void killed_and_continued_is_the_same(void **state) {
    fixture *f = *state;
    sx_comparison *whole = tiny_study_compare(f);
    f->options.folder = f->second;
    int kills = 0, result = -1;
    do {
        int left = 5 + 7 * kills;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            const sx_watch watch = {.cancelled = die_later, .context = &left};
            sx_comparison *made = NULL;
            sx_status status = sx_compare(&f->tiny.features, &f->options, &watch, &made, NULL);
            _exit(status == SX_OK ? 0 : 1);
        }
        assert_int_equal(waitpid(child, &result, 0), child);
        if (WIFEXITED(result)) assert_int_equal(WEXITSTATUS(result), 0);
        kills += WIFSIGNALED(result);
    } while (WIFSIGNALED(result) && kills < 60);
    assert_true(kills > 2 && WIFEXITED(result));
    sx_comparison *made = tiny_study_compare(f);
    assert_string_equal(made->schedule_note, "nothing was left to run");
    assert_same(whole, made);
    sx_comparison_free(whole);
    sx_comparison_free(made);
}

static void two_processes_work_on_one_study(void **state) {
    fixture *f = *state;
    sx_comparison *whole = tiny_study_compare(f);
    f->options.folder = f->second;
    pid_t child = fork();
    assert_true(child >= 0);
    sx_comparison *made = NULL;
    sx_status status = sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err);
    if (child == 0) _exit(status == SX_OK && made->run_count == 8 ? 0 : 1);
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result) && WEXITSTATUS(result) == 0);
    if (status != SX_OK) fail_msg("%s", f->err.text);
    assert_same(whole, made);
    sx_comparison_free(whole);
    sx_comparison_free(made);
}

/* --- parts -----------------------------------------------------------------------------------------------
 */

enum { PARTS = 3 };

typedef struct part_names {
    char paths[PARTS][TEMPORARY_PATH + 16], all[TEMPORARY_PATH + 16];
    const char *folders[PARTS];
} part_names;

/* Every part of the study in a folder of its own. */
static void run_parts(fixture *f, part_names *names) {
    snprintf(names->all, sizeof names->all, "%s/all", f->second);
    for (int part = 0; part < PARTS; part++) {
        snprintf(names->paths[part], sizeof names->paths[part], "%s/part%d", f->second, part);
        names->folders[part] = names->paths[part];
        f->options.folder = names->paths[part];
        f->options.growth = (sx_growth_options){.shard = part + 1, .shards = PARTS};
        sx_comparison *none = NULL;
        if (sx_compare(&f->tiny.features, &f->options, NULL, &none, &f->err) != SX_OK)
            fail_msg("%s", f->err.text);
        assert_null(none);
    }
    f->options.growth = (sx_growth_options){0};
}

static void parts_join_to_the_whole(void **state) {
    fixture *f = *state;
    part_names names;
    size_t added = 0;
    sx_comparison *whole = tiny_study_compare(f);
    run_parts(f, &names);
    if (sx_study_merge(names.folders, PARTS, names.all, &added, &f->err) != SX_OK)
        fail_msg("%s", f->err.text);
    assert_int_equal(added, 8);
    sx_study_view *view = NULL;
    if (sx_study_read(names.all, &view, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    assert_non_null(view->comparison);
    assert_same(whole, view->comparison);
    assert_string_equal(whole->verdict.text, view->comparison->verdict.text);
    sx_study_view_free(view);
    f->options.folder = names.all;
    sx_comparison *made = tiny_study_compare(f);
    assert_string_equal(made->schedule_note, "nothing was left to run");
    assert_same(whole, made);
    sx_comparison_free(made);
    /* Again, it adds nothing. */
    assert_int_equal(sx_study_merge(names.folders, PARTS, names.all, &added, &f->err), SX_OK);
    assert_int_equal(added, 0);
    sx_comparison_free(whole);
    /* A run that was made twice, and took another time, is the same run. */
    const char *const twice[] = {f->folder};
    assert_int_equal(sx_study_merge(twice, 1, names.all, &added, &f->err), SX_OK);
    assert_int_equal(added, 0);
}

/* The first run of a part, with another score. */
static void falsify(fixture *f, const char *from, const char *to) {
    sx_store *good = NULL, *bad = NULL;
    sx_setting *settings = NULL;
    sx_run_id *ids = NULL;
    sx_record record = {0};
    size_t count = 0, runs = 0;
    assert_int_equal(sx_store_open_any(from, &good, &f->err), SX_OK);
    assert_int_equal(sx_store_settings(good, &settings, &count, &f->err), SX_OK);
    assert_int_equal(sx_store_open(to, settings, count, &bad, &f->err), SX_OK);
    assert_int_equal(sx_store_list(good, &ids, &runs, &f->err), SX_OK);
    assert_int_equal(sx_store_load(good, ids[0], TINY_LABELS, &record, &f->err), SX_OK);
    record.scores[SX_STATISTICS_MOVING].loss += 0.125;
    assert_int_equal(sx_store_save(bad, ids[0], &record, &f->err), SX_OK);
    sx_record_clear(&record);
    sx_free(ids);
    sx_settings_free(settings, count);
    sx_store_close(bad);
    sx_store_close(good);
}

static void what_does_not_belong_together_is_not_joined(void **state) {
    fixture *f = *state;
    part_names names;
    size_t added = 77;
    run_parts(f, &names);
    falsify(f, names.folders[0], f->folder);
    const char *const pair[] = {names.folders[0], f->folder};
    assert_int_equal(sx_study_merge(pair, 2, names.all, &added, &f->err), SX_E_DATA);
    if (!strstr(f->err.text, "the run of channels, fold 1, seed 1 is not the same"))
        fail_msg("%s", f->err.text);
    assert_int_equal(added, 77);
    assert_int_equal(sx_file_look(names.all, NULL), SX_FILE_NONE);
    /* Other settings are named. */
    f->options.train.epochs = 5;
    f->options.folder = names.all;
    sx_comparison_free(tiny_study_compare(f));
    assert_int_equal(sx_study_merge(names.folders, 1, names.all, &added, &f->err), SX_E_ARGUMENT);
    if (!strstr(f->err.text, "epochs is 5 there and 4 here")) fail_msg("%s", f->err.text);
}

/* --- predictions, reading, removing ----------------------------------------------------------------------
 */

static void predictions_agree_with_the_scores(void **state) {
    fixture *f = *state;
    sx_comparison *made = tiny_study_compare(f);
    const sx_duel *duel = &made->duels[0];
    assert_int_equal(made->duel_count, 1);
    assert_int_equal(duel->items, TINY_COUNT);
    assert_int_equal(duel->seed, 1);
    double right[2] = {0, 0};
    for (size_t i = 0; i < made->run_count; i++) {
        const sx_run *run = &made->runs[i];
        for (size_t c = 0; c < TINY_LABELS && run->repetition == 0; c++)
            right[run->axis] += run->confusion[c * (TINY_LABELS + 1)];
    }
    assert_true(fabs((right[0] - right[1]) / TINY_COUNT - duel->difference) < 1e-12);
    assert_true(fabs((double)duel->only_a - (double)duel->only_b - (right[0] - right[1])) < 1e-12);
    assert_true(duel->p > 0 && duel->p <= 1 && isnan(duel->low)); /* nobody has a group */
    sx_comparison_free(made);
}

static void a_study_is_read_without_its_data(void **state) {
    fixture *f = *state;
    sx_comparison *made = tiny_study_compare(f);
    sx_study_view *view = NULL;
    if (sx_study_read(f->folder, &view, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    assert_true(view->runs == 8 && view->labels == TINY_LABELS && view->recordings == TINY_COUNT);
    assert_string_equal(view->workers, "");
    assert_same(made, view->comparison);
    assert_string_equal(made->verdict.text, view->comparison->verdict.text);
    assert_memory_equal(made->parameters, view->comparison->parameters, 2 * sizeof(size_t));
    char *texts[] = {sx_study_text(view), sx_study_json(view), sx_study_csv(view),
                     sx_study_list_text(&view, 1), sx_study_list_json(&view, 1)};
    static const char *const parts[] = {"channels - frequency", "\"sonaxis-study-1\"",
                                        "axis,keras_axis,fold,seed", "tiny", "\"sonaxis-studies-1\""};
    for (size_t i = 0; i < 5; i++) {
        assert_non_null(texts[i]);
        if (!strstr(texts[i], parts[i])) fail_msg("no %s in %s", parts[i], texts[i]);
        sx_free_text(texts[i]);
    }
    sx_study_view_free(view);
    sx_comparison_free(made);
    assert_int_equal(sx_study_read(f->second, &view, &f->err), SX_E_FILE);
    char **folders = NULL;
    size_t count = 0;
    assert_int_equal(sx_study_find(f->folder, &folders, &count, &f->err), SX_OK);
    assert_int_equal(count, 1);
    assert_string_equal(folders[0], f->folder);
    sx_study_folders_free(folders, count);
}

/* The net's spec lies in the folder, too, and is the user's. */
static void only_what_is_ours_is_removed(void **state) {
    fixture *f = *state;
    char study[TEMPORARY_PATH + 16], models[TEMPORARY_PATH + 16];
    snprintf(study, sizeof study, "%s/study.sqlite", f->folder);
    snprintf(models, sizeof models, "%s/models", f->folder);
    assert_int_equal(sx_study_remove(f->folder, &f->err), SX_E_FILE);
    sx_comparison_free(tiny_study_compare(f));
    if (sx_study_remove(f->folder, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    assert_int_equal(sx_file_look(study, NULL), SX_FILE_NONE);
    assert_int_equal(sx_file_look(models, NULL), SX_FILE_NONE);
    assert_int_equal(sx_file_look(f->net, NULL), SX_FILE_REGULAR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seeds_are_added, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(grows_until_decided, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(growth_options_are_checked, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(other_label_names_are_another_study, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(killed_and_continued_is_the_same, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(two_processes_work_on_one_study, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(parts_join_to_the_whole, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(what_does_not_belong_together_is_not_joined, set_up,
                                        tiny_study_close),
        cmocka_unit_test_setup_teardown(predictions_agree_with_the_scores, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(a_study_is_read_without_its_data, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(only_what_is_ours_is_removed, set_up, tiny_study_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
