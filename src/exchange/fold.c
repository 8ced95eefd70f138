/* fold.c: see fold.h. */
#include "exchange/fold.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

static bool is_type(const sx_node *node, const char *type) { return strcmp(node->ops->type, type) == 0; }

sx_status sx_fold_tables(const sx_node *norm, sx_fold *out, sx_error *err) {
    const sx_norm_options *options = norm->options;
    sx_norm_view view = sx_norm_view_of(options, norm->input_shapes[0]);
    size_t groups = view.joint.groups, statistics = view.statistic.groups;
    float *tables = sx_alloc(2 * groups + statistics, sizeof *tables);
    if (!tables) return sx_fail_memory(err, (2 * groups + statistics) * sizeof *tables);
    float *inv_std = tables + 2 * groups;
    sx_layer_call call = {.batch = 1};
    for (int w = 0; w < norm->plan.weight_count; w++)
        call.weights[w] = norm->weights[w];
    const float *variance = call.weights[view.moving_variance];
    for (size_t g = 0; g < statistics; g++)
        inv_std[g] = sx_norm_inverse_std(options, (double)variance[g]);
    *out = (sx_fold){.joint = view.joint, .scale = tables, .shift = tables + groups};
    sx_norm_apply_tables(&view, &call, call.weights[view.moving_mean], inv_std, out->scale, out->shift);
    return SX_OK;
}

void sx_fold_clear(sx_fold *fold) {
    sx_free(fold->scale);
    *fold = (sx_fold){0};
}

int sx_fold_lead(const sx_model *model, size_t norm) {
    static const char *const leads[] = {"conv2d", "depthwise_conv2d", "dense", NULL};
    const sx_node *node = &model->nodes[norm];
    if (!is_type(node, "normalisation") || node->inputs[0] < 0) return -1;
    const sx_norm_options *options = node->options;
    const sx_axes channels = 1U << SX_AXIS_CHANNELS;
    if ((options->keep | options->affine) & ~channels) return -1;
    const sx_node *lead = &model->nodes[node->inputs[0]];
    if (lead->consumers != 1) return -1;
    for (int i = 0; leads[i]; i++)
        if (is_type(lead, leads[i])) return node->inputs[0];
    return -1;
}

void sx_fold_into(const sx_fold *fold, size_t rows, size_t channels, float *kernel, float *bias) {
    size_t step = fold->joint.step_channels;
    for (size_t i = 0; i < rows * channels; i++)
        kernel[i] = (float)((double)kernel[i] * (double)fold->scale[i % channels * step]);
    for (size_t c = 0; c < channels; c++) {
        double scale = (double)fold->scale[c * step], shift = (double)fold->shift[c * step];
        bias[c] = (float)((double)bias[c] * scale + shift);
    }
}
