/* preset.c: starting points, by name: our own and the defaults of three other tools. */
#include "sonaxis/frontend.h"

#include "base/error.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

static const char *const preset_names[] = {"sonaxis", "librosa", "torchaudio", "keras3", NULL};

const char *const *sx_frontend_preset_names(void) { return preset_names; }

/* pcen_*: the values of arXiv 1607.05666, section 3. */
static const sx_frontend_options sonaxis_options = {.preset = "sonaxis",
                                                    .rate_hz = 16000,
                                                    .window_ms = 25,
                                                    .hop_ms = 10,
                                                    .window = SX_WINDOW_HANN,
                                                    .centre = SX_CENTRE_NONE,
                                                    .power = 2,
                                                    .bands = SX_BANDS_MEL_HTK,
                                                    .band_count = 40,
                                                    .compression = SX_COMPRESS_LOG,
                                                    .floor = 1e-6,
                                                    .floor_is_added = true,
                                                    .reference = 1,
                                                    .pcen_gain = 0.98,
                                                    .pcen_bias = 2,
                                                    .pcen_power = 0.5,
                                                    .pcen_smooth = 0.025,
                                                    .pcen_epsilon = 1e-6};

static void set_frames(sx_frontend_options *options, int rate_hz, int fft_size, int hop_samples,
                       sx_centre centre) {
    options->rate_hz = rate_hz;
    options->fft_size = fft_size;
    options->window_samples = fft_size;
    options->hop_samples = hop_samples;
    options->window_ms = 1000.0 * fft_size / rate_hz;
    options->hop_ms = 1000.0 * hop_samples / rate_hz;
    options->frame_is_fft = true;
    options->centre = centre;
    options->band_count = 128;
}

static void set_db(sx_frontend_options *options) {
    options->compression = SX_COMPRESS_DB;
    options->floor = 1e-10;
    options->floor_is_added = false;
    options->reference = 1;
    options->top_db = 80;
}

/* power_to_db(feature.melspectrogram(y)) */
static void set_librosa(sx_frontend_options *options) {
    set_frames(options, 22050, 2048, 512, SX_CENTRE_ZERO);
    options->bands = SX_BANDS_MEL_SLANEY;
    options->area_norm = true;
    set_db(options);
}

/* transforms.MelSpectrogram() */
static void set_torchaudio(sx_frontend_options *options) {
    set_frames(options, 16000, 400, 200, SX_CENTRE_REFLECT);
    options->compression = SX_COMPRESS_NONE;
}

/* layers.MelSpectrogram() */
static void set_keras3(sx_frontend_options *options) {
    set_frames(options, 16000, 2048, 512, SX_CENTRE_REFLECT);
    options->low_hz = 20;
    options->slopes_in_mel = true;
    set_db(options);
}

sx_status sx_frontend_preset(const char *name, sx_frontend_options *options, sx_error *err) {
    static void (*const setters[])(sx_frontend_options *) = {NULL, set_librosa, set_torchaudio, set_keras3};
    assert(name != NULL && options != NULL);
    for (size_t i = 0; preset_names[i] != NULL; i++) {
        if (!sx_text_equal(name, preset_names[i])) continue;
        sx_frontend_options chosen = sonaxis_options;
        strncpy(chosen.preset, name, sizeof chosen.preset - 1);
        if (setters[i] != NULL) setters[i](&chosen);
        *options = chosen;
        return SX_OK;
    }
    const char *nearest = sx_text_nearest(name, preset_names);
    return sx_fail(err, SX_E_ARGUMENT,
                   "there is no front-end preset \"%s\"%s%s%s; there are sonaxis, librosa, "
                   "torchaudio and keras3",
                   name, nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "\"?" : "");
}
