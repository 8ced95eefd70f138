/* choose.c: see choose.h. */
#include "experiment/choose.h"

#include "base/memory.h"

#include <assert.h>
#include <stdio.h>

uint64_t sx_memory_budget(void) {
    size_t bytes = sx_memory_installed();
    return bytes < SIZE_MAX ? bytes / 2 : 0;
}

static const char *plural(size_t count) { return count == 1 ? "" : "s"; }

sx_choice sx_choose(const sx_demand *demand) {
    assert(demand->cores >= 1);
    size_t cores = (size_t)demand->cores;
    size_t jobs = demand->jobs > 0 ? (size_t)demand->jobs : cores;
    const char *reason = demand->jobs > 0 ? "as asked" : "independent runs use the cores best";
    if (jobs > demand->runs) {
        jobs = demand->runs > 0 ? demand->runs : 1;
        reason = "no more runs are left";
    }
    uint64_t fitting = jobs;
    if (demand->memory_bytes > 0 && demand->run_bytes > 0) fitting = demand->memory_bytes / demand->run_bytes;
    if (demand->jobs == 0 && jobs > fitting) {
        jobs = fitting > 0 ? (size_t)fitting : 1;
        reason = "memory sets the limit";
    }
    size_t threads = cores / jobs > 0 ? cores / jobs : 1;
    sx_choice choice = {.jobs = (int)jobs, .threads = (int)threads};
    if (demand->runs == 0)
        snprintf(choice.note, sizeof choice.note, "nothing was left to run");
    else
        snprintf(choice.note, sizeof choice.note,
                 "%zu run%s side by side, %zu thread%s each, on %zu core%s: %s", jobs, plural(jobs), threads,
                 plural(threads), cores, plural(cores), reason);
    return choice;
}
