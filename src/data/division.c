/* division.c: units, fold names, and the last check of every division. */
#include "data/division.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct place {
    const char *path;
    size_t item;
} place;

static int compare_places(const void *left, const void *right) {
    const place *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    return order != 0 ? order : (a->item < b->item ? -1 : a->item > b->item);
}

/* Numbers the recordings: equal paths get the same unit. */
static sx_status number_units(const sx_features *features, sx_division *division, sx_error *err) {
    place *places = sx_alloc(features->count, sizeof *places);
    if (places == NULL) return sx_fail_memory(err, features->count * sizeof *places);
    for (size_t i = 0; i < features->count; i++)
        places[i] = (place){features->paths[i], i};
    qsort(places, features->count, sizeof *places, compare_places);
    for (size_t i = 0; i < features->count; i++) {
        bool again = i > 0 && strcmp(places[i].path, places[i - 1].path) == 0;
        division->unit_of[places[i].item] = again ? division->unit_of[places[i - 1].item] : places[i].item;
    }
    sx_free(places);
    /* So far a unit is its first item: give the units consecutive numbers. */
    for (size_t i = 0; i < features->count; i++) {
        size_t first = division->unit_of[i];
        division->unit_of[i] = first == i ? division->unit_count++ : division->unit_of[first];
    }
    return SX_OK;
}

sx_status sx_division_create(const sx_features *features, sx_division *division, sx_error *err) {
    size_t count = features->count;
    division->count = count;
    division->fold_of = sx_alloc(count, sizeof *division->fold_of);
    division->part_of = sx_alloc(count, sizeof *division->part_of);
    division->unit_of = sx_alloc(count, sizeof *division->unit_of);
    if (division->fold_of == NULL || division->part_of == NULL || division->unit_of == NULL) {
        return sx_fail_memory(err, count * sizeof *division->unit_of);
    }
    for (size_t i = 0; i < count; i++) {
        division->fold_of[i] = -1;
        division->part_of[i] = SX_PART_TRAIN;
    }
    return number_units(features, division, err);
}

void sx_division_clear(sx_division *division) {
    sx_free(division->fold_of);
    sx_free(division->part_of);
    sx_free(division->unit_of);
    sx_names_free(division->names, division->fold_count);
    *division = (sx_division){0};
}

sx_status sx_division_add_fold(sx_division *division, sx_error *err, const char *format, ...) {
    char name[256];
    va_list arguments;
    va_start(arguments, format);
    (void)sx_format_plain(name, sizeof name, format, arguments);
    va_end(arguments);
    char **grown = sx_resize(division->names, division->fold_count + 1, sizeof *grown);
    if (grown == NULL) return sx_fail_memory(err, (division->fold_count + 1) * sizeof *grown);
    division->names = grown;
    grown[division->fold_count] = sx_copy_text(name);
    if (grown[division->fold_count] == NULL) return sx_fail_memory(err, sizeof name);
    division->fold_count++;
    return SX_OK;
}

sx_status sx_division_units(const sx_division *division, size_t **first_items, sx_error *err) {
    size_t *first = sx_alloc(division->unit_count, sizeof *first);
    if (first == NULL) return sx_fail_memory(err, division->unit_count * sizeof *first);
    for (size_t i = division->count; i-- > 0;)
        first[division->unit_of[i]] = i;
    *first_items = first;
    return SX_OK;
}

static const char *fold_name(const sx_division *division, int fold) {
    return fold < 0 ? "no fold" : division->names[fold];
}

/* What belongs together: same fold and, for an official split, the same part. */
static bool are_together(const sx_division *division, size_t a, size_t b) {
    return division->fold_of[a] == division->fold_of[b] && division->part_of[a] == division->part_of[b];
}

static sx_status check_units(const sx_features *features, const sx_division *division, sx_error *err) {
    size_t *first = NULL;
    sx_status status = sx_division_units(division, &first, err);
    for (size_t i = 0; i < division->count && status == SX_OK; i++) {
        size_t other = first[division->unit_of[i]];
        if (are_together(division, i, other)) continue;
        status = sx_fail(err, SX_E_DATA, "recording '%s' is on both sides of a split ('%s' and '%s')",
                         features->paths[i], fold_name(division, division->fold_of[other]),
                         fold_name(division, division->fold_of[i]));
    }
    sx_free(first);
    return status;
}

static sx_status check_groups(const sx_features *features, const sx_division *division, sx_error *err) {
    size_t *first = sx_alloc(features->group_count, sizeof *first); /* item + 1; 0 = none yet */
    if (first == NULL) return sx_fail_memory(err, features->group_count * sizeof *first);
    sx_status status = SX_OK;
    for (size_t i = 0; i < division->count && status == SX_OK; i++) {
        if (features->groups[i] < 0) continue;
        size_t *seen = &first[features->groups[i]];
        if (*seen == 0) *seen = i + 1;
        if (are_together(division, i, *seen - 1)) continue;
        status = sx_fail(err, SX_E_DATA, "group '%s' is on both sides of a split: '%s' (%s) and '%s' (%s)",
                         features->group_names[features->groups[i]], features->paths[*seen - 1],
                         fold_name(division, division->fold_of[*seen - 1]), features->paths[i],
                         fold_name(division, division->fold_of[i]));
    }
    sx_free(first);
    return status;
}

sx_status sx_division_check(const sx_features *features, const sx_division *division, sx_error *err) {
    sx_status status = check_units(features, division, err);
    if (status != SX_OK || division->kind == SX_FOLDS_STRATIFIED) return status;
    return check_groups(features, division, err);
}
