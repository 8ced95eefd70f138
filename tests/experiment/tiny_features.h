/* tiny_features.h: sixty made-up pictures of three labels, a few bins in size. Include after cmocka.h. */
#ifndef TESTS_EXPERIMENT_TINY_FEATURES_H
#define TESTS_EXPERIMENT_TINY_FEATURES_H

#include "base/hash.h"
#include "base/random.h"
#include "sonaxis/features.h"

#include <stdio.h>

enum {
    TINY_COUNT = 60,
    TINY_TIME = 12,
    TINY_BANDS = 8,
    TINY_LABELS = 3,
    TINY_CELLS = TINY_TIME * TINY_BANDS
};

typedef struct tiny_features {
    sx_features features; /* points into the rest; do not free */
    float values[TINY_COUNT * TINY_CELLS];
    int labels[TINY_COUNT], groups[TINY_COUNT], folds[TINY_COUNT];
    sx_part parts[TINY_COUNT];
    float weights[TINY_COUNT];
    char path_texts[TINY_COUNT][16];
    char *paths[TINY_COUNT];
    char *label_names[TINY_LABELS];
    sx_skip skip;
} tiny_features;

/* Each label is a louder band, under noise. */
static inline void tiny_features_fill(tiny_features *tiny) {
    static char low[] = "low", middle[] = "middle", high[] = "high", path[] = "broken.wav",
                reason[] = "is empty";
    const sx_stream stream = {.seed = 9, .purpose = SX_PURPOSE_TEST};
    for (size_t i = 0; i < TINY_COUNT; i++) {
        tiny->labels[i] = (int)(i % TINY_LABELS);
        tiny->groups[i] = tiny->folds[i] = -1;
        tiny->weights[i] = 1;
        snprintf(tiny->path_texts[i], sizeof tiny->path_texts[i], "x.npy[%zu]", i);
        tiny->paths[i] = tiny->path_texts[i];
        for (size_t cell = 0; cell < TINY_CELLS; cell++) {
            double loud = cell % TINY_BANDS / 3 == i % TINY_LABELS ? 0.7 : 0;
            tiny->values[i * TINY_CELLS + cell] =
                (float)(loud + sx_random_normal(&stream, i * TINY_CELLS + cell));
        }
    }
    tiny->label_names[0] = low;
    tiny->label_names[1] = middle;
    tiny->label_names[2] = high;
    tiny->skip = (sx_skip){path, reason};
    tiny->features = (sx_features){.count = TINY_COUNT,
                                   .shape = {TINY_TIME, TINY_BANDS, 1},
                                   .values = tiny->values,
                                   .labels = tiny->labels,
                                   .groups = tiny->groups,
                                   .folds = tiny->folds,
                                   .parts = tiny->parts,
                                   .weights = tiny->weights,
                                   .paths = tiny->paths,
                                   .label_names = tiny->label_names,
                                   .label_count = TINY_LABELS,
                                   .skips = &tiny->skip,
                                   .skip_count = 1,
                                   .from_arrays = true,
                                   .content_hash = sx_hash(tiny->values, sizeof tiny->values, 0)};
}

#endif
