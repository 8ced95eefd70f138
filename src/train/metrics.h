/* metrics.h: scores made from a table of counts, row = truth, column = prediction (classes * classes). */
#ifndef TRAIN_METRICS_H
#define TRAIN_METRICS_H

#include <stddef.h>
#include <stdint.h>

/* All three are NaN for a table without counts. */
double sx_accuracy(const uint32_t *confusion, size_t classes);
/* Mean recall over the labels that occur as truth. */
double sx_balanced_accuracy(const uint32_t *confusion, size_t classes);
/* Mean F1 over the labels that occur as truth or as prediction; a label never hit counts 0. */
double sx_macro_f1(const uint32_t *confusion, size_t classes);

#endif
