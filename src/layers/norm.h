/* norm.h: the parts of the normalisation layer, which has a file for its options, one for its sums and tables
 * and one for its runs.
 *
 * Every value of an example belongs to a statistic group g (the axes kept for mean and variance) and to an
 * affine group h (the axes kept for gamma and beta). With u running over the axes kept by either,
 *
 *     y = x * scale[u] + shift[u],  scale[u] = gamma[h] / sqrt(variance[g] + epsilon),
 *                                   shift[u] = beta[h] - mean[g] * scale[u],
 *
 * which is all a kernel need know. Where the statistics keep the batch, every example has its own groups. */
#ifndef LAYERS_NORM_H
#define LAYERS_NORM_H

#include "layers/shard.h"

typedef struct sx_norm_options {
    sx_axes keep, affine;
    double momentum, epsilon;
    bool scale, center;
} sx_norm_options;

typedef struct sx_norm_view {
    sx_norm_sizes statistic, affine, joint;        /* one example, seen by g, h and u */
    bool per_example;                              /* the statistics keep the batch */
    size_t values_per_group;                       /* of one example */
    int gamma, beta, moving_mean, moving_variance; /* index of the weight, -1 = none */
} sx_norm_view;

sx_norm_view sx_norm_view_of(const sx_norm_options *options, sx_shape shape);
bool sx_norm_keeps(sx_axes axes, sx_axis axis);

/* Scratch: doubles first, then floats; one block of each a shard. */
size_t sx_norm_scratch_bytes(const sx_norm_view *view);
double *sx_norm_sums(const sx_norm_view *view, const sx_layer_call *call, size_t shard);
float *sx_norm_tables(const sx_norm_view *view, const sx_layer_call *call, size_t shard);

/* mean = sum / n. */
void sx_norm_means(size_t groups, double n, const double *sum, float *mean);
/* Biased variance from sums about a mean that was rounded to float; never below 0. */
double sx_norm_variance(double n, double sum, double squares);
float sx_norm_inverse_std(const sx_norm_options *options, double variance);

/* scale and shift of every u. */
void sx_norm_apply_tables(const sx_norm_view *view, const sx_layer_call *call, const float *mean,
                          const float *inv_std, float *scale, float *shift);
/* Values of g for every u. */
void sx_norm_spread(const sx_norm_view *view, const float *by_group, float *by_joint);

/* Sums of dy and dy * xhat by u, kept as two runs of joint.groups doubles, turned into the tables of
 * dx = dy * a + x * b + c; by_group is scratch of twice joint.groups doubles; by_affine (the same size) is
 * added to: gradients of beta, then of gamma. mean and inv_std by u; n values in a group. */
typedef struct sx_norm_gradient {
    double n;
    const float *mean, *inv_std;
    const double *sums;
    double *by_group, *by_affine;
    float *a, *b, *c;
} sx_norm_gradient;
void sx_norm_backward_tables(const sx_norm_view *view, const sx_layer_call *call,
                             const sx_norm_gradient *gradient);

void sx_norm_forward(const void *options, const sx_layer_call *call);
void sx_norm_backward(const void *options, const sx_layer_call *call);

#endif
