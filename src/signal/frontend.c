/* frontend.c: the plan of a front-end: window, FFT, bands; see sonaxis/frontend.h. run.c follows it. */
#include "sonaxis/frontend.h"

#include "base/error.h"
#include "base/memory.h"
#include "options.h"
#include "plan.h"
#include "window.h"

#include <assert.h>

static sx_status make_window(sx_frontend *frontend, sx_error *err) {
    const sx_frontend_options *options = &frontend->options;
    size_t length = frontend->framing.length, size = (size_t)options->window_samples;
    frontend->window = sx_alloc(length, sizeof *frontend->window);
    frontend->float_window = sx_alloc(length, sizeof *frontend->float_window);
    if (frontend->window == NULL || frontend->float_window == NULL)
        return sx_fail_memory(err, length * (sizeof(double) + sizeof(float)));
    sx_window_fill(options->window, options->window_symmetric, size, frontend->window + (length - size) / 2);
    for (size_t i = 0; i < length; i++) {
        frontend->window[i] *= 0.5;
        frontend->float_window[i] = (float)frontend->window[i];
    }
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
    if (status == SX_OK) status = sx_weakness_init(frontend, err);
    if (status != SX_OK) {
        sx_frontend_free(frontend);
        return status;
    }
    *out = frontend;
    return SX_OK;
}

void sx_frontend_free(sx_frontend *frontend) {
    if (frontend == NULL) return;
    sx_free(frontend->shares);
    sx_bands_clear(&frontend->bands);
    sx_fft_free(frontend->fft);
    sx_free(frontend->float_window);
    sx_free(frontend->window);
    sx_free(frontend);
}

const sx_frontend_options *sx_frontend_resolved(const sx_frontend *frontend) { return &frontend->options; }

size_t sx_frontend_band_count(const sx_frontend *frontend) { return frontend->bands.count; }

const double *sx_frontend_band_hz(const sx_frontend *frontend) { return frontend->bands.centre_hz; }

size_t sx_frontend_frame_count(const sx_frontend *frontend, size_t sample_count) {
    return sx_frame_count(&frontend->framing, sample_count);
}
