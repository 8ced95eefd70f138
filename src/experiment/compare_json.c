/* compare_json.c: the document of `compare --json`. Numbers that could not be computed are null. */
#include "experiment/compare_json.h"

#include "experiment/answer_json.h"
#include "experiment/lags.h"
#include "experiment/net.h"
#include "experiment/tune.h"
#include "experiment/verdict_text.h"
#include "tensor/shape_json.h"

#include <stdint.h>

static sx_json *interval_json(sx_interval interval) {
    sx_json *object = sx_json_object();
    sx_json_set_number(object, "mean", interval.mean);
    sx_json_set_number(object, "low", interval.low);
    sx_json_set_number(object, "high", interval.high);
    return object;
}

static void set_axis(sx_json *object, const sx_comparison *comparison, sx_axis axis) {
    sx_json_set_text(object, "axis", sx_axis_word(comparison->order, axis));
    sx_json_set_integer(object, "keras_axis", sx_axis_keras(axis));
}

sx_json *sx_verdict_json(const sx_comparison *comparison) {
    const sx_verdict *verdict = &comparison->verdict;
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "kind", sx_verdict_kind_name(verdict->kind));
    set_axis(object, comparison, verdict->axis);
    sx_json_set_text(object, "text", verdict->text);
    sx_json_set_text(object, "warning", verdict->warning[0] ? verdict->warning : NULL);
    return object;
}

static sx_json *axis_json(const sx_comparison *comparison, size_t index) {
    const sx_axis_result *result = &comparison->axes[index];
    sx_json *object = sx_json_object(), *intervals = sx_json_object();
    set_axis(object, comparison, result->axis);
    sx_json_set(object, "accuracy", interval_json(result->accuracy));
    sx_json_set_number(object, "accuracy_moving", result->by_statistics[SX_STATISTICS_MOVING].mean);
    sx_json_set_number(object, "accuracy_recomputed", result->by_statistics[SX_STATISTICS_RECOMPUTED].mean);
    sx_json_set_number(object, "accuracy_batch", result->by_statistics[SX_STATISTICS_BATCH].mean);
    sx_json_set_number(object, "balanced_accuracy", result->balanced_accuracy);
    sx_json_set_number(object, "macro_f1", result->macro_f1);
    sx_json_set_number(object, "loss", result->loss);
    sx_json_set_integer(object, "runs", (int64_t)result->runs);
    sx_json_set_integer(object, "parameters", (int64_t)comparison->parameters[index]);
    sx_json_set_bool(object, "moving_disagrees", result->moving_disagrees);
    sx_json_set(intervals, "accuracy_moving", interval_json(result->by_statistics[SX_STATISTICS_MOVING]));
    sx_json_set(intervals, "accuracy_recomputed",
                interval_json(result->by_statistics[SX_STATISTICS_RECOMPUTED]));
    sx_json_set(intervals, "accuracy_batch", interval_json(result->by_statistics[SX_STATISTICS_BATCH]));
    sx_json_set(intervals, "balanced_accuracy", interval_json(result->balanced_accuracy_interval));
    sx_json_set(intervals, "macro_f1", interval_json(result->macro_f1_interval));
    sx_json_set(intervals, "loss", interval_json(result->loss_interval));
    sx_json_set(object, "intervals", intervals);
    return object;
}

static sx_json *pair_json(const sx_comparison *comparison, const sx_pair_result *pair) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "a", sx_axis_word(comparison->order, pair->a));
    sx_json_set_text(object, "b", sx_axis_word(comparison->order, pair->b));
    sx_json_set_number(object, "difference", pair->difference);
    sx_json_set_number(object, "low", pair->low);
    sx_json_set_number(object, "high", pair->high);
    sx_json_set_number(object, "p", pair->p);
    sx_json_set_number(object, "p_holm", pair->p_holm);
    sx_json_set_number(object, "p_holm_control", pair->p_holm_control);
    sx_json_set_number(object, "p_equivalent", pair->p_equivalent);
    sx_json_set_number(object, "low_together", pair->low_together);
    sx_json_set_number(object, "high_together", pair->high_together);
    sx_json_set_number(object, "probability_a_better", pair->a_better);
    sx_json_set_number(object, "probability_equivalent", pair->equivalent);
    sx_json_set_number(object, "probability_b_better", pair->b_better);
    sx_json_set_number(object, "deviation", pair->deviation);
    sx_json_set_number(object, "smallest_difference", pair->smallest);
    if (pair->more_runs <= INT32_MAX)
        sx_json_set_integer(object, "more_runs", (int64_t)pair->more_runs);
    else
        sx_json_set_text(object, "more_runs", NULL); /* no number of runs */
    return object;
}

