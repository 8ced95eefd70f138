/* inspect.h: what was found in each recording, before it is summed up. */
#ifndef DATA_INSPECT_H
#define DATA_INSPECT_H

#include "data/listing.h"

typedef struct sx_finding {
    double duration_s, peak, clipped_share;
    int rate_hz, channels; /* rate 0: an array, without a duration */
    uint64_t content;      /* fingerprint of samples, rate and channels */
    bool is_quiet, is_clipped;
    char *reason; /* NULL = readable; owned */
} sx_finding;

/* Of arrays: what is the same, what is not finite. findings: one for each item, zeroed; the caller frees the
 * reasons, also on failure. */
SX_MUST_USE sx_status sx_inspect_arrays(const sx_dataset *dataset, sx_finding *findings, sx_error *err);
/* findings: one for each item of the data set. */
SX_MUST_USE sx_status sx_inspection_sum_up(const sx_dataset *dataset, const sx_finding *findings,
                                           sx_inspection **out, sx_error *err);

#endif
