/* divide_stratified.c: folds that all have the same label shares. */
#include "data/division.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

enum { DEFAULT_FOLDS = 5 };

size_t sx_units_of_label(const sx_features *features, const size_t *first_items, size_t unit_count,
                         const bool *wanted, int label, size_t *units) {
    size_t count = 0;
    for (size_t u = 0; u < unit_count; u++) {
        if (features->labels[first_items[u]] == label && (wanted == NULL || wanted[u])) units[count++] = u;
    }
    return count;
}

/* Deals each label's recordings, shuffled, one to a fold in turn; the next label goes on where this one
 * stopped, so that the folds are of one size too. */
static void deal(const sx_features *features, const sx_fold_options *options, const sx_division *division,
                 const size_t *first_items, size_t fold_count, size_t *units, size_t *order,
                 int *fold_of_unit) {
    size_t next = 0;
    for (size_t label = 0; label < features->label_count; label++) {
        size_t count =
            sx_units_of_label(features, first_items, division->unit_count, NULL, (int)label, units);
        sx_stream stream = {options->seed, SX_PURPOSE_FOLDS, (uint32_t)label, 1};
        sx_random_permutation(&stream, count, order);
        for (size_t i = 0; i < count; i++) {
            fold_of_unit[units[order[i]]] = (int)next;
            next = (next + 1) % fold_count;
        }
    }
}

sx_status sx_divide_stratified(const sx_features *features, const sx_fold_options *options,
                               sx_division *division, sx_error *err) {
    size_t fold_count = options->count == 0 ? DEFAULT_FOLDS : (size_t)options->count;
    if (division->unit_count < fold_count) {
        return sx_fail(err, SX_E_DATA, "%zu recordings cannot fill %zu folds", division->unit_count,
                       fold_count);
    }
    size_t *first_items = NULL;
    sx_status status = sx_division_units(division, &first_items, err);
    size_t *units = sx_alloc(division->unit_count, sizeof *units);
    size_t *order = sx_alloc(division->unit_count, sizeof *order);
    int *fold_of_unit = sx_alloc(division->unit_count, sizeof *fold_of_unit);
    if (status == SX_OK && (units == NULL || order == NULL || fold_of_unit == NULL)) {
        status = sx_fail_memory(err, division->unit_count * sizeof *units);
    }
    if (status == SX_OK) {
        deal(features, options, division, first_items, fold_count, units, order, fold_of_unit);
        for (size_t i = 0; i < division->count; i++)
            division->fold_of[i] = fold_of_unit[division->unit_of[i]];
    }
    for (size_t i = 0; i < fold_count && status == SX_OK; i++) {
        status = sx_division_add_fold(division, err, "fold %zu", i + 1);
    }
    sx_free(first_items);
    sx_free(units);
    sx_free(order);
    sx_free(fold_of_unit);
    return status;
}