static sx_json *run_json(const sx_comparison *comparison, const sx_run *run) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "axis", sx_axis_word(comparison->order, comparison->axes[run->axis].axis));
    sx_json_set_text(object, "fold", comparison->fold_names[run->fold]);
    sx_json_set_integer(object, "seed", run->repetition + 1);
    sx_json_set_number(object, "accuracy", run->scores[comparison->statistics].accuracy);
    sx_json_set_number(object, "accuracy_moving", run->scores[SX_STATISTICS_MOVING].accuracy);
    sx_json_set_number(object, "accuracy_recomputed", run->scores[SX_STATISTICS_RECOMPUTED].accuracy);
    sx_json_set_number(object, "accuracy_batch", run->scores[SX_STATISTICS_BATCH].accuracy);
    sx_json_set_number(object, "loss", run->scores[comparison->statistics].loss);
    sx_json_set_number(object, "train_accuracy", run->train_accuracy);
    sx_json_set_number(object, "train_accuracy_moving", run->train_accuracy_moving);
    sx_json_set_integer(object, "epochs", (int64_t)run->epoch_count);
    sx_json_set_number(object, "wall_s", run->wall_s);
    return object;
}

static sx_json *settings_json(const sx_comparison *comparison, const sx_features *features) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "model", comparison->model);
    sx_json_set_integer(object, "recordings", (int64_t)features->count);
    sx_json_set_integer(object, "labels", (int64_t)features->label_count);
    sx_json_set(object, "shape", sx_shape_json(features->shape));
    sx_json_set_text(object, "order", sx_axis_order_name(comparison->order));
    sx_json_set_integer(object, "seeds", comparison->seeds);
    sx_json_set_integer(object, "seed", (int64_t)comparison->train.seed);
    sx_json_set_integer(object, "epochs", comparison->train.epochs);
    sx_json_set_integer(object, "batch", comparison->train.batch);
    sx_json_set_number(object, "learning_rate", comparison->train.learning_rate);
    sx_json_set_integer(object, "steps", (int64_t)comparison->steps);
    sx_json_set_text(object, "statistics", sx_statistics_name(comparison->statistics));
    sx_json_set_number(object, "margin", comparison->margin);
    sx_json_set_number(object, "confidence", comparison->confidence);
    sx_json_set_number(object, "test_train_ratio", comparison->test_train_ratio);
    return object;
}

static sx_json *design_json(const sx_comparison *comparison) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "method", sx_pair_method_name(comparison->method));
    sx_json_set_integer(object, "runs", (int64_t)comparison->fold_count * comparison->seeds);
    sx_json_set_number(object, "power", SX_POWER);
    sx_json_set_number(object, "smallest_difference", sx_comparison_resolves(comparison));
    return object;
}

static sx_json *skips_json(const sx_features *features) {
    sx_json *array = sx_json_array();
    for (size_t i = 0; i < features->skip_count; i++) {
        sx_json *object = sx_json_object();
        sx_json_set_text(object, "path", features->skips[i].path);
        sx_json_set_text(object, "reason", features->skips[i].reason);
        sx_json_append(array, object);
    }
    return array;
}

static sx_json *texts_json(char *const *texts, size_t count) {
    sx_json *array = sx_json_array();
    for (size_t i = 0; i < count; i++)
        sx_json_append_text(array, texts[i]);
    return array;
}

