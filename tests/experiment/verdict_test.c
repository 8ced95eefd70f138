/* verdict_test.c: which made-up runs lead to which verdict, and what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "made_up.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void assert_says(const char *text, const char *part) {
    if (!strstr(text, part)) fail_msg("\"%s\" does not say \"%s\"", text, part);
}

static void a_clear_winner(void **state) {
    (void)state;
    const made_up how = {3, 4, 3, {0.60, 0.75, 0.55}, 0.01, 0, 1};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_WINNER);
    assert_int_equal(made->verdict.axis, SX_AXIS_FREQUENCY);
    assert_says(made->verdict.text, "Keep frequency (Keras axis=2): it beats channels and time.");
    assert_says(made->verdict.text, "Over 12 runs an axis (4 splits, 3 seeds)");
    assert_says(made->verdict.text, "recomputed over the training recordings");
    assert_int_equal(made->pair_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(made->pairs[i].p <= made->pairs[i].p_holm && made->pairs[i].p_holm < 0.05);
        assert_int_equal(made->pairs[i].more_runs, 0);
        assert_true(made->pairs[i].low < made->pairs[i].difference &&
                    made->pairs[i].difference < made->pairs[i].high);
    }
    assert_int_equal(made->pairs[0].a, SX_AXIS_CHANNELS);
    assert_true(made->pairs[0].difference < -0.1);
    assert_string_equal(made->verdict.warning, "");
    sx_comparison_free(made);
}

static void equal_axes_keep_channels(void **state) {
    (void)state;
    const made_up how = {3, 5, 4, {0.700, 0.701, 0.7005}, 0.002, 0, 2};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_EQUIVALENT);
    assert_int_equal(made->verdict.axis, SX_AXIS_CHANNELS);
    assert_says(made->verdict.text, "Keep channels (Keras axis=-1): ");
    assert_says(made->verdict.text, " are practically equivalent to ");
    assert_says(made->verdict.text,
                "(within the margin of 1 point set before the runs), and channels folds into "
                "the convolution before it, streams and takes clips of any length.");
    sx_comparison_free(made);
}

/* A difference that is surely there, but smaller than what was said to matter, is no reason to change. */
static void a_sure_difference_below_the_margin(void **state) {
    (void)state;
    const made_up how = {2, 5, 4, {0.700, 0.705}, 0.001, 0, 3};
    sx_comparison *made = made_up_verdict(&how);
    assert_true(made->pairs[0].p_holm < 0.05);
    assert_int_equal(made->verdict.kind, SX_VERDICT_EQUIVALENT);
    assert_int_equal(made->verdict.axis, SX_AXIS_CHANNELS);
    sx_comparison_free(made);
}

static void two_equal_and_one_beaten(void **state) {
    (void)state;
    const made_up how = {3, 5, 4, {0.50, 0.701, 0.703}, 0.002, 0, 4};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_EQUIVALENT);
    assert_int_equal(made->verdict.axis, SX_AXIS_FREQUENCY);
    assert_says(made->verdict.text, "Keep frequency (Keras axis=2): it is practically equivalent to time, "
                                    "which has the highest mean");
    assert_says(made->verdict.text, "; time beats channels.");
    sx_comparison_free(made);
}

static void undecided_with_a_number_of_runs(void **state) {
    (void)state;
    const sx_basis basis = {.test_train_ratio = 0, .test_count = 500};
    const made_up how = {2, 4, 2, {0.70, 0.715}, 0.03, 0, 6};
    sx_error err = {0};
    sx_comparison *made = made_up_runs(&how);
    assert_int_equal(sx_results_fill(made, &basis, &err), SX_OK);
    assert_int_equal(sx_verdict_fill(made, &basis, &err), SX_OK);
    assert_int_equal(made->verdict.kind, SX_VERDICT_UNDECIDED);
    assert_true(made->pairs[0].more_runs > 0 && made->pairs[0].more_runs < 1000);
    assert_says(made->verdict.text, "Undecided between channels and frequency.");
    assert_says(made->verdict.text, "seeds in place of 2");
    sx_comparison_free(made);
}

