/* frontend.c: the stages joined: frames and window, FFT, power, bands, compression, for
 * SX_FRAMES frames at a time; see sonaxis/frontend.h. */
#include "sonaxis/frontend.h"

#include "bands.h"
#include "base/error.h"
#include "base/memory.h"
#include "compress.h"
#include "fft.h"
#include "frame.h"
#include "options.h"
#include "pcen.h"
#include "window.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { ALIGNMENT = 64 };

struct sx_frontend {
    sx_frontend_options options; /* resolved */
    sx_framing framing;
    double
        *window; /* half of it, as the kernels want; with zeros around where frames are as long as the FFT */
    sx_fft *fft;
    sx_bands bands;
    const sx_spectrum_kernels *kernels;
};

/* --- plan ------------------------------------------------------------------------------------------- */

static sx_status make_window(sx_frontend *frontend, sx_error *err) {
    const sx_frontend_options *options = &frontend->options;
    size_t length = frontend->framing.length, size = (size_t)options->window_samples;
    frontend->window = sx_alloc(length, sizeof *frontend->window);
    if (frontend->window == NULL) return sx_fail_memory(err, length * sizeof(double));
    sx_window_fill(options->window, options->window_symmetric, size, frontend->window + (length - size) / 2);
    for (size_t i = 0; i < length; i++)
        frontend->window[i] *= 0.5;
    return SX_OK;
}

static sx_framing framing_of(const sx_frontend_options *options) {
    bool centred = options->centre != SX_CENTRE_NONE;
    return (sx_framing){.length =
                            (size_t)(options->frame_is_fft ? options->fft_size : options->window_samples),
                        .hop = (size_t)options->hop_samples,
                        .pad = centred ? (size_t)options->fft_size / 2 : 0,
                        .reflect = options->centre == SX_CENTRE_REFLECT};
}

sx_status sx_frontend_create(const sx_frontend_options *options, sx_frontend **out, sx_error *err) {
    assert(options != NULL && out != NULL);
    sx_status status = sx_options_check(options, err);
    if (status != SX_OK) return status;
    sx_frontend *frontend = sx_alloc(1, sizeof *frontend);
    if (frontend == NULL) return sx_fail_memory(err, sizeof *frontend);
    frontend->options = sx_options_resolve(options);
    frontend->framing = framing_of(&frontend->options);
    frontend->kernels = sx_spectrum_kernels_get();
    status = make_window(frontend, err);
    if (status == SX_OK) status = sx_fft_create((size_t)frontend->options.fft_size, &frontend->fft, err);
    if (status == SX_OK) status = sx_bands_init(&frontend->options, &frontend->bands, err);
    if (status != SX_OK) {
        sx_frontend_free(frontend);
        return status;
    }
    *out = frontend;
    return SX_OK;
}

void sx_frontend_free(sx_frontend *frontend) {
    if (frontend == NULL) return;
    sx_bands_clear(&frontend->bands);
    sx_fft_free(frontend->fft);
    sx_free(frontend->window);
    sx_free(frontend);
}

const sx_frontend_options *sx_frontend_resolved(const sx_frontend *frontend) { return &frontend->options; }

size_t sx_frontend_band_count(const sx_frontend *frontend) { return frontend->bands.count; }

const double *sx_frontend_band_hz(const sx_frontend *frontend) { return frontend->bands.centre_hz; }

size_t sx_frontend_frame_count(const sx_frontend *frontend, size_t sample_count) {
    return sx_frame_count(&frontend->framing, sample_count);
}

/* --- scratch ---------------------------------------------------------------------------------------- */

/* A group of frames on its way through the stages, and what PCEN remembers between frames. */
typedef struct workspace {
    double *points, *averages;
    float *bins, *values, *rows;
} workspace;

