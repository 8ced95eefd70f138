/* frontend.c: the stages joined: frame and window, FFT, power, bands, compression; see sonaxis/frontend.h. */
#include "sonaxis/frontend.h"

#include "bands.h"
#include "base/error.h"
#include "base/memory.h"
#include "compress.h"
#include "fft.h"
#include "frame.h"
#include "options.h"
#include "pcen.h"
#include "spectrum.h"
#include "window.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { ALIGNMENT = 64 };

struct sx_frontend {
    sx_frontend_options options; /* resolved */
    sx_framing framing;
    double *window; /* framing.length, with zeros around it where frames are as long as the FFT */
    sx_fft *fft;
    sx_bands bands;
};

/* --- plan ------------------------------------------------------------------------------------------- */

static sx_status make_window(sx_frontend *frontend, sx_error *err) {
    const sx_frontend_options *options = &frontend->options;
    size_t length = frontend->framing.length, size = (size_t)options->window_samples;
    frontend->window = sx_alloc(length, sizeof *frontend->window);
    if (frontend->window == NULL) return sx_fail_memory(err, length * sizeof(double));
    sx_window_fill(options->window, options->window_symmetric, size, frontend->window + (length - size) / 2);
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

/* One frame on its way through the stages, and what PCEN remembers between frames. */
typedef struct workspace {
    double *frame, *real, *imaginary, *fft_work, *averages;
    float *bins;
} workspace;

/* Doubles come first, so that one alignment does for all. Returns how many doubles there are. */
static size_t lay_out(const sx_frontend *frontend, double *place, workspace *space) {
    size_t size = (size_t)frontend->options.fft_size, bins = size / 2 + 1;
    size_t sizes[] = {size, bins, bins, sx_fft_work_doubles(frontend->fft), frontend->bands.count};
    double **parts[] = {&space->frame, &space->real, &space->imaginary, &space->fft_work, &space->averages};
    size_t used = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (place != NULL) *parts[i] = place + used;
        used += sizes[i];
    }
    return used;
}

/* The same for every length: frames pass one at a time. */
size_t sx_frontend_scratch_floats(const sx_frontend *frontend, size_t sample_count) {
    (void)sample_count;
    workspace unused;
    size_t doubles = lay_out(frontend, NULL, &unused), bins = (size_t)frontend->options.fft_size / 2 + 1;
    return ALIGNMENT / sizeof(float) + doubles * (sizeof(double) / sizeof(float)) + bins;
}

static workspace lay_out_in(const sx_frontend *frontend, float *scratch) {
    workspace space;
    uintptr_t skip = (ALIGNMENT - (uintptr_t)scratch % ALIGNMENT) % ALIGNMENT;
    void *aligned = (unsigned char *)scratch + skip;
    size_t doubles = lay_out(frontend, aligned, &space);
    void *behind = (double *)aligned + doubles;
    space.bins = behind;
    return space;
}

/* --- run -------------------------------------------------------------------------------------------- */

static void run_frame(const sx_frontend *frontend, const float *samples, size_t sample_count, size_t frame,
                      const workspace *space, float *out, size_t stride) {
    size_t size = (size_t)frontend->options.fft_size, length = frontend->framing.length;
    sx_frame_cut(&frontend->framing, samples, sample_count, frame, frontend->window, space->frame);
    memset(space->frame + length, 0, (size - length) * sizeof(double));
    sx_fft_run(frontend->fft, space->frame, space->real, space->imaginary, space->fft_work);
    sx_spectrum_run(space->real, space->imaginary, size / 2 + 1, frontend->options.power, space->bins);
    sx_bands_run(&frontend->bands, space->bins, out, stride);
}

static void compress(const sx_frontend *frontend, float *out, size_t frames, size_t stride,
                     double *averages) {
    size_t bands = frontend->bands.count;
    switch (frontend->options.compression) {
    case SX_COMPRESS_LOG:
        sx_compress_log(&frontend->options, out, frames * bands, stride);
        break;
    case SX_COMPRESS_DB:
        sx_compress_db(&frontend->options, out, frames * bands, stride);
        break;
    case SX_COMPRESS_PCEN:
        sx_pcen_run(&frontend->options, out, frames, bands, stride, averages);
        break;
    default:
        break;
    }
}

void sx_frontend_run(const sx_frontend *frontend, const float *samples, size_t sample_count, float *scratch,
                     float *out, size_t stride) {
    assert(frontend != NULL && scratch != NULL && out != NULL && stride > 0);
    size_t frames = sx_frontend_frame_count(frontend, sample_count), bands = frontend->bands.count;
    workspace space = lay_out_in(frontend, scratch);
    for (size_t frame = 0; frame < frames; frame++)
        run_frame(frontend, samples, sample_count, frame, &space, out + frame * bands * stride, stride);
    compress(frontend, out, frames, stride, space.averages);
}
