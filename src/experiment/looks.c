/* looks.c: see looks.h. */
#include "experiment/looks.h"

#include "stats/repeated.h"

#include <math.h>

/* Looks closer together than this are one look: the later takes the earlier one's place. */
static const double CLOSEST = 1e-3;

static double used_ratio(const sx_comparison *comparison, double ratio) {
    return comparison->fold_count > 1 ? ratio : 0;
}

static double information_of(const sx_comparison *comparison, double ratio, int seeds) {
    double runs = (double)comparison->fold_count * seeds;
    return runs / (1 + runs * used_ratio(comparison, ratio));
}

double sx_levels_share(const sx_comparison *comparison, double ratio, int seeds) {
    double all = information_of(comparison, ratio, comparison->growth.most_seeds);
    return fmin(information_of(comparison, ratio, seeds) / all, 1);
}

static size_t pairs_of(const sx_comparison *comparison) {
    return comparison->axis_count * (comparison->axis_count - 1) / 2;
}

sx_status sx_levels_make(const sx_comparison *comparison, double ratio, sx_levels_now *levels,
                         sx_error *err) {
    const sx_growth *growth = &comparison->growth;
    double alpha = 1 - comparison->confidence, strictest = alpha / (double)pairs_of(comparison);
    sx_levels_now made = {.alone = alpha, .together = strictest};
    sx_status status = SX_OK;
    for (size_t i = 0; growth->sequential && i < growth->look_count; i++) {
        double share = sx_levels_share(comparison, ratio, growth->looks[i]);
        if (made.looks > 0 && share - made.information[made.looks - 1] < CLOSEST) made.looks--;
        made.information[made.looks++] = share;
    }
    if (made.looks > 0) {
        status = sx_repeated_level(alpha, made.information, made.looks, &made.alone, err);
        if (status == SX_OK)
            status = sx_repeated_level(strictest, made.information, made.looks, &made.together, err);
    }
    if (status == SX_OK) *levels = made;
    return status;
}

sx_status sx_levels_correct(const sx_levels_now *levels, sx_pair_result *pair, sx_error *err) {
    if (levels->looks == 0) return SX_OK;
    double p = pair->p, within = pair->p_equivalent;
    sx_status status = sx_repeated_p(p, levels->information, levels->looks, &p, err);
    /* One side of a two-sided boundary is a one-sided boundary at half its level. */
    if (status == SX_OK && within < 0.5) {
        status = sx_repeated_p(2 * within, levels->information, levels->looks, &within, err);
        within = within / 2;
    }
    if (status != SX_OK) return status;
    pair->p = p;
    pair->p_equivalent = within;
    return SX_OK;
}

sx_status sx_levels_chance(const sx_comparison *comparison, const sx_levels_now *levels, double ratio,
                           const sx_pair_result *pair, double *chance, sx_error *err) {
    double alpha = 1 - comparison->confidence, shares[SX_MOST_LOOKS + 1], z[SX_MOST_LOOKS + 1];
    double runs = (double)comparison->fold_count * comparison->seeds;
    size_t looks = levels->looks;
    *chance = 1;
    if (pair->p_holm < alpha || pair->p_equivalent < alpha || looks == 0) return SX_OK;
    for (size_t i = 0; i < looks; i++)
        shares[i] = levels->information[i];
    double now = shares[looks - 1];
    *chance = 0;
    if (now > 1 - CLOSEST) return SX_OK; /* this is the end */
    shares[looks] = 1;
    sx_trend trend = {.difference = pair->difference,
                      .error = pair->deviation * sqrt(1 / runs + used_ratio(comparison, ratio)),
                      .information = now,
                      .margin = comparison->margin};
    sx_status status = sx_sequential_bounds(alpha / (double)pairs_of(comparison), shares, looks + 1, z, err);
    trend.z = z[looks];
    if (status == SX_OK) status = sx_sequential_bounds(2 * alpha, shares, looks + 1, z, err);
    trend.z_margin = z[looks];
    if (status == SX_OK) *chance = sx_trend_decides(&trend);
    return status;
}
