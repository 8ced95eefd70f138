/* score.h: what scoring adds up; shared by validation while fitting and by sx_evaluate. */
#ifndef TRAIN_SCORE_H
#define TRAIN_SCORE_H

#include "train/batch.h"

typedef struct sx_score_sums {
    double loss_sum;
    size_t correct;
    uint32_t *confusion;  /* NULL, or classes * classes, added to */
    float *probabilities; /* NULL, or count * classes */
} sx_score_sums;

/* Runs the items, checked before, with the statistics the model holds. Item weights do not count, as in
 * Keras's evaluate without sample weights. row: classes floats of scratch. */
void sx_sum_scores(const sx_source *source, sx_loss loss, const size_t *items, size_t count, float *row,
                   sx_score_sums *sums);

#endif
