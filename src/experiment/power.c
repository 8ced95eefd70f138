/* power.c: what a study is able to see, before it is run. The arithmetic is in stats/power.h. */
#include "experiment/pairs.h"

#include "base/text.h"
#include "stats/power.h"

#include <math.h>
#include <stdint.h>

static sx_pairs_design pairs_of(const sx_study_design *design, int seeds) {
    size_t pairs = design->axes * (design->axes - 1) / 2;
    sx_pair_method method = sx_pair_method_for(design->folds, seeds, pairs, design->confidence);
    return (sx_pairs_design){.count = seeds > 0 ? design->folds * (size_t)seeds : 0,
                             .ratio = sx_pair_ratio(method, design->test_train_ratio),
                             .deviation = design->deviation,
                             .alpha = (1 - design->confidence) / (double)pairs};
}

double sx_study_resolves(const sx_study_design *design) {
    const sx_pairs_design pairs = pairs_of(design, design->seeds);
    return sx_power_smallest(&pairs, SX_POWER);
}

size_t sx_study_seeds_for(const sx_study_design *design, double difference) {
    /* Many seeds: on one split the method is then sign flips, whose ratio is 0. */
    const sx_pairs_design pairs = pairs_of(design, 1000);
    size_t count = sx_power_pairs(&pairs, difference, SX_POWER);
    return count < SIZE_MAX ? (count + design->folds - 1) / design->folds : SIZE_MAX;
}

double sx_comparison_resolves(const sx_comparison *comparison) {
    double largest = comparison->pair_count > 0 ? 0 : NAN;
    for (size_t i = 0; i < comparison->pair_count; i++) {
        double smallest = comparison->pairs[i].smallest;
        if (isnan(smallest) || smallest > largest) largest = smallest;
        if (isnan(largest)) break;
    }
    return largest;
}

void sx_study_promise(const sx_study_design *design, char *text, size_t size) {
    sx_study_design one = *design;
    one.deviation = 0.01;
    double factor = sx_study_resolves(&one) / one.deviation;
    if (isnan(factor)) {
        sx_print(text, size, "one run an axis cannot tell a difference from chance: use more folds or seeds");
        return;
    }
    sx_print(
        text, size,
        "%zu runs an axis find a difference of %.1f times the spread of paired runs with probability "
        "%g %%: %.1f points where two axes' difference spreads by 1 point from run to run, %.1f where by "
        "4 points",
        design->folds * (size_t)design->seeds, factor, 100 * SX_POWER, factor, 4 * factor);
}
