/* division.h: folds in the making: which fold tests an item, which part it has otherwise. */
#ifndef DATA_DIVISION_H
#define DATA_DIVISION_H

#include "sonaxis/folds.h"

enum { SX_MAX_FOLDS = 100 };

typedef struct sx_division {
    sx_fold_kind kind;
    size_t count;     /* items */
    int *fold_of;     /* the fold that tests the item; -1 = none */
    sx_part *part_of; /* outside its test fold: TRAIN or VALIDATION */
    size_t *unit_of;  /* items of one recording share a unit; units are numbered in the items' order */
    size_t unit_count;
    char **names; /* fold_count of them */
    size_t fold_count;
} sx_division;

/* kind is set by the caller; everything trains, no folds yet. Clear in any case. */
SX_MUST_USE sx_status sx_division_create(const sx_features *features, sx_division *division, sx_error *err);
void sx_division_clear(sx_division *division);
/* Takes the next fold's name ("fold 3", or whatever the format says). */
SX_MUST_USE sx_status sx_division_add_fold(sx_division *division, sx_error *err, const char *format, ...)
    SX_PRINTF(3, 4);
/* First item of each unit; free with sx_free. */
SX_MUST_USE sx_status sx_division_units(const sx_division *division, size_t **first_items, sx_error *err);
/* Units whose first item has the label and which are wanted (NULL = all), in their order; returns how many.
 * units has room for all. */
size_t sx_units_of_label(const sx_features *features, const size_t *first_items, size_t unit_count,
                         const bool *wanted, int label, size_t *units);

SX_MUST_USE sx_status sx_divide_officially(const sx_features *features, sx_division *division, sx_error *err);
SX_MUST_USE sx_status sx_divide_by_group(const sx_features *features, const sx_fold_options *options,
                                         sx_division *division, sx_error *err);
SX_MUST_USE sx_status sx_divide_stratified(const sx_features *features, const sx_fold_options *options,
                                           sx_division *division, sx_error *err);
/* No recording in two folds; no group in two folds unless the division is stratified. */
SX_MUST_USE sx_status sx_division_check(const sx_features *features, const sx_division *division,
                                        sx_error *err);
/* Draws the validation part of one fold anew (an official one stays). */
SX_MUST_USE sx_status sx_division_validate(const sx_features *features, const sx_fold_options *options,
                                           sx_division *division, size_t fold, sx_error *err);

#endif
