/* loss.h: cross-entropy of logits, and its gradient by the logits. */
#ifndef TRAIN_LOSS_H
#define TRAIN_LOSS_H

#include "sonaxis/train.h"

/* Loss of one example whose true label is `label` (0 to classes - 1), and its probabilities (classes floats,
 * may be the logits' memory). Softmax: -log p[label]. Sigmoid: mean over the classes of the binary
 * cross-entropy against the one-hot label. NaN, with probabilities of NaN, where a logit is not finite. */
double sx_loss_row(sx_loss kind, const float *logits, size_t classes, int label, float *probabilities);

/* Keras's sum_over_batch_size: the sum of weights[i] * loss[i], divided by count (not by the weights' sum).
 * weights NULL = 1 each. gradient: count * classes floats, of that mean by each logit; not the logits'
 * memory. correct: how many rows have their largest logit at the label. NaN as above. */
double sx_loss_batch(sx_loss kind, const float *logits, const int *labels, const float *weights, size_t count,
                     size_t classes, float *gradient, size_t *correct);

/* Index of the largest value, the first of equals. */
size_t sx_argmax(const float *values, size_t count);

#endif
