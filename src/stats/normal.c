/* normal.c: through the C library's erfc; the quantile by bisection, which cannot miss. */
#include "stats/normal.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

double sx_normal_density(double z) { return exp(-z * z / 2) / sqrt(2 * 3.14159265358979323846); }

double sx_normal_tail(double z) { return erfc(z / sqrt(2.0)) / 2; }

double sx_normal_cdf(double z) { return sx_normal_tail(-z); }

double sx_normal_quantile(double tail) {
    if (!(tail >= 0 && tail <= 1)) return NAN;
    if (tail <= 0 || tail >= 1) return tail <= 0 ? INFINITY : -INFINITY;
    bool upper = tail <= 0.5;
    double wanted = upper ? tail : 1 - tail;
    double low = 0, high = 40; /* the tail beyond 40 is below the smallest double */
    while (high - low > 2 * DBL_EPSILON * (1 + high)) {
        double middle = low + (high - low) / 2;
        if (sx_normal_tail(middle) > wanted)
            low = middle;
        else
            high = middle;
    }
    double z = low + (high - low) / 2;
    return upper ? z : -z;
}
