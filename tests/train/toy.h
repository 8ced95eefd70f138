/* toy.h: a small set of pictures whose label is a place on the frequency axis, and a net for it. Include
 * after cmocka.h. */
#ifndef TESTS_TRAIN_TOY_H
#define TESTS_TRAIN_TOY_H

#include "base/hash.h"
#include "base/memory.h"
#include "base/random.h"
#include "model/net.h"
#include "sonaxis/train.h"

#include <string.h>

enum { TOY_COUNT = 72, TOY_TIME = 9, TOY_FREQUENCY = 8, TOY_LABELS = 3 };

static const sx_standardise toy_standardise = {0.25, 1.25};

/* Arrays are the caller's: toy_clear. */
static inline sx_features toy_features(void) {
    const size_t floats = TOY_TIME * TOY_FREQUENCY;
    const sx_stream stream = {.seed = 11, .purpose = SX_PURPOSE_TEST};
    sx_features features = {.count = TOY_COUNT, .shape = {TOY_TIME, TOY_FREQUENCY, 1}, .content_hash = 77};
    features.values = sx_alloc(TOY_COUNT * floats, sizeof(float));
    features.labels = sx_alloc(TOY_COUNT, sizeof(int));
    assert_true(features.values && features.labels);
    for (size_t i = 0; i < TOY_COUNT; i++) {
        features.labels[i] = (int)(i % TOY_LABELS);
        for (size_t j = 0; j < floats; j++) {
            const bool marked = j % TOY_FREQUENCY / 2 == (size_t)features.labels[i];
            features.values[i * floats + j] =
                (float)(0.5 * sx_random_normal(&stream, i * floats + j) + (marked ? 1.0 : 0.0));
        }
    }
    return features;
}

static inline void toy_clear(sx_features *features) {
    sx_free(features->values);
    sx_free(features->labels);
    *features = (sx_features){0};
}

/* Two blocks; axis as a spec writes it, quotes included where it is a name. */
static inline sx_model *toy_model(const char *axis, size_t batch, int threads) {
    char json[1500];
    sx_model_spec *spec;
    sx_model *model;
    sx_error err = {0};
    snprintf(json, sizeof json,
             "{\"name\": \"toy\", \"layers\": ["
             "{\"type\": \"conv2d\", \"name\": \"conv1\", \"filters\": 6, \"kernel_size\": 3, \"padding\": "
             "\"same\"},"
             "{\"type\": \"normalisation\", \"name\": \"norm1\", \"axis\": %s, \"momentum\": 0.9},"
             "{\"type\": \"activation\", \"name\": \"relu1\", \"activation\": \"relu\"},"
             "{\"type\": \"max_pool\", \"name\": \"pool1\", \"pool_size\": 2},"
             "{\"type\": \"dropout\", \"name\": \"drop1\", \"rate\": 0.1},"
             "{\"type\": \"conv2d\", \"name\": \"conv2\", \"filters\": 8, \"kernel_size\": 3, \"padding\": "
             "\"same\"},"
             "{\"type\": \"normalisation\", \"name\": \"norm2\", \"axis\": %s, \"momentum\": 0.9},"
             "{\"type\": \"activation\", \"name\": \"relu2\", \"activation\": \"relu\"},"
             "{\"type\": \"flatten\", \"name\": \"flat\"},"
             "{\"type\": \"dense\", \"name\": \"logits\", \"units\": \"$classes\"}]}",
             axis, axis);
    if (sx_model_spec_parse(json, "toy", &spec, &err) != SX_OK) fail_msg("%s", err.text);
    const sx_model_options options = {.input = {TOY_TIME, TOY_FREQUENCY, 1},
                                      .classes = TOY_LABELS,
                                      .batch = batch,
                                      .training = true,
                                      .seed = 4,
                                      .threads = threads};
    if (sx_model_build(spec, &options, &model, &err) != SX_OK) fail_msg("%s", err.text);
    sx_model_spec_free(spec);
    return model;
}

/* 60 items train in batches of 16 (the last is smaller), 12 validate. */
enum { TOY_TRAIN = 60, TOY_VALIDATION = TOY_COUNT - TOY_TRAIN, TOY_BATCH = 16, TOY_STEPS = 4 };

static inline sx_train_options toy_options(int epochs) {
    sx_train_options options;
    sx_train_default(&options);
    options.epochs = epochs;
    options.batch = TOY_BATCH;
    options.learning_rate = 0.01;
    options.class_weights = true;
    options.seed = 9;
    return options;
}

static inline sx_status toy_fit(sx_model *model, const sx_features *features, const sx_train_options *options,
                                const sx_watch *watch, sx_history *history, sx_error *err) {
    size_t items[TOY_COUNT];
    for (size_t i = 0; i < TOY_COUNT; i++)
        items[i] = i;
    return sx_train_fit(model, features, &toy_standardise, items, TOY_TRAIN, items + TOY_TRAIN,
                        TOY_VALIDATION, options, watch, NULL, NULL, history, err);
}

static inline uint64_t toy_fingerprint(sx_model *model) {
    uint64_t hash = sx_hash(sx_model_weights(model), sx_model_trainable_count(model) * sizeof(float), 0);
    return sx_hash(sx_model_statistics(model), sx_model_statistics_count(model) * sizeof(float), hash);
}

#endif
