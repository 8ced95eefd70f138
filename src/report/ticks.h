/* ticks.h: round numbers along an axis. */
#ifndef REPORT_TICKS_H
#define REPORT_TICKS_H

#include <stddef.h>

typedef struct sx_ticks {
    double first, step; /* tick i is first + i * step */
    int count;
    int decimals; /* needed to tell the ticks apart */
} sx_ticks;

/* At most `most` (>= 2) ticks inside [low, high], low < high; steps are 1, 2 or 5 times a power of ten. */
sx_ticks sx_ticks_make(double low, double high, int most);
double sx_ticks_at(const sx_ticks *ticks, int index);

#endif
