/* activation_smooth.c: activations made of exponentials, by kernels/math.h: no result depends on the C
 * library. */
#include "kernels/math.h"
#include "layers/activation.h"

#include <math.h>

static float celu(const sx_activation_numbers *n, float x) {
    return x > 0 ? x : n->alpha * sx_expm1f(x / n->alpha);
}

static float celu_slope(const sx_activation_numbers *n, float x) {
    return x > 0 ? 1.0f : sx_expf(x / n->alpha);
}

const sx_value_function sx_celu_function = {celu, celu_slope};

/* Klambauer et al., "Self-normalizing neural networks" (2017). */
static const float selu_scale = 1.0507009873554805f, selu_alpha = 1.6732632423543772f;

static float selu(const sx_activation_numbers *n, float x) {
    (void)n;
    return selu_scale * (x > 0 ? x : selu_alpha * sx_expm1f(x));
}

static float selu_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return selu_scale * (x > 0 ? 1.0f : selu_alpha * sx_expf(x));
}

const sx_value_function sx_selu_function = {selu, selu_slope};

/* --- gelu: x times the normal distribution's share below x, exact or by tanh -----------------------------
 */

static float share_below(float x) { return 0.5f * sx_erfcf(-0.70710678118654752f * x); }

static float gelu(const sx_activation_numbers *n, float x) {
    (void)n;
    return x * share_below(x);
}

static float gelu_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return share_below(x) + x * (0.39894228040143268f * sx_expf(-0.5f * (x * x)));
}

const sx_value_function sx_gelu_function = {gelu, gelu_slope};

static const float root_two_over_pi = 0.79788456080286536f, cubic = 0.044715f;

static float gelu_tanh(const sx_activation_numbers *n, float x) {
    (void)n;
    float t = sx_tanhf(root_two_over_pi * (x + cubic * (x * x * x)));
    return 0.5f * x * (1 + t);
}

static float gelu_tanh_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    float t = sx_tanhf(root_two_over_pi * (x + cubic * (x * x * x)));
    float inner = root_two_over_pi * (1 + 3 * cubic * (x * x));
    return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * inner;
}

const sx_value_function sx_gelu_tanh_function = {gelu_tanh, gelu_tanh_slope};

/* --- logarithms of exponentials ---------------------------------------------------------------------------
 */

static float softplus(const sx_activation_numbers *n, float x) {
    (void)n;
    float small = sx_log1pf(sx_expf(x > 0 ? -x : x));
    return x > 0 ? x + small : small;
}

static float softplus_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return sx_sigmoidf(x);
}

const sx_value_function sx_softplus_function = {softplus, softplus_slope};

static float log_sigmoid(const sx_activation_numbers *n, float x) { return -softplus(n, -x); }

static float log_sigmoid_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    return sx_sigmoidf(-x);
}

const sx_value_function sx_log_sigmoid_function = {log_sigmoid, log_sigmoid_slope};

static float mish(const sx_activation_numbers *n, float x) { return x * sx_tanhf(softplus(n, x)); }

static float mish_slope(const sx_activation_numbers *n, float x) {
    float t = sx_tanhf(softplus(n, x));
    return t + x * (1 - t * t) * sx_sigmoidf(x);
}

const sx_value_function sx_mish_function = {mish, mish_slope};

/* --- the rest
 * ----------------------------------------------------------------------------------------------- */

static float exponential(const sx_activation_numbers *n, float x) {
    (void)n;
    return sx_expf(x);
}

const sx_value_function sx_exponential_function = {exponential, exponential};

static float softsign(const sx_activation_numbers *n, float x) {
    (void)n;
    return x / (1 + (x < 0 ? -x : x));
}

static float softsign_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    float below = 1 + (x < 0 ? -x : x);
    return 1 / (below * below);
}

const sx_value_function sx_softsign_function = {softsign, softsign_slope};

static float squareplus(const sx_activation_numbers *n, float x) { return (x + sqrtf(x * x + n->b)) / 2; }

static float squareplus_slope(const sx_activation_numbers *n, float x) {
    float root = sqrtf(x * x + n->b);
    return root > 0 ? 0.5f * (1 + x / root) : 0.5f;
}

const sx_value_function sx_squareplus_function = {squareplus, squareplus_slope};

static float tanh_shrink(const sx_activation_numbers *n, float x) {
    (void)n;
    return x - sx_tanhf(x);
}

static float tanh_shrink_slope(const sx_activation_numbers *n, float x) {
    (void)n;
    float t = sx_tanhf(x);
    return t * t;
}

const sx_value_function sx_tanh_shrink_function = {tanh_shrink, tanh_shrink_slope};
