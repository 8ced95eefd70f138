/* tiny_study.h: a comparison that takes a second: tiny_features.h, a net of one block, two axes, two folds,
 * two seeds. A test changes what it wants other. Include after cmocka.h. */
#ifndef TESTS_EXPERIMENT_TINY_STUDY_H
#define TESTS_EXPERIMENT_TINY_STUDY_H

#include "sonaxis/compare.h"

#include "temporary.h"
#include "tiny_features.h"

static const char TINY_NET[] =
    "{\"name\": \"tiny\", \"layers\": ["
    "{\"type\": \"conv2d\", \"name\": \"conv\", \"filters\": 3, \"kernel_size\": 3},"
    "{\"type\": \"normalisation\", \"name\": \"norm\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"name\": \"relu\", \"activation\": \"relu\"},"
    "{\"type\": \"global_average_pool\", \"name\": \"average\"},"
    "{\"type\": \"dense\", \"name\": \"logits\", \"units\": \"$classes\"}]}";

typedef struct tiny_study {
    char folder[TEMPORARY_PATH], second[TEMPORARY_PATH], net[TEMPORARY_PATH + 16];
    tiny_features tiny;
    sx_compare_options options;
    sx_comparison *comparison; /* a test's, freed with the rest; NULL = none */
    sx_error err;
} tiny_study;

static inline tiny_study *tiny_study_open(const char *net) {
    tiny_study *study = sx_alloc(1, sizeof *study);
    assert_non_null(study);
    temporary_folder(study->folder);
    temporary_folder(study->second);
    snprintf(study->net, sizeof study->net, "%s/net.json", study->folder);
    if (sx_file_write(study->net, net, strlen(net), &study->err) != SX_OK) fail_msg("%s", study->err.text);
    tiny_features_fill(&study->tiny);
    sx_compare_default(&study->options);
    study->options.model = study->net;
    study->options.axis_count = 2; /* channels and frequency */
    study->options.folds.count = 2;
    study->options.seeds = 2;
    study->options.train.epochs = 4;
    study->options.train.batch = 8;
    study->options.train.learning_rate = 0.01;
    study->options.folder = study->folder;
    study->options.threads = 2;
    return study;
}

static inline int tiny_study_close(void **state) {
    tiny_study *study = *state;
    sx_comparison_free(study->comparison);
    temporary_remove(study->folder);
    temporary_remove(study->second);
    sx_free(study);
    return 0;
}

static inline sx_comparison *tiny_study_compare(tiny_study *study) {
    sx_comparison *made = NULL;
    if (sx_compare(&study->tiny.features, &study->options, NULL, &made, &study->err) != SX_OK)
        fail_msg("%s", study->err.text);
    assert_non_null(made);
    return made;
}

#endif
