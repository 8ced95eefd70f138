/* divide_group.c: whole groups: one fold each, or joined into folds of about equal size. */
#include "data/division.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <stdlib.h>

enum { MOST_GROUP_FOLDS = 10 };

typedef struct group_size {
    size_t group, items, draw; /* draw: place in the seed's random order, decides between equal sizes */
} group_size;

static int compare_sizes(const void *left, const void *right) {
    const group_size *a = left, *b = right;
    if (a->items != b->items) return a->items > b->items ? -1 : 1;
    return a->draw < b->draw ? -1 : a->draw > b->draw;
}

/* Largest group first, always into the smallest fold so far. */
static void join_groups(const sx_features *features, group_size *sizes, size_t fold_count,
                        int *fold_of_group) {
    size_t filled[SX_MAX_FOLDS] = {0};
    qsort(sizes, features->group_count, sizeof *sizes, compare_sizes);
    for (size_t i = 0; i < features->group_count; i++) {
        size_t smallest = 0;
        for (size_t f = 1; f < fold_count; f++) {
            if (filled[f] < filled[smallest]) smallest = f;
        }
        filled[smallest] += sizes[i].items;
        fold_of_group[sizes[i].group] = (int)smallest;
    }
}

static sx_status assign(const sx_features *features, const sx_fold_options *options, size_t fold_count,
                        int *fold_of_group, sx_error *err) {
    size_t count = features->group_count;
    group_size *sizes = sx_alloc(count, sizeof *sizes);
    size_t *order = sx_alloc(count, sizeof *order);
    sx_status status = SX_OK;
    if (sizes == NULL || order == NULL) {
        status = sx_fail_memory(err, count * sizeof *sizes);
    } else {
        sx_stream stream = {options->seed, SX_PURPOSE_FOLDS, 0, 0};
        sx_random_permutation(&stream, count, order);
        for (size_t i = 0; i < count; i++) {
            sizes[i].group = i;
            sizes[order[i]].draw = i;
        }
        for (size_t i = 0; i < features->count; i++)
            sizes[features->groups[i]].items++;
        join_groups(features, sizes, fold_count, fold_of_group);
    }
    sx_free(sizes);
    sx_free(order);
    return status;
}

static sx_status name_folds(const sx_features *features, size_t fold_count, sx_division *division,
                            sx_error *err) {
    for (size_t i = 0; i < fold_count; i++) {
        sx_status status = fold_count == features->group_count
                               ? sx_division_add_fold(division, err, "%s", features->group_names[i])
                               : sx_division_add_fold(division, err, "fold %zu", i + 1);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

sx_status sx_divide_by_group(const sx_features *features, const sx_fold_options *options,
                             sx_division *division, sx_error *err) {
    size_t groups = features->group_count;
    for (size_t i = 0; i < features->count && groups > 0; i++) {
        if (features->groups[i] >= 0) continue;
        return sx_fail(err, SX_E_DATA, "'%s' has no group, and folds by group need one for every recording",
                       features->paths[i]);
    }
    if (groups == 0) {
        return sx_fail(
            err, SX_E_DATA,
            "no recording has a group, and folds by group need one for every recording; groups come "
            "from a name pattern's {group}, a manifest's column group or an array of groups");
    }
    size_t wanted = (size_t)options->count;
    if (wanted == 0) wanted = groups > MOST_GROUP_FOLDS ? MOST_GROUP_FOLDS : groups;
    if (groups < 2 || groups < wanted) {
        return sx_fail(err, SX_E_DATA,
                       "%zu group%s cannot make %zu folds; every fold needs at least one group of "
                       "its own",
                       groups, groups == 1 ? "" : "s", wanted < 2 ? 2 : wanted);
    }
    int *fold_of_group = sx_alloc(groups, sizeof *fold_of_group);
    if (fold_of_group == NULL) return sx_fail_memory(err, groups * sizeof *fold_of_group);
    for (size_t i = 0; i < groups; i++)
        fold_of_group[i] = (int)i;
    sx_status status = wanted == groups ? SX_OK : assign(features, options, wanted, fold_of_group, err);
    if (status == SX_OK) {
        for (size_t i = 0; i < features->count; i++) {
            division->fold_of[i] = fold_of_group[features->groups[i]];
        }
        status = name_folds(features, wanted, division, err);
    }
    sx_free(fold_of_group);
    return status;
}
