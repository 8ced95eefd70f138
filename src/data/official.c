/* official.c: a manifest's own parts and folds must keep recordings and groups on one side. */
#include "data/listing.h"

#include "base/error.h"
#include "base/memory.h"
#include "data/part.h"

#include <string.h>

const char *sx_part_name(sx_part part) {
    static const char *const names[] = {"no split", "train", "validation", "test"};
    return names[part];
}

static sx_status check_kinds(const sx_dataset *dataset, sx_error *err) {
    const sx_item *with_fold = NULL, *with_part = NULL;
    for (size_t i = 0; i < dataset->item_count; i++) {
        if (dataset->items[i].fold >= 0) with_fold = &dataset->items[i];
        if (dataset->items[i].part != SX_PART_ANY) with_part = &dataset->items[i];
    }
    if (with_fold == NULL || with_part == NULL) return SX_OK;
    return sx_fail(err, SX_E_DATA,
                   "%s: has both official folds ('%s': fold %d) and an official split ('%s': %s); "
                   "keep one of the two columns",
                   dataset->root, with_fold->path, with_fold->fold, with_part->path,
                   sx_part_name(with_part->part));
}

/* a and b belong together (the same recording or group) and what is `name`. */
static sx_status check_pair(const sx_item *a, const sx_item *b, const char *what, const char *name,
                            sx_error *err) {
    if (a->part != b->part) {
        return sx_fail(err, SX_E_DATA,
                       "%s '%s' is on both sides of the official split: %s ('%s') and %s ('%s')", what, name,
                       sx_part_name(a->part), a->path, sx_part_name(b->part), b->path);
    }
    if (a->fold != b->fold) {
        return sx_fail(err, SX_E_DATA, "%s '%s' is in two official folds: %d ('%s') and %d ('%s')", what,
                       name, a->fold, a->path, b->fold, b->path);
    }
    return SX_OK;
}

static sx_status check_recordings(const sx_dataset *dataset, sx_error *err) {
    for (size_t i = 1; i < dataset->item_count; i++) {
        const sx_item *a = &dataset->items[i - 1], *b = &dataset->items[i];
        if (strcmp(a->path, b->path) != 0) continue;
        sx_status status = check_pair(a, b, "recording", a->path, err);
        if (status != SX_OK) return status;
        if (!(a->start_s < b->start_s)) {
            return sx_fail(err, SX_E_DATA,
                           "recording '%s' is listed twice from %g s on (labels '%s' and '%s')", a->path,
                           a->start_s, a->label < 0 ? "" : dataset->label_names[a->label],
                           b->label < 0 ? "" : dataset->label_names[b->label]);
        }
    }
    return SX_OK;
}

static sx_status check_groups(const sx_dataset *dataset, sx_error *err) {
    const sx_item **first = sx_alloc(dataset->group_count, sizeof *first);
    if (first == NULL) return sx_fail_memory(err, dataset->group_count * sizeof *first);
    sx_status status = SX_OK;
    for (size_t i = 0; i < dataset->item_count && status == SX_OK; i++) {
        const sx_item *item = &dataset->items[i];
        if (item->group < 0) continue;
        const sx_item **seen = &first[item->group];
        if (*seen == NULL) *seen = item;
        status = check_pair(*seen, item, "group", dataset->group_names[item->group], err);
    }
    sx_free(first);
    return status;
}

sx_status sx_check_official(const sx_dataset *dataset, sx_error *err) {
    sx_status status = check_kinds(dataset, err);
    if (status == SX_OK && !dataset->from_arrays) status = check_recordings(dataset, err);
    return status == SX_OK ? check_groups(dataset, err) : status;
}
