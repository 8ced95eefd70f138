/* answer_next.c: what to do next, with commands that can be copied. */
#include "experiment/answer_parts.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>

enum { MOST_SEEDS = 1000 };

/* A step; the command, if any, is given with step_command. */
SX_PRINTF(2, 3) static sx_step *add(const sx_answering *a, const char *format, ...) {
    sx_answer *answer = a->answer;
    if (answer->step_count == SX_MOST_STEPS) return NULL;
    sx_step *step = &answer->steps[answer->step_count++];
    va_list values;
    va_start(values, format);
    (void)sx_format_plain(step->why, sizeof step->why, format, values);
    va_end(values);
    return step;
}

static sx_status set_command(sx_step *step, sx_text *command, sx_error *err) {
    char *text = sx_text_take(command);
    if (!text) return sx_fail_memory(err, 256);
    if (step)
        step->command = text;
    else
        sx_free(text);
    return SX_OK;
}

/* Further runs that would decide the best axis against each of the others. */
static size_t most_further_runs(const sx_comparison *comparison) {
    size_t most = 0, best = 0;
    for (size_t i = 1; i < comparison->axis_count; i++)
        if (comparison->axes[i].accuracy.mean > comparison->axes[best].accuracy.mean) best = i;
    for (size_t i = 0; i < comparison->pair_count; i++) {
        const sx_pair_result *pair = &comparison->pairs[i];
        const sx_axis axis = comparison->axes[best].axis;
        const double alpha = 1 - comparison->confidence;
        const bool decided = pair->p_equivalent < alpha || pair->p_holm < alpha;
        if ((pair->a == axis || pair->b == axis) && !decided && pair->more_runs > most)
            most = pair->more_runs;
    }
    return most;
}

static sx_status more_seeds(const sx_answering *a, sx_error *err) {
    const sx_comparison *comparison = a->comparison;
    const size_t more = most_further_runs(comparison), folds = comparison->fold_count;
    const size_t seeds =
        more < SIZE_MAX / 2 ? (size_t)comparison->seeds + (more + folds - 1) / folds : SIZE_MAX;
    if (seeds > MOST_SEEDS) {
        add(a, "More seeds cannot decide it, since all runs share these recordings: record more, if possible "
               "of new "
               "speakers, devices or places, and compare again.");
        return SX_OK;
    }
    sx_step *step =
        add(a,
            "Decide it: if differences and spread stay as they are, %zu seeds tell the axes apart or "
            "show that they are equivalent.",
            seeds);
    sx_text command = {0};
    sx_text_format(&command, "sonaxis compare %s --config %s/options.txt --seeds %zu -o %s", a->options->data,
                   a->options->folder, seeds, a->options->folder);
    return set_command(step, &command, err);
}

static sx_status use_it(const sx_answering *a, sx_error *err) {
    const sx_verdict *verdict = &a->comparison->verdict;
    sx_step *step =
        add(a,
            "Use it: train one net that keeps %s on all recordings, then export it for ONNX Runtime "
            "or take its Keras code.",
            sx_axis_word(a->comparison->order, verdict->axis));
    sx_text command = {0};
    char axis[16]; /* Keras's number where the words depend on an order */
    sx_print(axis, sizeof axis, "%s", sx_axis_name(verdict->axis));
    if (a->comparison->net || a->comparison->order != SX_ORDER_TIME_FREQUENCY)
        sx_print(axis, sizeof axis, "%d", sx_axis_keras(verdict->axis));
    sx_text_format(&command,
                   "sonaxis train %s%s --model %s --axis %s %s -o best.sxm\n"
                   "sonaxis export best.sxm -o best.onnx",
                   a->options->data, a->options->features, a->options->model, axis, a->options->training);
    return set_command(step, &command, err);
}

static bool is_time_open(const sx_answering *a) {
    const sx_verdict *verdict = &a->comparison->verdict;
    for (size_t i = 0; i < a->comparison->axis_count; i++)
        if (a->comparison->axes[i].axis == SX_AXIS_TIME)
            return verdict->axis == SX_AXIS_TIME || verdict->kind == SX_VERDICT_UNDECIDED;
    return false;
}

static sx_status measure_lag(const sx_answering *a, sx_error *err) {
    if (!is_time_open(a) || a->features->from_arrays) return SX_OK;
    sx_step *step =
        add(a, "Before you keep time: measure what each axis loses when recordings begin later than those "
               "trained on.");
    sx_text command = {0};
    sx_text_format(&command, "sonaxis align %s%s --study --model %s --seeds %d %s -o %s-align",
                   a->options->data, a->options->features, a->options->model, a->comparison->seeds,
                   a->options->training, a->options->folder);
    return set_command(step, &command, err);
}

static void settle_averages(const sx_answering *a) {
    bool disagree = false;
    for (size_t i = 0; i < a->comparison->axis_count; i++)
        disagree = disagree || a->comparison->axes[i].moving_disagrees;
    if (!disagree) return;
    add(a,
        "In Keras, do not trust the moving averages after %zu steps at momentum %g: train longer%s, or "
        "replace them "
        "by statistics over the training recordings before the net is used.",
        a->comparison->steps, a->comparison->momentum,
        a->comparison->momentum > 0.95 ? ", set momentum=0.9 in BatchNormalization" : "");
}

static sx_status look_deeper(const sx_answering *a, sx_error *err) {
    if (!a->answer->explanation) return SX_OK;
    sx_step *step =
        add(a, "Look deeper: how the nets bear gain, tilt, noise and shifts; whether the statistics or the "
               "learnt scale and offset make the difference (this trains nets).");
    sx_text command = {0};
    sx_text_format(&command, "sonaxis explain %s %s --deep -o %s-why", a->options->folder, a->options->data,
                   a->options->folder);
    return set_command(step, &command, err);
}

sx_status sx_answer_steps(const sx_answering *a, sx_error *err) {
    const bool open = a->comparison->verdict.kind == SX_VERDICT_UNDECIDED;
    sx_status status = open ? more_seeds(a, err) : use_it(a, err);
    if (status == SX_OK) settle_averages(a);
    if (status == SX_OK) status = measure_lag(a, err);
    if (status == SX_OK) status = look_deeper(a, err);
    return status;
}
