/* answer.c: the answer joined from its parts. Whatever the kept nets are needed for may be missing; memory
 * and Ctrl-C alone end it. */
#include "experiment/answer_parts.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/watch.h"

#include <math.h>
#include <string.h>

void sx_answer_free(sx_answer *answer) {
    if (!answer) return;
    sx_explanation_free(answer->explanation);
    for (size_t i = 0; i < answer->axis_count; i++)
        sx_free(answer->scores[i].labels);
    for (size_t i = 0; i < answer->step_count; i++)
        sx_free(answer->steps[i].command);
    sx_free(answer);
}

void sx_answer_note(sx_answer *answer, const char *what, const sx_error *err) {
    if (!answer->note[0]) sx_print(answer->note, sizeof answer->note, "%s: %s", what, err->text);
}

/* A part that fails is left out, unless nothing can go on. */
static sx_status leave_out(sx_answer *answer, const char *what, sx_status status, const sx_error *why,
                           sx_error *err) {
    if (status == SX_OK) return SX_OK;
    if (status == SX_E_MEMORY || status == SX_E_CANCELLED) {
        if (err) *err = *why;
        return status;
    }
    sx_answer_note(answer, what, why);
    return SX_OK;
}

size_t sx_answer_nets(const sx_answering *a, double epochs, double share, size_t most) {
    const double runs = (double)a->comparison->fold_count * a->comparison->seeds;
    const double trained = runs * a->comparison->train.epochs;
    const double nets = ceil(trained / epochs / share);
    return nets < 1 ? 1 : nets < (double)most ? (size_t)nets : most;
}

static sx_status look_into_nets(const sx_answering *a, sx_error *err) {
    sx_explain_options options;
    sx_error why = {0};
    sx_explain_default(&options);
    options.folds = a->how->folds;
    options.probes = false;
    options.most_nets = sx_answer_nets(a, 2.5, 40, options.most_nets);
    options.most_items = 128;
    options.confidence = a->how->confidence;
    options.threads = a->how->threads;
    sx_status status =
        sx_explain(a->how->folder, a->features, &options, a->watch, &a->answer->explanation, &why);
    return leave_out(a->answer, "the nets were not looked into", status, &why, err);
}

static void say_alignment(const sx_answering *a) {
    static const char *const meaning[] = {"a net that keeps time has a mean, a variance, a scale and an "
                                          "offset for every frame number, and here a "
                                          "frame number means little",
                                          "a net that keeps time has a mean, a variance, a scale and an "
                                          "offset for every frame number, and here a "
                                          "frame number means something in part of the recordings' course",
                                          "a net that keeps time has a mean, a variance, a scale and an "
                                          "offset for every frame number, and here a "
                                          "frame number means much the same in every recording; it will have "
                                          "to in the recordings to come as well"};
    sx_print(
        a->answer->alignment_text, sizeof a->answer->alignment_text,
        "Only keeping time depends on this: %s. Keeping frequency or channels pools over time. What each "
        "axis loses when recordings begin later was not measured in this comparison.",
        meaning[a->answer->alignment.degree]);
}

static sx_status measure_alignment(const sx_answering *a, sx_error *err) {
    sx_error why = {0};
    sx_status status = sx_align_index_compute(a->features, a->how->confidence, a->how->train.seed,
                                              &a->answer->alignment, &why);
    a->answer->has_alignment = status == SX_OK;
    if (status == SX_OK) say_alignment(a);
    return leave_out(a->answer, "the alignment index could not be computed", status, &why, err);
}

/* What looks into nets tells them apart by their first normalisation. */
static bool first_varies(const sx_answering *a) {
    const sx_net_about *net = a->comparison->net;
    if (!net) return !a->how->vary || strcmp(a->how->vary, "all") == 0;
    for (size_t i = 0; i < net->norm_count; i++)
        if (strstr(net->norms[i].class_name, "BatchNormalization")) return !net->norms[i].reason;
    return false;
}

/* What looks into spectrograms takes their first axis for time. */
static sx_status look(const sx_answering *a, sx_error *err) {
    if (a->comparison->order == SX_ORDER_FREQUENCY_TIME) {
        sx_print(a->answer->note, sizeof a->answer->note,
                 "the nets and the alignment were not looked into, which needs arrays with time first");
        return SX_OK;
    }
    sx_status status = SX_OK;
    if (first_varies(a))
        status = look_into_nets(a, err);
    else
        sx_print(a->answer->note, sizeof a->answer->note,
                 "the nets were not looked into, which needs a first normalisation that varies");
    return status == SX_OK ? measure_alignment(a, err) : status;
}

static sx_status make(const sx_answering *a, sx_error *err) {
    sx_error why = {0};
    sx_status status = look(a, err);
    if (status == SX_OK)
        status =
            leave_out(a->answer, "the costs of an axis are not known", sx_answer_costs(a, &why), &why, err);
    if (status == SX_OK)
        status = leave_out(a->answer, "scores from probabilities are missing", sx_answer_scores(a, &why),
                           &why, err);
    if (status == SX_OK) sx_answer_evidence(a);
    if (status == SX_OK) status = sx_answer_steps(a, err);
    return status;
}

sx_status sx_answer_add(sx_comparison *comparison, const sx_features *features, const sx_compare_options *how,
                        const sx_answer_options *options, const sx_watch *watch, sx_error *err) {
    const double start = sx_clock_seconds();
    sx_answer *answer = sx_alloc(1, sizeof *answer);
    if (!answer) return sx_fail_memory(err, sizeof *answer);
    answer->order = comparison->order;
    answer->axis_count = comparison->axis_count;
    answer->label_count = features->label_count;
    for (size_t i = 0; i < answer->axis_count; i++)
        answer->costs[i].axis = answer->scores[i].axis = comparison->axes[i].axis;
    /* Ctrl-C is heard, but every net's own progress would only flicker by. */
    const sx_watch quiet = {.cancelled = watch ? watch->cancelled : NULL,
                            .context = watch ? watch->context : NULL};
    const sx_answering a = {answer, comparison, features, how, options, &quiet};
    sx_watch_note(watch, "looking into some of the nets for the reasons");
    sx_status status = make(&a, err);
    answer->wall_s = sx_clock_seconds() - start;
    if (status != SX_OK) {
        sx_answer_free(answer);
        return status;
    }
    sx_answer_free(comparison->answer);
    comparison->answer = answer;
    return SX_OK;
}
