/* assemble.c: the tensor, its rows' labels, groups and paths, and its fingerprint. */
#include "data/assemble.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "data/names.h"

#include <stdint.h>
#include <string.h>

void sx_features_free(sx_features *features) {
    if (features == NULL) return;
    if (features->mapped != NULL)
        sx_file_map_close(features->mapped);
    else
        sx_free(features->values);
    sx_free(features->mapped);
    sx_free(features->labels);
    sx_free(features->groups);
    sx_free(features->folds);
    sx_free(features->parts);
    sx_free(features->weights);
    sx_free(features->silence);
    sx_names_free(features->paths, features->count);
    sx_names_free(features->label_names, features->label_count);
    sx_names_free(features->group_names, features->group_count);
    sx_skips_free(features->skips, features->skip_count);
    sx_names_free(features->notes, features->note_count);
    sx_free(features);
}

/* Everything but the values. */
static bool make_rows(sx_features *features, size_t rows) {
    features->labels = sx_alloc(rows, sizeof *features->labels);
    features->groups = sx_alloc(rows, sizeof *features->groups);
    features->folds = sx_alloc(rows, sizeof *features->folds);
    features->parts = sx_alloc(rows, sizeof *features->parts);
    features->weights = sx_alloc(rows, sizeof *features->weights);
    features->paths = sx_alloc(rows, sizeof *features->paths);
    return features->labels != NULL && features->groups != NULL && features->folds != NULL &&
           features->parts != NULL && features->weights != NULL && features->paths != NULL;
}

sx_status sx_features_create(size_t rows, const sx_shape *shape, sx_features **out, sx_error *err) {
    size_t row_bytes = sizeof(float);
    const size_t factors[] = {shape->time, shape->frequency, shape->channels};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        if (__builtin_mul_overflow(row_bytes, factors[i], &row_bytes)) return sx_fail_memory(err, SIZE_MAX);
    }
    sx_features *features = sx_alloc(1, sizeof *features);
    if (features == NULL) return sx_fail_memory(err, sizeof *features);
    features->shape = *shape;
    features->values = sx_alloc(rows, row_bytes);
    if (features->values == NULL || !make_rows(features, rows)) {
        size_t bytes = SIZE_MAX;
        if (__builtin_mul_overflow(rows, row_bytes, &bytes)) bytes = SIZE_MAX;
        sx_features_free(features);
        return sx_fail_memory(err, bytes);
    }
    *out = features;
    return SX_OK;
}

sx_status sx_features_from_map(size_t rows, const sx_shape *shape, sx_file_map *map, size_t offset,
                               sx_features **out, sx_error *err) {
    sx_features *features = sx_alloc(1, sizeof *features);
    sx_file_map *kept = sx_alloc(1, sizeof *kept);
    if (features == NULL || kept == NULL || !make_rows(features, rows)) {
        sx_features_free(features);
        sx_free(kept);
        return sx_fail_memory(err, rows * sizeof *features->weights);
    }
    *kept = *map;
    *map = (sx_file_map){0};
    features->shape = *shape;
    features->mapped = kept;
    features->values = (float *)(void *)(kept->bytes + offset);
    *out = features;
    return SX_OK;
}

/* The names that are used, and `indices` (-1 = none) changed to point into them. */
static sx_status keep_used_names(char *const *names, size_t name_count, int *indices, size_t count,
                                 char ***used, size_t *used_count, sx_error *err) {
    int *place = sx_alloc(name_count, sizeof *place);
    const char **all = sx_alloc(name_count, sizeof *all);
    sx_status status = SX_OK;
    if (place == NULL || all == NULL) {
        status = sx_fail_memory(err, name_count * sizeof *all);
    } else {
        for (size_t i = 0; i < count; i++) {
            if (indices[i] >= 0) place[indices[i]] = 1;
        }
        size_t found = 0;
        for (size_t i = 0; i < name_count; i++) {
            if (place[i] == 0) continue;
            place[i] = (int)found;
            all[found++] = names[i];
        }
        for (size_t i = 0; i < count; i++) {
            if (indices[i] >= 0) indices[i] = place[indices[i]];
        }
        status = sx_names_distinct(all, found, used, used_count, err);
    }
    sx_free(place);
    sx_free(all);
    return status;
}

sx_status sx_features_describe(sx_features *features, const sx_dataset *dataset, const size_t *items,
                               size_t count, sx_error *err) {
    for (size_t i = 0; i < count; i++) {
        const sx_item *item = &dataset->items[items[i]];
        features->labels[i] = item->label;
        features->groups[i] = item->group;
        features->folds[i] = item->fold;
        features->parts[i] = item->part;
        features->weights[i] = (float)item->weight;
        features->paths[i] = sx_copy_text(item->path);
        features->count = i + 1;
        if (features->paths[i] == NULL) return sx_fail_memory(err, strlen(item->path) + 1);
    }
    sx_status status = keep_used_names(dataset->label_names, dataset->label_count, features->labels, count,
                                       &features->label_names, &features->label_count, err);
    if (status != SX_OK) return status;
    return keep_used_names(dataset->group_names, dataset->group_count, features->groups, count,
                           &features->group_names, &features->group_count, err);
}

void sx_features_seal(sx_features *features, sx_skip_list *skips) {
    const sx_shape *shape = &features->shape;
    size_t floats = features->count * shape->time * shape->frequency * shape->channels;
    uint64_t hash = sx_hash(features->values, floats * sizeof *features->values, features->count);
    hash = sx_hash(features->labels, features->count * sizeof *features->labels, hash);
    features->content_hash = sx_hash(features->groups, features->count * sizeof *features->groups, hash);
    features->skips = skips->skips;
    features->skip_count = skips->count;
    *skips = (sx_skip_list){0};
}
