/* window.c: see window.h. */
#include "window.h"

#include <assert.h>
#include <math.h>

static const double two_pi = 6.283185307179586476925287;

static double mean_of(sx_window_kind kind) {
    switch (kind) {
    case SX_WINDOW_HANN:
        return 0.5;
    case SX_WINDOW_HAMMING:
        return 0.54;
    default:
        return 1;
    }
}

void sx_window_fill(sx_window_kind kind, bool symmetric, size_t size, double *out) {
    assert(size >= 2);
    double period = (double)(symmetric ? size - 1 : size), mean = mean_of(kind);
    for (size_t i = 0; i < size; i++)
        out[i] = mean - (1 - mean) * cos(two_pi * (double)i / period);
}
