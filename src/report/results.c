/* results.c: the numbers behind the charts: scores per axis, pairs, folds, ways of scoring. */
#include "chart.h"

#include "html.h"

#include <math.h>
#include <stdint.h>

static void axis_head(sx_text *text, const sx_comparison *comparison, sx_axis axis) {
    bool chosen = comparison->verdict.axis == axis && comparison->verdict.kind == SX_VERDICT_WINNER;
    sx_text_format(text, "<tr%s><th scope=\"row\">", chosen ? " class=\"chosen\"" : "");
    sx_html_axis(text, axis);
    sx_text_add(text, "</th>");
}

static void percent_cell(sx_text *text, double share) {
    char number[SX_NUMBER_CHARS];
    sx_percent(share, number);
    sx_html_cell(text, number);
}

static void decimal_cell(sx_text *text, double value) {
    char number[SX_NUMBER_CHARS];
    sx_decimal(value, 3, number);
    sx_html_cell(text, number);
}

static void interval_cell(sx_text *text, double low, double high, void (*print)(double, char *)) {
    char from[SX_NUMBER_CHARS], to[SX_NUMBER_CHARS], both[2 * SX_NUMBER_CHARS + 8];
    print(low, from);
    print(high, to);
    if (isnan(low))
        sx_print(both, sizeof both, "\xE2\x80\x93");
    else
        sx_print(both, sizeof both, "%s to %s", from, to);
    sx_html_cell(text, both);
}

void sx_page_scores(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text *text = page->text;
    char interval[48];
    sx_print(interval, sizeof interval, "%g\xC2\xA0%% interval", comparison->confidence * 100);
    const char *heads[] = {"Axis kept", "Accuracy",   interval, "Balanced", "Macro F1",
                           "Loss",      "Parameters", "Runs",   NULL};
    sx_html_table(text, "Scores of each axis", heads);
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const sx_axis_result *result = &comparison->axes[i];
        axis_head(text, comparison, result->axis);
        char mean[SX_NUMBER_CHARS];
        sx_percent(result->accuracy.mean, mean);
        sx_text_format(text, "<td><strong>%s</strong></td>", mean);
        interval_cell(text, result->accuracy.low, result->accuracy.high, sx_percent);
        percent_cell(text, result->balanced_accuracy);
        percent_cell(text, result->macro_f1);
        decimal_cell(text, result->loss);
        sx_text_format(text, "<td>%zu</td><td>%zu</td></tr>\n", comparison->parameters[i], result->runs);
    }
    sx_html_table_end(text);
}

static void pair_state(const sx_pair_result *pair, double alpha, char *words, size_t size) {
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

static void probability_cell(sx_text *text, const sx_pair_result *pair) {
    char words[48] = "\xE2\x80\x93";
    if (!isnan(pair->equivalent))
        sx_print(words, sizeof words, "%.0f / %.0f / %.0f\xC2\xA0%%", 100 * pair->a_better,
                 100 * pair->equivalent, 100 * pair->b_better);
    sx_html_cell(text, words);
}

void sx_page_pairs(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text *text = page->text;
    char interval[48];
    sx_print(interval, sizeof interval, "%g\xC2\xA0%% interval", comparison->confidence * 100);
    const char *heads[] = {"Pair",     "Difference (points)",           interval,       "p",
                           "p (Holm)", "First better / equal / second", "All together", "State",
                           NULL};
    sx_html_section(text, "pairs", "Paired differences");
    bool flips = comparison->method == SX_PAIRS_SIGN_FLIP;
    sx_text_format(
        text,
        "<p class=\"lead\">Runs of one fold and seed share split, first weights and batch order, so "
        "they are compared in pairs: %s, p values "
        "corrected for the number of pairs (Holm). Within &#177;%g points two axes count as "
        "equivalent; that margin was fixed before the runs. The probabilities that the first is better by "
        "more "
        "than the margin, neither, or the second are those of the Bayesian correlated t test; the last "
        "intervals "
        "hold for all pairs at once (Bonferroni).</p>\n",
        flips ? "by flipping the signs of the differences, with bootstrap intervals (BCa), since all runs "
                "share one "
                "split"
              : "corrected resampled t test (Nadeau and Bengio)",
        comparison->margin * 100);
    sx_html_table(text, "Paired differences in accuracy", heads);
    for (size_t i = 0; i < comparison->pair_count; i++) {
        const sx_pair_result *pair = &comparison->pairs[i];
        char words[64], number[SX_NUMBER_CHARS];
        sx_text_format(text, "<tr><th scope=\"row\">%s \xE2\x88\x92 %s</th>", sx_axis_name(pair->a),
                       sx_axis_name(pair->b));
        sx_points(pair->difference, number);
        sx_html_cell(text, number);
        interval_cell(text, pair->low, pair->high, sx_points);
        sx_p_value(pair->p, number);
        sx_html_cell(text, number);
        sx_p_value(pair->p_holm, number);
        sx_html_cell(text, number);
        probability_cell(text, pair);
        interval_cell(text, pair->low_together, pair->high_together, sx_points);
        pair_state(pair, 1 - comparison->confidence, words, sizeof words);
        sx_html_cell(text, words);
        sx_text_add(text, "</tr>\n");
    }
    sx_html_table_end(text);
    sx_html_section_end(text);
}

/* Mean accuracy of an axis on a fold over the seeds; NaN where no run is there. */
static double fold_accuracy(const sx_comparison *comparison, size_t axis, size_t fold) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis != axis || run->fold != fold) continue;
        sum += sx_run_accuracy(comparison, run);
        count++;
    }
    return count ? sum / (double)count : NAN;
}

