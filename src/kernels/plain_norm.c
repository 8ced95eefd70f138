/* plain_norm.c: normalisation as its formulas say, value by value, in double where it sums. */
#include "kernels/plain.h"

/* Where each value of an example belongs. Values are walked in memory order. */
typedef struct place {
    size_t index, group;
} place;

static size_t value_count(const sx_norm_sizes *s) { return s->time * s->frequency * s->channels; }

static place place_of(const sx_norm_sizes *s, size_t example, size_t value) {
    size_t c = value % s->channels;
    size_t f = value / s->channels % s->frequency;
    size_t t = value / s->channels / s->frequency;
    size_t group = t * s->step_time + f * s->step_frequency + c * s->step_channels;
    return (place){example * value_count(s) + value, group};
}

void sx_plain_norm_sums(const sx_norm_sizes *s, size_t examples, const float *x, const float *centres,
                        double *sum, double *sum_of_squares) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t value = 0; value < value_count(s); value++) {
            place at = place_of(s, example, value);
            double v = (double)x[at.index] - (centres ? (double)centres[at.group] : 0.0);
            if (sum) sum[at.group] += v;
            if (sum_of_squares) sum_of_squares[at.group] += v * v;
        }
    }
}

void sx_plain_norm_apply(const sx_norm_sizes *s, size_t examples, const float *x, const float *scale,
                         const float *shift, float *y) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t value = 0; value < value_count(s); value++) {
            place at = place_of(s, example, value);
            y[at.index] = x[at.index] * scale[at.group] + shift[at.group];
        }
    }
}

void sx_plain_norm_gradient_sums(const sx_norm_sizes *s, size_t examples, const float *x, const float *dy,
                                 const float *mean, const float *inv_std, double *sum_dy,
                                 double *sum_dy_xhat) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t value = 0; value < value_count(s); value++) {
            place at = place_of(s, example, value);
            double centred = (double)x[at.index] - (double)mean[at.group];
            sum_dy[at.group] += (double)dy[at.index];
            sum_dy_xhat[at.group] += (double)dy[at.index] * centred * (double)inv_std[at.group];
        }
    }
}

void sx_plain_norm_backward(const sx_norm_sizes *s, size_t examples, const float *x, const float *dy,
                            const float *a, const float *b, const float *c, float *dx) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t value = 0; value < value_count(s); value++) {
            place at = place_of(s, example, value);
            dx[at.index] = dy[at.index] * a[at.group] + (x[at.index] * b[at.group] + c[at.group]);
        }
    }
}

/* --- With ReLU behind it ------------------------------------------------------------------------------- */

static float before_relu(const sx_norm_relu *by, place at, const float *x) {
    return x[at.index] * by->scale[at.group] + by->shift[at.group];
}

void sx_plain_norm_relu_forward(const sx_norm_sizes *s, size_t examples, const float *x,
                                const sx_norm_relu *by, float *y) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t value = 0; value < value_count(s); value++) {
            place at = place_of(s, example, value);
            float normalised = before_relu(by, at, x);
            y[at.index] = normalised < 0.0f ? 0.0f : normalised;
        }
    }
}

void sx_plain_norm_relu_gradient_sums(const sx_norm_sizes *s, size_t examples, const float *x,
                                      const float *dy, const sx_norm_relu *by, double *sum_dy,
                                      double *sum_dy_xhat) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t value = 0; value < value_count(s); value++) {
            place at = place_of(s, example, value);
            if (!(before_relu(by, at, x) > 0.0f)) continue;
            double centred = (double)x[at.index] - (double)by->mean[at.group];
            sum_dy[at.group] += (double)dy[at.index];
            sum_dy_xhat[at.group] += (double)dy[at.index] * centred * (double)by->inv_std[at.group];
        }
    }
}

void sx_plain_norm_relu_backward(const sx_norm_sizes *s, size_t examples, const float *x, const float *dy,
                                 const sx_norm_relu *by, float *dx) {
    for (size_t example = 0; example < examples; example++) {
        for (size_t value = 0; value < value_count(s); value++) {
            place at = place_of(s, example, value);
            float gradient = before_relu(by, at, x) > 0.0f ? dy[at.index] : 0.0f;
            dx[at.index] = gradient * by->a[at.group] + (x[at.index] * by->b[at.group] + by->c[at.group]);
        }
    }
}
