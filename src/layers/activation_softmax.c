/* activation_softmax.c: softmax and its logarithm along any axes: the values of an example that share their
 * place on the other axes are a group. */
#include "kernels/math.h"
#include "layers/activation.h"

static size_t count_of(const sx_norm_sizes *sizes) {
    return sizes->time * sizes->frequency * sizes->channels;
}

static size_t group_at(const sx_norm_sizes *sizes, size_t i) {
    return sx_group_of_row(sizes, i / sizes->channels) + i % sizes->channels * sizes->step_channels;
}

void sx_softmax(const sx_norm_sizes *sizes, bool logarithm, const float *x, float *y, float *work) {
    float *largest = work, *sum = work + sizes->groups;
    for (size_t g = 0; g < sizes->groups; g++) {
        largest[g] = sx_float_from_bits(0xff800000u); /* minus infinity */
        sum[g] = 0;
    }
    for (size_t i = 0; i < count_of(sizes); i++) {
        size_t g = group_at(sizes, i);
        largest[g] = x[i] > largest[g] ? x[i] : largest[g];
    }
    for (size_t i = 0; i < count_of(sizes); i++) {
        size_t g = group_at(sizes, i);
        float above = x[i] - largest[g], power = sx_expf(above);
        sum[g] += power;
        y[i] = logarithm ? above : power;
    }
    for (size_t g = 0; logarithm && g < sizes->groups; g++)
        sum[g] = sx_logf(sum[g]);
    for (size_t i = 0; i < count_of(sizes); i++)
        y[i] = logarithm ? y[i] - sum[group_at(sizes, i)] : y[i] / sum[group_at(sizes, i)];
}

void sx_softmax_backward(const sx_norm_sizes *sizes, bool logarithm, const float *y, const float *dy,
                         float *dx, float *work) {
    for (size_t g = 0; g < sizes->groups; g++)
        work[g] = 0;
    for (size_t i = 0; i < count_of(sizes); i++)
        work[group_at(sizes, i)] += logarithm ? dy[i] : dy[i] * y[i];
    for (size_t i = 0; i < count_of(sizes); i++) {
        float sum = work[group_at(sizes, i)];
        dx[i] = logarithm ? dy[i] - sx_expf(y[i]) * sum : y[i] * (dy[i] - sum);
    }
}
