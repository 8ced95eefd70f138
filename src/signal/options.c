/* options.c: see options.h. */
#include "options.h"

#include "base/error.h"
#include "fft.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { LARGEST_FFT = 65536 };

static const char *const window_names[] = {"hann", "hamming", "rectangular", NULL};
static const char *const centre_names[] = {"none", "zero", "reflect", NULL};
static const char *const band_names[] = {"linear", "mel-htk", "mel-slaney", "log", NULL};
static const char *const compression_names[] = {"none", "log", "db", "pcen", NULL};

#define PLACE(member) offsetof(sx_frontend_options, member)
const sx_option sx_frontend_option_list[] = {
    {"rate_hz", SX_OPTION_INTEGER, PLACE(rate_hz), 1000, 768000, NULL},
    {"window_ms", SX_OPTION_NUMBER, PLACE(window_ms), 0, 65536, NULL},
    {"hop_ms", SX_OPTION_NUMBER, PLACE(hop_ms), 0, 1e6, NULL},
    {"window_samples", SX_OPTION_INTEGER, PLACE(window_samples), 0, LARGEST_FFT, NULL},
    {"hop_samples", SX_OPTION_INTEGER, PLACE(hop_samples), 0, 1e9, NULL},
    {"fft_size", SX_OPTION_INTEGER, PLACE(fft_size), 0, LARGEST_FFT, NULL},
    {"frame_is_fft", SX_OPTION_SWITCH, PLACE(frame_is_fft), 0, 1, NULL},
    {"window", SX_OPTION_NAME, PLACE(window), 0, 2, window_names},
    {"window_symmetric", SX_OPTION_SWITCH, PLACE(window_symmetric), 0, 1, NULL},
    {"centre", SX_OPTION_NAME, PLACE(centre), 0, 2, centre_names},
    {"power", SX_OPTION_INTEGER, PLACE(power), 1, 2, NULL},
    {"bands", SX_OPTION_NAME, PLACE(bands), 0, 3, band_names},
    {"band_count", SX_OPTION_INTEGER, PLACE(band_count), 1, 1024, NULL},
    {"low_hz", SX_OPTION_NUMBER, PLACE(low_hz), 0, 384000, NULL},
    {"high_hz", SX_OPTION_NUMBER, PLACE(high_hz), 0, 384000, NULL},
    {"slopes_in_mel", SX_OPTION_SWITCH, PLACE(slopes_in_mel), 0, 1, NULL},
    {"area_norm", SX_OPTION_SWITCH, PLACE(area_norm), 0, 1, NULL},
    {"compression", SX_OPTION_NAME, PLACE(compression), 0, 3, compression_names},
    {"floor", SX_OPTION_NUMBER, PLACE(floor), 1e-30, 1e30, NULL},
    {"floor_is_added", SX_OPTION_SWITCH, PLACE(floor_is_added), 0, 1, NULL},
    {"reference", SX_OPTION_NUMBER, PLACE(reference), 1e-30, 1e30, NULL},
    {"top_db", SX_OPTION_NUMBER, PLACE(top_db), 0, 1e4, NULL},
    {"pcen_gain", SX_OPTION_NUMBER, PLACE(pcen_gain), 0, 10, NULL},
    {"pcen_bias", SX_OPTION_NUMBER, PLACE(pcen_bias), 0, 1e6, NULL},
    {"pcen_power", SX_OPTION_NUMBER, PLACE(pcen_power), 1e-3, 10, NULL},
    {"pcen_smooth", SX_OPTION_NUMBER, PLACE(pcen_smooth), 1e-9, 1, NULL},
    {"pcen_epsilon", SX_OPTION_NUMBER, PLACE(pcen_epsilon), 1e-30, 1e6, NULL},
    {NULL, SX_OPTION_NUMBER, 0, 0, 0, NULL}};
#undef PLACE

/* --- each by itself --------------------------------------------------------------------------------- */

int sx_option_index(const sx_option *option, const sx_frontend_options *options) {
    switch (option->offset) {
    case offsetof(sx_frontend_options, window):
        return (int)options->window;
    case offsetof(sx_frontend_options, centre):
        return (int)options->centre;
    case offsetof(sx_frontend_options, bands):
        return (int)options->bands;
    default:
        return (int)options->compression;
    }
}

void sx_option_set_index(const sx_option *option, sx_frontend_options *options, int index) {
    switch (option->offset) {
    case offsetof(sx_frontend_options, window):
        options->window = (sx_window_kind)index;
        break;
    case offsetof(sx_frontend_options, centre):
        options->centre = (sx_centre)index;
        break;
    case offsetof(sx_frontend_options, bands):
        options->bands = (sx_band_kind)index;
        break;
    default:
        options->compression = (sx_compression)index;
        break;
    }
}

