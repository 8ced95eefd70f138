/* describe.c: a front-end in one line for people. */
#include "options.h"

#include "base/text.h"

#include <assert.h>

static void add_frames(const sx_frontend_options *full, sx_text *text) {
    static const char *const windows[] = {"Hann", "Hamming", "rectangular"};
    static const char *const centres[] = {"", ", centred on zeros", ", centred, mirrored"};
    sx_text_format(text, "%d Hz, %.1f/%.1f ms %s%s%s, FFT %d, %s", full->rate_hz, full->window_ms,
                   full->hop_ms, full->window_symmetric ? "symmetric " : "", windows[full->window],
                   centres[full->centre], full->fft_size, full->power == 2 ? "power" : "magnitude");
}

static void add_bands(const sx_frontend_options *full, sx_text *text) {
    static const char *const scales[] = {"", "HTK mel", "Slaney mel", "log"};
    if (full->bands == SX_BANDS_LINEAR)
        sx_text_format(text, ", FFT bins %g-%g Hz", full->low_hz, full->high_hz);
    else
        sx_text_format(text, ", %d %s bands %g-%g Hz%s%s", full->band_count, scales[full->bands],
                       full->low_hz, full->high_hz, full->area_norm ? " of equal area" : "",
                       full->slopes_in_mel ? ", slopes in mel" : "");
}

static void add_compression(const sx_frontend_options *full, sx_text *text) {
    switch (full->compression) {
    case SX_COMPRESS_LOG:
        sx_text_format(text, full->floor_is_added ? ", ln(x + %g)" : ", ln(max(x, %g))", full->floor);
        break;
    case SX_COMPRESS_DB:
        sx_text_format(text, ", dB re %g, floor %g", full->reference, full->floor);
        if (full->top_db > 0) sx_text_format(text, ", top %g dB", full->top_db);
        break;
    case SX_COMPRESS_PCEN:
        sx_text_format(text, ", PCEN (gain %g, bias %g, power %g, smooth %g)", full->pcen_gain,
                       full->pcen_bias, full->pcen_power, full->pcen_smooth);
        break;
    default:
        break;
    }
}

char *sx_frontend_describe(const sx_frontend_options *options) {
    assert(options != NULL);
    sx_frontend_options full = sx_options_resolve(options);
    sx_text text = {0};
    add_frames(&full, &text);
    add_bands(&full, &text);
    add_compression(&full, &text);
    return sx_text_take(&text);
}
