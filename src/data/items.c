/* items.c: the recordings of a data set one by one, on all cores. */
#include "sonaxis/features.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "data/tally.h"

#include <stdatomic.h>
#include <stdio.h>

typedef struct pass {
    const sx_dataset *dataset;
    const sx_features_options *options;
    sx_item_taker *take;
    void *context;
    sx_tally *tally;
    atomic_size_t good, floats; /* items, and their values */
    atomic_flag is_told;        /* the first to fail says why */
    atomic_bool failed;
    sx_status status;
    sx_error *err;
} pass;

static void give_up(pass *now, sx_status status, const sx_error *why) {
    if (atomic_flag_test_and_set(&now->is_told)) return;
    now->status = status;
    if (now->err != NULL) *now->err = *why;
    atomic_store(&now->failed, true);
}

static void do_item(void *context, size_t index, int worker) {
    (void)worker;
    pass *now = context;
    if (atomic_load(&now->failed) || !sx_tally_go_on(now->tally)) return;
    sx_error err = {0};
    float *values = NULL;
    sx_item_made made = {0};
    sx_status status = sx_item_features(&now->dataset->items[index], now->options, &values, &made.shape,
                                        &made.rate_hz, &err);
    if (status != SX_E_MEMORY) {
        made.values = values;
        made.reason = status == SX_OK ? NULL : err.text;
        sx_error own = {0};
        status = now->take(now->context, index, &made, &own);
        err = own;
    }
    if (status == SX_OK && values != NULL) {
        atomic_fetch_add(&now->good, 1);
        atomic_fetch_add(&now->floats, made.shape.time * made.shape.frequency * made.shape.channels);
    }
    sx_free(values);
    if (status != SX_OK) give_up(now, status, &err);
    sx_tally_step(now->tally);
}

static void tell(const pass *now, const sx_watch *watch, double seconds) {
    size_t good = atomic_load(&now->good);
    char text[160];
    snprintf(text, sizeof text, "spectrograms of %zu recording%s in %.2f s, %.1f MB", good,
             good == 1 ? "" : "s", seconds, (double)atomic_load(&now->floats) * sizeof(float) * 1e-6);
    sx_watch_note(watch, text);
}

sx_status sx_items_features(const sx_dataset *dataset, const sx_features_options *options,
                            const sx_watch *watch, sx_item_taker *take, void *context, sx_error *err) {
    pass now = {.dataset = dataset,
                .options = options,
                .take = take,
                .context = context,
                .is_told = ATOMIC_FLAG_INIT,
                .err = err};
    sx_pool *pool = NULL;
    sx_status status = sx_pool_create(options->threads, &pool, err);
    if (status == SX_OK)
        status = sx_tally_create(watch, "spectrograms", dataset->item_count, &now.tally, err);
    if (status == SX_OK) {
        double start = sx_clock_seconds();
        sx_pool_run(pool, dataset->item_count, do_item, &now);
        status = now.status;
        if (status == SX_OK && sx_tally_was_cancelled(now.tally))
            status = sx_fail(err, SX_E_CANCELLED, "stopped");
        if (status == SX_OK) tell(&now, watch, sx_clock_seconds() - start);
    }
    sx_tally_free(now.tally);
    sx_pool_free(pool);
    return status;
}
