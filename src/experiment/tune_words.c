/* tune_words.c: what was tried and taken, in a sentence and as JSON. */
#include "experiment/tune.h"

#include <math.h>

static bool is_same_setting(const sx_trial *a, const sx_trial *b) {
    return a->learning_rate <= b->learning_rate && a->learning_rate >= b->learning_rate &&
           a->momentum <= b->momentum && a->momentum >= b->momentum;
}

/* Trials of one axis on one fold. */
static size_t each_of(const sx_comparison *comparison) {
    return comparison->trial_count / comparison->axis_count / comparison->fold_count;
}

static bool momenta_differ(const sx_comparison *comparison) {
    for (size_t i = 1; i < each_of(comparison); i++)
        if (fabs(comparison->trials[i].momentum - comparison->trials[0].momentum) > 0) return true;
    return false;
}

static void say_setting(sx_text *text, const sx_trial *trial, bool momenta) {
    sx_text_format(text, "%g", trial->learning_rate);
    if (momenta) sx_text_format(text, " with momentum %g", trial->momentum);
}

/* "channels 0.003 (3 of 4 folds), 0.001 (1)" */
static void say_choices(sx_text *text, const sx_comparison *comparison, size_t axis) {
    const size_t each = each_of(comparison), folds = comparison->fold_count;
    bool first = true;
    sx_text_format(text, "%s", sx_axis_word(comparison->order, comparison->axes[axis].axis));
    for (size_t i = 0; i < each; i++) {
        const sx_trial *setting = &comparison->trials[i];
        size_t taken = 0;
        for (size_t t = axis * folds * each; t < (axis + 1) * folds * each; t++)
            taken += comparison->trials[t].chosen && is_same_setting(&comparison->trials[t], setting);
        if (!taken) continue;
        sx_text_add(text, first ? " " : ", ");
        say_setting(text, setting, momenta_differ(comparison));
        sx_text_format(text, first ? " (%zu of %zu fold%s)" : " (%zu)", taken, folds, folds == 1 ? "" : "s");
        first = false;
    }
}

void sx_tune_say(sx_text *text, const sx_comparison *comparison) {
    if (comparison->trial_count == 0) {
        sx_text_format(text, "One learning rate for all axes, %g; none was tuned (--tune).",
                       comparison->train.learning_rate);
        return;
    }
    const size_t each = each_of(comparison);
    sx_text_add(text, "Tuned alike: every axis tried ");
    for (size_t i = 0; i < each; i++) {
        sx_text_add(text, i == 0 ? "" : i + 1 < each ? ", " : " and ");
        say_setting(text, &comparison->trials[i], momenta_differ(comparison));
    }
    sx_text_add(text, " as learning rate, fold by fold, judged on validation recordings only. Taken: ");
    for (size_t axis = 0; axis < comparison->axis_count; axis++) {
        if (axis > 0) sx_text_add(text, "; ");
        say_choices(text, comparison, axis);
    }
    sx_text_add(text, ".");
}

static sx_json *trial_json(const sx_comparison *comparison, const sx_trial *trial) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "axis", sx_axis_name(comparison->axes[trial->axis].axis));
    sx_json_set_text(object, "fold", comparison->fold_names[trial->fold]);
    sx_json_set_number(object, "learning_rate", trial->learning_rate);
    sx_json_set_number(object, "momentum", trial->momentum);
    sx_json_set_number(object, "validation_accuracy", trial->accuracy);
    sx_json_set_number(object, "validation_loss", trial->loss);
    sx_json_set_bool(object, "chosen", trial->chosen);
    return object;
}

sx_json *sx_tune_json(const sx_comparison *comparison) {
    sx_json *object = sx_json_object(), *trials = sx_json_array();
    sx_text text = {0};
    sx_tune_say(&text, comparison);
    sx_json_set_text(object, "text", text.chars);
    sx_json_set_bool(object, "tuned", comparison->trial_count > 0);
    sx_json_set(object, "trials", trials);
    sx_text_clear(&text);
    if (comparison->trial_count == 0) return object;
    sx_json_set_text(object, "choice", "fold by fold, on its validation part");
    sx_json_set_integer(object, "trials_of_each_choice", (int64_t)each_of(comparison));
    for (size_t i = 0; i < comparison->trial_count; i++)
        sx_json_append(trials, trial_json(comparison, &comparison->trials[i]));
    return object;
}