static void undecided_whatever_the_seeds(void **state) {
    (void)state;
    const made_up how = {3, 4, 2, {0.70, 0.71, 0.69}, 0.03, 0, 6};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_UNDECIDED);
    assert_says(made->verdict.text, "more recordings or groups are needed");
    sx_comparison_free(made);
}

static void one_run_an_axis(void **state) {
    (void)state;
    const made_up how = {3, 1, 1, {0.5, 0.9, 0.4}, 0, 0, 7};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_UNDECIDED);
    assert_int_equal(made->verdict.axis, SX_AXIS_FREQUENCY);
    for (size_t i = 0; i < 3; i++)
        assert_true(isnan(made->pairs[i].p) && isnan(made->pairs[i].p_holm) && isnan(made->pairs[i].low));
    assert_true(isnan(made->axes[0].accuracy.low));
    assert_true(made->axes[0].accuracy.mean > 0.4);
    assert_says(made->verdict.text, "One run an axis says nothing about chance");
    assert_says(made->verdict.text, "these test recordings only");
    assert_null(strstr(made->verdict.text, "nan"));
    sx_comparison_free(made);
}

/* Two runs that agree to the last digit on few test items prove nothing. */
static void agreement_by_luck(void **state) {
    (void)state;
    const sx_basis basis = {.test_train_ratio = 0.5, .test_count = 12};
    const made_up how = {2, 2, 1, {0.70, 0.75}, 0, 0, 8};
    sx_error err = {0};
    sx_comparison *made = made_up_runs(&how);
    assert_int_equal(sx_results_fill(made, &basis, &err), SX_OK);
    assert_int_equal(sx_verdict_fill(made, &basis, &err), SX_OK);
    assert_int_equal(made->verdict.kind, SX_VERDICT_UNDECIDED);
    assert_true(made->pairs[0].p > 0.05);
    sx_comparison_free(made);
}

static void everything_ties(void **state) {
    (void)state;
    const made_up how = {3, 5, 4, {0.7, 0.7, 0.7}, 0, 0, 9};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_EQUIVALENT);
    assert_int_equal(made->verdict.axis, SX_AXIS_CHANNELS);
    assert_true(made->pairs[0].p == 1);
    sx_comparison_free(made);
}

static void intervals_stay_between_0_and_1(void **state) {
    (void)state;
    const made_up how = {2, 2, 2, {0.97, 0.04}, 0.02, 0, 10};
    sx_comparison *made = made_up_verdict(&how);
    assert_true(made->axes[0].accuracy.high <= 1 && made->axes[1].accuracy.low >= 0);
    sx_comparison_free(made);
}

static void nan_scores_decide_nothing(void **state) {
    (void)state;
    const sx_basis basis = {.test_train_ratio = 0.25, .test_count = 500};
    const made_up how = {2, 4, 2, {0.70, 0.90}, 0.01, 0, 11};
    sx_error err = {0};
    sx_comparison *made = made_up_runs(&how);
    made->runs[0].scores[SX_STATISTICS_RECOMPUTED].accuracy = NAN;
    assert_int_equal(sx_results_fill(made, &basis, &err), SX_OK);
    assert_int_equal(sx_verdict_fill(made, &basis, &err), SX_OK);
    assert_int_equal(made->verdict.kind, SX_VERDICT_UNDECIDED);
    sx_comparison_free(made);
}

