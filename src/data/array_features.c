/* array_features.c: arrays need no front-end: converted to float32, rows that are not finite skipped. */
#include "data/assemble.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/array_set.h"
#include "data/inspect.h"

#include <math.h>
#include <stdio.h>

/* Index of the first value that is not finite; count where all are. */
static size_t first_not_finite(const float *values, size_t count) {
    size_t i = 0;
    while (i < count && isfinite(values[i]))
        i++;
    return i;
}

/* "holds NaN (time 4, frequency 9)" */
static void describe_value(const float *row, size_t bad, const sx_shape *shape, char *text, size_t size) {
    size_t frame = shape->frequency * shape->channels;
    snprintf(text, size, "holds %s (time %zu, frequency %zu)",
             isnan(row[bad]) ? "NaN" : "a value that is infinite as float32", bad / frame,
             bad % frame / shape->channels);
}

/* Converts the rows into features->values, closing up over the bad ones; items[row] = its place in X. */
static sx_status convert_rows(const sx_npy *array, const sx_dataset *dataset, sx_features *features,
                              size_t *items, size_t *kept, sx_skip_list *skips, sx_error *err) {
    size_t row_floats = features->shape.time * features->shape.frequency * features->shape.channels;
    size_t count = 0;
    for (size_t i = 0; i < dataset->item_count; i++) {
        float *row = features->values + count * row_floats;
        sx_npy_floats(array, i * row_floats, row_floats, row);
        size_t bad = first_not_finite(row, row_floats);
        if (bad == row_floats) {
            items[count++] = i;
            continue;
        }
        char reason[128];
        describe_value(row, bad, &features->shape, reason, sizeof reason);
        sx_status status = sx_skip_list_add(skips, dataset->items[i].path, reason, err);
        if (status != SX_OK) return status;
    }
    *kept = count;
    return SX_OK;
}

static sx_status fill(const sx_npy *array, const sx_dataset *dataset, sx_features *features,
                      sx_skip_list *skips, sx_error *err) {
    size_t *items = sx_alloc(dataset->item_count, sizeof *items);
    if (items == NULL) return sx_fail_memory(err, dataset->item_count * sizeof *items);
    size_t kept = 0;
    sx_status status = convert_rows(array, dataset, features, items, &kept, skips, err);
    if (status == SX_OK && kept == 0) {
        status = sx_fail(err, SX_E_DATA, "%s: no usable example; all %zu hold NaN or infinity", dataset->root,
                         dataset->item_count);
    }
    if (status == SX_OK) status = sx_features_describe(features, dataset, items, kept, err);
    sx_free(items);
    return status;
}

static sx_shape shape_of(const sx_npy *array) {
    return (sx_shape){array->dims[1], array->dims[2], array->rank == 4 ? array->dims[3] : 1};
}

static sx_status check_count(const sx_npy *array, const sx_dataset *dataset, sx_error *err) {
    if (array->dims[0] == dataset->item_count) return SX_OK;
    return sx_fail(err, SX_E_DATA, "%s: X changed from %zu to %zu examples while it was read", dataset->root,
                   dataset->item_count, array->dims[0]);
}

static sx_status look_at_rows(const sx_npy *array, const sx_dataset *dataset, float *row,
                              sx_finding *findings, sx_error *err) {
    const sx_shape shape = shape_of(array);
    size_t row_floats = shape.time * shape.frequency * shape.channels;
    for (size_t i = 0; i < dataset->item_count; i++) {
        char reason[128];
        sx_npy_floats(array, i * row_floats, row_floats, row);
        size_t bad = first_not_finite(row, row_floats);
        findings[i].content = sx_hash(row, row_floats * sizeof *row, 0);
        findings[i].channels = (int)shape.channels;
        if (bad == row_floats) continue;
        describe_value(row, bad, &shape, reason, sizeof reason);
        findings[i].reason = sx_copy_text(reason);
        if (findings[i].reason == NULL) return sx_fail_memory(err, sizeof reason);
    }
    return SX_OK;
}

sx_status sx_inspect_arrays(const sx_dataset *dataset, sx_finding *findings, sx_error *err) {
    sx_npy array = {0};
    sx_status status = sx_array_set_read(dataset->root, &array, err);
    if (status != SX_OK) return status;
    size_t row_floats = array.count / array.dims[0];
    float *row = sx_alloc(row_floats, sizeof *row);
    status = row == NULL ? sx_fail_memory(err, row_floats * sizeof *row) : check_count(&array, dataset, err);
    if (status == SX_OK) status = look_at_rows(&array, dataset, row, findings, err);
    sx_free(row);
    sx_npy_clear(&array);
    return status;
}

sx_status sx_features_from_arrays(const sx_dataset *dataset, const sx_features_options *options,
                                  sx_features **out, sx_error *err) {
    sx_npy array = {0};
    sx_status status = sx_array_set_read(dataset->root, &array, err);
    if (status != SX_OK) return status;
    sx_skip_list skips = {0};
    sx_features *features = NULL;
    const sx_shape shape = shape_of(&array);
    status = check_count(&array, dataset, err);
    if (status == SX_OK) status = sx_features_create(array.dims[0], &shape, &features, err);
    if (status == SX_OK) status = sx_skip_list_add_all(&skips, dataset->skips, dataset->skip_count, err);
    if (status == SX_OK) status = fill(&array, dataset, features, &skips, err);
    sx_npy_clear(&array);
    if (status != SX_OK) {
        sx_skips_free(skips.skips, skips.count);
        sx_features_free(features);
        return status;
    }
    features->from_arrays = true;
    features->frontend = options->frontend;
    sx_features_seal(features, &skips);
    *out = features;
    return SX_OK;
}
