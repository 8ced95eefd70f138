/* standardise.c: one mean and one deviation for everything, from the training items alone.
 *
 * Two passes, each item's sum on its own and then added, so that a large mean does not eat the deviation. */
#include "sonaxis/features.h"

#include <math.h>

static double sum_of(const float *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static double squares_about(const float *values, size_t count, double mean) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double distance = values[i] - mean;
        sum += distance * distance;
    }
    return sum;
}

void sx_standardise_fit(const sx_features *features, const size_t *items, size_t count, sx_standardise *out) {
    const sx_shape *shape = &features->shape;
    size_t row = shape->time * shape->frequency * shape->channels;
    double total = (double)count * (double)row;
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += sum_of(features->values + items[i] * row, row);
    mean = total > 0 ? mean / total : 0;
    for (size_t i = 0; i < count; i++)
        squares += squares_about(features->values + items[i] * row, row, mean);
    double deviation = total > 0 ? sqrt(squares / total) : 0;
    *out = (sx_standardise){mean, deviation > 1e-12 * fabs(mean) && deviation > 0 ? deviation : 1};
}

/* In double, so that the product with the inverse is the quotient but for a float in many millions. */
void sx_standardise_apply(const sx_standardise *standardise, const float *values, size_t count, float *out) {
    const double mean = standardise->mean, inverse = 1 / standardise->deviation;
    for (size_t i = 0; i < count; i++)
        out[i] = (float)((values[i] - mean) * inverse);
}
