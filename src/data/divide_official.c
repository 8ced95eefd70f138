/* divide_official.c: the manifest's own folds, or its own train, validation and test. */
#include "data/division.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>

static int compare_ints(const void *left, const void *right) {
    int a = *(const int *)left, b = *(const int *)right;
    return a < b ? -1 : a > b;
}

/* One fold: what the manifest calls test. */
static sx_status divide_by_part(const sx_features *features, sx_division *division, sx_error *err) {
    for (size_t i = 0; i < features->count; i++) {
        switch (features->parts[i]) {
        case SX_PART_ANY:
            return sx_fail(err, SX_E_DATA, "'%s' has no official split where others have one",
                           features->paths[i]);
        case SX_PART_TEST:
            division->fold_of[i] = 0;
            break;
        case SX_PART_TRAIN:
        case SX_PART_VALIDATION:
            division->part_of[i] = features->parts[i];
            break;
        }
    }
    return sx_division_add_fold(division, err, "official");
}

static sx_status divide_by_number(const sx_features *features, sx_division *division, int *numbers,
                                  sx_error *err) {
    for (size_t i = 0; i < features->count; i++) {
        if (features->folds[i] < 0) {
            return sx_fail(err, SX_E_DATA, "'%s' has no official fold where others have one",
                           features->paths[i]);
        }
        numbers[i] = features->folds[i];
    }
    qsort(numbers, features->count, sizeof *numbers, compare_ints);
    size_t distinct = 0;
    for (size_t i = 0; i < features->count; i++) {
        if (i == 0 || numbers[i] != numbers[distinct - 1]) numbers[distinct++] = numbers[i];
    }
    if (distinct < 2 || distinct > SX_MAX_FOLDS) {
        return sx_fail(err, SX_E_DATA, "the manifest has %zu official fold%s; there must be 2 to %d",
                       distinct, distinct == 1 ? "" : "s", SX_MAX_FOLDS);
    }
    for (size_t i = 0; i < features->count; i++) {
        const int *found = bsearch(&features->folds[i], numbers, distinct, sizeof *numbers, compare_ints);
        division->fold_of[i] = (int)(found - numbers);
    }
    for (size_t i = 0; i < distinct; i++) {
        sx_status status = sx_division_add_fold(division, err, "official %d", numbers[i]);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

sx_status sx_divide_officially(const sx_features *features, sx_division *division, sx_error *err) {
    bool has_test = false, has_fold = false;
    for (size_t i = 0; i < features->count; i++) {
        has_test |= features->parts[i] == SX_PART_TEST;
        has_fold |= features->folds[i] >= 0;
    }
    if (has_test) return divide_by_part(features, division, err);
    if (!has_fold) {
        return sx_fail(err, SX_E_DATA,
                       "there are no official folds: no item has a fold, or 'test' as its split");
    }
    int *numbers = sx_alloc(features->count, sizeof *numbers);
    if (numbers == NULL) return sx_fail_memory(err, features->count * sizeof *numbers);
    sx_status status = divide_by_number(features, division, numbers, err);
    sx_free(numbers);
    return status;
}
