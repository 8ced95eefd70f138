/* planted.h: made-up log spectra whose truth is known, and a net with any weights, for tests of what explains
 * them. Include after cmocka.h. */
#ifndef TESTS_EXPERIMENT_PLANTED_H
#define TESTS_EXPERIMENT_PLANTED_H

#include "base/random.h"
#include "model/net.h"
#include "sonaxis/explain.h"

#include <stdio.h>
#include <string.h>

enum {
    PLANTED_COUNT = 48,
    PLANTED_TIME = 24,
    PLANTED_BANDS = 20,
    PLANTED_LABELS = 2,
    PLANTED_GROUPS = 4,
    PLANTED_CELLS = PLANTED_TIME * PLANTED_BANDS
};

typedef struct planted {
    sx_features features; /* points into the rest; do not free */
    float values[PLANTED_COUNT * PLANTED_CELLS];
    int labels[PLANTED_COUNT], groups[PLANTED_COUNT], folds[PLANTED_COUNT];
    sx_part parts[PLANTED_COUNT];
    float weights[PLANTED_COUNT];
    char path_texts[PLANTED_COUNT][16];
    char *paths[PLANTED_COUNT];
    char *label_names[PLANTED_LABELS], *group_names[PLANTED_GROUPS];
} planted;

/* Unit noise; the label tilts the bands by `label_tilt` from the middle to either end, the group raises the
 * whole recording by multiples of group_level, and every recording has a level of its own. */
static inline void planted_fill(planted *p, double label_tilt, double group_level, double own_level) {
    static char a[] = "a", b[] = "b", g0[] = "g0", g1[] = "g1", g2[] = "g2", g3[] = "g3";
    char *const groups[] = {g0, g1, g2, g3};
    const sx_stream noise = {.seed = 5, .purpose = SX_PURPOSE_TEST},
                    own = {.seed = 6, .purpose = SX_PURPOSE_TEST};
    for (size_t i = 0; i < PLANTED_COUNT; i++) {
        p->labels[i] = (int)(i % PLANTED_LABELS);
        p->groups[i] = (int)(i / PLANTED_LABELS % PLANTED_GROUPS);
        p->folds[i] = -1;
        p->parts[i] = SX_PART_ANY;
        p->weights[i] = 1;
        snprintf(p->path_texts[i], sizeof p->path_texts[i], "x.npy[%zu]", i);
        p->paths[i] = p->path_texts[i];
        const double level = group_level * p->groups[i] + own_level * sx_random_normal(&own, i);
        for (size_t cell = 0; cell < PLANTED_CELLS; cell++) {
            const double place = 2.0 * (double)(cell % PLANTED_BANDS) / (PLANTED_BANDS - 1) - 1;
            p->values[i * PLANTED_CELLS + cell] =
                (float)(level + (p->labels[i] ? 1 : -1) * label_tilt * place +
                        sx_random_normal(&noise, i * PLANTED_CELLS + cell));
        }
    }
    p->label_names[0] = a;
    p->label_names[1] = b;
    memcpy(p->group_names, groups, sizeof groups);
    p->features = (sx_features){.count = PLANTED_COUNT,
                                .shape = {PLANTED_TIME, PLANTED_BANDS, 1},
                                .values = p->values,
                                .labels = p->labels,
                                .groups = p->groups,
                                .folds = p->folds,
                                .parts = p->parts,
                                .weights = p->weights,
                                .paths = p->paths,
                                .label_names = p->label_names,
                                .label_count = PLANTED_LABELS,
                                .group_names = p->group_names,
                                .group_count = PLANTED_GROUPS,
                                .from_arrays = true,
                                .content_hash = 1};
}

/* %s: the axis. The bare one normalises its input. */
static const char *const planted_net =
    "{\"name\": \"planted\", \"layers\": ["
    "{\"type\": \"conv2d\", \"name\": \"conv\", \"filters\": 4, \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"name\": \"norm\", \"axis\": \"%s\"},"
    "{\"type\": \"activation\", \"name\": \"relu\", \"activation\": \"relu\"},"
    "{\"type\": \"global_average_pool\", \"name\": \"average\"},"
    "{\"type\": \"dense\", \"name\": \"logits\", \"units\": \"$classes\"}]}";
static const char *const planted_bare_net =
    "{\"name\": \"bare\", \"layers\": ["
    "{\"type\": \"normalisation\", \"name\": \"norm\", \"axis\": \"%s\"},"
    "{\"type\": \"global_average_pool\", \"name\": \"average\"},"
    "{\"type\": \"dense\", \"name\": \"logits\", \"units\": \"$classes\"}]}";

#endif
