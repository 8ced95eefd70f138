/* answer_test.c: what a comparison means, on a very small one: costs that can be counted by hand, scores that
 * must agree with those of the runs, evidence in its order, and what happens where nets are missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/json.h"
#include "experiment/answer_parts.h"

#include "tiny_study.h"

#include <math.h>

enum { FILTERS = 3, KERNEL = 9 };

static const char NET[] = "{\"name\": \"tiny\", \"layers\": ["
                          "{\"type\": \"conv2d\", \"name\": \"conv\", \"filters\": 3, \"kernel_size\": 3, "
                          "\"padding\": \"same\"},"
                          "{\"type\": \"normalisation\", \"name\": \"norm\", \"axis\": \"$axis\"},"
                          "{\"type\": \"activation\", \"name\": \"relu\", \"activation\": \"relu\"},"
                          "{\"type\": \"global_average_pool\", \"name\": \"average\"},"
                          "{\"type\": \"dense\", \"name\": \"logits\", \"units\": \"$classes\"}]}";

typedef tiny_study fixture;

static int set_up(void **state) {
    fixture *f = tiny_study_open(NET);
    f->options.axis_count = 3;
    f->options.train.epochs = 3;
    f->comparison = tiny_study_compare(f);
    *state = f;
    return 0;
}

static const sx_answer *answer(fixture *f) {
    const sx_answer_options words = {"'my data'", "out", "tiny.json", " --frontend f.json", "--epochs 3"};
    if (sx_answer_add(f->comparison, &f->tiny.features, &f->options, &words, NULL, &f->err))
        fail_msg("%s", f->err.text);
    return f->comparison->answer;
}

/* conv: 9 * 3 + 3; norm: 4 tables; dense: 3 * 3 + 3. */
static void test_costs_are_those_of_the_net(void **state) {
    const sx_answer *made = answer(*state);
    const size_t cells = (size_t)TINY_CELLS * FILTERS;
    const size_t tables[] = {FILTERS, TINY_BANDS, TINY_TIME};
    for (size_t i = 0; i < 3; i++) {
        const sx_axis_cost *cost = &made->costs[i];
        const bool channels = cost->axis == SX_AXIS_CHANNELS;
        assert_true(cost->known);
        assert_int_equal(cost->normalisations, 1);
        assert_int_equal(cost->folded, channels);
        assert_int_equal(cost->parameters, KERNEL * FILTERS + FILTERS + 4 * tables[i] + 9 + 3);
        assert_int_equal(cost->parameters_folded, cost->parameters - (channels ? 4 * FILTERS : 0));
        assert_int_equal((size_t)cost->multiply_adds, cells * KERNEL + 9);
        assert_int_equal((size_t)cost->extra_multiply_adds, channels ? 0 : cells);
        assert_string_equal(cost->time_fixed_by, cost->axis == SX_AXIS_TIME ? "norm" : "");
        assert_string_equal(cost->bands_fixed_by, cost->axis == SX_AXIS_FREQUENCY ? "norm" : "");
        assert_int_equal(cost->streams, cost->axis != SX_AXIS_TIME);
        assert_true(cost->file_bytes > 4 * cost->parameters);
    }
    assert_non_null(strstr(made->costs[0].text, "folds exactly"));
    assert_non_null(strstr(made->costs[2].text, "12 frames (norm)"));
}

/* Recall weighted by support is the accuracy, which the runs have scored by themselves. */
static void test_scores_agree_with_the_runs(void **state) {
    fixture *f = *state;
    const sx_answer *made = answer(f);
    for (size_t axis = 0; axis < 3; axis++) {
        const sx_axis_scores *scores = &made->scores[axis];
        double hits = 0, all = 0;
        assert_int_equal(scores->nets, 1); /* so short a study has its first run of each axis scored again */
        for (size_t label = 0; label < TINY_LABELS; label++) {
            const double support = (double)scores->labels[label].support;
            if (support > 0) hits += support * scores->labels[label].recall;
            all += support;
            assert_true(scores->labels[label].auroc >= 0 && scores->labels[label].auroc <= 1);
        }
        assert_true(fabs(hits / all - f->comparison->axes[axis].accuracy.mean) < 1e-9);
        /* softmax cross-entropy is the log loss where no probability is cut */
        const sx_run *first = &f->comparison->runs[axis * 4];
        assert_true(fabs(scores->log_loss.mean - first->scores[SX_STATISTICS_RECOMPUTED].loss) < 1e-4);
        assert_true(scores->auroc.mean >= 0 && scores->auroc.mean <= 1);
        assert_true(isnan(scores->auroc.low)); /* one net has no interval */
        assert_true(scores->calibration_error.mean >= 0 && scores->calibration_error.mean <= 1);
    }
}