static double value_of(const sx_option *option, const sx_frontend_options *options) {
    const void *place = (const char *)options + option->offset;
    int integer = 0;
    double number = 0;
    switch (option->type) {
    case SX_OPTION_INTEGER:
        memcpy(&integer, place, sizeof integer);
        return integer;
    case SX_OPTION_NUMBER:
        memcpy(&number, place, sizeof number);
        return number;
    case SX_OPTION_NAME:
        return sx_option_index(option, options);
    default:
        return 0;
    }
}

static sx_status check_range(const sx_option *option, const sx_frontend_options *options, sx_error *err) {
    double value = value_of(option, options);
    if (value >= option->low && value <= option->high) return SX_OK;
    return sx_fail(err, SX_E_ARGUMENT, "front-end option %s is %.10g; it must be %.10g to %.10g", option->key,
                   value, option->low, option->high);
}

/* --- together --------------------------------------------------------------------------------------- */

static int samples_of(double ms, int rate_hz) {
    double samples = floor(ms * rate_hz / 1000 + 0.5);
    return samples < 1e9 ? (int)samples : 1000000000;
}

static int power_of_two_from(int samples) {
    int size = 2;
    while (size < samples && size < (1 << 30))
        size *= 2;
    return size;
}

sx_frontend_options sx_options_resolve(const sx_frontend_options *options) {
    sx_frontend_options full = *options;
    if (full.window_samples == 0)
        full.window_samples = samples_of(full.window_ms, full.rate_hz);
    else
        full.window_ms = 1000.0 * full.window_samples / full.rate_hz;
    if (full.hop_samples == 0)
        full.hop_samples = samples_of(full.hop_ms, full.rate_hz);
    else
        full.hop_ms = 1000.0 * full.hop_samples / full.rate_hz;
    if (full.fft_size == 0) full.fft_size = power_of_two_from(full.window_samples);
    if (!(full.high_hz > 0)) full.high_hz = full.rate_hz / 2.0;
    return full;
}

static sx_status check_frames(const sx_frontend_options *full, sx_error *err) {
    if (full->window_samples < 2)
        return sx_fail(err, SX_E_ARGUMENT,
                       "window_ms %g at %d Hz makes a window of %d samples; at least 2 are needed",
                       full->window_ms, full->rate_hz, full->window_samples);
    if (full->hop_samples < 1)
        return sx_fail(err, SX_E_ARGUMENT,
                       "hop_ms %g at %d Hz makes a hop of 0 samples; at least 1 is needed", full->hop_ms,
                       full->rate_hz);
    if (full->fft_size > LARGEST_FFT)
        return sx_fail(err, SX_E_ARGUMENT,
                       "a window of %d samples (%g ms at %d Hz) needs fft_size %d; the largest is %d",
                       full->window_samples, full->window_ms, full->rate_hz, full->fft_size,
                       (int)LARGEST_FFT);
    if (!sx_fft_size_is_possible((size_t)full->fft_size))
        return sx_fail(err, SX_E_ARGUMENT,
                       "fft_size is %d; it must be even and have no prime factors but 2, 3 and 5",
                       full->fft_size);
    if (full->window_samples > full->fft_size)
        return sx_fail(err, SX_E_ARGUMENT, "a window of %d samples does not fit into fft_size %d",
                       full->window_samples, full->fft_size);
    return SX_OK;
}

static sx_status check_edges(const sx_frontend_options *full, sx_error *err) {
    if (full->high_hz > full->rate_hz / 2.0)
        return sx_fail(err, SX_E_ARGUMENT, "high_hz is %g; at %d Hz nothing lies above %g Hz", full->high_hz,
                       full->rate_hz, full->rate_hz / 2.0);
    if (full->low_hz >= full->high_hz)
        return sx_fail(err, SX_E_ARGUMENT, "low_hz is %g; it must be below high_hz, %g", full->low_hz,
                       full->high_hz);
    if (full->bands == SX_BANDS_LOG && !(full->low_hz > 0))
        return sx_fail(err, SX_E_ARGUMENT, "low_hz is %g; log bands need one above 0", full->low_hz);
    return SX_OK;
}

sx_status sx_options_check(const sx_frontend_options *options, sx_error *err) {
    sx_status status = SX_OK;
    for (const sx_option *option = sx_frontend_option_list; option->key != NULL && status == SX_OK; option++)
        if (option->type != SX_OPTION_SWITCH) status = check_range(option, options, err);
    if (status != SX_OK) return status;
    sx_frontend_options full = sx_options_resolve(options);
    status = check_frames(&full, err);
    return status == SX_OK ? check_edges(&full, err) : status;
}
