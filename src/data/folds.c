/* folds.c: how a data set is divided: by the manifest, by groups, or stratified; then checked once more.
 *
 * Everything is decided by recordings (`units`: items that share a path, pieces of one file) and a seed. */
#include "sonaxis/folds.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/division.h"

#include <string.h>

void sx_folds_default(sx_fold_options *options) { *options = (sx_fold_options){.kind = SX_FOLDS_AUTO}; }

void sx_folds_free(sx_folds *folds) {
    if (folds == NULL) return;
    for (size_t i = 0; i < folds->count; i++) {
        sx_free(folds->folds[i].name);
        sx_free(folds->folds[i].train);
        sx_free(folds->folds[i].validation);
        sx_free(folds->folds[i].test);
    }
    sx_free(folds->folds);
    sx_free(folds);
}

static sx_status check_options(const sx_fold_options *options, sx_error *err) {
    if (options->count != 0 && (options->count < 2 || options->count > SX_MAX_FOLDS)) {
        return sx_fail(err, SX_E_ARGUMENT, "fold count is %d; it must be 0 (automatic) or 2 to %d",
                       options->count, SX_MAX_FOLDS);
    }
    if (!(options->validation >= 0 && options->validation <= 0.5)) {
        return sx_fail(err, SX_E_ARGUMENT, "validation share is %g; it must be 0 to 0.5",
                       options->validation);
    }
    return SX_OK;
}

static sx_status check_labels(const sx_features *features, sx_error *err) {
    for (size_t i = 0; i < features->count; i++) {
        if (features->labels[i] < 0) {
            return sx_fail(err, SX_E_DATA, "'%s' has no label; folds need one for every recording",
                           features->paths[i]);
        }
    }
    if (features->label_count >= 2) return SX_OK;
    return sx_fail(err, SX_E_DATA, "all %zu recordings have the label '%s'; at least two labels are needed",
                   features->count, features->label_count == 1 ? features->label_names[0] : "");
}

static sx_fold_kind resolve_kind(const sx_features *features, sx_fold_kind kind) {
    if (kind != SX_FOLDS_AUTO) return kind;
    for (size_t i = 0; i < features->count; i++) {
        if (features->folds[i] >= 0 || features->parts[i] == SX_PART_TEST) return SX_FOLDS_OFFICIAL;
    }
    return features->group_count >= 2 ? SX_FOLDS_GROUP : SX_FOLDS_STRATIFIED;
}

static size_t collect(const sx_division *division, size_t fold, sx_part part, size_t *items) {
    size_t count = 0;
    for (size_t i = 0; i < division->count; i++) {
        bool in_test = division->fold_of[i] == (int)fold;
        sx_part now = in_test ? SX_PART_TEST : division->part_of[i];
        if (!in_test && now == SX_PART_TEST) now = SX_PART_TRAIN;
        if (now != part) continue;
        if (items != NULL) items[count] = i;
        count++;
    }
    return count;
}

static sx_status collect_part(const sx_division *division, size_t fold, sx_part part, size_t **items,
                              size_t *count, sx_error *err) {
    *count = collect(division, fold, part, NULL);
    *items = sx_alloc(*count, sizeof **items);
    if (*items == NULL) return sx_fail_memory(err, *count * sizeof **items);
    collect(division, fold, part, *items);
    return SX_OK;
}

/* Every label of the data set must be there to be learnt. */
static sx_status check_training(const sx_features *features, const sx_fold *fold, sx_error *err) {
    bool *seen = sx_alloc(features->label_count, sizeof *seen);
    if (seen == NULL) return sx_fail_memory(err, features->label_count * sizeof *seen);
    for (size_t i = 0; i < fold->train_count; i++)
        seen[features->labels[fold->train[i]]] = true;
    sx_status status = SX_OK;
    for (size_t i = 0; i < features->label_count && status == SX_OK; i++) {
        if (seen[i]) continue;
        status = sx_fail(err, SX_E_DATA, "label '%s' is missing from the training part of fold '%s'; %s",
                         features->label_names[i], fold->name,
                         "it needs recordings outside that fold, or fewer folds");
    }
    sx_free(seen);
    return status;
}

static sx_status fill_fold(const sx_features *features, const sx_fold_options *options, sx_division *division,
                           size_t index, sx_fold *fold, sx_error *err) {
    fold->name = sx_copy_text(division->names[index]);
    if (fold->name == NULL) return sx_fail_memory(err, strlen(division->names[index]) + 1);
    sx_status status = sx_division_validate(features, options, division, index, err);
    if (status == SX_OK) {
        status = collect_part(division, index, SX_PART_TRAIN, &fold->train, &fold->train_count, err);
    }
    if (status == SX_OK) {
        status = collect_part(division, index, SX_PART_VALIDATION, &fold->validation, &fold->validation_count,
                              err);
    }
    if (status == SX_OK)
        status = collect_part(division, index, SX_PART_TEST, &fold->test, &fold->test_count, err);
    if (status == SX_OK && fold->test_count == 0) {
        status = sx_fail(err, SX_E_DATA, "fold '%s' has no recording to test", fold->name);
    }
    return status == SX_OK ? check_training(features, fold, err) : status;
}

static sx_status fill_folds(const sx_features *features, const sx_fold_options *options,
                            sx_division *division, sx_folds **out, sx_error *err) {
    sx_folds *folds = sx_alloc(1, sizeof *folds);
    if (folds == NULL) return sx_fail_memory(err, sizeof *folds);
    folds->kind = division->kind;
    folds->folds = sx_alloc(division->fold_count, sizeof *folds->folds);
    sx_status status = folds->folds == NULL ? sx_fail_memory(err, sizeof *folds->folds) : SX_OK;
    for (size_t i = 0; i < division->fold_count && status == SX_OK; i++) {
        folds->count = i + 1;
        status = fill_fold(features, options, division, i, &folds->folds[i], err);
    }
    if (status != SX_OK) {
        sx_folds_free(folds);
        return status;
    }
    *out = folds;
    return SX_OK;
}

sx_status sx_folds_make(const sx_features *features, const sx_fold_options *options, sx_folds **out,
                        sx_error *err) {
    sx_status status = check_options(options, err);
    if (status == SX_OK) status = check_labels(features, err);
    if (status != SX_OK) return status;
    sx_division division = {.kind = resolve_kind(features, options->kind)};
    status = sx_division_create(features, &division, err);
    if (status == SX_OK) {
        switch (division.kind) {
        case SX_FOLDS_OFFICIAL:
            status = sx_divide_officially(features, &division, err);
            break;
        case SX_FOLDS_GROUP:
            status = sx_divide_by_group(features, options, &division, err);
            break;
        case SX_FOLDS_AUTO:
        case SX_FOLDS_STRATIFIED:
            status = sx_divide_stratified(features, options, &division, err);
            break;
        }
    }
    if (status == SX_OK) status = sx_division_check(features, &division, err);
    if (status == SX_OK) status = fill_folds(features, options, &division, out, err);
    sx_division_clear(&division);
    return status;
}
