/* bands.c: see bands.h. */
#include "bands.h"

#include "base/error.h"
#include "base/memory.h"
#include "scale.h"

#include <math.h>
#include <string.h>

static double bin_hz(const sx_frontend_options *options, size_t bin) {
    return (double)bin * options->rate_hz / options->fft_size;
}

/* --- triangles -------------------------------------------------------------------------------------- */

typedef struct triangle {
    double low, centre, high; /* on the scale its sides are straight over */
    double gain;
} triangle;

static double height(const triangle *shape, double place) {
    double rising = (place - shape->low) / (shape->centre - shape->low);
    double falling = (shape->high - place) / (shape->high - shape->centre);
    double lower = rising < falling ? rising : falling;
    return lower > 0 ? lower * shape->gain : 0;
}

/* Sides are straight over Hz, or over the scale itself where the options say so. */
static bool over_scale(const sx_frontend_options *options) {
    return options->slopes_in_mel &&
           (options->bands == SX_BANDS_MEL_HTK || options->bands == SX_BANDS_MEL_SLANEY);
}

/* Edge i of band_count + 2, equally spaced on the scale. */
static double edge_place(const sx_frontend_options *options, size_t i) {
    double low = sx_scale_from_hz(options->bands, options->low_hz);
    double high = sx_scale_from_hz(options->bands, options->high_hz);
    return low + (high - low) * (double)i / (options->band_count + 1);
}

static double edge_hz(const sx_frontend_options *options, size_t i) {
    return sx_scale_to_hz(options->bands, edge_place(options, i));
}

static triangle triangle_of(const sx_frontend_options *options, size_t band) {
    double gain = options->area_norm ? 2 / (edge_hz(options, band + 2) - edge_hz(options, band)) : 1;
    if (over_scale(options))
        return (triangle){edge_place(options, band), edge_place(options, band + 1),
                          edge_place(options, band + 2), gain};
    return (triangle){edge_hz(options, band), edge_hz(options, band + 1), edge_hz(options, band + 2), gain};
}

/* Finds the bins under a triangle; writes their weights where weights is not NULL. */
static sx_band measure(const sx_frontend_options *options, const triangle *shape, float *weights) {
    sx_band band = {0};
    size_t bins = (size_t)options->fft_size / 2 + 1;
    for (size_t bin = 0; bin < bins; bin++) {
        double hz = bin_hz(options, bin);
        double weight = height(shape, over_scale(options) ? sx_scale_from_hz(options->bands, hz) : hz);
        if (!(weight > 0)) continue;
        if (band.count == 0) band.first = bin;
        if (weights != NULL) weights[band.count] = (float)weight;
        band.count++;
    }
    return band;
}

/* Zeros stand behind the weights of a band, as the kernel wants. */
static size_t room_for(size_t count) { return count == 0 ? SX_RUN : (count + SX_RUN - 1) / SX_RUN * SX_RUN; }

static bool may_be_empty(const sx_frontend_options *options) {
    return strcmp(options->preset, "sonaxis") != 0 && options->preset[0] != 0;
}

static const char *scale_name(sx_band_kind kind) { return kind == SX_BANDS_LOG ? "log" : "mel"; }

static sx_status place_triangles(const sx_frontend_options *options, sx_bands *bands, size_t *weights,
                                 sx_error *err) {
    size_t total = 0;
    for (size_t i = 0; i < bands->count; i++) {
        triangle shape = triangle_of(options, i);
        bands->bands[i] = measure(options, &shape, NULL);
        bands->bands[i].weights_at = total;
        bands->centre_hz[i] = edge_hz(options, i + 1);
        total += room_for(bands->bands[i].count);
        if (bands->bands[i].count == 0 && !may_be_empty(options))
            return sx_fail(
                err, SX_E_ARGUMENT,
                "cannot fit %d %s bands into %d bins (fft_size %d): no bin lies in band %zu, %.1f to "
                "%.1f Hz; take fewer bands or a larger fft_size",
                options->band_count, scale_name(options->bands), options->fft_size / 2 + 1, options->fft_size,
                i, edge_hz(options, i), edge_hz(options, i + 2));
    }
    *weights = total;
    return SX_OK;
}

static void weigh_triangles(const sx_frontend_options *options, sx_bands *bands) {
    for (size_t i = 0; i < bands->count; i++) {
        triangle shape = triangle_of(options, i);
        measure(options, &shape, bands->weights + bands->bands[i].weights_at);
    }
}

/* --- the bins themselves ---------------------------------------------------------------------------- */

/* First and number of bins between low_hz and high_hz, both included. */
static sx_band chosen_bins(const sx_frontend_options *options) {
    sx_band chosen = {0};
    for (size_t bin = 0; bin <= (size_t)options->fft_size / 2; bin++) {
        double hz = bin_hz(options, bin);
        if (hz < options->low_hz || hz > options->high_hz) continue;
        if (chosen.count == 0) chosen.first = bin;
        chosen.count++;
    }
    return chosen;
}

static void place_bins(const sx_frontend_options *options, sx_bands *bands) {
    size_t first = chosen_bins(options).first;
    for (size_t i = 0; i < bands->count; i++) {
        bands->bands[i] = (sx_band){.first = first + i, .count = 1, .weights_at = i * room_for(1)};
        bands->centre_hz[i] = bin_hz(options, first + i);
        bands->weights[i * room_for(1)] = 1;
    }
}

/* --- plan ----------------------------------------------------------------------------------- */

static sx_status fill(const sx_frontend_options *options, sx_bands *bands, sx_error *err) {
    bool linear = options->bands == SX_BANDS_LINEAR;
    bands->count = linear ? chosen_bins(options).count : (size_t)options->band_count;
    if (bands->count == 0)
        return sx_fail(err, SX_E_ARGUMENT, "no bin of fft_size %d lies between low_hz %g and high_hz %g",
                       options->fft_size, options->low_hz, options->high_hz);
    bands->bands = sx_alloc(bands->count, sizeof *bands->bands);
    bands->centre_hz = sx_alloc(bands->count, sizeof *bands->centre_hz);
    if (bands->bands == NULL || bands->centre_hz == NULL)
        return sx_fail_memory(err, bands->count * sizeof *bands->bands);
    size_t weights = bands->count * room_for(1);
    sx_status status = linear ? SX_OK : place_triangles(options, bands, &weights, err);
    if (status != SX_OK) return status;
    bands->weights = sx_alloc(weights, sizeof *bands->weights);
    if (bands->weights == NULL) return sx_fail_memory(err, weights * sizeof *bands->weights);
    if (linear)
        place_bins(options, bands);
    else
        weigh_triangles(options, bands);
    return SX_OK;
}

sx_status sx_bands_init(const sx_frontend_options *options, sx_bands *out, sx_error *err) {
    sx_bands bands = {0};
    sx_status status = fill(options, &bands, err);
    if (status != SX_OK) {
        sx_bands_clear(&bands);
        return status;
    }
    *out = bands;
    return SX_OK;
}

void sx_bands_clear(sx_bands *bands) {
    sx_free(bands->bands);
    sx_free(bands->weights);
    sx_free(bands->centre_hz);
    *bands = (sx_bands){0};
}