sx_json *sx_axis_results_json(const sx_comparison *comparison) {
    sx_json *axes = sx_json_array();
    for (size_t i = 0; i < comparison->axis_count; i++)
        sx_json_append(axes, axis_json(comparison, i));
    return axes;
}

/* Looks, and why a study that grows until decided ended. */
static sx_json *growth_json(const sx_growth *growth) {
    sx_json *object = sx_json_object(), *looks = sx_json_array();
    for (size_t i = 0; i < growth->look_count; i++)
        sx_json_append_integer(looks, growth->looks[i]);
    sx_json_set_bool(object, "sequential", growth->sequential);
    sx_json_set(object, "looks", looks);
    if (!growth->sequential) return object;
    sx_json_set_text(object, "rule", "Lan-DeMets error spending, repeated confidence intervals");
    sx_json_set_integer(object, "most_seeds", growth->most_seeds);
    sx_json_set_number(object, "information", growth->information);
    sx_json_set_number(object, "level", growth->level);
    sx_json_set_number(object, "chance_to_decide", growth->chance);
    sx_json_set_text(object, "end", sx_growth_end_name(growth->end));
    return object;
}

sx_json *sx_duel_json(const sx_duel *duel) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "a", sx_axis_name(duel->a));
    sx_json_set_text(object, "b", sx_axis_name(duel->b));
    sx_json_set_integer(object, "seed", duel->seed);
    sx_json_set_integer(object, "recordings", (int64_t)duel->items);
    sx_json_set_integer(object, "only_a_right", (int64_t)duel->only_a);
    sx_json_set_integer(object, "only_b_right", (int64_t)duel->only_b);
    sx_json_set_number(object, "p_mcnemar", duel->p);
    sx_json_set_number(object, "difference", duel->difference);
    sx_json_set_number(object, "low", duel->low);
    sx_json_set_number(object, "high", duel->high);
    sx_json_set_integer(object, "groups", (int64_t)duel->groups);
    return object;
}

void sx_comparison_set_json(sx_json *root, const sx_comparison *comparison) {
    sx_json *pairs = sx_json_array(), *runs = sx_json_array(), *models = sx_json_array();
    for (size_t i = 0; i < comparison->pair_count; i++)
        sx_json_append(pairs, pair_json(comparison, &comparison->pairs[i]));
    for (size_t i = 0; i < comparison->run_count; i++)
        sx_json_append(runs, run_json(comparison, &comparison->runs[i]));
    for (size_t i = 0; i < comparison->duel_count; i++)
        if (comparison->duels[i].items > 0) sx_json_append(models, sx_duel_json(&comparison->duels[i]));
    sx_json_set(root, "verdict", sx_verdict_json(comparison));
    sx_json_set(root, "axes", sx_axis_results_json(comparison));
    sx_json_set(root, "pairs", pairs);
    sx_json_set(root, "design", design_json(comparison));
    sx_json_set(root, "growth", growth_json(&comparison->growth));
    sx_json_set(root, "models", models);
    sx_json_set(root, "folds", texts_json(comparison->fold_names, comparison->fold_count));
    sx_json_set(root, "runs", runs);
}

char *sx_comparison_json(const sx_comparison *comparison, const sx_features *features) {
    sx_json *root = sx_json_object();
    sx_json_set_text(root, "schema", "sonaxis-compare-1");
    sx_comparison_set_json(root, comparison);
    sx_json_set(root, "tuning", sx_tune_json(comparison));
    sx_json_set(root, "moving_statistics", sx_lags_json(comparison));
    if (comparison->answer) sx_answer_set_json(root, comparison->answer, features);
    sx_json_set_number(root, "wall_s", comparison->wall_s);
    sx_json_set_number(root, "run_wall_s", comparison->run_wall_s);
    sx_json_set(root, "skipped", skips_json(features));
    if (comparison->net) sx_json_set(root, "net", sx_net_json(comparison));
    sx_json_set(root, "settings", settings_json(comparison, features));
    sx_json_set_text(root, "schedule", comparison->schedule_note);
    sx_json_set(root, "notes", texts_json(features->notes, features->note_count));
    char *text = sx_json_dump(root, 2);
    sx_json_free(root);
    return text;
}