/* Every part begins where a vector may. */
static size_t rounded_up(size_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

/* Returns how many bytes the parts take. place NULL: only measures. */
static size_t lay_out(const sx_frontend *frontend, unsigned char *place, workspace *space) {
    size_t size = (size_t)frontend->options.fft_size, bands = frontend->bands.count;
    size_t points = rounded_up(size * SX_FRAMES * sizeof(double)),
           averages = rounded_up(bands * sizeof(double));
    size_t bins = rounded_up((size / 2 + 1) * SX_FRAMES * sizeof(float));
    size_t values = rounded_up(bands * SX_FRAMES * sizeof(float));
    size_t rows = rounded_up(frontend->framing.length * SX_FRAMES * sizeof(float));
    if (place != NULL) {
        void *parts[] = {place, place + points, place + points + averages, place + points + averages + bins,
                         place + points + averages + bins + values};
        *space = (workspace){parts[0], parts[1], parts[2], parts[3], parts[4]};
    }
    return points + averages + bins + values + rows;
}

/* The same for every length: groups pass one at a time. */
size_t sx_frontend_scratch_floats(const sx_frontend *frontend, size_t sample_count) {
    (void)sample_count;
    return (ALIGNMENT + lay_out(frontend, NULL, NULL)) / sizeof(float);
}

static workspace lay_out_in(const sx_frontend *frontend, float *scratch) {
    workspace space = {0};
    uintptr_t skip = (ALIGNMENT - (uintptr_t)scratch % ALIGNMENT) % ALIGNMENT;
    lay_out(frontend, (unsigned char *)scratch + skip, &space);
    return space;
}

/* --- run -------------------------------------------------------------------------------------------- */

/* Leaves value (band, lane) of the group at space->values[band * SX_FRAMES + lane]. */
static void run_group(const sx_frontend *frontend, const float *samples, size_t sample_count, size_t frame,
                      const workspace *space) {
    const sx_spectrum_kernels *kernels = frontend->kernels;
    const sx_fft_plan *plan = sx_fft_plan_of(frontend->fft);
    const sx_bands *bands = &frontend->bands;
    size_t size = (size_t)frontend->options.fft_size, length = frontend->framing.length;
    sx_frame_group group = sx_frame_group_at(&frontend->framing, samples, sample_count, frame, space->rows);
    kernels->load(group.first, group.stride, length, frontend->window, space->points);
    memset(space->points + length * SX_FRAMES, 0, (size - length) * SX_FRAMES * sizeof(double));
    kernels->transform(plan, space->points);
    kernels->power(plan, space->points, frontend->options.power, space->bins);
    kernels->bands(bands->count, bands->bands, bands->weights, space->bins, space->values);
    sx_compress_run(&frontend->options, kernels, space->values, bands->count * SX_FRAMES);
}

/* The first `lanes` frames of a group, each to its place. */
static void hand_out(const float *values, size_t lanes, size_t bands, float *out, size_t stride) {
    size_t row = bands * stride;
    if (lanes == SX_FRAMES) { /* a count the compiler knows */
        for (size_t band = 0; band < bands; band++) {
            for (size_t lane = 0; lane < SX_FRAMES; lane++)
                out[lane * row + band * stride] = values[band * SX_FRAMES + lane];
        }
        return;
    }
    for (size_t lane = 0; lane < lanes; lane++) {
        for (size_t band = 0; band < bands; band++)
            out[lane * row + band * stride] = values[band * SX_FRAMES + lane];
    }
}

void sx_frontend_run(const sx_frontend *frontend, const float *samples, size_t sample_count, float *scratch,
                     float *out, size_t stride) {
    assert(frontend != NULL && scratch != NULL && out != NULL && stride > 0);
    const sx_frontend_options *options = &frontend->options;
    size_t frames = sx_frontend_frame_count(frontend, sample_count), bands = frontend->bands.count;
    workspace space = lay_out_in(frontend, scratch);
    for (size_t frame = 0; frame < frames; frame += SX_FRAMES) {
        size_t left = frames - frame;
        run_group(frontend, samples, sample_count, frame, &space);
        hand_out(space.values, left < SX_FRAMES ? left : SX_FRAMES, bands, out + frame * bands * stride,
                 stride);
    }
    sx_compress_raise(options, out, frames * bands, stride);
    if (options->compression == SX_COMPRESS_PCEN)
        sx_pcen_run(options, out, frames, bands, stride, space.averages);
}