void sx_page_folds(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text *text = page->text;
    const char *heads[SX_MAX_AXES + 2] = {"Fold held out"};
    for (size_t i = 0; i < comparison->axis_count; i++)
        heads[i + 1] = sx_axis_name(comparison->axes[i].axis);
    sx_html_section(text, "folds", "Accuracy by fold");
    sx_text_format(text, "<p class=\"lead\">Mean over %d seed%s; the best axis of each fold is bold.</p>\n",
                   comparison->seeds, comparison->seeds == 1 ? "" : "s");
    sx_html_table(text, "Accuracy by fold and axis", heads);
    for (size_t fold = 0; fold < comparison->fold_count; fold++) {
        double best = -1;
        sx_text_add(text, "<tr>");
        sx_html_row_head(text, comparison->fold_names[fold]);
        for (size_t axis = 0; axis < comparison->axis_count; axis++) {
            best = fmax(best, fold_accuracy(comparison, axis, fold));
        }
        for (size_t axis = 0; axis < comparison->axis_count; axis++) {
            double accuracy = fold_accuracy(comparison, axis, fold);
            char number[SX_NUMBER_CHARS];
            sx_percent(accuracy, number);
            if (accuracy >= best)
                sx_text_format(text, "<td><strong>%s</strong></td>", number);
            else
                sx_html_cell(text, number);
        }
        sx_text_add(text, "</tr>\n");
    }
    sx_html_table_end(text);
    sx_html_section_end(text);
}

/* Mean over an axis's runs of what a run reached on its own training part. */
static void training_means(const sx_comparison *comparison, size_t axis, double *fitting, double *moving) {
    double sums[2] = {0, 0};
    size_t count = 0;
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis != axis) continue;
        sums[0] += run->train_accuracy;
        sums[1] += run->train_accuracy_moving;
        count++;
    }
    *fitting = count ? sums[0] / (double)count : NAN;
    *moving = count ? sums[1] / (double)count : NAN;
}

void sx_page_statistics_table(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text *text = page->text;
    const char *heads[] = {"Axis kept",
                           "Moving (Keras)",
                           "Recomputed",
                           "Test batch\xE2\x80\x99s own",
                           "Training part, while fitting",
                           "Training part, moving",
                           NULL};
    sx_html_table(text, "Accuracy by way of scoring", heads);
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const sx_axis_result *result = &comparison->axes[i];
        double fitting, moving;
        training_means(comparison, i, &fitting, &moving);
        axis_head(text, comparison, result->axis);
        for (int way = 0; way < SX_STATISTICS_COUNT; way++) {
            bool loud = way == SX_STATISTICS_MOVING && result->moving_disagrees;
            char number[SX_NUMBER_CHARS];
            sx_percent(result->by_statistics[way].mean, number);
            sx_text_format(text, "<td%s>%s%s</td>", loud ? " class=\"loud\"" : "", number,
                           loud ? " \xE2\x9A\xA0" : "");
        }
        percent_cell(text, fitting);
        percent_cell(text, moving);
        sx_text_add(text, "</tr>\n");
    }
    sx_html_table_end(text);
}
