/* loss.c: softmax and sigmoid cross-entropy from logits, as tf.nn's ..._cross_entropy_with_logits.
 *
 * exp and log are our own, so that the gradient has the same bits with every C library. The logarithms are of
 * one plus something small once a net is sure of itself; log1p keeps that something. */
#include "train/loss.h"

#include "kernels/math.h"

#include <math.h>

size_t sx_argmax(const float *values, size_t count) {
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (values[i] > values[best]) best = i;
    return best;
}

/* log(1 + x) for x >= 0: the rounding of 1 + x is divided out again. */
static double log_of_one_plus(float x) {
    const float sum = 1.0f + x, kept = sum - 1.0f;
    if (!(kept > 0.0f)) return (double)x;
    return (double)sx_logf(sum) * ((double)x / (double)kept);
}

static bool all_finite(const float *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i])) return false;
    return true;
}

static double softmax_row(const float *logits, size_t classes, size_t label, float *probabilities) {
    const size_t top = sx_argmax(logits, classes);
    const double gap = (double)logits[top] - (double)logits[label];
    const float largest = logits[top];
    double others = 0;
    for (size_t k = 0; k < classes; k++) {
        probabilities[k] = sx_expf(logits[k] - largest);
        if (k != top) others += (double)probabilities[k];
    }
    const double share = 1.0 / (1.0 + others);
    for (size_t k = 0; k < classes; k++)
        probabilities[k] = (float)((double)probabilities[k] * share);
    return log_of_one_plus((float)others) + gap;
}

static double sigmoid_row(const float *logits, size_t classes, size_t label, float *probabilities) {
    double sum = 0;
    for (size_t k = 0; k < classes; k++) {
        const float logit = logits[k], truth = k == label ? 1.0f : 0.0f;
        const double linear = (logit > 0.0f ? (double)logit : 0.0) - (double)(logit * truth);
        sum += linear + log_of_one_plus(sx_expf(-fabsf(logit)));
        probabilities[k] = sx_sigmoidf(logit);
    }
    return sum / (double)classes;
}

double sx_loss_row(sx_loss kind, const float *logits, size_t classes, int label, float *probabilities) {
    if (!all_finite(logits, classes)) {
        for (size_t k = 0; k < classes; k++)
            probabilities[k] = NAN;
        return (double)NAN;
    }
    if (kind == SX_LOSS_SIGMOID) return sigmoid_row(logits, classes, (size_t)label, probabilities);
    return softmax_row(logits, classes, (size_t)label, probabilities);
}

double sx_loss_batch(sx_loss kind, const float *logits, const int *labels, const float *weights, size_t count,
                     size_t classes, float *gradient, size_t *correct) {
    const double terms = (double)count * (kind == SX_LOSS_SIGMOID ? (double)classes : 1.0);
    double sum = 0;
    *correct = 0;
    for (size_t row = 0; row < count; row++) {
        const float *scores = logits + row * classes;
        float *slopes = gradient + row * classes;
        const double weight = weights ? (double)weights[row] : 1.0;
        const float share = (float)(weight / terms);
        *correct += sx_argmax(scores, classes) == (size_t)labels[row];
        sum += weight * sx_loss_row(kind, scores, classes, labels[row], slopes);
        slopes[labels[row]] -= 1.0f;
        for (size_t k = 0; k < classes; k++)
            slopes[k] *= share;
    }
    return sum / (double)count;
}
