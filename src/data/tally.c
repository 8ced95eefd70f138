/* tally.c: progress and cancelling for tasks on many threads. */
#include "data/tally.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"

struct sx_tally {
    const sx_watch *watch;
    const char *what;
    size_t done, total;
    bool cancelled;
    sx_lock *lock;
};

sx_status sx_tally_create(const sx_watch *watch, const char *what, size_t total, sx_tally **out,
                          sx_error *err) {
    sx_tally *tally = sx_alloc(1, sizeof *tally);
    if (tally == NULL) return sx_fail_memory(err, sizeof *tally);
    *tally = (sx_tally){.watch = watch, .what = what, .total = total};
    sx_status status = sx_lock_create(&tally->lock, err);
    if (status != SX_OK) {
        sx_free(tally);
        return status;
    }
    *out = tally;
    return SX_OK;
}

void sx_tally_free(sx_tally *tally) {
    if (tally == NULL) return;
    sx_lock_free(tally->lock);
    sx_free(tally);
}

bool sx_tally_go_on(sx_tally *tally) {
    sx_lock_take(tally->lock);
    if (!tally->cancelled) tally->cancelled = sx_watch_is_cancelled(tally->watch);
    bool go_on = !tally->cancelled;
    sx_lock_give(tally->lock);
    return go_on;
}

void sx_tally_step(sx_tally *tally) {
    sx_lock_take(tally->lock);
    tally->done++;
    sx_watch_progress(tally->watch, tally->what, tally->done, tally->total);
    sx_lock_give(tally->lock);
}

bool sx_tally_was_cancelled(const sx_tally *tally) { return tally->cancelled; }
