/* compress.c: see compress.h. */
#include "compress.h"

#include "elementary.h"

static double at_least(double value, double floor) { return value > floor ? value : floor; }

void sx_compress_log(const sx_frontend_options *options, float *values, size_t count, size_t stride) {
    double floor = options->floor;
    if (options->floor_is_added) {
        for (size_t i = 0; i < count; i++)
            values[i * stride] = (float)sx_ln((double)values[i * stride] + floor);
        return;
    }
    for (size_t i = 0; i < count; i++)
        values[i * stride] = (float)sx_ln(at_least((double)values[i * stride], floor));
}

static void raise_to(float lowest, float *values, size_t count, size_t stride) {
    for (size_t i = 0; i < count; i++)
        if (values[i * stride] < lowest) values[i * stride] = lowest;
}

void sx_compress_db(const sx_frontend_options *options, float *values, size_t count, size_t stride) {
    double db_per_ln = (options->power == 2 ? 10 : 20) / sx_ln10;
    double reference = sx_ln(at_least(options->reference, options->floor));
    double highest = -1e300;
    for (size_t i = 0; i < count; i++) {
        double db = db_per_ln * (sx_ln(at_least((double)values[i * stride], options->floor)) - reference);
        if (db > highest) highest = db;
        values[i * stride] = (float)db;
    }
    if (options->top_db > 0) raise_to((float)(highest - options->top_db), values, count, stride);
}
