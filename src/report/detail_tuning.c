/* detail_tuning.c: what every axis tried before its runs, and what was taken. */
#include "parts.h"

#include "experiment/tune.h"

#include <math.h>

/* One learning rate and momentum of one axis, over the folds. */
typedef struct tried {
    double accuracy;
    size_t folds, taken;
} tried;

static tried sum_up(const sx_comparison *comparison, size_t axis, size_t setting, size_t each) {
    tried sum = {0, 0, 0};
    for (size_t i = 0; i < comparison->trial_count; i++) {
        const sx_trial *trial = &comparison->trials[i];
        if (trial->axis != axis || i % each != setting) continue;
        sum.taken += trial->chosen;
        if (isnan(trial->accuracy)) continue;
        sum.accuracy += trial->accuracy;
        sum.folds++;
    }
    sum.accuracy = sum.folds ? sum.accuracy / (double)sum.folds : (double)NAN;
    return sum;
}

static void add_setting(sx_table *table, const sx_comparison *comparison, size_t setting, size_t each) {
    char name[96];
    sx_print(name, sizeof name, "%g (momentum %g)", comparison->trials[setting].learning_rate,
             comparison->trials[setting].momentum);
    sx_cell_text(table, name);
    for (size_t axis = 0; axis < comparison->axis_count; axis++) {
        const tried sum = sum_up(comparison, axis, setting, each);
        sx_cell_percent(table, sum.accuracy);
        sx_cell_count(table, (double)sum.taken);
    }
}

void sx_section_tuning(sx_document *document, const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text text = {0};
    sx_section *part = sx_section_add(document, "tuning", true, "Were the axes tuned alike?");
    sx_tune_say(&text, comparison);
    if (text.chars) sx_section_say(part, SX_BLOCK_TEXT, "%s", text.chars);
    sx_text_clear(&text);
    if (comparison->trial_count == 0) return;
    const size_t each = comparison->trial_count / comparison->axis_count / comparison->fold_count;
    const char *heads[2 * SX_MAX_AXES + 2] = {"Learning rate"};
    for (size_t i = 0; i < comparison->axis_count; i++) {
        heads[2 * i + 1] = sx_axis_word(comparison->order, comparison->axes[i].axis);
        heads[2 * i + 2] = "taken in folds";
    }
    sx_section_say(part, SX_BLOCK_SOFT,
                   "Mean accuracy on the validation parts. The choice is made fold by fold, since the test "
                   "recordings of one fold are among the training and validation recordings of the others.");
    sx_table *table =
        sx_section_table(part, "tuning", "Learning rates tried, and where they were taken", heads);
    for (size_t setting = 0; setting < each; setting++)
        add_setting(table, comparison, setting, each);
}
