/* study_match.c: single nets of one or several studies on the same recordings. */
#include "sonaxis/study.h"

#include "experiment/duel.h"
#include "experiment/facts.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

typedef struct contest {
    sx_store **stores;
    sx_comparison **settings; /* axes, statistics, confidence */
    size_t count;
    int repetition;
    sx_study_match *matches;
    size_t match_count;
} contest;

static sx_status open_one(contest *all, const char *folder, size_t index, sx_error *err) {
    sx_basis basis;
    sx_status status = sx_store_open_any(folder, &all->stores[index], err);
    if (status != SX_OK) return status;
    all->settings[index] = sx_alloc(1, sizeof *all->settings[index]);
    if (!all->settings[index]) return sx_fail_memory(err, sizeof *all->settings[index]);
    return sx_facts_read(all->stores[index], all->settings[index], &basis, err);
}

/* The same recordings in the same folds? */
static sx_status can_match(sx_store *a, sx_store *b, bool *same, sx_error *err) {
    static const char *const names[] = {"content of the recordings", "division into folds",
                                        "number of labels"};
    sx_status status = SX_OK;
    *same = true;
    for (size_t i = 0; status == SX_OK && i < sizeof names / sizeof names[0]; i++) {
        sx_text first = {0}, second = {0};
        status = sx_store_setting(a, names[i], &first, err);
        if (status == SX_OK) status = sx_store_setting(b, names[i], &second, err);
        *same = *same && status == SX_OK && strcmp(first.chars, second.chars) == 0;
        sx_text_clear(&first);
        sx_text_clear(&second);
    }
    return status;
}

static sx_status add_match(contest *all, size_t a, size_t b, sx_axis axis_a, sx_axis axis_b,
                           const sx_test_items *items, sx_error *err) {
    const sx_duel_side first = {all->stores[a], axis_a}, second = {all->stores[b], axis_b};
    sx_study_match *match = &all->matches[all->match_count];
    match->a = a;
    match->b = b;
    sx_status status = sx_duel_fight(&first, &second, items, all->repetition, all->settings[a]->statistics,
                                     all->settings[a]->confidence, &match->duel, err);
    if (status == SX_OK && match->duel.items > 0) all->match_count++;
    return status;
}

static sx_status match_within(contest *all, size_t study, const sx_test_items *items, sx_error *err) {
    const sx_comparison *settings = all->settings[study];
    sx_status status = SX_OK;
    for (size_t i = 0; status == SX_OK && i < settings->axis_count; i++)
        for (size_t j = i + 1; status == SX_OK && j < settings->axis_count; j++)
            status = add_match(all, study, study, settings->axes[i].axis, settings->axes[j].axis, items, err);
    return status;
}

static bool has_axis(const sx_comparison *settings, sx_axis axis) {
    for (size_t i = 0; i < settings->axis_count; i++)
        if (settings->axes[i].axis == axis) return true;
    return false;
}

static sx_status match_between(contest *all, size_t a, size_t b, const sx_test_items *items, sx_error *err) {
    bool same = false;
    sx_status status = can_match(all->stores[a], all->stores[b], &same, err);
    for (size_t i = 0; status == SX_OK && same && i < all->settings[a]->axis_count; i++) {
        sx_axis axis = all->settings[a]->axes[i].axis;
        if (has_axis(all->settings[b], axis)) status = add_match(all, a, b, axis, axis, items, err);
    }
    return status;
}

static sx_status match_all(contest *all, sx_error *err) {
    size_t room = all->count * SX_MAX_PAIRS + all->count * all->count * SX_MAX_AXES;
    all->matches = sx_alloc(room, sizeof *all->matches);
    if (!all->matches) return sx_fail_memory(err, room * sizeof *all->matches);
    sx_status status = SX_OK;
    for (int between = 0; between <= 1; between++)
        for (size_t a = 0; status == SX_OK && a < all->count; a++) {
            sx_test_items items = {0};
            status = sx_store_items(all->stores[a], &items, err);
            if (status == SX_OK && !between) status = match_within(all, a, &items, err);
            for (size_t b = a + 1; status == SX_OK && between && b < all->count; b++)
                status = match_between(all, a, b, &items, err);
            sx_test_items_clear(&items);
        }
    return status;
}

sx_status sx_study_match_all(const char *const *folders, size_t count, int seed, sx_study_match **matches,
                             size_t *match_count, sx_error *err) {
    contest all = {.count = count, .repetition = seed - 1};
    all.stores = sx_alloc(count + 1, sizeof *all.stores);
    all.settings = sx_alloc(count + 1, sizeof *all.settings);
    sx_status status = all.stores && all.settings ? SX_OK : sx_fail_memory(err, count * sizeof *all.stores);
    if (seed < 1) status = sx_fail(err, SX_E_ARGUMENT, "seed is %d, must be 1 or more", seed);
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = open_one(&all, folders[i], i, err);
    if (status == SX_OK) status = match_all(&all, err);
    for (size_t i = 0; i < count && all.stores && all.settings; i++) {
        sx_store_close(all.stores[i]);
        sx_comparison_free(all.settings[i]);
    }
    sx_free(all.stores);
    sx_free(all.settings);
    if (status == SX_OK) {
        *matches = all.matches;
        *match_count = all.match_count;
    } else {
        sx_free(all.matches);
    }
    return status;
}