static void unsettled_moving_averages_are_said_loudly(void **state) {
    (void)state;
    /* Time wins by 15 points; the moving statistics would have it lose by 25. */
    const made_up how = {3, 4, 3, {0.60, 0.59, 0.75}, 0.005, 0.40, 12};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_WINNER);
    assert_int_equal(made->verdict.axis, SX_AXIS_TIME);
    assert_false(made->axes[0].moving_disagrees);
    assert_true(made->axes[2].moving_disagrees);
    assert_says(made->verdict.warning,
                "The moving averages of the normalisation had not settled: time scores ");
    assert_says(made->verdict.warning,
                "Scored with the moving statistics, as Keras does, the verdict would have been:");
    assert_null(strstr(made->verdict.warning, "time wins"));
    assert_says(made->verdict.warning, "360 steps");
    assert_says(made->verdict.warning, "2.7 %");
    assert_says(made->verdict.warning, "What to do:");
    assert_true(strlen(made->verdict.warning) < sizeof made->verdict.warning - 1);
    sx_comparison_free(made);
}

static void no_text_is_cut_off(void **state) {
    (void)state;
    const double levels[][3] = {{0.7, 0.7, 0.7}, {0.9, 0.1, 0.1}, {0.6, 0.62, 0.61}, {0.6, 0.6, 0.2}};
    for (size_t i = 0; i < 4; i++)
        for (uint64_t seed = 0; seed < 8; seed++) {
            made_up how = {3, 10, 100, {levels[i][0], levels[i][1], levels[i][2]}, 0.01, 0.3, seed};
            sx_comparison *made = made_up_verdict(&how);
            assert_true(strlen(made->verdict.text) < sizeof made->verdict.text - 100);
            assert_int_equal(made->verdict.text[strlen(made->verdict.text) - 1], '.');
            assert_true(strlen(made->verdict.warning) < sizeof made->verdict.warning - 100);
            sx_comparison_free(made);
        }
}

/* One split and as many seeds as sign flips need: 2^-6 < 0.05 / 3. */
static void one_split_with_many_seeds(void **state) {
    (void)state;
    made_up how = {3, 1, 7, {0.60, 0.75, 0.55}, 0.01, 0, 13};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->method, SX_PAIRS_SIGN_FLIP);
    assert_int_equal(made->verdict.kind, SX_VERDICT_WINNER);
    assert_true(made->pairs[0].p == 2.0 / 128);
    assert_true(made->pairs[0].low < made->pairs[0].difference &&
                made->pairs[0].difference < made->pairs[0].high);
    assert_says(made->verdict.text, "flipping the signs");
    assert_says(made->verdict.text, "these test recordings only");
    sx_comparison_free(made);
    how.seeds = 6;
    made = made_up_verdict(&how);
    assert_int_equal(made->method, SX_PAIRS_CORRECTED_T);
    assert_null(strstr(made->verdict.text, "flipping"));
    sx_comparison_free(made);
}

static void one_split_can_be_equivalent_or_open(void **state) {
    (void)state;
    made_up how = {2, 1, 12, {0.700, 0.7005}, 0.003, 0, 14};
    sx_comparison *made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_EQUIVALENT);
    assert_true(made->pairs[0].p_equivalent < 0.05 && made->pairs[0].equivalent > 0.95);
    sx_comparison_free(made);
    how.noise = 0.05;
    made = made_up_verdict(&how);
    assert_int_equal(made->verdict.kind, SX_VERDICT_UNDECIDED);
    assert_true(made->pairs[0].more_runs > 0);
    sx_comparison_free(made);
    how.noise = 0; /* every pair the same */
    made = made_up_verdict(&how);
    assert_true(made->pairs[0].high >= made->pairs[0].low);
    sx_comparison_free(made);
}

