/* pairs.c: see pairs.h. Everything is computed for the corrected t test; where signs are flipped, p-values
 * and intervals are then replaced. */
#include "experiment/pairs.h"

#include "stats/bootstrap.h"
#include "stats/power.h"
#include "stats/resampled.h"
#include "stats/rope.h"
#include "stats/several.h"
#include "stats/sign_flip.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>

/* Of the random signs and bootstrap draws: a result is a function of the runs alone. */
enum { DRAW_SEED = 1 };

const char *sx_pair_method_name(sx_pair_method method) {
    return method == SX_PAIRS_SIGN_FLIP ? "sign-flip" : "corrected-t";
}

sx_pair_method sx_pair_method_for(size_t folds, int seeds, size_t pairs, double confidence) {
    double strictest = (1 - confidence) / (double)pairs;
    bool enough = seeds > 0 && sx_sign_flip_smallest_p((size_t)seeds) < strictest;
    return folds == 1 && enough ? SX_PAIRS_SIGN_FLIP : SX_PAIRS_CORRECTED_T;
}

double sx_pair_ratio(sx_pair_method method, double test_train_ratio) {
    return method == SX_PAIRS_SIGN_FLIP ? 0 : test_train_ratio;
}

static void fill_by_t(const sx_resampled *runs, const sx_pair_setting *setting, sx_pair_result *pair) {
    double alpha = 1 - setting->confidence, strictest = alpha / (double)setting->pairs;
    double half = sx_resampled_half_width(runs, 1 - setting->levels.alone);
    double wider = sx_resampled_half_width(runs, 1 - setting->levels.together);
    sx_rope rope = sx_rope_from(runs, setting->margin);
    pair->difference = runs->mean;
    pair->low = runs->mean - half;
    pair->high = runs->mean + half;
    pair->low_together = runs->mean - wider;
    pair->high_together = runs->mean + wider;
    pair->p = sx_resampled_p(runs);
    pair->p_equivalent = sx_resampled_p_equivalent(runs, setting->margin);
    /* alpha / pairs is enough for Holm whatever the other pairs give. */
    pair->more_runs = sx_resampled_further(runs, setting->margin, strictest, alpha);
    pair->a_better = rope.above;
    pair->equivalent = rope.within;
    pair->b_better = rope.below;
    pair->deviation = sqrt(runs->variance);
    const sx_pairs_design design = {runs->count, runs->ratio, pair->deviation, strictest};
    pair->smallest = sx_power_smallest(&design, SX_POWER);
}

/* Two one-sided tests: the differences moved by the margin, down and up. moved: scratch. */
static double flips_equivalent(const double *differences, size_t count, double margin, double *moved) {
    double worst = 0;
    for (int side = -1; side <= 1; side += 2) {
        for (size_t i = 0; i < count; i++)
            moved[i] = margin + side * differences[i];
        worst = fmax(worst, sx_sign_flip_test(moved, count, DRAW_SEED).p_greater);
    }
    return worst;
}

static sx_status fill_by_flips(const double *differences, size_t count, const sx_pair_setting *setting,
                               sx_pair_result *pair, sx_error *err) {
    double *moved = sx_alloc(count, sizeof *moved);
    if (!moved) return sx_fail_memory(err, count * sizeof *moved);
    double equivalent = flips_equivalent(differences, count, setting->margin, moved);
    sx_free(moved);
    pair->p = sx_sign_flip_test(differences, count, DRAW_SEED).p;
    /* Of both tests the more cautious one: flips know nothing of rounding, by which runs can agree by luck.
     */
    pair->p_equivalent = isnan(pair->p_equivalent) ? NAN : fmax(pair->p_equivalent, equivalent);
    sx_range alone, together;
    double one = 1 - setting->levels.alone, each = 1 - setting->levels.together;
    sx_status status = sx_bootstrap_mean(differences, count, one, DRAW_SEED, &alone, err);
    if (status == SX_OK) status = sx_bootstrap_mean(differences, count, each, DRAW_SEED, &together, err);
    if (status != SX_OK) return status;
    /* The small levels of early looks lie beyond what so many draws can show: there the wider one holds. */
    bool early = setting->levels.looks > 0;
    pair->low = early ? fmin(pair->low, alone.low) : alone.low;
    pair->high = early ? fmax(pair->high, alone.high) : alone.high;
    pair->low_together = early ? fmin(pair->low_together, together.low) : together.low;
    pair->high_together = early ? fmax(pair->high_together, together.high) : together.high;
    return SX_OK;
}

sx_status sx_pair_fill(const double *differences, size_t count, const sx_pair_setting *setting,
                       sx_pair_result *pair, sx_error *err) {
    double ratio = sx_pair_ratio(setting->method, setting->ratio);
    sx_resampled runs = sx_resampled_from(differences, count, ratio, setting->floor);
    sx_pair_result made = *pair;
    fill_by_t(&runs, setting, &made);
    if (setting->method == SX_PAIRS_SIGN_FLIP) {
        sx_status status = fill_by_flips(differences, count, setting, &made, err);
        if (status != SX_OK) return status;
    }
    sx_status status = sx_levels_correct(&setting->levels, &made, err);
    if (status == SX_OK) *pair = made;
    return status;
}

static bool has_control(const sx_pair_result *pair) {
    return pair->a == SX_AXIS_CHANNELS || pair->b == SX_AXIS_CHANNELS;
}

static void correct_against_control(sx_pair_result *pairs, size_t count) {
    double p[SX_MAX_PAIRS] = {0}, adjusted[SX_MAX_PAIRS];
    size_t tests = 0, next = 0;
    for (size_t i = 0; i < count; i++)
        if (has_control(&pairs[i])) p[tests++] = pairs[i].p;
    sx_holm(p, tests, adjusted);
    for (size_t i = 0; i < count; i++)
        pairs[i].p_holm_control = has_control(&pairs[i]) ? adjusted[next++] : NAN;
}

void sx_pairs_correct(double alpha, sx_pair_result *pairs, size_t count) {
    double p[SX_MAX_PAIRS] = {0}, adjusted[SX_MAX_PAIRS];
    for (size_t i = 0; i < count; i++)
        p[i] = pairs[i].p;
    sx_holm(p, count, adjusted);
    for (size_t i = 0; i < count; i++) {
        pairs[i].p_holm = adjusted[i];
        bool decided = adjusted[i] < alpha || pairs[i].p_equivalent < alpha;
        /* The forecast is the t test's: where flipping signs does not agree yet, at least one more is needed.
         */
        if (decided)
            pairs[i].more_runs = 0;
        else if (pairs[i].more_runs == 0)
            pairs[i].more_runs = 1;
    }
    correct_against_control(pairs, count);
}
