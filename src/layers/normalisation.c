/* normalisation.c: options, weights and plan of the normalisation layer: which axes keep their own mean and
 * variance, and which their own gamma and beta. "axis" is Keras's BatchNormalization(axis). */
#include "base/error.h"
#include "layers/norm.h"
#include "layers/window.h"

#include <stdio.h>
#include <string.h>

static sx_status read_axis_name(const char *text, const char *key, const char *where, sx_axes *axes,
                                sx_error *err) {
    for (int axis = 0; axis < SX_AXIS_COUNT; axis++) {
        if (strcmp(text, sx_axis_name((sx_axis)axis)) != 0) continue;
        if (sx_norm_keeps(*axes, (sx_axis)axis))
            return sx_fail(err, SX_E_FORMAT, "%s: %s names %s twice", where, key, text);
        *axes |= 1U << axis;
        return SX_OK;
    }
    if (strcmp(text, "$axis") == 0)
        return sx_fail(err, SX_E_ARGUMENT,
                       "%s: \"$axis\" is not chosen yet; say which axis to keep: "
                       "channels, frequency or time",
                       where);
    return sx_fail(err, SX_E_FORMAT, "%s: %s has no axis \"%s\"; it takes batch, time, frequency, channels",
                   where, key, text);
}

static sx_status read_axes(const sx_json *spec, const char *key, const char *where, sx_axes *axes,
                           sx_error *err) {
    const sx_json *list = sx_json_get(spec, key);
    if (!list) return SX_OK;
    if (!sx_json_is_array(list))
        return sx_fail(err, SX_E_FORMAT, "%s: %s must be a list of axis names, e.g. [\"frequency\"]", where,
                       key);
    sx_axes read = 0;
    for (size_t i = 0; i < sx_json_count(list); i++) {
        const char *text = sx_json_text(sx_json_at(list, i));
        if (!text)
            return sx_fail(err, SX_E_FORMAT, "%s: %s must hold axis names, e.g. \"frequency\"", where, key);
        sx_status status = read_axis_name(text, key, where, &read, err);
        if (status != SX_OK) return status;
    }
    *axes = read;
    return SX_OK;
}

/* "axis": a name or Keras's number. */
static sx_status read_axis(const sx_json *value, const char *where, sx_axes *axes, sx_error *err) {
    char text[32];
    sx_axis axis = SX_AXIS_CHANNELS;
    if (sx_json_is_text(value) && strcmp(sx_json_text(value), "$axis") == 0)
        return read_axis_name("$axis", "axis", where, axes, err);
    if (sx_json_is_integer(value))
        snprintf(text, sizeof text, "%lld", (long long)sx_json_integer(value));
    else if (sx_json_is_text(value))
        snprintf(text, sizeof text, "%.31s", sx_json_text(value));
    else
        return sx_fail(err, SX_E_FORMAT, "%s: axis must be channels, frequency, time, or Keras's -1, 2, 1",
                       where);
    sx_status status = sx_axis_parse(text, &axis, err);
    if (status != SX_OK) {
        sx_error_prefix(err, "%s", where);
        return status;
    }
    *axes = 1U << axis;
    return SX_OK;
}

static sx_status read_sets(const sx_json *spec, const char *where, sx_norm_options *o, sx_error *err) {
    const sx_json *axis = sx_json_get(spec, "axis");
    if (axis && (sx_json_get(spec, "keep") || sx_json_get(spec, "affine")))
        return sx_fail(err, SX_E_FORMAT, "%s: give either axis or keep and affine, not both", where);
    sx_status status =
        axis ? read_axis(axis, where, &o->keep, err) : read_axes(spec, "keep", where, &o->keep, err);
    if (status != SX_OK) return status;
    o->affine = o->keep & ~(1U << SX_AXIS_BATCH);
    status = read_axes(spec, "affine", where, &o->affine, err);
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
    const size_t extents[SX_AXIS_COUNT] = {1, shape.time, shape.frequency, shape.channels};
    sx_weight_plan weight = {.name = name, .count = 1, .trainable = trainable};
    for (int axis = SX_AXIS_TIME; axis <= SX_AXIS_CHANNELS; axis++) {
        if (!sx_norm_keeps(axes, (sx_axis)axis)) continue;
        weight.dims[weight.rank++] = extents[axis];
        weight.count *= extents[axis];
    }
    if (weight.rank == 0) weight.dims[weight.rank++] = 1;
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
                            .affine_kept = o->affine};
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
