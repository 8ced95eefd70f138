/* detail_folds.c: accuracy fold by fold. */
#include "parts.h"

#include <math.h>

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

static void add_fold(sx_table *table, const sx_comparison *comparison, size_t fold) {
    double accuracies[SX_MAX_AXES], best = -1;
    for (size_t axis = 0; axis < comparison->axis_count; axis++) {
        accuracies[axis] = fold_accuracy(comparison, axis, fold);
        best = fmax(best, accuracies[axis]);
    }
    sx_cell_text(table, comparison->fold_names[fold]);
    for (size_t axis = 0; axis < comparison->axis_count; axis++) {
        sx_cell_percent(table, accuracies[axis]);
        if (accuracies[axis] >= best) sx_cell_strong(table);
    }
}

void sx_section_folds(sx_document *document, const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    const char *heads[SX_MAX_AXES + 2] = {"Fold held out"};
    for (size_t i = 0; i < comparison->axis_count; i++)
        heads[i + 1] = sx_axis_word(comparison->order, comparison->axes[i].axis);
    sx_section *part = sx_section_add(document, "folds", true, "Accuracy by fold");
    sx_section_say(part, SX_BLOCK_SOFT, "Mean over %d seed%s; the best axis of each fold is bold.",
                   comparison->seeds, comparison->seeds == 1 ? "" : "s");
    sx_table *table = sx_section_table(part, "folds", "Accuracy by fold and axis", heads);
    for (size_t fold = 0; fold < comparison->fold_count; fold++)
        add_fold(table, comparison, fold);
}
