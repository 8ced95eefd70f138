/* probe.c: see probe.h. */
#include "experiment/probe.h"

#include "base/random.h"

#include <math.h>
#include <string.h>

bool sx_probe_is_possible(const sx_features *features, sx_probe probe) {
    if (probe == SX_PROBE_SHIFT || probe == SX_PROBE_ROLL) return true;
    return !features->from_arrays && features->frontend.compression != SX_COMPRESS_PCEN;
}

/* A value of the features as power, and back. */
static double to_power(const sx_frontend_options *made, double value) {
    double x = value;
    if (made->compression == SX_COMPRESS_LOG)
        x = exp(value) - (made->floor_is_added ? made->floor : 0);
    else if (made->compression == SX_COMPRESS_DB)
        x = made->reference * pow(10, value / (made->power == 2 ? 10 : 20));
    x = fmax(x, 0);
    return made->power == 2 ? x : x * x;
}

static double from_power(const sx_frontend_options *made, double power) {
    const double x = made->power == 2 ? power : sqrt(power);
    if (made->compression == SX_COMPRESS_LOG)
        return log(made->floor_is_added ? x + made->floor : fmax(x, made->floor));
    if (made->compression == SX_COMPRESS_DB)
        return (made->power == 2 ? 10 : 20) * log10(fmax(x, made->floor) / made->reference);
    return x;
}

static double gain_db(sx_probe probe, double amount, size_t band, size_t bands) {
    const double place = bands > 1 ? (double)band / (double)(bands - 1) : 0.5;
    if (probe == SX_PROBE_TILT) return amount * (place - 0.5);
    if (probe == SX_PROBE_RIPPLE) return amount * sin(6 * 3.14159265358979323846 * place);
    return amount;
}

static void apply_gain(const sx_features *features, sx_probe probe, double amount, const float *values,
                       float *out) {
    const sx_shape shape = features->shape;
    for (size_t f = 0; f < shape.frequency; f++) {
        const double factor = pow(10, gain_db(probe, amount, f, shape.frequency) / 10);
        for (size_t t = 0; t < shape.time; t++) {
            const size_t row = (t * shape.frequency + f) * shape.channels;
            for (size_t c = 0; c < shape.channels; c++)
                out[row + c] = (float)from_power(&features->frontend,
                                                 factor * to_power(&features->frontend, values[row + c]));
        }
    }
}

/* Power of noise in a bin is exponentially distributed; a band of a few bins varies less: the mean of three.
 */
static void apply_noise(const sx_features *features, double amount, uint64_t item, const float *values,
                        float *out) {
    const size_t count = features->shape.time * features->shape.frequency * features->shape.channels;
    const sx_stream stream = {.seed = item, .purpose = SX_PURPOSE_SYNTH};
    double power = 0;
    for (size_t i = 0; i < count; i++)
        power += to_power(&features->frontend, values[i]);
    power *= pow(10, amount / 10) / (double)count;
    for (size_t i = 0; i < count; i++) {
        double draw = 0;
        for (uint64_t k = 0; k < 3; k++)
            draw -= log(1 - sx_random_uniform(&stream, 3 * i + k)) / 3;
        out[i] =
            (float)from_power(&features->frontend, to_power(&features->frontend, values[i]) + power * draw);
    }
}

static size_t quietest_frame(sx_shape shape, const float *values) {
    const size_t row = shape.frequency * shape.channels;
    double least = INFINITY;
    size_t found = 0;
    for (size_t t = 0; t < shape.time; t++) {
        double sum = 0;
        for (size_t i = 0; i < row; i++)
            sum += values[t * row + i];
        if (sum >= least) continue;
        least = sum;
        found = t;
    }
    return found;
}

static void apply_shift(sx_shape shape, long frames, const float *values, float *out) {
    const size_t row = shape.frequency * shape.channels, quiet = quietest_frame(shape, values);
    for (size_t t = 0; t < shape.time; t++) {
        const long from = (long)t - frames;
        const size_t source = from >= 0 && from < (long)shape.time ? (size_t)from : quiet;
        memcpy(out + t * row, values + source * row, row * sizeof *out);
    }
}

static void apply_roll(sx_shape shape, long bands, const float *values, float *out) {
    for (size_t t = 0; t < shape.time; t++) {
        for (size_t f = 0; f < shape.frequency; f++) {
            long from = (long)f - bands;
            from = from < 0 ? 0 : from >= (long)shape.frequency ? (long)shape.frequency - 1 : from;
            memcpy(out + (t * shape.frequency + f) * shape.channels,
                   values + (t * shape.frequency + (size_t)from) * shape.channels,
                   shape.channels * sizeof *out);
        }
    }
}

void sx_probe_apply(const sx_features *features, sx_probe probe, double amount, uint64_t item,
                    const float *values, float *out) {
    switch (probe) {
    case SX_PROBE_SHIFT:
        apply_shift(features->shape, lround(amount), values, out);
        break;
    case SX_PROBE_ROLL:
        apply_roll(features->shape, lround(amount), values, out);
        break;
    case SX_PROBE_NOISE:
        apply_noise(features, amount, item, values, out);
        break;
    default:
        apply_gain(features, probe, amount, values, out);
        break;
    }
}
