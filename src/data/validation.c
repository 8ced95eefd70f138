/* validation.c: the part of a training set that is kept back to watch the fit: stratified, or whole groups.
 */
#include "data/division.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>

/* Marks units for validation: the share of each label, rounded, at least one where the label has two or more,
 * and never all of them. */
static void pick_units(const sx_features *features, const sx_fold_options *options,
                       const sx_division *division, const size_t *first_items, size_t fold,
                       const bool *trains, bool *picked, size_t *units, size_t *order) {
    for (size_t label = 0; label < features->label_count; label++) {
        size_t count =
            sx_units_of_label(features, first_items, division->unit_count, trains, (int)label, units);
        if (count < 2) continue;
        size_t wanted = (size_t)llround(options->validation * (double)count);
        if (wanted == 0) wanted = 1;
        if (wanted >= count) wanted = count - 1;
        sx_stream stream = {options->seed, SX_PURPOSE_VALIDATION, (uint32_t)fold, (uint32_t)label};
        sx_random_permutation(&stream, count, order);
        for (size_t i = 0; i < wanted; i++)
            picked[units[order[i]]] = true;
    }
}

static sx_status validate_units(const sx_features *features, const sx_fold_options *options,
                                sx_division *division, size_t fold, sx_error *err) {
    size_t count = division->unit_count;
    size_t *first_items = NULL;
    sx_status status = sx_division_units(division, &first_items, err);
    bool *trains = sx_alloc(count, sizeof *trains), *picked = sx_alloc(count, sizeof *picked);
    size_t *units = sx_alloc(count, sizeof *units), *order = sx_alloc(count, sizeof *order);
    if (status == SX_OK && (trains == NULL || picked == NULL || units == NULL || order == NULL)) {
        status = sx_fail_memory(err, count * sizeof *units);
    }
    if (status == SX_OK) {
        for (size_t u = 0; u < count; u++)
            trains[u] = division->fold_of[first_items[u]] != (int)fold;
        pick_units(features, options, division, first_items, fold, trains, picked, units, order);
        for (size_t i = 0; i < division->count; i++) {
            if (picked[division->unit_of[i]]) division->part_of[i] = SX_PART_VALIDATION;
        }
    }
    sx_free(first_items);
    sx_free(trains);
    sx_free(picked);
    sx_free(units);
    sx_free(order);
    return status;
}

typedef struct group_counts {
    size_t *items;    /* of each group in the training part */
    size_t *left;     /* of each label outside the validation part */
    size_t *of_group; /* of each label in the group looked at */
    size_t *order;
    size_t groups, total; /* in the training part */
} group_counts;

static void count_groups(const sx_features *features, const sx_division *division, size_t fold,
                         group_counts *counts) {
    for (size_t i = 0; i < features->count; i++) {
        if (division->fold_of[i] == (int)fold) continue;
        counts->groups += counts->items[features->groups[i]]++ == 0;
        counts->left[features->labels[i]]++;
        counts->total++;
    }
}

/* Takes the group's labels out of `left`; false (nothing taken) where one of them would be gone altogether.
 */
static bool spare_group(const sx_features *features, size_t group, group_counts *counts) {
    for (size_t label = 0; label < features->label_count; label++)
        counts->of_group[label] = 0;
    for (size_t i = 0; i < features->count; i++) {
        if (features->groups[i] == (int)group) counts->of_group[features->labels[i]]++;
    }
    for (size_t label = 0; label < features->label_count; label++) {
        if (counts->of_group[label] > 0 && counts->left[label] <= counts->of_group[label]) return false;
    }
    for (size_t label = 0; label < features->label_count; label++)
        counts->left[label] -= counts->of_group[label];
    return true;
}

/* Whole groups in random order until the share is reached; false where there are too few to choose from. */
static bool pick_groups(const sx_features *features, const sx_fold_options *options, sx_division *division,
                        size_t fold, group_counts *counts) {
    count_groups(features, division, fold, counts);
    if (counts->groups < 3) return false;
    sx_stream stream = {options->seed, SX_PURPOSE_VALIDATION, (uint32_t)fold, UINT32_MAX};
    sx_random_permutation(&stream, features->group_count, counts->order);
    double wanted = options->validation * (double)counts->total;
    size_t taken = 0, taken_groups = 0;
    for (size_t k = 0; k < features->group_count; k++) {
        size_t group = counts->order[k];
        bool enough = taken_groups > 0 && (double)taken + 0.5 * (double)counts->items[group] > wanted;
        if (counts->items[group] == 0 || enough || counts->groups - taken_groups <= 2) continue;
        if (!spare_group(features, group, counts)) continue;
        taken += counts->items[group];
        taken_groups++;
        for (size_t i = 0; i < features->count; i++) {
            if (features->groups[i] == (int)group) division->part_of[i] = SX_PART_VALIDATION;
        }
    }
    return taken_groups > 0;
}

static sx_status validate_groups(const sx_features *features, const sx_fold_options *options,
                                 sx_division *division, size_t fold, bool *done, sx_error *err) {
    group_counts counts = {.items = sx_alloc(features->group_count, sizeof *counts.items),
                           .left = sx_alloc(features->label_count, sizeof *counts.left),
                           .of_group = sx_alloc(features->label_count, sizeof *counts.of_group),
                           .order = sx_alloc(features->group_count, sizeof *counts.order)};
    sx_status status = SX_OK;
    if (counts.items == NULL || counts.left == NULL || counts.of_group == NULL || counts.order == NULL) {
        status = sx_fail_memory(err, features->group_count * sizeof *counts.items);
    } else {
        *done = pick_groups(features, options, division, fold, &counts);
    }
    sx_free(counts.items);
    sx_free(counts.left);
    sx_free(counts.of_group);
    sx_free(counts.order);
    return status;
}

sx_status sx_division_validate(const sx_features *features, const sx_fold_options *options,
                               sx_division *division, size_t fold, sx_error *err) {
    bool has_official = false, all_grouped = features->group_count > 0, done = false;
    for (size_t i = 0; i < features->count; i++) {
        has_official |= features->parts[i] == SX_PART_VALIDATION;
        all_grouped &= features->groups[i] >= 0;
    }
    if (has_official && division->kind == SX_FOLDS_OFFICIAL) return SX_OK;
    for (size_t i = 0; i < division->count; i++)
        division->part_of[i] = SX_PART_TRAIN;
    if (options->validation <= 0) return SX_OK;
    if (options->validation_by_group && all_grouped && division->kind != SX_FOLDS_STRATIFIED) {
        sx_status status = validate_groups(features, options, division, fold, &done, err);
        if (status != SX_OK || done) return status;
    }
    return validate_units(features, options, division, fold, err);
}
