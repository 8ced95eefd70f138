/* several.c: see several.h. */
#include "stats/several.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

void sx_holm(const double *p, size_t count, double *adjusted) {
    assert(count <= SX_HOLM_MAX);
    bool done[SX_HOLM_MAX] = {false};
    double largest = 0;
    for (size_t rank = 0; rank < count; rank++) {
        size_t smallest = count;
        for (size_t i = 0; i < count; i++)
            if (!done[i] && !isnan(p[i]) && (smallest == count || p[i] < p[smallest])) smallest = i;
        if (smallest == count) break;
        double scaled = p[smallest] * (double)(count - rank);
        largest = scaled > largest ? scaled : largest;
        adjusted[smallest] = largest > 1 ? 1 : largest;
        done[smallest] = true;
    }
    for (size_t i = 0; i < count; i++)
        if (!done[i]) adjusted[i] = NAN;
}

double sx_confidence_each(double confidence, size_t count) {
    return count > 1 ? 1 - (1 - confidence) / (double)count : confidence;
}
