/* align_json.c: alignment as a document and as the text of the terminal. */
#include "experiment/align_probe.h"

#include "base/json.h"
#include "base/text.h"

#include <math.h>

static sx_json *interval_json(const sx_interval *interval) {
    sx_json *object = sx_json_object();
    sx_json_set_number(object, "mean", interval->mean);
    sx_json_set_number(object, "low", interval->low);
    sx_json_set_number(object, "high", interval->high);
    return object;
}

static sx_json *index_json(const sx_align_index *index) {
    if (!index) return NULL;
    sx_json *object = sx_json_object(), *scatter = sx_json_array();
    sx_json_set_number(object, "index", index->index);
    sx_json_set_number(object, "low", index->low);
    sx_json_set_number(object, "high", index->high);
    sx_json_set_number(object, "confidence", index->confidence);
    sx_json_set_text(object, "degree", sx_align_degree_name(index->degree));
    sx_json_set_number(object, "time_share", index->time_share);
    sx_json_set_number(object, "clip_time_share", index->clip_time_share);
    sx_json_set_integer(object, "recordings", (int64_t)index->recordings);
    sx_json_set_integer(object, "frames", (int64_t)index->frames);
    sx_json_set_number(object, "hop_ms", index->hop_ms > 0 ? index->hop_ms : NAN);
    for (size_t i = 0; i < index->scatter_count; i++) {
        sx_json *point = sx_json_object();
        sx_json_set_number(point, index->hop_ms > 0 ? "up_to_ms" : "up_to_frames", index->scatter_ms[i]);
        sx_json_set_number(point, "index", index->scatter[i]);
        sx_json_append(scatter, point);
    }
    sx_json_set(object, "moved_at_random", scatter);
    sx_json_set_text(object, "text", index->text);
    return object;
}

static sx_json *tolerance_json(const sx_tolerance *tolerance) {
    sx_json *object = sx_json_object();
    sx_json_set_number(object, "ms", tolerance->ms);
    sx_json_set_number(object, "low_ms", tolerance->low_ms);
    sx_json_set_number(object, "high_ms", tolerance->high_ms);
    return object;
}

static const char *const state_names[SX_ALIGN_STATES] = {"as_is", "jittered"};

static sx_json *trained_json(const sx_align_study *study, size_t a, size_t trained) {
    const sx_align_axis *axis = &study->axes[a];
    sx_json *object = sx_json_object(), *tested = sx_json_object(), *losses = sx_json_array();
    for (size_t state = 0; state < SX_ALIGN_STATES; state++)
        sx_json_set(tested, state_names[state], interval_json(&axis->accuracy[trained][state]));
    sx_json_set(object, "accuracy_tested", tested);
    sx_json_set(object, "drop", interval_json(&axis->drop[trained]));
    sx_json_set(object, "tolerance", tolerance_json(&axis->tolerance[trained]));
    for (size_t i = 0; i < study->lag_count; i++) {
        sx_json *loss = interval_json(&axis->loss[trained][i]);
        sx_json_set_number(loss, "lag_ms", study->lags_ms[i]);
        sx_json_append(losses, loss);
    }
    sx_json_set(object, "loss", losses);
    size_t conditions = SX_PROBE_FIRST_LAG + study->lag_count;
    const double *scores = study->scores + (trained * study->axis_count + a) * study->runs * conditions;
    sx_json *runs = sx_json_array();
    for (size_t run = 0; run < study->runs; run++) {
        sx_json *row = sx_json_array();
        for (size_t i = 0; i < conditions; i++)
            sx_json_append_number(row, scores[run * conditions + i]);
        sx_json_append(runs, row);
    }
    sx_json_set(object, "runs", runs);
    return object;
}

static sx_json *axis_json(const sx_align_study *study, size_t a) {
    const sx_align_axis *axis = &study->axes[a];
    sx_json *object = sx_json_object(), *trained = sx_json_object();
    sx_json_set_text(object, "axis", sx_axis_name(axis->axis));
    sx_json_set_integer(object, "keras_axis", sx_axis_keras(axis->axis));
    for (size_t state = 0; state < SX_ALIGN_STATES; state++)
        sx_json_set(trained, state_names[state], trained_json(study, a, state));
    sx_json_set(object, "trained", trained);
    sx_json_set(object, "cured", interval_json(&axis->cured));
    sx_json_set(object, "cost", interval_json(&axis->cost));
    sx_json_set(object, "drop_more_than_first_axis", interval_json(&axis->drop_more));
    sx_json_set_text(object, "tolerance_text", axis->tolerance_text);
    sx_json_set_text(object, "jitter_text", axis->jitter_text);
    return object;
}

