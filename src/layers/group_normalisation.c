/* group_normalisation.c: Keras's GroupNormalization: the places on an axis fall into groups of neighbours;
 * each group of each example has its own mean and variance, each place its own gamma and beta. Sums are taken
 * in double, variances about the mean. saved: mean and inverse deviation of every group of every example. */
#include "base/error.h"
#include "layers/axes.h"
#include "layers/shard.h"

#include <math.h>
#include <string.h>

typedef struct group_norm_options {
    size_t groups; /* 0: as many as there are places */
    sx_axis axis;
    double epsilon;
    bool scale, center;
} group_norm_options;

static sx_status group_norm_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    group_norm_options *o = options;
    int64_t groups = 32;
    *o = (group_norm_options){.axis = SX_AXIS_CHANNELS, .epsilon = 1e-3, .scale = true, .center = true};
    sx_status status = sx_json_read_integer(spec, "groups", -1, 1 << 20, where, &groups, err);
    if (status == SX_OK && groups == 0)
        status =
            sx_fail(err, SX_E_FORMAT, "%s: groups is 0; it must be 1 or more, or -1: one a place", where);
    if (status == SX_OK) status = sx_read_axis(spec, "axis", where, &o->axis, err);
    if (status == SX_OK) status = sx_json_read_double(spec, "epsilon", 1e-12, 1, where, &o->epsilon, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "scale", where, &o->scale, err);
    if (status == SX_OK) status = sx_json_read_bool(spec, "center", where, &o->center, err);
    o->groups = groups < 0 ? 0 : (size_t)groups;
    return status;
}

/* --- plan ------------------------------------------------------------------------------------------- */

typedef struct group_view {
    sx_axis_view axis;
    size_t groups, places; /* of the axis; places a group */
    double n;              /* values of a group */
    int gamma, beta;       /* index of the weight, -1 = none */
} group_view;

static group_view view_of(const group_norm_options *o, sx_shape shape) {
    group_view view = {.axis = sx_axis_view_of(shape, o->axis)};
    view.groups = o->groups ? o->groups : view.axis.length;
    view.places = view.axis.length / view.groups;
    view.n = (double)(view.axis.outer * view.places * view.axis.inner);
    view.gamma = o->scale ? 0 : -1;
    view.beta = !o->center ? -1 : o->scale ? 1 : 0;
    return view;
}

static sx_status group_norm_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                 sx_layer_plan *plan, sx_error *err) {
    const group_norm_options *o = options;
    group_view view = view_of(o, inputs[0]);
    (void)input_count;
    if (view.axis.length % view.groups != 0)
        return sx_fail(err, SX_E_SHAPE, "%zu places along %s do not fall into %zu groups of one size",
                       view.axis.length, sx_axis_name(o->axis), view.groups);
    *plan = (sx_layer_plan){.output = inputs[0],
                            .weight_count = (o->scale ? 1 : 0) + (o->center ? 1 : 0),
                            .saved_bytes = 2 * batch * view.groups * sizeof(float),
                            .scratch_bytes = SX_SHARDS * 2 * view.axis.length * sizeof(double),
                            .fixed = o->scale || o->center ? 1U << o->axis : 0};
    sx_weight_plan weight = sx_kept_weight("gamma", 1U << o->axis, inputs[0]);
    weight.trainable = true;
    if (view.beta >= 0) {
        plan->weights[view.beta] = weight;
        plan->weights[view.beta].name = "beta";
    }
    weight.initial = SX_INITIAL_ONES;
    if (view.gamma >= 0) plan->weights[view.gamma] = weight;
    return SX_OK;
}

/* --- one group of one example ------------------------------------------------------------------------- */

/* First value of the group's run number r, of view->axis.inner values each; there are outer * places runs. */
static size_t run_start(const group_view *view, size_t group, size_t r, size_t *place) {
    *place = group * view->places + r % view->places;
    return (r / view->places * view->axis.length + *place) * view->axis.inner;
}

static size_t run_count(const group_view *view) { return view->axis.outer * view->places; }

static double sum_about(const group_view *view, size_t group, const float *x, double centre, int power) {
    double sum = 0;
    size_t place;
    for (size_t r = 0; r < run_count(view); r++) {
        const float *run = x + run_start(view, group, r, &place);
        for (size_t i = 0; i < view->axis.inner; i++) {
            double rest = (double)run[i] - centre;
            sum += power == 1 ? rest : rest * rest;
        }
    }
    return sum;
}

static float weight_or(const sx_layer_call *call, int weight, size_t place, float missing) {
    return weight < 0 ? missing : call->weights[weight][place];
}

