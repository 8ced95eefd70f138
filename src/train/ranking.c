/* ranking.c: area under the ROC curve and average precision of each label against the rest. */
#include "train/metrics.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

typedef struct ranked {
    float probability;
    bool hit; /* the item has the label */
} ranked;

static int most_probable_first(const void *a, const void *b) {
    float one = ((const ranked *)a)->probability, other = ((const ranked *)b)->probability;
    return (one < other) - (one > other);
}

/* Walks down the thresholds; items: sorted, some with and some without the label. */
static void rank(const ranked *items, size_t count, double hits, sx_label_score *score) {
    double hits_above = 0, others_above = 0, area = 0, precision = 0;
    for (size_t i = 0; i < count;) {
        double hits_here = 0, others_here = 0;
        float threshold = items[i].probability;
        for (; i < count && items[i].probability >= threshold; i++) {
            hits_here += items[i].hit;
            others_here += !items[i].hit;
        }
        area += others_here * (hits_above + hits_here / 2);
        hits_above += hits_here;
        others_above += others_here;
        precision += hits_here * hits_above / (hits_above + others_above);
    }
    score->auroc = area / (hits * others_above);
    score->average_precision = precision / hits;
}

static void rank_label(const float *probabilities, const int *labels, size_t count, size_t classes,
                       size_t label, ranked *items, sx_label_score *score) {
    size_t hits = 0;
    bool usable = true;
    for (size_t i = 0; i < count; i++) {
        items[i] = (ranked){probabilities[i * classes + label], (size_t)labels[i] == label};
        hits += items[i].hit;
        usable = usable && !isnan(items[i].probability);
    }
    score->auroc = score->average_precision = NAN;
    if (!usable || hits == 0 || hits == count) return;
    qsort(items, count, sizeof *items, most_probable_first);
    rank(items, count, (double)hits, score);
}

sx_status sx_rank_labels(const float *probabilities, const int *labels, size_t count, size_t classes,
                         sx_label_score *scores, sx_error *err) {
    ranked *items = sx_alloc(count, sizeof *items);
    if (!items) return sx_fail_memory(err, count * sizeof *items);
    for (size_t label = 0; label < classes; label++)
        rank_label(probabilities, labels, count, classes, label, items, &scores[label]);
    sx_free(items);
    return SX_OK;
}

void sx_average_ranks(const sx_label_score *scores, size_t classes, double *auroc,
                      double *average_precision) {
    double area = 0, precision = 0;
    size_t scored = 0;
    for (size_t i = classes == 2 ? 1 : 0; i < classes; i++) {
        if (isnan(scores[i].auroc)) continue;
        area += scores[i].auroc;
        precision += scores[i].average_precision;
        scored++;
    }
    *auroc = scored > 0 ? area / (double)scored : NAN;
    *average_precision = scored > 0 ? precision / (double)scored : NAN;
}
