/* repeated_test.c: p-values and levels of a study that is looked at while it grows. */
#include "stats/normal.h"
#include "stats/repeated.h"
#include "stats/resampled.h"

#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { LOOKS = 5 };
static const double shares[LOOKS] = {0.2, 0.4, 0.6, 0.8, 1};

static double level_at(double alpha, size_t looks) {
    sx_error err = {0};
    double level = -1;
    if (sx_repeated_level(alpha, shares, looks, &level, &err) != SX_OK) fail_msg("%s", err.text);
    return level;
}

static double repeated_of(double p, size_t looks) {
    sx_error err = {0};
    double repeated = -1;
    if (sx_repeated_p(p, shares, looks, &repeated, &err) != SX_OK) fail_msg("%s", err.text);
    return repeated;
}

/* Lan and DeMets's bounds for five equal looks, two-sided alpha .05: 4.8769, 3.3569, 2.6803, 2.2898, 2.0310,
 * as tabulated by Reboussin and others (ld98). */
static void levels_are_those_of_the_boundary(void **state) {
    (void)state;
    static const double z[LOOKS] = {4.8769, 3.3569, 2.6803, 2.2898, 2.0310};
    for (size_t k = 0; k < LOOKS; k++) {
        double wanted = 2 * sx_normal_tail(z[k]), got = level_at(0.05, k + 1);
        if (fabs(got / wanted - 1) > 1e-3) fail_msg("look %zu: level %.6g, wanted %.6g", k + 1, got, wanted);
    }
    static const double all = 1;
    double level = 0;
    assert_int_equal(sx_repeated_level(0.05, &all, 1, &level, NULL), SX_OK);
    assert_true(fabs(level - 0.05) < 1e-9);
}

static void a_p_below_the_level_is_below_alpha(void **state) {
    (void)state;
    for (size_t k = 1; k <= LOOKS; k++) {
        double level = level_at(0.05, k);
        assert_true(fabs(repeated_of(level, k) - 0.05) < 1e-5);
        assert_true(repeated_of(0.99 * level, k) < 0.05);
        assert_true(repeated_of(1.01 * level, k) > 0.05);
    }
    double before = 0;
    for (double p = 1e-6; p < 1; p *= 3) {
        double now = repeated_of(p, 3);
        assert_true(now >= p && now >= before && now <= 1);
        before = now;
    }
    assert_true(isnan(repeated_of(NAN, 2)));
    assert_true(repeated_of(1, 2) == 1 && repeated_of(0, LOOKS) < 1e-12);
    assert_int_equal(sx_repeated_p(0.01, shares, 0, &before, NULL), SX_E_ARGUMENT);
}

/* A/A numbers: three axes of the same worth, t tests of their pairs after 4, 8, 12, 16 and 20 runs, Holm over
 * the pairs. How often does any pair come out different at any look? Looking as if each look were the only
 * one makes that three times as often as promised; with the boundary it is at most 5 % (standard error at
 * 4000 studies: .34 points). */
static void chance_makes_no_winners(void **state) {
    (void)state;
    enum { STUDIES = 4000, RUNS = 20, AXES = 3 };
    size_t naive = 0, held = 0, winners = 0;
    double levels[LOOKS], all_levels[LOOKS];
    for (size_t k = 0; k < LOOKS; k++) {
        levels[k] = level_at(0.05 / 3, k + 1);
        all_levels[k] = level_at(0.05, k + 1);
    }
    for (uint32_t study = 0; study < STUDIES; study++) {
        const sx_stream stream = {.seed = 77, .purpose = SX_PURPOSE_TEST, .step = study};
        double values[AXES][RUNS], difference[RUNS];
        bool peeked = false, crossed = false, won = false;
        for (size_t i = 0; i < RUNS; i++)
            for (size_t a = 0; a < AXES; a++)
                values[a][i] = 0.7 + 0.02 * sx_random_normal(&stream, i * AXES + a);
        for (size_t k = 0; k < LOOKS; k++) {
            size_t beaten[AXES] = {0};
            for (size_t a = 0; a < AXES; a++) {
                size_t b = (a + 1) % AXES, runs = 4 * (k + 1);
                for (size_t i = 0; i < runs; i++)
                    difference[i] = values[a][i] - values[b][i];
                sx_resampled seen = sx_resampled_from(difference, runs, 0, 0);
                double p = sx_resampled_p(&seen);
                peeked = peeked || p < 0.05 / 3;
                crossed = crossed || p < levels[k];
                beaten[seen.mean > 0 ? b : a] +=
                    p < all_levels[k]; /* Holm's last step: a winner needs less */
            }
            for (size_t a = 0; a < AXES; a++)
                won = won || (beaten[a] == 0 && beaten[(a + 1) % AXES] > 0 && beaten[(a + 2) % AXES] > 0);
        }
        winners += won;
        naive += peeked;
        held += crossed;
    }
    double findings = (double)held / STUDIES, false_winners = (double)winners / STUDIES;
    print_message("%.2f %% false winners, %.2f %% with any pair different; %.2f %% without the boundary\n",
                  100 * false_winners, 100 * findings, 100.0 * (double)naive / STUDIES);
    assert_true(findings < 0.05 + 2 * 0.0034 && false_winners < 0.05);
    assert_true((double)naive / STUDIES > 0.07);
}

static void forecasts_follow_the_trend(void **state) {
    (void)state;
    sx_trend trend = {
        .difference = 0.05, .error = 0.01, .information = 0.5, .margin = 0.01, .z = 2.0, .z_margin = 1.7};
    assert_true(sx_trend_decides(&trend) > 0.999);
    trend.difference = 0;
    trend.error = 0.002; /* at the end .0014: inside the margin for sure */
    assert_true(sx_trend_decides(&trend) > 0.99);
    trend.error = 0.02; /* neither 3 points apart nor within 1 */
    assert_true(sx_trend_decides(&trend) < 0.1);
    /* By hand: Z = sqrt(2) at half of the information; the end is normal around sqrt(2) Z = 2 with variance 1
     * / 2. */
    trend = (sx_trend){
        .difference = sqrt(2), .error = 1, .information = 0.5, .margin = 1e-9, .z = 2, .z_margin = 2};
    double wanted = sx_normal_tail((2 - 2) / sqrt(0.5)) + sx_normal_tail((2 + 2) / sqrt(0.5));
    assert_true(fabs(sx_trend_decides(&trend) - wanted) < 1e-12);
    trend.error = NAN;
    assert_true(isnan(sx_trend_decides(&trend)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_those_of_the_boundary),
        cmocka_unit_test(a_p_below_the_level_is_below_alpha),
        cmocka_unit_test(chance_makes_no_winners),
        cmocka_unit_test(forecasts_follow_the_trend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
