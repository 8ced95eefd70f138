/* norm_tables.c: groups of a normalisation, and the tables that turn sums into one multiply-add a value. */
#include "layers/axes.h"
#include "layers/norm.h"

#include <math.h>
#include <string.h>

enum { SHARED_DOUBLES = 2, EXAMPLE_DOUBLES = 6, TABLES = 5 }; /* runs of joint.groups, a shard */

bool sx_norm_keeps(sx_axes axes, sx_axis axis) { return (axes >> axis & 1U) != 0; }

sx_norm_view sx_norm_view_of(const sx_norm_options *options, sx_shape shape) {
    sx_norm_view view = {.statistic = sx_kept_groups(shape, options->keep),
                         .affine = sx_kept_groups(shape, options->affine),
                         .joint = sx_kept_groups(shape, options->keep | options->affine),
                         .per_example = sx_norm_keeps(options->keep, SX_AXIS_BATCH)};
    view.values_per_group = sx_shape_count(shape) / view.statistic.groups;
    int next = 0;
    view.gamma = options->scale ? next++ : -1;
    view.beta = options->center ? next++ : -1;
    view.moving_mean = view.per_example ? -1 : next++;
    view.moving_variance = view.per_example ? -1 : next;
    return view;
}

static size_t doubles_per_shard(const sx_norm_view *view) {
    return (view->per_example ? EXAMPLE_DOUBLES : SHARED_DOUBLES) * view->joint.groups;
}

size_t sx_norm_scratch_bytes(const sx_norm_view *view) {
    return SX_SHARDS *
           (doubles_per_shard(view) * sizeof(double) + TABLES * view->joint.groups * sizeof(float));
}

double *sx_norm_sums(const sx_norm_view *view, const sx_layer_call *call, size_t shard) {
    return (double *)call->scratch + shard * doubles_per_shard(view);
}

float *sx_norm_tables(const sx_norm_view *view, const sx_layer_call *call, size_t shard) {
    float *first = (float *)(void *)sx_norm_sums(view, call, SX_SHARDS);
    return first + shard * TABLES * view->joint.groups;
}

void sx_norm_means(size_t groups, double n, const double *sum, float *mean) {
    for (size_t g = 0; g < groups; g++)
        mean[g] = (float)(sum[g] / n);
}

double sx_norm_variance(double n, double sum, double squares) {
    double rest = sum / n, variance = squares / n - rest * rest;
    return variance > 0 || variance != variance ? variance : 0;
}

float sx_norm_inverse_std(const sx_norm_options *options, double variance) {
    return (float)(1.0 / sqrt(variance + options->epsilon));
}

/* Group of `part` that holds group u of the joint view, whose axes include part's. */
static size_t group_in(const sx_norm_sizes *joint, const sx_norm_sizes *part, size_t u) {
    size_t time = 0, frequency = 0, channel = 0;
    if (joint->groups == part->groups) return u;
    if (joint->step_time) {
        time = u / joint->step_time;
        u %= joint->step_time;
    }
    if (joint->step_frequency) {
        frequency = u / joint->step_frequency;
        u %= joint->step_frequency;
    }
    if (joint->step_channels) channel = u;
    return time * part->step_time + frequency * part->step_frequency + channel * part->step_channels;
}

void sx_norm_apply_tables(const sx_norm_view *view, const sx_layer_call *call, const float *mean,
                          const float *inv_std, float *scale, float *shift) {
    const float *gamma = view->gamma < 0 ? NULL : call->weights[view->gamma];
    const float *beta = view->beta < 0 ? NULL : call->weights[view->beta];
    for (size_t u = 0; u < view->joint.groups; u++) {
        size_t g = group_in(&view->joint, &view->statistic, u), h = group_in(&view->joint, &view->affine, u);
        scale[u] = gamma ? inv_std[g] * gamma[h] : inv_std[g];
        shift[u] = (float)((beta ? (double)beta[h] : 0) - (double)mean[g] * (double)scale[u]);
    }
}

void sx_norm_spread(const sx_norm_view *view, const float *by_group, float *by_joint) {
    for (size_t u = 0; u < view->joint.groups; u++)
        by_joint[u] = by_group[group_in(&view->joint, &view->statistic, u)];
}

/* With dh = dy * gamma: dx = inv_std * (dh - mean_g(dh) - xhat * mean_g(dh * xhat)). */
static void add_up(const sx_norm_view *view, const float *gamma, const sx_norm_gradient *gradient) {
    size_t joint = view->joint.groups;
    memset(gradient->by_group, 0, 2 * joint * sizeof(double));
    for (size_t u = 0; u < joint; u++) {
        size_t g = group_in(&view->joint, &view->statistic, u), h = group_in(&view->joint, &view->affine, u);
        double dy = gradient->sums[u], dy_xhat = gradient->sums[joint + u];
        double weight = gamma ? (double)gamma[h] : 1;
        gradient->by_group[g] += weight * dy;
        gradient->by_group[joint + g] += weight * dy_xhat;
        gradient->by_affine[h] += dy;
        gradient->by_affine[joint + h] += dy_xhat;
    }
}

void sx_norm_backward_tables(const sx_norm_view *view, const sx_layer_call *call,
                             const sx_norm_gradient *gradient) {
    const float *gamma = view->gamma < 0 ? NULL : call->weights[view->gamma];
    size_t joint = view->joint.groups;
    add_up(view, gamma, gradient);
    for (size_t u = 0; u < joint; u++) {
        size_t g = group_in(&view->joint, &view->statistic, u), h = group_in(&view->joint, &view->affine, u);
        double inv = (double)gradient->inv_std[u];
        double along = inv * inv * gradient->by_group[joint + g] / gradient->n;
        gradient->a[u] = (float)(inv * (gamma ? (double)gamma[h] : 1));
        gradient->b[u] = (float)-along;
        gradient->c[u] = (float)(-inv * gradient->by_group[g] / gradient->n -
                                 (double)gradient->mean[u] * (double)gradient->b[u]);
    }
}
