/* ticks.c: the smallest step of 1, 2, 5, 10, ... that gives few enough ticks. */
#include "ticks.h"

#include <math.h>

static int ticks_inside(double low, double high, double step) {
    return (int)(floor(high / step + 1e-9) - ceil(low / step - 1e-9)) + 1;
}

sx_ticks sx_ticks_make(double low, double high, int most) {
    static const double leads[] = {1, 2, 5};
    int power = (int)floor(log10((high - low) / most)) - 1;
    double step = 1;
    for (int i = 0;; i++) {
        step = leads[i % 3] * pow(10, power + i / 3);
        if (ticks_inside(low, high, step) <= most) {
            power += i / 3;
            break;
        }
    }
    return (sx_ticks){ceil(low / step - 1e-9) * step, step, ticks_inside(low, high, step),
                      power < 0 ? -power : 0};
}

double sx_ticks_at(const sx_ticks *ticks, int index) {
    double value = ticks->first + index * ticks->step;
    return fabs(value) < ticks->step * 1e-6 ? 0 : value;
}
