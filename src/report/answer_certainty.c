/* answer_certainty.c: how sure: what the numbers rest on, how they are tested, and what so many runs could
 * see. */
#include "parts.h"

#include "html.h"

#include <math.h>
#include <stdint.h>

void sx_interval_head(const sx_comparison *comparison, char *text, size_t size) {
    sx_print(text, size, "%g\xC2\xA0%% interval", comparison->confidence * 100);
}

static const char *plural(size_t count) { return count == 1 ? "" : "s"; }

static void say_runs(sx_section *part, const sx_comparison *comparison) {
    const size_t seeds = (size_t)comparison->seeds, folds = comparison->fold_count;
    sx_section_say(
        part, SX_BLOCK_ITEM,
        "%zu run%s an axis: %zu fold%s \xC3\x97 %zu seed%s. Runs of one fold and seed share split, first "
        "weights and batch order and differ in the axis alone, so they are compared in pairs.",
        folds * seeds, plural(folds * seeds), folds, plural(folds), seeds, plural(seeds));
    if (folds == 1)
        sx_section_say(part, SX_BLOCK_ITEM,
                       "All runs share one split: the numbers speak of these test recordings only.");
}

static void say_statistics(sx_section *part, const sx_comparison *comparison) {
    static const char *const words[SX_STATISTICS_COUNT] = {
        [SX_STATISTICS_MOVING] = "the averages gathered while fitting, as Keras scores",
        [SX_STATISTICS_RECOMPUTED] = "mean and variance recomputed over the training recordings",
        [SX_STATISTICS_BATCH] = "mean and variance of the test recordings themselves"};
    sx_section_say(part, SX_BLOCK_ITEM, "Scored with %s.", words[comparison->statistics]);
}

static void say_tests(sx_section *part, const sx_comparison *comparison) {
    if (comparison->method == SX_PAIRS_SIGN_FLIP)
        sx_section_say(
            part, SX_BLOCK_ITEM,
            "p by flipping the signs of the paired differences, intervals by bootstrap (BCa), since all runs "
            "share one split.");
    else
        sx_section_say(
            part, SX_BLOCK_ITEM,
            "Intervals and p: corrected resampled t test (Nadeau and Bengio), since the folds share training "
            "recordings (%.2f test recordings for each one trained on).",
            comparison->test_train_ratio);
    sx_section_say(part, SX_BLOCK_ITEM,
                   "p (Holm) is corrected for the number of pairs; \xE2\x80\x9C"
                   "all together\xE2\x80\x9D are intervals "
                   "that hold for all pairs at once (Bonferroni). Within \xC2\xB1%g points two axes count as "
                   "equivalent; "
                   "that margin was fixed before the runs.",
                   comparison->margin * 100);
    sx_section_say(
        part, SX_BLOCK_ITEM,
        "The three probabilities, that the first is better by more than the margin, that neither is, that "
        "the "
        "second is, come from the Bayesian correlated t test; they inform, the verdict rests on the tests.");
}

static void say_power(sx_section *part, const sx_comparison *comparison) {
    const double smallest = sx_comparison_resolves(comparison);
    if (isnan(smallest))
        sx_section_say(part, SX_BLOCK_ITEM, "Too few runs to say what difference they could have found.");
    else if (smallest > 1)
        sx_section_say(part, SX_BLOCK_ITEM,
                       "At this spread, so few runs cannot be relied on to find a difference of any size.");
    else
        sx_section_say(
            part, SX_BLOCK_ITEM,
            "At this spread, so many runs find a true difference of %.1f points with probability %g "
            "%%; a smaller "
            "one may well be there without being found.",
            100 * smallest, 100 * SX_POWER);
}

static void state_words(const sx_pair_result *pair, double alpha, char *words, size_t size) {
    if (isnan(pair->low))
        sx_print(words, size, "too few runs to tell");
    else if (pair->more_runs == SIZE_MAX)
        sx_print(words, size, "open; needs more recordings or groups");
    else if (pair->more_runs)
        sx_print(words, size, "open; about %zu more runs an axis", pair->more_runs);
    else if (pair->p_equivalent < alpha)
        sx_print(words, size, "equivalent");
    else
        sx_print(words, size, pair->p_holm < alpha ? "different" : "open");
}

static void add_pair(sx_table *table, sx_axis_order order, const sx_pair_result *pair, double alpha) {
    char words[64];
    sx_print(words, sizeof words, "%s \xE2\x88\x92 %s", sx_axis_word(order, pair->a),
             sx_axis_word(order, pair->b));
    sx_cell_text(table, words);
    sx_cell_points(table, pair->difference);
    sx_cell_point_range(table, pair->low, pair->high);
    sx_cell_p(table, pair->p);
    sx_cell_p(table, pair->p_holm);
    sx_cell_percent(table, pair->a_better);
    sx_cell_percent(table, pair->equivalent);
    sx_cell_percent(table, pair->b_better);
    sx_cell_point_range(table, pair->low_together, pair->high_together);
    state_words(pair, alpha, words, sizeof words);
    sx_cell_text(table, words);
}

static void add_pairs(sx_section *part, const sx_comparison *comparison) {
    char interval[48];
    sx_interval_head(comparison, interval, sizeof interval);
    const char *heads[] = {
        "Pair",       "Difference (points)", interval,       "p",     "p (Holm)", "First better",
        "Equivalent", "Second better",       "All together", "State", NULL};
    sx_table *table = sx_section_table(part, "pairs", "Paired differences in accuracy", heads);
    for (size_t i = 0; i < comparison->pair_count; i++)
        add_pair(table, comparison->order, &comparison->pairs[i], 1 - comparison->confidence);
}

static sx_status draw_runs(const sx_page *page, const void *context, sx_error *err) {
    (void)context;
    (void)err;
    sx_chart_runs(page);
    return SX_OK;
}

static void add_runs(sx_section *part, const sx_comparison *comparison) {
    static const char *const heads[] = {"Axis kept",  "Fold held out",    "Seed",     "Accuracy", "Moving",
                                        "Recomputed", "Test batch's own", "Balanced", "Macro F1", "Loss",
                                        NULL};
    sx_table *table = sx_section_draw(part, draw_runs, NULL, "runs", "Every run", heads);
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        const sx_scores *scores = &run->scores[comparison->statistics];
        sx_cell_axis(table, comparison->order, comparison->axes[run->axis].axis);
        sx_cell_text(table, comparison->fold_names[run->fold]);
        sx_cell_count(table, run->repetition + 1);
        sx_cell_percent(table, scores->accuracy);
        for (int way = 0; way < SX_STATISTICS_COUNT; way++)
            sx_cell_percent(table, run->scores[way].accuracy);
        sx_cell_percent(table, scores->balanced_accuracy);
        sx_cell_percent(table, scores->macro_f1);
        sx_cell_decimal(table, scores->loss, 3);
    }
}

void sx_section_certainty(sx_document *document, const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_section *part = sx_section_add(document, "certainty", false, "How sure");
    add_pairs(part, comparison);
    say_runs(part, comparison);
    say_statistics(part, comparison);
    say_tests(part, comparison);
    say_power(part, comparison);
    add_runs(part, comparison);
}
