/* frontend_options.h: flags and JSON to the front-end's options. */
#ifndef CLI_FRONTEND_OPTIONS_H
#define CLI_FRONTEND_OPTIONS_H

#include "options.h"

/* How a spectrogram is made; what is not given stays with the preset. */
typedef struct cli_frontend {
    const char *preset, *json;
    int rate_hz, window_samples, hop_samples, fft_size, band_count, power;
    double window_ms, hop_ms, low_hz, high_hz, floor, reference, top_db;
    int window, centre, bands, compression, area_norm, frame;
} cli_frontend;

void cli_frontend_default(cli_frontend *frontend);
void cli_add_frontend_options(cli_line *line, cli_frontend *frontend);
/* Preset or JSON first, then the flags; checked as a whole. rate_is_fixed: a rate was asked for. */
SX_MUST_USE sx_status cli_frontend_resolve(const cli_frontend *given, sx_frontend_options *options,
                                           bool *rate_is_fixed, sx_error *err);

#endif
