/* compare_text.c: a comparison as the terminal shows it, in the order of the page: verdict, warning, why, how
 * sure, what to do next. */
#include "experiment/answer_text.h"
#include "experiment/tune.h"

#include "experiment/net.h"

#include <math.h>

enum { CELL = 48 };

static void add_axes(sx_text *text, const sx_comparison *comparison) {
    char accuracy[CELL], heading[CELL];
    sx_print(heading, sizeof heading, "accuracy %% (%g %% interval)", 100 * comparison->confidence);
    sx_text_format(text, "%-10s %5s  %-27s %8s %8s %7s   %6s %10s %6s\n", "axis", "Keras", heading,
                   "balanced", "macro F1", "loss", "moving", "recomputed", "batch");
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const sx_axis_result *axis = &comparison->axes[i];
        if (isnan(axis->accuracy.low))
            sx_print(accuracy, sizeof accuracy, "%.1f", 100 * axis->accuracy.mean);
        else
            sx_print(accuracy, sizeof accuracy, "%.1f (%.1f to %.1f)", 100 * axis->accuracy.mean,
                     100 * axis->accuracy.low, 100 * axis->accuracy.high);
        sx_text_format(text, "%-10s %5d  %-27s %8.1f %8.1f %7.3f   %6.1f %10.1f %6.1f%s\n",
                       sx_axis_word(comparison->order, axis->axis), sx_axis_keras(axis->axis), accuracy,
                       100 * axis->balanced_accuracy, 100 * axis->macro_f1, axis->loss,
                       100 * axis->by_statistics[SX_STATISTICS_MOVING].mean,
                       100 * axis->by_statistics[SX_STATISTICS_RECOMPUTED].mean,
                       100 * axis->by_statistics[SX_STATISTICS_BATCH].mean,
                       axis->moving_disagrees ? " !" : "");
    }
}

static void points(char cell[CELL], double low, double high) {
    sx_print(cell, CELL, "%+.1f to %+.1f", 100 * low, 100 * high);
}

static void add_pairs(sx_text *text, const sx_comparison *comparison) {
    char names[CELL], alone[CELL], difference[CELL], together[CELL];
    sx_text_format(text, "%-22s %-27s %8s %8s  %-16s  %8s %6s %8s\n", "difference", "points", "p", "p (Holm)",
                   "all together", "first +", "equal", "second +");
    for (size_t i = 0; i < comparison->pair_count; i++) {
        const sx_pair_result *pair = &comparison->pairs[i];
        sx_print(names, sizeof names, "%s - %s", sx_axis_word(comparison->order, pair->a),
                 sx_axis_word(comparison->order, pair->b));
        if (isnan(pair->low)) {
            sx_text_format(text, "%-22s %+.1f\n", names, 100 * pair->difference);
            continue;
        }
        points(alone, pair->low, pair->high);
        points(together, pair->low_together, pair->high_together);
        sx_print(difference, sizeof difference, "%+.1f (%s)", 100 * pair->difference, alone);
        sx_text_format(text, "%-22s %-27s %8.4f %8.4f  %-16s  %6.1f %% %4.1f %% %6.1f %%\n", names,
                       difference, pair->p, pair->p_holm, together, 100 * pair->a_better,
                       100 * pair->equivalent, 100 * pair->b_better);
    }
}

/* How the table of pairs is to be read. */
static void add_method(sx_text *text, const sx_comparison *comparison) {
    double smallest = sx_comparison_resolves(comparison);
    if (comparison->method == SX_PAIRS_SIGN_FLIP)
        sx_text_add(text,
                    "One split, many seeds: p by flipping the signs of the paired differences, intervals by "
                    "bootstrap (BCa).\n");
    else
        sx_text_format(
            text, "Intervals and p: corrected resampled t test (%.2f test items for each training item).\n",
            comparison->test_train_ratio);
    if (isnan(smallest)) return;
    sx_text_format(
        text,
        "\"all together\": intervals that hold for all pairs at once (Bonferroni). \"first +\", \"equal\", "
        "\"second +\": probability\nthat the first or the second is better by more than %g point%s, or "
        "neither (Bayesian correlated t).\n",
        100 * comparison->margin, fabs(comparison->margin - 0.01) < 1e-12 ? "" : "s");
    if (smallest > 1)
        sx_text_add(text,
                    "At this spread, so few runs cannot be relied on to find a difference of any size.\n");
    else
        sx_text_format(text,
                       "At this spread, so many runs find a true difference of %.1f points with probability "
                       "%g %%.\n",
                       100 * smallest, 100 * SX_POWER);
}

static void add_basis(sx_text *text, const sx_comparison *comparison, const sx_features *features) {
    sx_text_format(text,
                   "%zu recordings, %zu labels; net %s, %d epochs, %zu steps a run; %zu runs: %zu axes, %zu "
                   "folds, %d seed%s.\n",
                   features->count, features->label_count, comparison->model, comparison->train.epochs,
                   comparison->steps, comparison->run_count, comparison->axis_count, comparison->fold_count,
                   comparison->seeds, comparison->seeds == 1 ? "" : "s");
    sx_tune_say(text, comparison);
    sx_text_add(text, "\n");
    sx_text_format(text, "%.1f s (%.1f s of runs); %s.\n", comparison->wall_s, comparison->run_wall_s,
                   comparison->schedule_note);
    if (features->skip_count > 0)
        sx_text_format(text, "%zu input%s could not be used.\n", features->skip_count,
                       features->skip_count == 1 ? "" : "s");
}

char *sx_comparison_text(const sx_comparison *comparison, const sx_features *features) {
    sx_text text = {0};
    sx_text_format(&text, "%s\n\n", comparison->verdict.text);
    if (comparison->verdict.warning[0]) sx_text_format(&text, "WARNING: %s\n\n", comparison->verdict.warning);
    sx_net_say(comparison, &text);
    if (comparison->answer) {
        sx_answer_say_why(&text, comparison->answer);
        sx_text_add(&text, "\n");
    }
    add_axes(&text, comparison);
    sx_text_add(&text, "\n");
    add_pairs(&text, comparison);
    add_method(&text, comparison);
    sx_text_add(&text, "\n");
    add_basis(&text, comparison, features);
    if (comparison->answer) {
        sx_text_add(&text, "\n");
        sx_answer_say_next(&text, comparison->answer);
    }
    return sx_text_take(&text);
}