static void test_changed_comes_before_seen_and_large_before_small(void **state) {
    fixture *f = *state;
    sx_answer *made = sx_alloc(1, sizeof *made);
    const sx_answering a = {.answer = made, .comparison = f->comparison};
    sx_evidence_add(&a, "a", SX_EVIDENCE_SEEN, SX_AXIS_TIME, 9);
    sx_evidence_add(&a, "b", SX_EVIDENCE_CHANGED, SX_AXIS_TIME, 0.1);
    sx_evidence_add(&a, "c", SX_EVIDENCE_SEEN, SX_AXIS_TIME, 11);
    sx_evidence_add(&a, "d", SX_EVIDENCE_CHANGED, SX_AXIS_TIME, -0.3);
    for (size_t i = 0; i < f->comparison->run_count; i++) /* no difference between the ways of scoring */
        for (int way = 0; way < SX_STATISTICS_COUNT; way++)
            f->comparison->runs[i].scores[way] = f->comparison->runs[i].scores[SX_STATISTICS_RECOMPUTED];
    sx_answer_evidence(&a);
    assert_int_equal(made->evidence_count, 4);
    assert_string_equal(made->evidence[0].id, "d");
    assert_string_equal(made->evidence[1].id, "b");
    assert_string_equal(made->evidence[2].id, "c");
    assert_string_equal(made->evidence[3].id, "a");
    while (sx_evidence_add(&a, "more", SX_EVIDENCE_SEEN, SX_AXIS_TIME, 1)) {
    }
    assert_int_equal(made->evidence_count, SX_MOST_EVIDENCE);
    sx_answer_free(made);
}

/* Moving averages that cost every run of one axis 30 points, and none of the others anything. */
static void test_a_lag_of_the_averages_is_evidence(void **state) {
    fixture *f = *state;
    for (size_t i = 0; i < f->comparison->run_count; i++) {
        sx_run *run = &f->comparison->runs[i];
        const double there = run->scores[SX_STATISTICS_RECOMPUTED].accuracy;
        run->scores[SX_STATISTICS_MOVING].accuracy = there - (run->axis == 1 ? 0.3 : 0);
    }
    const sx_answer *made = answer(f);
    const sx_evidence *lag = NULL;
    for (size_t i = 0; i < made->evidence_count; i++)
        if (strcmp(made->evidence[i].id, "moving-statistics") == 0) lag = &made->evidence[i];
    assert_non_null(lag);
    assert_int_equal(lag->axis, SX_AXIS_FREQUENCY);
    assert_true(fabs(lag->size - 0.3) < 1e-9);
    assert_string_equal(lag->title, "Moving averages cost the nets that keep frequency 30.0 points");
}

static void test_the_document_holds_it(void **state) {
    fixture *f = *state;
    answer(f);
    char *json = sx_comparison_json(f->comparison, &f->tiny.features);
    char *text = sx_comparison_text(f->comparison, &f->tiny.features);
    sx_json *root = NULL;
    assert_non_null(json);
    assert_non_null(text);
    if (sx_json_parse(json, strlen(json), "test", &root, &f->err)) fail_msg("%s", f->err.text);
    assert_int_equal(sx_json_count(sx_json_get(root, "deployment")), 3);
    assert_int_equal(sx_json_count(sx_json_get(root, "probabilities")), 3);
    assert_true(sx_json_count(sx_json_get(root, "next")) >= 2);
    assert_true(sx_json_is_array(sx_json_get(root, "why")));
    const char *verdict = f->comparison->verdict.text, *found = strstr(text, verdict);
    const char *why = strstr(text, "Why, strongest first:"), *costs = strstr(text, "In use:");
    const char *pairs = strstr(text, "p (Holm)"), *next = strstr(text, "Next:");
    assert_true(found && found < why && why < costs && costs < pairs && pairs < next);
    assert_non_null(strstr(next, "'my data'"));
    sx_json_free(root);
    sx_free_text(json);
    sx_free_text(text);
}

static void test_missing_nets_leave_a_note(void **state) {
    fixture *f = *state;
    char *models = sx_path_join(f->folder, "models");
    temporary_remove(models);
    sx_free(models);
    const sx_answer *made = answer(f);
    assert_null(made->explanation);
    assert_true(made->note[0] != '\0');
    assert_false(made->costs[0].known);
    assert_int_equal(made->scores[0].nets, 0);
    assert_true(isnan(made->scores[0].auroc.mean));
    assert_true(made->scores[0].labels[0].support > 0); /* counted from the runs */
    assert_true(made->step_count > 0);
}

static void test_out_of_memory(void **state) {
    fixture *f = *state;
    const sx_answer_options words = {"data", "out", "net", "", ""};
    f->options.threads = 1;
    sx_status status = SX_E_MEMORY;
    for (size_t n = 1; n < 20000 && status != SX_OK; n = n < 60 ? n + 1 : n + n / 12) {
        sx_memory_fail_from(n);
        status = sx_answer_add(f->comparison, &f->tiny.features, &f->options, &words, NULL, &f->err);
        sx_memory_fail_from(0);
        if (status != SX_OK && status != SX_E_MEMORY) fail_msg("allocation %zu: %s", n, f->err.text);
        if (status != SX_OK) assert_null(f->comparison->answer);
    }
    assert_int_equal(status, SX_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tiny_study_close)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_costs_are_those_of_the_net),
        TEST(test_scores_agree_with_the_runs),
        TEST(test_changed_comes_before_seen_and_large_before_small),
        TEST(test_a_lag_of_the_averages_is_evidence),
        TEST(test_the_document_holds_it),
        TEST(test_missing_nets_leave_a_note),
        TEST(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
