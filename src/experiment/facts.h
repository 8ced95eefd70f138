/* facts.h: what a comparison needs to know besides its runs, written into the study, so that it can be shown
 * without the data it was made from. */
#ifndef EXPERIMENT_FACTS_H
#define EXPERIMENT_FACTS_H

#include "experiment/results.h"
#include "experiment/store.h"

/* comparison: its settings are there. */
SX_MUST_USE sx_status sx_facts_write(sx_store *store, const sx_comparison *comparison, const sx_basis *basis,
                                     sx_error *err);
/* Fills a comparison's settings but seeds and growth. SX_E_DATA where the study does not tell them: it was
 * begun with version 1, and its own command must be called once more. */
SX_MUST_USE sx_status sx_facts_read(sx_store *store, sx_comparison *comparison, sx_basis *basis,
                                    sx_error *err);

#endif