static void pairs_say_the_same_in_all_ways(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        const made_up how = {3, 4, 3, {0.60, 0.61, 0.64}, 0.03, 0, seed};
        sx_comparison *made = made_up_verdict(&how);
        for (size_t i = 0; i < 3; i++) {
            const sx_pair_result *pair = &made->pairs[i];
            double sum = pair->a_better + pair->equivalent + pair->b_better;
            if (fabs(sum - 1) > 1e-12) fail_msg("probabilities add up to %.17g", sum);
            assert_true(pair->low_together < pair->low && pair->high < pair->high_together);
            assert_true((pair->difference > 0) == (pair->a_better > pair->b_better));
            /* Outside of the joint interval: beaten under Holm as well. */
            if (pair->low_together > 0 || pair->high_together < 0) assert_true(pair->p_holm < 0.05);
            bool control = pair->a == SX_AXIS_CHANNELS;
            assert_true(control ? pair->p_holm_control <= pair->p_holm : isnan(pair->p_holm_control));
            assert_true(pair->smallest > 0 && pair->smallest <= sx_comparison_resolves(made));
        }
        sx_comparison_free(made);
    }
}

static void what_a_design_can_see(void **state) {
    (void)state;
    sx_study_design design = {
        .folds = 5, .seeds = 4, .axes = 2, .test_train_ratio = 0.25, .deviation = 0.01, .confidence = 0.95};
    double smallest = sx_study_resolves(&design);
    /* 2.95358 standard errors for 20 pairs (statsmodels), each of 0.01 sqrt(1 / 20 + 1 / 4). */
    if (fabs(smallest - 0.0161775) > 1e-6)
        fail_msg("smallest difference is %.7f, wanted 0.0161775", smallest);
    size_t seeds = sx_study_seeds_for(&design, smallest);
    if (seeds != 4) fail_msg("%zu seeds for what 4 seeds find", seeds);
    assert_true(sx_study_seeds_for(&design, 0.005) == SIZE_MAX);
    char text[256];
    sx_study_promise(&design, text, sizeof text);
    assert_says(text, "20 runs an axis find a difference of 1.6 times the spread");
    design.folds = 1; /* one split: only the seeds vary, and more of them always help */
    design.seeds = 20;
    assert_true(sx_study_resolves(&design) < smallest);
    assert_true(sx_study_seeds_for(&design, 0.005) < 100);
    design.seeds = 1;
    assert_true(isnan(sx_study_resolves(&design)));
    sx_study_promise(&design, text, sizeof text);
    assert_says(text, "use more folds or seeds");
}

/* Labels that mean nothing: over many made-up studies a winner must be as rare as the confidence says. */
static void noise_seldom_wins(void **state) {
    (void)state;
    int winners = 0;
    enum { STUDIES = 200 };
    for (uint64_t seed = 0; seed < STUDIES; seed++) {
        const made_up how = {3, 5, 2, {0.5, 0.5, 0.5}, 0.04, 0, 100 + seed};
        sx_comparison *made = made_up_verdict(&how);
        winners += made->verdict.kind == SX_VERDICT_WINNER;
        sx_comparison_free(made);
    }
    /* At most 5 % in truth; 20 of 200 lie 3.2 deviations above that. */
    if (winners > 20) fail_msg("%d of %d studies of noise have a winner", winners, STUDIES);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clear_winner),
        cmocka_unit_test(equal_axes_keep_channels),
        cmocka_unit_test(a_sure_difference_below_the_margin),
        cmocka_unit_test(two_equal_and_one_beaten),
        cmocka_unit_test(undecided_with_a_number_of_runs),
        cmocka_unit_test(undecided_whatever_the_seeds),
        cmocka_unit_test(one_run_an_axis),
        cmocka_unit_test(agreement_by_luck),
        cmocka_unit_test(everything_ties),
        cmocka_unit_test(intervals_stay_between_0_and_1),
        cmocka_unit_test(nan_scores_decide_nothing),
        cmocka_unit_test(unsettled_moving_averages_are_said_loudly),
        cmocka_unit_test(no_text_is_cut_off),
        cmocka_unit_test(one_split_with_many_seeds),
        cmocka_unit_test(one_split_can_be_equivalent_or_open),
        cmocka_unit_test(pairs_say_the_same_in_all_ways),
        cmocka_unit_test(what_a_design_can_see),
        cmocka_unit_test(noise_seldom_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
