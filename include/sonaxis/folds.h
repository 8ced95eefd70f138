/* folds.h: which items train, which validate, which test: no group on both sides. */
#ifndef SONAXIS_FOLDS_H
#define SONAXIS_FOLDS_H

#include "sonaxis/features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sx_fold_kind {
    SX_FOLDS_AUTO, /* official if the manifest has them, else by group if there are groups, else stratified */
    SX_FOLDS_OFFICIAL,
    SX_FOLDS_GROUP,     /* whole groups stay on one side; count 0 = one fold a group */
    SX_FOLDS_STRATIFIED /* each fold has the same label shares */
} sx_fold_kind;

typedef struct sx_fold_options {
    sx_fold_kind kind;
    int count;     /* 0 = one a group (at most 10, then groups are joined) or 5 stratified; else 2 to 100 */
    uint64_t seed; /* of the shuffling; one seed = one division */
    double validation; /* share of each training part set aside for validation, 0 to 0.5, stratified; whole
                          groups where at least 3 training groups exist and `validation_by_group` */
    bool validation_by_group;
} sx_fold_options;

typedef struct sx_fold {
    char *name;                        /* "jackson", "fold 3", "official 2" */
    size_t *train, *validation, *test; /* indices into features, ascending */
    size_t train_count, validation_count, test_count;
} sx_fold;

typedef struct sx_folds {
    sx_fold_kind kind; /* never AUTO */
    sx_fold *folds;
    size_t count;
} sx_folds;

SX_API void sx_folds_default(sx_fold_options *options); /* auto, 0, seed 0, validation 0, by group false */
/* A group on both sides, a label missing from a training part, or fewer groups than folds is SX_E_DATA naming
 * it. */
SX_API SX_MUST_USE sx_status sx_folds_make(const sx_features *features, const sx_fold_options *options,
                                           sx_folds **out, sx_error *err);
SX_API void sx_folds_free(sx_folds *folds);

#ifdef __cplusplus
}
#endif
#endif
