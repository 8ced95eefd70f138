/* detail_scores.c: every score of every axis; how they come out by way of scoring; label by label. */
#include "parts.h"

#include "html.h"

#include <math.h>

static bool is_chosen(const sx_comparison *comparison, sx_axis axis) {
    return comparison->verdict.axis == axis && comparison->verdict.kind == SX_VERDICT_WINNER;
}

static sx_interval ranked(const sx_answer *answer, size_t axis, int which) {
    const sx_interval none = {(double)NAN, (double)NAN, (double)NAN};
    if (!answer) return none;
    const sx_axis_scores *scores = &answer->scores[axis];
    return which == 0   ? scores->auroc
           : which == 1 ? scores->average_precision
           : which == 2 ? scores->log_loss
                        : scores->calibration_error;
}

static void add_axis(sx_table *table, const sx_comparison *comparison, size_t axis) {
    const sx_axis_result *result = &comparison->axes[axis];
    sx_cell_axis(table, comparison->order, result->axis);
    sx_cell_percent(table, result->accuracy.mean);
    if (is_chosen(comparison, result->axis)) sx_cell_strong(table);
    sx_cell_percents(table, result->accuracy.low, result->accuracy.high);
    sx_cell_percent(table, result->balanced_accuracy);
    sx_cell_percent(table, result->macro_f1);
    sx_cell_decimal(table, ranked(comparison->answer, axis, 0).mean, 3);
    sx_cell_decimal(table, ranked(comparison->answer, axis, 1).mean, 3);
    sx_cell_decimal(table, ranked(comparison->answer, axis, 2).mean, 3);
    sx_cell_decimal(table, ranked(comparison->answer, axis, 3).mean, 3);
    sx_cell_decimal(table, result->loss, 3);
    sx_cell_count(table, (double)result->runs);
}

static void add_intervals(sx_section *part, const sx_comparison *comparison) {
    static const char *const heads[] = {
        "Axis kept",         "Balanced accuracy", "Macro F1",          "AUROC",
        "Average precision", "Log loss",          "Calibration error", NULL};
    char title[96], interval[48];
    sx_interval_head(comparison, interval, sizeof interval);
    sx_print(title, sizeof title, "%ss of the other scores", interval);
    sx_table *table = sx_section_table(part, "score-intervals", title, heads);
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const sx_axis_result *result = &comparison->axes[i];
        sx_cell_axis(table, comparison->order, result->axis);
        sx_cell_percents(table, result->balanced_accuracy_interval.low,
                         result->balanced_accuracy_interval.high);
        sx_cell_percents(table, result->macro_f1_interval.low, result->macro_f1_interval.high);
        for (int which = 0; which < 4; which++) {
            const sx_interval value = ranked(comparison->answer, i, which);
            sx_cell_decimals(table, value.low, value.high, 3);
        }
    }
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

static sx_status draw_ways(const sx_page *page, const void *context, sx_error *err) {
    (void)context;
    (void)err;
    sx_chart_statistics(page);
    return SX_OK;
}

void sx_section_ways(sx_section *part, const sx_page *page) {
    static const char *const heads[] = {"Axis kept",
                                        "Moving (Keras)",
                                        "Recomputed",
                                        "Test batch's own",
                                        "Training part, while fitting",
                                        "Training part, moving",
                                        NULL};
    const sx_comparison *comparison = page->comparison;
    sx_table *table = sx_section_draw(part, draw_ways, NULL, "ways", "Three ways of scoring", heads);
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const sx_axis_result *result = &comparison->axes[i];
        double fitting, moving;
        training_means(comparison, i, &fitting, &moving);
        sx_cell_axis(table, comparison->order, result->axis);
        for (int way = 0; way < SX_STATISTICS_COUNT; way++) {
            sx_cell_percent(table, result->by_statistics[way].mean);
            if (way == SX_STATISTICS_MOVING && result->moving_disagrees) sx_cell_loud(table);
        }
        sx_cell_percent(table, fitting);
        sx_cell_percent(table, moving);
    }
}

static void say_what_they_are(sx_section *part, const sx_answer *answer) {
    if (answer && answer->scores[0].nets)
        sx_section_say(
            part, SX_BLOCK_SOFT,
            "Accuracy, balanced accuracy, F1 and loss are means over all runs; AUROC (one label against the "
            "rest, mean over labels), average precision, log loss and calibration error (expected, 15 bins) "
            "come from the probabilities of %zu net%s an axis.",
            answer->scores[0].nets, answer->scores[0].nets == 1 ? "" : "s");
    else
        sx_section_say(part, SX_BLOCK_SOFT,
                       "Means over all runs. Scores from probabilities need the kept nets.");
}

void sx_section_scores(sx_document *document, const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    char interval[48];
    sx_interval_head(comparison, interval, sizeof interval);
    const char *heads[] = {"Axis kept",
                           "Accuracy",
                           interval,
                           "Balanced accuracy",
                           "Macro F1",
                           "AUROC",
                           "Average precision",
                           "Log loss",
                           "Calibration error",
                           "Loss",
                           "Runs",
                           NULL};
    sx_section *part = sx_section_add(document, "scores", true, "Scores");
    sx_table *table = sx_section_table(part, "scores", "Scores of each axis", heads);
    for (size_t i = 0; i < comparison->axis_count; i++)
        add_axis(table, comparison, i);
    say_what_they_are(part, comparison->answer);
    add_intervals(part, comparison);
    if (!sx_evidence_shows_ways(comparison->answer)) sx_section_ways(part, page);
}

/* Axis by axis within a label, so that what an axis does to a label is seen at once. */
void sx_section_labels(sx_document *document, const sx_page *page) {
    static const char *const heads[] = {"Label", "Axis kept",         "Tested", "Precision", "Recall", "F1",
                                        "AUROC", "Average precision", NULL};
    const sx_answer *answer = page->comparison->answer;
    if (!answer || !answer->scores[0].labels) return;
    sx_section *part = sx_section_add(document, "labels", true, "Label by label");
    if (part) part->is_folded = true;
    sx_section_say(part, SX_BLOCK_SOFT, "Precision, recall and F1 of all runs of an axis together.");
    sx_table *table = sx_section_table(part, "label-scores", "Scores of each label", heads);
    for (size_t label = 0; label < answer->label_count; label++) {
        for (size_t axis = 0; axis < answer->axis_count; axis++) {
            const sx_label_score *score = &answer->scores[axis].labels[label];
            sx_cell_text(table, page->features->label_names[label]);
            sx_cell_axis(table, page->comparison->order, answer->scores[axis].axis);
            sx_cell_count(table, (double)score->support);
            sx_cell_percent(table, score->precision);
            sx_cell_percent(table, score->recall);
            sx_cell_percent(table, score->f1);
            sx_cell_decimal(table, score->auroc, 3);
            sx_cell_decimal(table, score->average_precision, 3);
        }
    }
}
