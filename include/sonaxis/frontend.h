/* frontend.h: sound to spectrogram.
 *
 * frame -> window -> real FFT -> magnitude or power -> bands -> compression. The options say what is wanted
 * in ms and Hz; a sx_frontend is the plan made from them, read-only and shared by any number of threads. */
#ifndef SONAXIS_FRONTEND_H
#define SONAXIS_FRONTEND_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sx_window_kind { SX_WINDOW_HANN, SX_WINDOW_HAMMING, SX_WINDOW_RECTANGULAR } sx_window_kind;

typedef enum sx_centre {
    SX_CENTRE_NONE,   /* first frame starts at sample 0, only whole frames */
    SX_CENTRE_ZERO,   /* fft_size / 2 zeros on both sides (librosa's "constant") */
    SX_CENTRE_REFLECT /* mirrored without repeating the edge (torchaudio, older librosa) */
} sx_centre;

typedef enum sx_band_kind {
    SX_BANDS_LINEAR, /* the FFT bins themselves, fft_size / 2 + 1 of them; low_hz and high_hz select */
    SX_BANDS_MEL_HTK,
    SX_BANDS_MEL_SLANEY,
    SX_BANDS_LOG /* triangles with geometrically spaced centres from low_hz (> 0) to high_hz */
} sx_band_kind;

typedef enum sx_compression {
    SX_COMPRESS_NONE,
    SX_COMPRESS_LOG,
    SX_COMPRESS_DB,
    SX_COMPRESS_PCEN
} sx_compression;

typedef struct sx_frontend_options {
    char preset[16];    /* where these options started: "sonaxis", "librosa", "torchaudio", "keras3" */
    int rate_hz;        /* 1000 to 768000 */
    double window_ms;   /* used where window_samples is 0 */
    double hop_ms;      /* used where hop_samples is 0 */
    int window_samples; /* 0 or 2 to fft_size */
    int hop_samples;    /* 0 or at least 1 */
    int fft_size; /* 0 = next power of two that holds the window; else only factors 2, 3, 5, even, <= 65536 */
    bool frame_is_fft; /* false: frames are cut window_samples long and zero-padded at the end;
                          true: frames are cut fft_size long, the window sits in their middle (librosa, torch)
                        */
    sx_window_kind window;
    bool window_symmetric; /* false = periodic, the usual one for spectra */
    sx_centre centre;
    int power; /* 1 = magnitude, 2 = power */
    sx_band_kind bands;
    int band_count;     /* mel and log bands: 1 to 1024 */
    double low_hz;      /* lower edge of the lowest band */
    double high_hz;     /* upper edge of the highest; 0 = half the rate */
    bool slopes_in_mel; /* mel only: the triangles' sides are straight over mel (Keras, HTK) instead of over
                           Hz (librosa, torchaudio) */
    bool area_norm;     /* Slaney's 2 / (upper - lower edge in Hz) on each triangle */
    sx_compression compression;
    double floor;        /* log: ln(x + floor) or ln(max(x, floor)); dB: max(x, floor); > 0 */
    bool floor_is_added; /* log only: true = ln(x + floor) */
    double reference;    /* dB: 10 log10(x / reference) for power 2, 20 log10 for power 1; > 0 */
    double top_db; /* dB: values more than this below the clip's maximum are raised; 0 = off (streamable) */
    double pcen_gain, pcen_bias, pcen_power, pcen_smooth, pcen_epsilon; /* alpha, delta, r, s, eps of
                              arXiv 1607.05666: (E / (eps + M)^alpha + delta)^r - delta^r, M first = E */
} sx_frontend_options;

typedef struct sx_frontend sx_frontend;

/* The names sx_frontend_preset takes, NULL at the end. */
SX_API const char *const *sx_frontend_preset_names(void);
/* sonaxis: 16 kHz, 25/10 ms, 40 HTK mel bands 0 Hz to half the rate, power, ln(x + 1e-6), Hann, not centred.
 * librosa 0.11: melspectrogram + power_to_db defaults at 22050 Hz, 128 Slaney bands with area norm,
 * top_db 80. torchaudio 2: MelSpectrogram defaults at 16 kHz, 128 HTK bands, window and FFT 400, hop 200,
 * reflected; no log. keras3: layers.MelSpectrogram defaults, 128 HTK bands from 20 Hz at 16 kHz, dB with
 * top_db 80, as (time, band). */
SX_API SX_MUST_USE sx_status sx_frontend_preset(const char *name, sx_frontend_options *options,
                                                sx_error *err);

/* Checks every option; the error names the option, its value and the legal range. */
SX_API SX_MUST_USE sx_status sx_frontend_create(const sx_frontend_options *options, sx_frontend **out,
                                                sx_error *err);
SX_API void sx_frontend_free(sx_frontend *frontend);

/* The options with every 0 = default filled in. */
SX_API const sx_frontend_options *sx_frontend_resolved(const sx_frontend *frontend);
SX_API size_t sx_frontend_band_count(const sx_frontend *frontend);
/* Centre frequency of each band in Hz, sx_frontend_band_count of them, owned by the plan. */
SX_API const double *sx_frontend_band_hz(const sx_frontend *frontend);
/* Frames made from so many samples; 0 where they are fewer than one frame. */
SX_API size_t sx_frontend_frame_count(const sx_frontend *frontend, size_t sample_count);
/* Floats of scratch that one call of sx_frontend_run needs for so many samples. */
SX_API size_t sx_frontend_scratch_floats(const sx_frontend *frontend, size_t sample_count);
/* samples: sample_count floats at the plan's rate, full scale +-1. out: value of (frame, band) goes to
 * out[(frame * bands + band) * stride]; stride = the tensor's channels (1 for a plain matrix). Cannot fail,
 * allocates nothing, any number of threads with their own scratch. */
SX_API void sx_frontend_run(const sx_frontend *frontend, const float *samples, size_t sample_count,
                            float *scratch, float *out, size_t stride);
/* The same of 16-bit samples as a microphone or a WAV file has them, full scale 32768: the bits of
 * sx_frontend_run on samples / 32768, without a copy of them in float. */
SX_API void sx_frontend_run_int16(const sx_frontend *frontend, const int16_t *samples, size_t sample_count,
                                  float *scratch, float *out, size_t stride);

/* JSON object with every option; free with sx_free_text. NULL when out of memory. */
SX_API char *sx_frontend_to_json(const sx_frontend_options *options);
/* Strict: unknown keys and wrong types are errors that name the key and the nearest known one. Keys that are
 * missing keep the value of the "preset" key (or of preset sonaxis). */
SX_API SX_MUST_USE sx_status sx_frontend_from_json(const char *json, sx_frontend_options *options,
                                                   sx_error *err);
/* "16000 Hz, 25.0/10.0 ms Hann, FFT 512, power, 40 HTK mel bands 0-8000 Hz, ln(x + 1e-06)"; free with
 * sx_free_text. */
SX_API char *sx_frontend_describe(const sx_frontend_options *options);

#ifdef __cplusplus
}
#endif
#endif
