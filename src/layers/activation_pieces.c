/* activation_pieces.c: activations made of straight lines and parabolas. Conditions are put so that a NaN
 * takes the branch that keeps it. */
#include "layers/activation.h"

#include <math.h>

/* --- relu with everything Keras's has: 0 (or a slope) up to the threshold, cut above the maximum ------- */

static float relu(const sx_activation_numbers *n, float x) {
    float above = x <= n->threshold ? 0.0f : x;
    if (n->maximum < INFINITY) {
        above = above < 0.0f ? 0.0f : above;
        above = above > n->maximum ? n->maximum : above;
    }
    float below = n->threshold - x;
    return n->alpha > 0.0f && below > 0.0f ? above - n->alpha * below : above;
}

static float relu_slope(const sx_activation_numbers *n, float x) {
    bool cut = n->maximum < INFINITY && (x < 0.0f || x > n->maximum);
    float above = x <= n->threshold || cut ? 0.0f : 1.0f;
    return x < n->threshold ? above + n->alpha : above;
}

const sx_value_function sx_relu_function = {relu, relu_slope};

/* --- x held within two bounds ------------------------------------------------------------------------- */

static float within(float x, float low, float high) { return x < low ? low : (x > high ? high : x); }

static float inside(float x, float low, float high) { return x <= low || x >= high ? 0.0f : 1.0f; }

static float relu6(const sx_activation_numbers *n, float x) {
    (void)n;
    return within(x, 0, 6);
}

static float relu6_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return inside(x, 0, 6);
}

const sx_value_function sx_relu6_function = {relu6, relu6_slope};

static float hard_tanh(const sx_activation_numbers *n, float x) {
    (void)n;
    return within(x, -1, 1);
}

static float hard_tanh_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return inside(x, -1, 1);
}

const sx_value_function sx_hard_tanh_function = {hard_tanh, hard_tanh_slope};

static float hard_sigmoid(const sx_activation_numbers *n, float x) {
    (void)n;
    return within(x + 3, 0, 6) / 6;
}

static float hard_sigmoid_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return inside(x, -3, 3) / 6;
}

const sx_value_function sx_hard_sigmoid_function = {hard_sigmoid, hard_sigmoid_slope};

static float hard_silu(const sx_activation_numbers *n, float x) { return x * hard_sigmoid(n, x); }

static float hard_silu_slope(const sx_activation_numbers *n, float x) {
    return hard_sigmoid(n, x) + x * hard_sigmoid_slope(n, x);
}

const sx_value_function sx_hard_silu_function = {hard_silu, hard_silu_slope};

static float sparse_sigmoid(const sx_activation_numbers *n, float x) {
    (void)n;
    return 0.5f * (within(x, -1, 1) + 1);
}

static float sparse_sigmoid_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return 0.5f * inside(x, -1, 1);
}

const sx_value_function sx_sparse_sigmoid_function = {sparse_sigmoid, sparse_sigmoid_slope};

static float sparse_plus(const sx_activation_numbers *n, float x) {
    (void)n;
    float rise = x + 1;
    return x <= -1 ? 0 : (x >= 1 ? x : 0.25f * (rise * rise));
}

static float sparse_plus_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return 0.5f * (within(x, -1, 1) + 1);
}

const sx_value_function sx_sparse_plus_function = {sparse_plus, sparse_plus_slope};

/* --- nothing up to a threshold ------------------------------------------------------------------------ */

static float outside(float x, float threshold) { return x >= -threshold && x <= threshold ? 0.0f : 1.0f; }

static float hard_shrink(const sx_activation_numbers *n, float x) {
    return outside(x, n->threshold) > 0 ? x : 0.0f;
}

static float shrink_slope(const sx_activation_numbers *n, float x) { return outside(x, n->threshold); }

const sx_value_function sx_hard_shrink_function = {hard_shrink, shrink_slope};

static float soft_shrink(const sx_activation_numbers *n, float x) {
    if (x > n->threshold) return x - n->threshold;
    if (x < -n->threshold) return x + n->threshold;
    return x == x ? 0.0f : x;
}

const sx_value_function sx_soft_shrink_function = {soft_shrink, shrink_slope};

static float threshold(const sx_activation_numbers *n, float x) {
    return x <= n->threshold ? n->otherwise : x;
}

static float threshold_slope(const sx_activation_numbers *n, float x) {
    return x <= n->threshold ? 0.0f : 1.0f;
}

const sx_value_function sx_threshold_function = {threshold, threshold_slope};
