/* choose.h: runs side by side, or threads within a run? */
#ifndef EXPERIMENT_CHOOSE_H
#define EXPERIMENT_CHOOSE_H

#include <stddef.h>
#include <stdint.h>

typedef struct sx_demand {
    size_t runs;           /* still to do */
    int cores;             /* to use in all, at least 1 */
    int jobs;              /* asked for; 0 = choose */
    size_t run_bytes;      /* memory one run needs */
    uint64_t memory_bytes; /* memory all runs may use together; 0 = unknown */
} sx_demand;

typedef struct sx_choice {
    int jobs;    /* runs side by side, at least 1 */
    int threads; /* within each, at least 1 */
    char note[256];
} sx_choice;

/* Independent runs use cores best, since threads within a run wait for each other at every layer: so there
 * are as many side by side as there are cores, fewer where memory or the number of runs sets a limit, and the
 * cores left over become threads within. */
sx_choice sx_choose(const sx_demand *demand);
/* Half of the machine's memory; 0 where it is unknown. */
uint64_t sx_memory_budget(void);

#endif
