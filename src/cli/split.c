/* split.c: one division of the data; the folds of the library do the dividing. */
#include "split.h"

#include "host.h"
#include "say.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static cli_split make_empty(size_t count) {
    return (cli_split){cli_alloc(count, sizeof(size_t)), cli_alloc(count, sizeof(size_t)), 0, 0};
}

static bool has_parts(const sx_features *features) {
    for (size_t i = 0; i < features->count; i++) {
        if (features->parts && features->parts[i] != SX_PART_ANY) return true;
    }
    return false;
}

static void split_by_parts(cli_session *cli, const sx_features *features, cli_split *split) {
    size_t left_out = 0;
    for (size_t i = 0; i < features->count; i++) {
        if (features->parts[i] == SX_PART_VALIDATION)
            split->validation[split->validation_count++] = i;
        else if (features->parts[i] == SX_PART_TEST)
            left_out++;
        else
            split->train[split->train_count++] = i;
    }
    cli_note(cli, "official parts: %zu to train, %zu to validate, %zu of the test part are left out",
             split->train_count, split->validation_count, left_out);
}

/* The first of round(1 / share) folds validates. */
static sx_status split_by_fold(const sx_features *features, double share, bool by_group, uint64_t seed,
                               cli_split *split, sx_error *err) {
    sx_fold_options options;
    sx_folds *folds = NULL;
    sx_folds_default(&options);
    options.kind = by_group ? SX_FOLDS_GROUP : SX_FOLDS_STRATIFIED;
    options.count = (int)fmin(round(1 / share), 100);
    options.seed = seed;
    sx_status status = sx_folds_make(features, &options, &folds, err);
    if (status) return status;
    const sx_fold *first = &folds->folds[0];
    memcpy(split->train, first->train, first->train_count * sizeof *split->train);
    memcpy(split->validation, first->test, first->test_count * sizeof *split->validation);
    split->train_count = first->train_count;
    split->validation_count = first->test_count;
    sx_folds_free(folds);
    return SX_OK;
}

sx_status cli_split_make(cli_session *cli, const sx_features *features, double share, bool by_group,
                         uint64_t seed, cli_split *out, sx_error *err) {
    sx_status status = SX_OK;
    cli_split split = make_empty(features->count);
    if (has_parts(features)) {
        split_by_parts(cli, features, &split);
    } else if (share > 0) {
        status = split_by_fold(features, share, by_group, seed, &split, err);
    } else {
        for (size_t i = 0; i < features->count; i++)
            split.train[split.train_count++] = i;
    }
    if (!status && !split.train_count) {
        err->status = status = SX_E_DATA;
        snprintf(err->text, sizeof err->text, "no recording is in the training part");
    }
    if (status)
        cli_split_clear(&split);
    else
        *out = split;
    return status;
}

void cli_split_clear(cli_split *split) {
    free(split->train);
    free(split->validation);
    *split = (cli_split){0};
}