static void forward_group(const sx_layer_call *call, const group_view *view, size_t group, const float *saved,
                          const float *x, float *y) {
    size_t place;
    for (size_t r = 0; r < run_count(view); r++) {
        size_t start = run_start(view, group, r, &place);
        float scale = saved[1] * weight_or(call, view->gamma, place, 1);
        float shift = weight_or(call, view->beta, place, 0);
        for (size_t i = start; i < start + view->axis.inner; i++)
            y[i] = (x[i] - saved[0]) * scale + shift;
    }
}

/* Sums of dy and dy * xhat are added to the place's; returns those of gamma dy and gamma dy xhat. */
static void gradient_sums(const sx_layer_call *call, const group_view *view, size_t group, const float *saved,
                          const float *x, const float *dy, double *by_place, double totals[2]) {
    size_t place;
    totals[0] = totals[1] = 0;
    for (size_t r = 0; r < run_count(view); r++) {
        size_t start = run_start(view, group, r, &place);
        double gamma = (double)weight_or(call, view->gamma, place, 1), sum = 0, product = 0;
        for (size_t i = start; i < start + view->axis.inner; i++) {
            sum += (double)dy[i];
            product += (double)dy[i] * (double)((x[i] - saved[0]) * saved[1]);
        }
        by_place[place] += sum;
        by_place[view->axis.length + place] += product;
        totals[0] += gamma * sum;
        totals[1] += gamma * product;
    }
}

/* With dh = gamma dy: dx = inverse * (dh - mean(dh) - xhat mean(dh xhat)). */
static void backward_group(const sx_layer_call *call, const group_view *view, size_t group,
                           const float *saved, const float *x, const float *dy, const double totals[2],
                           float *dx) {
    float mean = (float)(totals[0] / view->n), along = (float)(totals[1] / view->n);
    size_t place;
    for (size_t r = 0; r < run_count(view); r++) {
        size_t start = run_start(view, group, r, &place);
        float gamma = weight_or(call, view->gamma, place, 1);
        for (size_t i = start; i < start + view->axis.inner; i++)
            dx[i] = saved[1] * (gamma * dy[i] - mean - (x[i] - saved[0]) * saved[1] * along);
    }
}

/* --- runs ------------------------------------------------------------------------------------------- */

static float *saved_of(const sx_layer_call *call, const group_view *view, size_t example, size_t group) {
    return (float *)call->saved + 2 * (example * view->groups + group);
}

static void forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    const group_norm_options *o = options;
    group_view view = view_of(o, call->output_shape);
    size_t example = sx_shape_count(call->output_shape);
    (void)shard;
    for (size_t e = 0; e < part.count; e++)
        for (size_t group = 0; group < view.groups; group++) {
            const float *x = part.x + e * example;
            float *saved = saved_of(call, &view, part.first + e, group);
            double mean = sum_about(&view, group, x, 0, 1) / view.n;
            double variance = sum_about(&view, group, x, mean, 2) / view.n;
            saved[0] = (float)mean;
            saved[1] = (float)(1.0 / sqrt(variance + o->epsilon));
            forward_group(call, &view, group, saved, x, part.y + e * example);
        }
}

static void group_norm_forward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, forward_part);
}

static void backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part) {
    group_view view = view_of(options, call->output_shape);
    size_t example = sx_shape_count(call->output_shape), length = view.axis.length;
    double *by_place = (double *)call->scratch + shard * 2 * length, totals[2];
    memset(by_place, 0, 2 * length * sizeof *by_place);
    for (size_t e = 0; e < part.count; e++)
        for (size_t group = 0; group < view.groups; group++) {
            const float *x = part.x + e * example, *dy = part.dy + e * example;
            const float *saved = saved_of(call, &view, part.first + e, group);
            gradient_sums(call, &view, group, saved, x, dy, by_place, totals);
            if (part.dx) backward_group(call, &view, group, saved, x, dy, totals, part.dx + e * example);
        }
    for (size_t place = 0; place < length; place++) {
        if (view.beta >= 0) sx_shard_gradient(call, shard, view.beta)[place] = (float)by_place[place];
        if (view.gamma >= 0)
            sx_shard_gradient(call, shard, view.gamma)[place] = (float)by_place[length + place];
    }
}

static void group_norm_backward(const void *options, const sx_layer_call *call) {
    sx_run_parts(options, call, backward_part);
}

static const char *const keys[] = {"groups", "axis", "epsilon", "scale", "center", NULL};

const sx_layer_ops sx_layer_group_normalisation = {.type = "group_normalisation",
                                                   .options_size = sizeof(group_norm_options),
                                                   .keys = keys,
                                                   .min_inputs = 1,
                                                   .max_inputs = 1,
                                                   .read = group_norm_read,
                                                   .plan = group_norm_plan,
                                                   .forward = group_norm_forward,
                                                   .backward = group_norm_backward};
