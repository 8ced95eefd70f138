/* metrics.h: scores as scikit-learn defines them. */
#ifndef TRAIN_METRICS_H
#define TRAIN_METRICS_H

#include "sonaxis/train.h"

/* From a table of counts, row = truth, column = prediction (classes * classes). The first three are NaN for a
 * table without counts. */
double sx_accuracy(const uint32_t *confusion, size_t classes);
/* Mean recall over the labels that occur as truth. */
double sx_balanced_accuracy(const uint32_t *confusion, size_t classes);
/* Mean F1 over the labels that occur as truth or as prediction; a label never hit counts 0. */
double sx_macro_f1(const uint32_t *confusion, size_t classes);
/* Fills support, precision, recall and f1 of every label. */
void sx_count_labels(const uint32_t *confusion, size_t classes, sx_label_score *scores);

/* From probabilities (count * classes) and true labels. Fills auroc and average_precision of every label, one
 * against the rest; equal probabilities are one threshold. NaN for a label that all or none of the items
 * have, and where a probability is NaN. */
SX_MUST_USE sx_status sx_rank_labels(const float *probabilities, const int *labels, size_t count,
                                     size_t classes, sx_label_score *scores, sx_error *err);
/* Means over the labels that have them; of two labels the second counts as the one to find. */
void sx_average_ranks(const sx_label_score *scores, size_t classes, double *auroc, double *average_precision);
/* Mean of -ln p(true label), p cut to [FLT_EPSILON, 1 - FLT_EPSILON]. */
double sx_log_loss(const float *probabilities, const int *labels, size_t count, size_t classes);
/* Items are binned by their largest probability, (k / bins, (k + 1) / bins]; mean over items of the gap
 * between a bin's accuracy and its mean probability (Guo and others, "On calibration of modern neural
 * networks", ICML 2017). bins 1 to 64. */
double sx_calibration_error(const float *probabilities, const int *labels, size_t count, size_t classes,
                            int bins);

#endif