static sx_json *study_json(const sx_align_study *study) {
    if (!study) return NULL;
    sx_json *object = sx_json_object(), *axes = sx_json_array(), *lags = sx_json_array();
    sx_json_set_text(object, "model", study->model);
    sx_json_set_text(object, "statistics", sx_statistics_name(study->statistics));
    sx_json_set_integer(object, "folds", (int64_t)study->fold_count);
    sx_json_set_integer(object, "seeds", study->seeds);
    sx_json_set_number(object, "margin", study->margin);
    sx_json_set_number(object, "confidence", study->confidence);
    sx_json_set_number(object, "jitter_ms", study->jitter_ms);
    sx_json_set_number(object, "hop_ms", study->hop_ms);
    for (size_t i = 0; i < study->lag_count; i++)
        sx_json_append_number(lags, study->lags_ms[i]);
    sx_json_set(object, "lags_ms", lags);
    for (size_t a = 0; a < study->axis_count; a++)
        sx_json_append(axes, axis_json(study, a));
    sx_json_set(object, "axes", axes);
    sx_json_set_number(object, "wall_s", study->wall_s);
    sx_json_set_text(object, "text", study->text);
    return object;
}

static sx_json *moves_json(const sx_align_moves *moves) {
    if (!moves) return NULL;
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "to", sx_align_to_name(moves->to));
    sx_json_set_integer(object, "recordings", (int64_t)moves->usable);
    sx_json_set_number(object, "place_ms", moves->place_ms);
    sx_json_set_number(object, "least_ms", moves->least_ms);
    sx_json_set_number(object, "median_ms", moves->median_ms);
    sx_json_set_number(object, "most_ms", moves->most_ms);
    sx_json_set_integer(object, "cut", (int64_t)moves->cut_count);
    return object;
}

/* A part that is not there is null. */
static void set_part(sx_json *root, const char *key, bool there, sx_json *part) {
    if (there)
        sx_json_set(root, key, part);
    else
        sx_json_set_text(root, key, NULL);
}

char *sx_alignment_json(const sx_alignment *alignment, const sx_features *features) {
    sx_json *root = sx_json_object(), *skipped = sx_json_array();
    sx_json_set_text(root, "schema", "sonaxis-align-1");
    sx_json_set(root, "index", index_json(alignment->index));
    set_part(root, "moves", alignment->moves, moves_json(alignment->moves));
    set_part(root, "index_after", alignment->index_after, index_json(alignment->index_after));
    set_part(root, "study", alignment->study, study_json(alignment->study));
    for (size_t i = 0; i < features->skip_count; i++) {
        sx_json *skip = sx_json_object();
        sx_json_set_text(skip, "path", features->skips[i].path);
        sx_json_set_text(skip, "reason", features->skips[i].reason);
        sx_json_append(skipped, skip);
    }
    sx_json_set(root, "skipped", skipped);
    char *text = sx_json_dump(root, 2);
    sx_json_free(root);
    return text;
}

/* --- text --------------------------------------------------------------------------------------------- */

static void add_cell(sx_text *text, const sx_interval *interval) {
    sx_text_format(text, "  %5.1f %% (%.1f to %.1f)", 100 * interval->mean, 100 * interval->low,
                   100 * interval->high);
}

static void add_study(sx_text *text, const sx_align_study *study) {
    sx_text_format(text, "\n%s\n\naccuracy, net %s, %zu runs an axis and training (%zu folds x %d seeds):\n",
                   study->text, study->model, study->runs, study->fold_count, study->seeds);
    sx_text_format(text, "%-10s %-9s  %-24s %s\n", "kept", "trained", "tested as is", "tested jittered");
    for (size_t a = 0; a < study->axis_count; a++) {
        const sx_align_axis *axis = &study->axes[a];
        for (size_t state = 0; state < SX_ALIGN_STATES; state++) {
            sx_text_format(text, "%-10s %-9s", sx_axis_name(axis->axis),
                           state == SX_ALIGN_AS_IS ? "as is" : "jittered");
            add_cell(text, &axis->accuracy[state][SX_ALIGN_AS_IS]);
            add_cell(text, &axis->accuracy[state][SX_ALIGN_JITTERED]);
            sx_text_add(text, "\n");
        }
    }
    for (size_t a = 0; a < study->axis_count; a++)
        sx_text_format(text, "\n%s: %s\n", sx_axis_name(study->axes[a].axis), study->axes[a].jitter_text);
}

static void add_moves(sx_text *text, const sx_align_moves *moves) {
    sx_text_format(
        text,
        "\n%zu recordings aligned to %s: moved by %.1f to %.1f ms (median %.1f), so that it lies at "
        "%.0f ms.\n",
        moves->usable, sx_align_to_name(moves->to), moves->least_ms, moves->most_ms, moves->median_ms,
        moves->place_ms);
    if (moves->cut_count > 0)
        sx_text_format(text, "%zu of them lose%s more than 10 ms of sound at the beginning.\n",
                       moves->cut_count, moves->cut_count == 1 ? "s" : "");
}

char *sx_alignment_text(const sx_alignment *alignment) {
    sx_text text = {0};
    if (alignment->index_after) sx_text_add(&text, "Before: ");
    sx_text_format(&text, "%s\n", alignment->index->text);
    if (alignment->moves) add_moves(&text, alignment->moves);
    if (alignment->index_after) sx_text_format(&text, "\nAfter: %s\n", alignment->index_after->text);
    if (alignment->study) add_study(&text, alignment->study);
    return sx_text_take(&text);
}
