/* golden.h: a net, its data and its weights from one file of tests/golden/keras. Include after cmocka.h. */
#ifndef TESTS_TRAIN_GOLDEN_H
#define TESTS_TRAIN_GOLDEN_H

#include "arrays/npz.h"
#include "base/memory.h"
#include "model/net.h"
#include "sonaxis/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct golden {
    char path[512];
    sx_model *model;
    sx_features features; /* from x, y, weight; paths and names are NULL */
    sx_npy names;
} golden;

static const sx_standardise golden_standardise = {0, 1};

static inline sx_npy golden_array(const golden *g, const char *name) {
    sx_npy array = {0};
    sx_error err = {0};
    if (sx_npz_read(g->path, name, &array, &err) != SX_OK) fail_msg("%s", err.text);
    return array;
}

static inline double golden_number(const golden *g, const char *name) {
    sx_npy array = golden_array(g, name);
    double number = sx_npy_number(&array, 0);
    sx_npy_clear(&array);
    return number;
}

static inline float *golden_floats(const golden *g, const char *name) {
    sx_npy array = golden_array(g, name);
    float *values = sx_alloc(array.count, sizeof *values);
    assert_non_null(values);
    sx_npy_floats(&array, 0, array.count, values);
    sx_npy_clear(&array);
    return values;
}

static inline char *golden_text(const golden *g, const char *name, size_t index) {
    sx_npy array = golden_array(g, name);
    char *text = sx_npy_label(&array, index);
    assert_non_null(text);
    sx_npy_clear(&array);
    return text;
}

static inline void golden_features(golden *g) {
    sx_npy x = golden_array(g, "x"), y = golden_array(g, "y");
    g->features = (sx_features){.count = x.dims[0], .shape = {x.dims[1], x.dims[2], x.dims[3]}};
    g->features.values = golden_floats(g, "x");
    g->features.labels = sx_alloc(y.count, sizeof(int));
    assert_non_null(g->features.labels);
    for (size_t i = 0; i < y.count; i++)
        g->features.labels[i] = (int)sx_npy_number(&y, i);
    sx_npy_clear(&x);
    sx_npy_clear(&y);
}

/* Where "layer.weight" lies in the model, and how many floats it has; trainable may be NULL. */
static inline float *golden_weight(const golden *g, size_t index, size_t *count, bool *trainable) {
    char *name = sx_npy_label(&g->names, index);
    char *dot = name ? strchr(name, '.') : NULL;
    assert_non_null(dot);
    *dot = 0;
    for (size_t layer = 0; layer < sx_model_layer_count(g->model); layer++) {
        const sx_layer_plan *plan = sx_model_layer_plan(g->model, layer);
        for (int w = 0; w < plan->weight_count; w++) {
            if (strcmp(sx_model_layer_name(g->model, layer), name) != 0) continue;
            if (strcmp(plan->weights[w].name, dot + 1) != 0) continue;
            *count = plan->weights[w].count;
            if (trainable) *trainable = plan->weights[w].trainable;
            sx_free(name);
            return sx_model_layer_weight(g->model, layer, w);
        }
    }
    fail_msg("%s: the net has no weight %s of layer %s", g->path, dot + 1, name);
    return NULL;
}

static inline void golden_set(const golden *g, const char *block) {
    float *values = golden_floats(g, block);
    size_t offset = 0;
    for (size_t i = 0; i < g->names.count; i++) {
        size_t count = 0;
        float *weight = golden_weight(g, i, &count, NULL);
        memcpy(weight, values + offset, count * sizeof *weight);
        offset += count;
    }
    assert_int_equal(offset, sx_model_trainable_count(g->model) + sx_model_statistics_count(g->model));
    sx_free(values);
    sx_model_weights_changed(g->model);
}

/* max |a - b| / max |b|, the error measure of every golden comparison; infinite where a is not a number. */
static inline double relative_error(const float *a, const float *b, size_t count) {
    double difference = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(a[i])) return (double)INFINITY;
        difference = fmax(difference, fabs((double)a[i] - (double)b[i]));
        size = fmax(size, fabs((double)b[i]));
    }
    return size > 0 ? difference / size : difference;
}

static inline void golden_check(const char *what, const char *detail, double error, double tolerance) {
    if (error <= tolerance) return;
    fail_msg("%s, %s: relative error %g is above %g", what, detail, error, tolerance);
}

/* Largest error over all tensors of a block; gradients: compare those of the trainable weights instead. */
static inline double golden_compare(const golden *g, const char *block, bool gradients, double tolerance) {
    float *wanted = golden_floats(g, block);
    double worst = 0;
    size_t offset = 0;
    for (size_t i = 0; i < g->names.count; i++) {
        size_t count = 0;
        bool trainable = false;
        const float *have = golden_weight(g, i, &count, &trainable);
        if (gradients && trainable) have = sx_model_gradients(g->model) + (have - sx_model_weights(g->model));
        if (!gradients || trainable) {
            double error = relative_error(have, wanted + offset, count);
            char *name = sx_npy_label(&g->names, i), what[640];
            snprintf(what, sizeof what, "%s %s", g->path, block);
            golden_check(what, name, error, tolerance);
            sx_free(name);
            worst = error > worst ? error : worst;
        }
        offset += count;
    }
    sx_free(wanted);
    return worst;
}

static inline void golden_open(golden *g, const char *name, size_t classes, size_t batch) {
    sx_model_spec *spec;
    sx_error err = {0};
    *g = (golden){0};
    snprintf(g->path, sizeof g->path, "%s/keras/%s.npz", SX_GOLDEN, name);
    g->names = golden_array(g, "names");
    golden_features(g);
    char *json = golden_text(g, "spec", 0);
    if (sx_model_spec_parse(json, g->path, &spec, &err) != SX_OK) fail_msg("%s", err.text);
    const sx_model_options options = {
        .input = g->features.shape, .classes = classes, .batch = batch, .training = true, .threads = 2};
    if (sx_model_build(spec, &options, &g->model, &err) != SX_OK) fail_msg("%s", err.text);
    sx_model_spec_free(spec);
    sx_free(json);
    golden_set(g, "initial");
}

static inline void golden_close(golden *g) {
    sx_model_free(g->model);
    sx_npy_clear(&g->names);
    sx_free(g->features.values);
    sx_free(g->features.labels);
    sx_free(g->features.weights);
    *g = (golden){0};
}

#endif
