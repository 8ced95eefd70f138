/* compress.c: see compress.h. */
#include "compress.h"

#include "elementary.h"

static double larger(double a, double b) { return a > b ? a : b; }

void sx_compress_run(const sx_frontend_options *options, const sx_spectrum_kernels *kernels, float *values,
                     size_t bands) {
    float floor = (float)options->floor;
    if (options->compression == SX_COMPRESS_LOG)
        kernels->logarithm(bands, floor, options->floor_is_added, 1, 0, values);
    if (options->compression == SX_COMPRESS_DB) {
        double db_per_ln = (options->power == 2 ? 10 : 20) / sx_ln10;
        double reference = db_per_ln * sx_ln(larger(options->reference, options->floor));
        kernels->logarithm(bands, floor, false, (float)db_per_ln, (float)reference, values);
    }
}

void sx_compress_raise(const sx_frontend_options *options, float *values, size_t count, size_t stride) {
    if (options->compression != SX_COMPRESS_DB || !(options->top_db > 0) || count == 0) return;
    float highest = values[0];
    for (size_t i = 1; i < count; i++)
        highest = values[i * stride] > highest ? values[i * stride] : highest;
    float lowest = (float)((double)highest - options->top_db);
    for (size_t i = 0; i < count; i++)
        values[i * stride] = values[i * stride] < lowest ? lowest : values[i * stride];
}
