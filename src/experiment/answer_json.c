/* answer_json.c: see answer_json.h. */
#include "experiment/answer_json.h"

static sx_json *interval_json(sx_interval interval) {
    sx_json *object = sx_json_object();
    sx_json_set_number(object, "mean", interval.mean);
    sx_json_set_number(object, "low", interval.low);
    sx_json_set_number(object, "high", interval.high);
    return object;
}

static sx_json *evidence_json(sx_axis_order order, const sx_evidence *evidence) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "id", evidence->id);
    sx_json_set_text(object, "kind", evidence->kind == SX_EVIDENCE_CHANGED ? "changed" : "seen");
    sx_json_set_text(object, "axis", sx_axis_word(order, evidence->axis));
    sx_json_set_number(object, "size", evidence->size);
    sx_json_set_text(object, "title", evidence->title);
    sx_json_set_text(object, "sentence", evidence->sentence);
    sx_json_set_text(object, "cannot_show", evidence->cannot_show);
    return object;
}

static sx_json *alignment_json(const sx_answer *answer) {
    const sx_align_index *index = &answer->alignment;
    sx_json *object = sx_json_object();
    if (!answer->has_alignment) return object;
    sx_json_set_number(object, "index", index->index);
    sx_json_set_number(object, "low", index->low);
    sx_json_set_number(object, "high", index->high);
    sx_json_set_text(object, "degree", sx_align_degree_name(index->degree));
    sx_json_set_text(object, "text", index->text);
    return object;
}

static void set_fixed(sx_json *object, const char *key, const char *layer) {
    sx_json_set_text(object, key, layer[0] ? layer : NULL);
}

static sx_json *cost_json(sx_axis_order order, const sx_axis_cost *cost) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "axis", sx_axis_word(order, cost->axis));
    sx_json_set_bool(object, "known", cost->known);
    if (!cost->known) return object;
    sx_json_set_integer(object, "normalisations", (int64_t)cost->normalisations);
    sx_json_set_integer(object, "folded", (int64_t)cost->folded);
    sx_json_set_integer(object, "parameters", (int64_t)cost->parameters);
    sx_json_set_integer(object, "parameters_folded", (int64_t)cost->parameters_folded);
    sx_json_set_number(object, "multiply_adds", cost->multiply_adds);
    sx_json_set_number(object, "extra_multiply_adds", cost->extra_multiply_adds);
    sx_json_set_integer(object, "file_bytes", (int64_t)cost->file_bytes);
    set_fixed(object, "time_fixed_by", cost->time_fixed_by);
    set_fixed(object, "bands_fixed_by", cost->bands_fixed_by);
    sx_json_set_bool(object, "streams", cost->streams);
    sx_json_set_text(object, "text", cost->text);
    return object;
}

static sx_json *label_json(const sx_label_score *score, const char *name) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "label", name);
    sx_json_set_integer(object, "support", (int64_t)score->support);
    sx_json_set_number(object, "precision", score->precision);
    sx_json_set_number(object, "recall", score->recall);
    sx_json_set_number(object, "f1", score->f1);
    sx_json_set_number(object, "auroc", score->auroc);
    sx_json_set_number(object, "average_precision", score->average_precision);
    return object;
}

static sx_json *scores_json(sx_axis_order order, const sx_axis_scores *scores, const sx_features *features) {
    sx_json *object = sx_json_object(), *labels = sx_json_array();
    sx_json_set_text(object, "axis", sx_axis_word(order, scores->axis));
    sx_json_set_integer(object, "nets", (int64_t)scores->nets);
    sx_json_set(object, "auroc", interval_json(scores->auroc));
    sx_json_set(object, "average_precision", interval_json(scores->average_precision));
    sx_json_set(object, "log_loss", interval_json(scores->log_loss));
    sx_json_set(object, "calibration_error", interval_json(scores->calibration_error));
    for (size_t i = 0; i < features->label_count && scores->labels; i++)
        sx_json_append(labels, label_json(&scores->labels[i], features->label_names[i]));
    sx_json_set(object, "labels", labels);
    return object;
}

void sx_answer_set_json(sx_json *root, const sx_answer *answer, const sx_features *features) {
    sx_json *why = sx_json_array(), *costs = sx_json_array(), *scores = sx_json_array(),
            *next = sx_json_array();
    for (size_t i = 0; i < answer->evidence_count; i++)
        sx_json_append(why, evidence_json(answer->order, &answer->evidence[i]));
    for (size_t i = 0; i < answer->axis_count; i++) {
        sx_json_append(costs, cost_json(answer->order, &answer->costs[i]));
        sx_json_append(scores, scores_json(answer->order, &answer->scores[i], features));
    }
    for (size_t i = 0; i < answer->step_count; i++) /* without commands: they name folders */
        sx_json_append_text(next, answer->steps[i].why);
    sx_json_set(root, "why", why);
    sx_json_set(root, "alignment", alignment_json(answer));
    sx_json_set(root, "deployment", costs);
    sx_json_set(root, "probabilities", scores);
    sx_json_set(root, "next", next);
    if (answer->note[0]) sx_json_set_text(root, "note", answer->note);
}
