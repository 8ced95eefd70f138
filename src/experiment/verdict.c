/* verdict.c: the decision. Its words are in verdict_text.c. */
#include "experiment/verdict.h"

#include "experiment/verdict_text.h"

#include <assert.h>

/* Which of equally good axes to take. Channels: any clip length and number of bands, and every tool has it.
 * Frequency asks for one number of bands; time for one length and for recordings that begin alike. */
static int simplicity(sx_axis axis) {
    return axis == SX_AXIS_CHANNELS ? 2 : axis == SX_AXIS_FREQUENCY ? 1 : 0;
}

static size_t best_of(const sx_axis *axes, const double *means, size_t count) {
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        bool tie = !(means[i] > means[best]) && !(means[i] < means[best]);
        if (means[i] > means[best] || (tie && simplicity(axes[i]) > simplicity(axes[best]))) best = i;
    }
    return best;
}

static const sx_pair_result *pair_of(const sx_pair_result *pairs, size_t count, sx_axis one, sx_axis other) {
    for (size_t i = 0; i < count; i++)
        if ((pairs[i].a == one && pairs[i].b == other) || (pairs[i].a == other && pairs[i].b == one))
            return &pairs[i];
    return NULL;
}

/* Comparisons with NaN are false: what could not be tested stays open. */
static sx_standing standing_of(const sx_pair_result *pair, double alpha) {
    if (pair->p_equivalent < alpha) return SX_STANDING_WITHIN;
    return pair->p_holm < alpha ? SX_STANDING_BEATEN : SX_STANDING_OPEN;
}

static size_t simplest_of_top(const sx_axis *axes, const sx_decision *decision, size_t count) {
    size_t chosen = decision->best;
    for (size_t i = 0; i < count; i++)
        if (decision->standings[i] == SX_STANDING_WITHIN && simplicity(axes[i]) > simplicity(axes[chosen]))
            chosen = i;
    return chosen;
}

sx_decision sx_verdict_decide(const sx_axis *axes, const double *means, size_t axis_count,
                              const sx_pair_result *pairs, size_t pair_count, double confidence) {
    sx_decision decision = {.best = best_of(axes, means, axis_count)};
    size_t within = 0, open = 0;
    for (size_t i = 0; i < axis_count; i++) {
        if (i == decision.best) continue;
        const sx_pair_result *pair = pair_of(pairs, pair_count, axes[decision.best], axes[i]);
        assert(pair);
        decision.standings[i] = standing_of(pair, 1 - confidence);
        within += decision.standings[i] == SX_STANDING_WITHIN;
        open += decision.standings[i] == SX_STANDING_OPEN;
        if (decision.standings[i] == SX_STANDING_OPEN && pair->more_runs > decision.more_runs)
            decision.more_runs = pair->more_runs;
    }
    decision.standings[decision.best] = SX_STANDING_BEST;
    decision.kind = open > 0 ? SX_VERDICT_UNDECIDED : within > 0 ? SX_VERDICT_EQUIVALENT : SX_VERDICT_WINNER;
    decision.chosen =
        decision.kind == SX_VERDICT_EQUIVALENT ? simplest_of_top(axes, &decision, axis_count) : decision.best;
    return decision;
}

/* What an axis means: where frequency comes first, axis 1 is it. */
static sx_axis meaning_of(const sx_comparison *comparison, sx_axis axis) {
    if (comparison->order != SX_ORDER_FREQUENCY_TIME || axis == SX_AXIS_CHANNELS) return axis;
    return axis == SX_AXIS_TIME ? SX_AXIS_FREQUENCY : SX_AXIS_TIME;
}

/* The decision by meaning; it names axes by their places in the comparison. */
static sx_decision decide(const sx_comparison *comparison, const double *means, const sx_pair_result *pairs,
                          size_t pair_count) {
    sx_axis axes[SX_MAX_AXES];
    sx_pair_result meant[SX_MAX_PAIRS];
    for (size_t i = 0; i < comparison->axis_count; i++)
        axes[i] = meaning_of(comparison, comparison->axes[i].axis);
    for (size_t i = 0; i < pair_count; i++) {
        meant[i] = pairs[i];
        meant[i].a = meaning_of(comparison, pairs[i].a);
        meant[i].b = meaning_of(comparison, pairs[i].b);
    }
    return sx_verdict_decide(axes, means, comparison->axis_count, meant, pair_count, comparison->confidence);
}

static bool moving_disagrees(const sx_comparison *comparison) {
    for (size_t i = 0; i < comparison->axis_count; i++)
        if (comparison->axes[i].moving_disagrees) return true;
    return false;
}

static sx_status warn(const sx_comparison *comparison, const sx_basis *basis, sx_verdict *verdict,
                      sx_error *err) {
    sx_statistics other =
        comparison->statistics == SX_STATISTICS_MOVING ? SX_STATISTICS_RECOMPUTED : SX_STATISTICS_MOVING;
    double means[SX_MAX_AXES];
    sx_pair_result pairs[SX_MAX_PAIRS];
    size_t pair_count = 0;
    sx_status status = sx_results_pairs(comparison, other, basis, means, pairs, &pair_count, err);
    if (status != SX_OK) return status;
    sx_decision decision = decide(comparison, means, pairs, pair_count);
    sx_verdict_warn(comparison, other, &decision, verdict);
    return SX_OK;
}

sx_status sx_verdict_fill(sx_comparison *comparison, const sx_basis *basis, sx_error *err) {
    double means[SX_MAX_AXES];
    for (size_t i = 0; i < comparison->axis_count; i++)
        means[i] = comparison->axes[i].accuracy.mean;
    sx_decision decision = decide(comparison, means, comparison->pairs, comparison->pair_count);
    sx_verdict verdict = {.kind = decision.kind, .axis = comparison->axes[decision.chosen].axis};
    sx_verdict_say(comparison, &decision, &verdict);
    if (moving_disagrees(comparison)) {
        sx_status status = warn(comparison, basis, &verdict, err);
        if (status != SX_OK) return status;
    }
    comparison->verdict = verdict;
    return SX_OK;
}
