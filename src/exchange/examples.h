/* examples.h: what an exported file is tried on: recordings or arrays of the user, or noise. */
#ifndef EXCHANGE_EXAMPLES_H
#define EXCHANGE_EXAMPLES_H

#include "exchange/format.h"

typedef struct sx_examples {
    size_t count;
    bool noise;
    float *features; /* count * the net's input, not standardised */
    float *samples;  /* count * (clip, channels); NULL for a net trained on arrays */
    size_t clip;     /* samples of one channel */
} sx_examples;

/* As many as the options ask for, or as there are. Clear with sx_examples_clear. */
SX_MUST_USE sx_status sx_examples_make(const sx_export_job *job, sx_examples *out, sx_error *err);
void sx_examples_clear(sx_examples *examples);

#endif
