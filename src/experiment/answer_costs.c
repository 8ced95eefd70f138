/* answer_costs.c: what a net of each axis asks for when it is used, read off one of the nets that were
 * trained: a normalisation folds where the exporter would fold it, and the net takes any number of frames or
 * bands where none of its layers is fixed to one. */
#include "experiment/answer_parts.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fold_lead.h"
#include "experiment/align_probe.h"
#include "model/net.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* By meaning: where frequency comes first, axis 1 is it. */
static sx_axes time_of(const sx_model *model) {
    sx_axis_order order = sx_model_spec_order(sx_model_get_spec(model));
    return 1U << (order == SX_ORDER_FREQUENCY_TIME ? SX_AXIS_FREQUENCY : SX_AXIS_TIME);
}

static sx_axes bands_of(const sx_model *model) {
    return (1U << SX_AXIS_TIME | 1U << SX_AXIS_FREQUENCY) & ~time_of(model);
}

static size_t weights_of(const sx_layer_plan *plan) {
    size_t count = 0;
    for (int w = 0; w < plan->weight_count; w++)
        count += plan->weights[w].count;
    return count;
}

static bool has_bias(const sx_layer_plan *plan) {
    for (int w = 0; w < plan->weight_count; w++)
        if (strcmp(plan->weights[w].name, "bias") == 0) return true;
    return false;
}

static void look_at_normalisation(const sx_model *model, size_t layer, sx_axis_cost *cost) {
    const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
    const int lead = sx_fold_lead(model, layer);
    cost->normalisations++;
    if ((plan->statistics_kept | plan->affine_kept) & time_of(model)) cost->streams = false;
    if (lead < 0) {
        cost->extra_multiply_adds += (double)sx_shape_count(plan->output);
        return;
    }
    cost->folded++;
    cost->parameters_folded -= weights_of(plan);
    if (!has_bias(sx_model_layer_plan(model, (size_t)lead))) cost->parameters_folded += plan->output.channels;
}

static void look_at(const sx_model *model, sx_axis_cost *cost) {
    cost->known = cost->streams = true;
    cost->parameters = cost->parameters_folded = sx_model_parameter_count(model);
    for (size_t layer = 0; layer < sx_model_layer_count(model); layer++) {
        const sx_layer_plan *plan = sx_model_layer_plan(model, layer);
        const char *name = sx_model_layer_name(model, layer);
        cost->multiply_adds += (double)plan->multiply_adds;
        if (plan->has_statistics) look_at_normalisation(model, layer, cost);
        if (plan->fixed & time_of(model) && !cost->time_fixed_by[0])
            sx_print(cost->time_fixed_by, sizeof cost->time_fixed_by, "%s", name);
        if (plan->fixed & bands_of(model) && !cost->bands_fixed_by[0])
            sx_print(cost->bands_fixed_by, sizeof cost->bands_fixed_by, "%s", name);
    }
}

/* --- words ------------------------------------------------------------------------------------------ */

SX_PRINTF(2, 3) static void say(sx_axis_cost *cost, const char *format, ...) {
    const size_t length = strlen(cost->text);
    va_list values;
    va_start(values, format);
    (void)sx_format_plain(cost->text + length, sizeof cost->text - length, format, values);
    va_end(values);
}

static void say_folding(sx_axis_cost *cost) {
    const size_t stay = cost->normalisations - cost->folded;
    if (cost->normalisations == 0)
        say(cost, "The net has no normalisation with moving statistics.");
    else if (stay == 0)
        say(cost,
            "Every normalisation folds exactly into the layer before it: nothing of it is left to compute.");
    else
        say(cost,
            "%s of its %zu normalisations can be folded: each output of those that stay is multiplied and "
            "shifted, %.2g "
            "%% on top of what the convolutions and dense layers do.",
            cost->folded ? "Some" : "None", cost->normalisations,
            100 * cost->extra_multiply_adds / fmax(cost->multiply_adds, 1));
}

static void say_sizes(sx_axis_cost *cost, const sx_model *model) {
    const sx_shape input = sx_model_input_shape(model);
    const bool swapped = time_of(model) == 1U << SX_AXIS_FREQUENCY;
    const size_t frames = swapped ? input.frequency : input.time,
                 bands = swapped ? input.time : input.frequency;
    if (cost->time_fixed_by[0])
        say(cost, " Recordings must be cut or padded to %zu frames (%s).", frames, cost->time_fixed_by);
    else
        say(cost, " Recordings may have any length.");
    if (cost->bands_fixed_by[0])
        say(cost, " The front-end must keep its %zu bands (%s).", bands, cost->bands_fixed_by);
}

static void say_streaming(sx_axis_cost *cost) {
    say(cost, "%s",
        cost->streams
            ? " In a stream, what was computed for earlier frames can be kept, but for the edges."
            : " In a stream every step computes the whole window again, since a frame's scale depends "
              "on its place in it.");
}

/* --- one net ---------------------------------------------------------------------------------------- */

/* The first kept net of the axis; any will do, since only sizes count. */
static char *find_net(const sx_answering *a, size_t axis, uint64_t *bytes) {
    for (size_t i = 0; i < a->comparison->run_count; i++) {
        const sx_run *run = &a->comparison->runs[i];
        if (run->axis != axis) continue;
        const sx_run_id id = {a->comparison->axes[axis].axis, run->fold, run->repetition};
        char *path = sx_run_model_path(a->how->folder, id);
        if (!path || sx_file_look(path, bytes) == SX_FILE_REGULAR) return path;
        sx_free(path);
    }
    return NULL;
}

sx_status sx_answer_costs(const sx_answering *a, sx_error *err) {
    sx_status status = SX_OK;
    for (size_t axis = 0; axis < a->answer->axis_count && status == SX_OK; axis++) {
        sx_axis_cost *cost = &a->answer->costs[axis];
        sx_model *model = NULL;
        sx_model_card card = {0};
        uint64_t bytes = 0;
        char *path = find_net(a, axis, &bytes);
        if (!path) continue;
        status = sx_model_load(path, 1, 1, &model, &card, err);
        if (status == SX_OK) {
            look_at(model, cost);
            cost->file_bytes = (size_t)bytes;
            say_folding(cost);
            say_sizes(cost, model);
            say_streaming(cost);
        }
        sx_model_card_clear(&card);
        sx_model_free(model);
        sx_free(path);
    }
    return status;
}
