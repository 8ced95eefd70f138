/* duel.c: see duel.h. With one seed each recording is tested once by each side, so that McNemar's test and
 * the drawing of groups count no recording twice. */
#include "experiment/duel.h"

#include "base/error.h"
#include "base/memory.h"
#include "stats/binomial.h"
#include "stats/bootstrap.h"

#include <math.h>

enum { DRAW_SEED = 1 };

/* right(a) - right(b) of every recording tested so far, and its group. */
typedef struct score_sheet {
    double *differences;
    size_t *groups;
    size_t count;
} score_sheet;

static void add_fold(const sx_test_items *items, const sx_test_part *fold, sx_statistics statistics,
                     const sx_record *a, const sx_record *b, score_sheet *sheet, sx_duel *duel) {
    size_t row = (size_t)statistics * fold->count;
    for (size_t i = 0; i < fold->count; i++) {
        uint32_t item = fold->items[i];
        bool right_a = a->guesses[row + i] == items->labels[item];
        bool right_b = b->guesses[row + i] == items->labels[item];
        duel->only_a += right_a && !right_b;
        duel->only_b += right_b && !right_a;
        sheet->differences[sheet->count] = right_a - right_b;
        sheet->groups[sheet->count++] = items->groups[item] >= 0 ? (size_t)items->groups[item] : 0;
    }
}

static sx_status load(const sx_duel_side *side, sx_run_id id, size_t labels, bool *there, sx_record *record,
                      sx_error *err) {
    id.axis = side->axis;
    sx_status status = sx_store_has(side->store, id, there, err);
    if (status != SX_OK || !*there) return status;
    return sx_store_load(side->store, id, labels, record, err);
}

/* *there: both runs and their predictions are. */
static sx_status fight_fold(const sx_duel_side *a, const sx_duel_side *b, const sx_test_items *items,
                            size_t fold, int repetition, sx_statistics statistics, score_sheet *sheet,
                            sx_duel *duel, bool *there, sx_error *err) {
    sx_record first = {0}, second = {0};
    bool has_a = false, has_b = false;
    const sx_test_part *part = &items->folds[fold];
    sx_run_id id = {.fold = fold, .repetition = repetition};
    sx_status status = load(a, id, items->label_count, &has_a, &first, err);
    if (status == SX_OK) status = load(b, id, items->label_count, &has_b, &second, err);
    *there = status == SX_OK && has_a && has_b && first.item_count == part->count &&
             second.item_count == part->count;
    if (*there) add_fold(items, part, statistics, &first, &second, sheet, duel);
    sx_record_clear(&first);
    sx_record_clear(&second);
    return status;
}

static size_t groups_with_items(const sx_test_items *items, const score_sheet *sheet) {
    size_t seen = 0;
    for (size_t group = 0; group < items->group_count; group++)
        for (size_t i = 0; i < sheet->count; i++)
            if (sheet->groups[i] == group) {
                seen++;
                break;
            }
    return seen;
}

static sx_status finish(const sx_test_items *items, const score_sheet *sheet, double confidence,
                        sx_duel *duel, sx_error *err) {
    double sum = 0;
    sx_range range = {NAN, NAN};
    for (size_t i = 0; i < sheet->count; i++)
        sum += sheet->differences[i];
    duel->items = sheet->count;
    duel->difference = sum / (double)sheet->count;
    duel->p = sx_mcnemar_p(duel->only_a, duel->only_b);
    duel->groups = groups_with_items(items, sheet);
    sx_status status = SX_OK;
    if (duel->groups >= 2)
        status = sx_bootstrap_groups(sheet->differences, sheet->groups, sheet->count, items->group_count,
                                     confidence, DRAW_SEED, &range, err);
    duel->low = range.low;
    duel->high = range.high;
    return status;
}

sx_status sx_duel_fight(const sx_duel_side *a, const sx_duel_side *b, const sx_test_items *items,
                        int repetition, sx_statistics statistics, double confidence, sx_duel *duel,
                        sx_error *err) {
    size_t total = 1;
    bool there = items->fold_count > 0;
    sx_status status = SX_OK;
    sx_duel made = {
        .a = a->axis, .b = b->axis, .seed = repetition + 1, .difference = NAN, .low = NAN, .high = NAN};
    made.p = NAN;
    *duel = made;
    for (size_t fold = 0; fold < items->fold_count; fold++)
        total += items->folds[fold].count;
    score_sheet sheet = {.differences = sx_alloc(total, sizeof(double)),
                         .groups = sx_alloc(total, sizeof(size_t))};
    if (!sheet.differences || !sheet.groups) status = sx_fail_memory(err, total * sizeof(double));
    for (size_t fold = 0; status == SX_OK && there && fold < items->fold_count; fold++)
        status = fight_fold(a, b, items, fold, repetition, statistics, &sheet, &made, &there, err);
    if (status == SX_OK && there && sheet.count > 0) {
        status = finish(items, &sheet, confidence, &made, err);
        if (status == SX_OK) *duel = made;
    }
    sx_free(sheet.differences);
    sx_free(sheet.groups);
    return status;
}

sx_status sx_duels_fill(sx_store *store, sx_comparison *comparison, sx_error *err) {
    sx_test_items items = {0};
    sx_status status = sx_store_items(store, &items, err);
    comparison->duel_count = 0;
    for (size_t i = 0; status == SX_OK && i < comparison->pair_count; i++) {
        const sx_duel_side a = {store, comparison->pairs[i].a}, b = {store, comparison->pairs[i].b};
        status = sx_duel_fight(&a, &b, &items, 0, comparison->statistics, comparison->confidence,
                               &comparison->duels[comparison->duel_count++], err);
    }
    sx_test_items_clear(&items);
    return status;
}
