/* metrics.c: scores from the table of counts; those from probabilities are in ranking.c and calibration.c. */
#include "train/metrics.h"

#include <math.h>

typedef struct label_counts {
    uint64_t hits, truths, predictions;
} label_counts;

static label_counts count_label(const uint32_t *confusion, size_t classes, size_t label) {
    label_counts counts = {.hits = confusion[label * classes + label]};
    for (size_t other = 0; other < classes; other++) {
        counts.truths += confusion[label * classes + other];
        counts.predictions += confusion[other * classes + label];
    }
    return counts;
}

double sx_accuracy(const uint32_t *confusion, size_t classes) {
    uint64_t hits = 0, all = 0;
    for (size_t label = 0; label < classes; label++) {
        label_counts counts = count_label(confusion, classes, label);
        hits += counts.hits;
        all += counts.truths;
    }
    return all ? (double)hits / (double)all : (double)NAN;
}

double sx_balanced_accuracy(const uint32_t *confusion, size_t classes) {
    double recalls = 0;
    size_t present = 0;
    for (size_t label = 0; label < classes; label++) {
        label_counts counts = count_label(confusion, classes, label);
        if (counts.truths == 0) continue;
        recalls += (double)counts.hits / (double)counts.truths;
        present++;
    }
    return present ? recalls / (double)present : (double)NAN;
}

double sx_macro_f1(const uint32_t *confusion, size_t classes) {
    double scores = 0;
    size_t present = 0;
    for (size_t label = 0; label < classes; label++) {
        label_counts counts = count_label(confusion, classes, label);
        uint64_t both = counts.truths + counts.predictions;
        if (both == 0) continue;
        scores += 2.0 * (double)counts.hits / (double)both;
        present++;
    }
    return present ? scores / (double)present : (double)NAN;
}

void sx_count_labels(const uint32_t *confusion, size_t classes, sx_label_score *scores) {
    for (size_t label = 0; label < classes; label++) {
        label_counts counts = count_label(confusion, classes, label);
        double hits = (double)counts.hits, both = (double)(counts.truths + counts.predictions);
        scores[label].support = counts.truths;
        scores[label].precision = counts.predictions ? hits / (double)counts.predictions : NAN;
        scores[label].recall = counts.truths ? hits / (double)counts.truths : NAN;
        scores[label].f1 = both > 0 ? 2 * hits / both : NAN;
    }
}
