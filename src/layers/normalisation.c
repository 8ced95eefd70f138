/* normalisation.c: options, weights and plan of the normalisation layer: which axes keep their own mean and
 * variance, and which their own gamma and beta. "axis" is Keras's BatchNormalization(axis). */
#include "base/error.h"
#include "layers/axes.h"
#include "layers/norm.h"
#include "layers/window.h"

static sx_status read_sets(const sx_json *spec, const char *where, sx_norm_options *o, sx_error *err) {
    if (sx_json_get(spec, "axis") && (sx_json_get(spec, "keep") || sx_json_get(spec, "affine")))
        return sx_fail(err, SX_E_FORMAT, "%s: give either axis or keep and affine, not both", where);
    sx_status status = sx_read_axes(spec, "axis", where, false, &o->keep, err);
    if (status == SX_OK) status = sx_read_axes(spec, "keep", where, true, &o->keep, err);
    if (status != SX_OK) return status;
    o->affine = o->keep & ~(1U << SX_AXIS_BATCH);
    status = sx_read_axes(spec, "affine", where, true, &o->affine, err);
    if (status == SX_OK && sx_norm_keeps(o->affine, SX_AXIS_BATCH))
        return sx_fail(err, SX_E_FORMAT,
                       "%s: affine cannot keep batch: gamma and beta belong to the net, "
                       "not to a place in the batch",
                       where);
    return status;
}

static sx_status norm_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    sx_norm_options *o = options;
    *o = (sx_norm_options){
        .keep = 1U << SX_AXIS_CHANNELS, .momentum = 0.99, .epsilon = 1e-3, .scale = true, .center = true};
    sx_status status = read_sets(spec, where, o, err);
    if (status == SX_OK) status = sx_json_read_double(spec, "momentum", 0, 1, where, &o->momentum, err);
    if (status == SX_OK) status = sx_json_read_double(spec, "epsilon", 1e-12, 1, where, &o->epsilon, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "scale", where, &o->scale, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "center", where, &o->center, err);
    return status;
}

static sx_weight_plan norm_weight(const char *name, sx_axes axes, sx_shape shape, bool trainable) {
    sx_weight_plan weight = sx_kept_weight(name, axes, shape);
    weight.trainable = trainable;
    return weight;
}

static void plan_weights(const sx_norm_options *o, sx_shape shape, sx_layer_plan *plan) {
    int count = 0;
    if (o->scale) {
        plan->weights[count] = norm_weight("gamma", o->affine, shape, true);
        plan->weights[count++].initial = SX_INITIAL_ONES;
    }
    if (o->center) plan->weights[count++] = norm_weight("beta", o->affine, shape, true);
    if (plan->has_statistics) {
        plan->weights[count++] = norm_weight("moving_mean", o->keep, shape, false);
        plan->weights[count] = norm_weight("moving_variance", o->keep, shape, false);
        plan->weights[count++].initial = SX_INITIAL_ONES;
    }
    plan->weight_count = count;
}

static sx_status norm_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                           sx_layer_plan *plan, sx_error *err) {
    const sx_norm_options *o = options;
    (void)input_count;
    sx_status status = sx_shape_check(inputs[0], err);
    if (status != SX_OK) return status;
    sx_norm_view view = sx_norm_view_of(o, inputs[0]);
    *plan = (sx_layer_plan){.output = inputs[0],
                            .has_statistics = !view.per_example,
                            .momentum = o->momentum,
                            .statistics_kept = o->keep,
                            .affine_kept = o->affine,
                            .fixed = o->affine | (view.per_example ? 0 : o->keep)};
    plan_weights(o, inputs[0], plan);
    plan->saved_bytes = 2 * (view.per_example ? batch : 1) * view.statistic.groups * sizeof(float);
    plan->scratch_bytes = sx_norm_scratch_bytes(&view);
    return SX_OK;
}

static const char *const keys[] = {"axis", "keep", "affine", "momentum", "epsilon", "scale", "center", NULL};

const sx_layer_ops sx_layer_normalisation = {.type = "normalisation",
                                             .options_size = sizeof(sx_norm_options),
                                             .keys = keys,
                                             .min_inputs = 1,
                                             .max_inputs = 1,
                                             .read = norm_read,
                                             .plan = norm_plan,
                                             .forward = sx_norm_forward,
                                             .backward = sx_norm_backward};
