/* frontend_options.c: the front-end's flags. Names follow librosa where it has one. */
#include "frontend_options.h"

#include "host.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const window_names[] = {"hann", "hamming", "rectangular", NULL};
static const char *const centre_names[] = {"none", "zero", "reflect", NULL};
static const char *const band_names[] = {"linear", "mel-htk", "mel-slaney", "log", NULL};
static const char *const compression_names[] = {"none", "log", "db", "pcen", NULL};
static const char *const yes_no[] = {"no", "yes", NULL};
static const char *const frame_names[] = {"window", "fft", NULL};

static const cli_option options[] = {
    {"preset", 0, CLI_TEXT, offsetof(cli_frontend, preset), "NAME", 0, 0, NULL,
     "Where the options below start: sonaxis, librosa, torchaudio or keras3."},
    {"frontend", 0, CLI_TEXT, offsetof(cli_frontend, json), "JSON", 0, 0, NULL,
     "Every option as a JSON object, or a file that holds one (features writes such a file)."},
    {"rate", 0, CLI_INTEGER, offsetof(cli_frontend, rate_hz), "HZ", 1000, 768000, NULL,
     "Resample to this rate; else 16000, or the recordings' own rate where all share a lower one."},
    {"window-ms", 0, CLI_NUMBER, offsetof(cli_frontend, window_ms), "MS", 0.01, 10000, NULL, "Window."},
    {"hop-ms", 0, CLI_NUMBER, offsetof(cli_frontend, hop_ms), "MS", 0.01, 10000, NULL, "Step of the window."},
    {"window-samples", 0, CLI_INTEGER, offsetof(cli_frontend, window_samples), "N", 2, 65536, NULL,
     "Window in samples (librosa's win_length)."},
    {"hop-samples", 0, CLI_INTEGER, offsetof(cli_frontend, hop_samples), "N", 1, 65536, NULL,
     "Step in samples (hop_length)."},
    {"fft", 0, CLI_INTEGER, offsetof(cli_frontend, fft_size), "N", 2, 65536, NULL,
     "FFT size (n_fft); else the next power of two."},
    {"frame", 0, CLI_CHOICE, offsetof(cli_frontend, frame), "WHAT", 0, 0, frame_names,
     "Length a frame is cut to: the window, or the FFT with the window in its middle (librosa, torch)."},
    {"window", 0, CLI_CHOICE, offsetof(cli_frontend, window), "KIND", 0, 0, window_names, "Its shape."},
    {"centre", 0, CLI_CHOICE, offsetof(cli_frontend, centre), "HOW", 0, 0, centre_names,
     "Padding at both ends, so that frames are centred."},
    {"power", 0, CLI_INTEGER, offsetof(cli_frontend, power), "N", 1, 2, NULL, "1 magnitude, 2 power."},
    {"band-kind", 0, CLI_CHOICE, offsetof(cli_frontend, bands), "KIND", 0, 0, band_names,
     "Scale of the bands."},
    {"bands", 0, CLI_INTEGER, offsetof(cli_frontend, band_count), "N", 1, 1024, NULL, "How many (n_mels)."},
    {"low-hz", 0, CLI_NUMBER, offsetof(cli_frontend, low_hz), "HZ", 0, 384000, NULL, "Lowest edge (fmin)."},
    {"high-hz", 0, CLI_NUMBER, offsetof(cli_frontend, high_hz), "HZ", 0, 384000, NULL,
     "Highest edge (fmax)."},
    {"area-norm", 0, CLI_CHOICE, offsetof(cli_frontend, area_norm), "YES", 0, 0, yes_no,
     "Slaney's area norm of the triangles."},
    {"compress", 0, CLI_CHOICE, offsetof(cli_frontend, compression), "HOW", 0, 0, compression_names,
     "What is done to the bands."},
    {"floor", 0, CLI_NUMBER, offsetof(cli_frontend, floor), "X", 1e-300, 1, NULL,
     "ln(x + X); dB of max(x, X)."},
    {"reference", 0, CLI_NUMBER, offsetof(cli_frontend, reference), "X", 1e-300, 1e300, NULL, "0 dB is X."},
    {"top-db", 0, CLI_NUMBER, offsetof(cli_frontend, top_db), "DB", 0, 1000, NULL,
     "Raise what is further below the loudest value; 0 = off."},
};

void cli_frontend_default(cli_frontend *frontend) {
    *frontend = (cli_frontend){.rate_hz = -1,
                               .window_samples = -1,
                               .hop_samples = -1,
                               .fft_size = -1,
                               .band_count = -1,
                               .power = -1,
                               .window_ms = NAN,
                               .hop_ms = NAN,
                               .low_hz = NAN,
                               .high_hz = NAN,
                               .floor = NAN,
                               .reference = NAN,
                               .top_db = NAN,
                               .window = -1,
                               .centre = -1,
                               .bands = -1,
                               .compression = -1,
                               .area_norm = -1,
                               .frame = -1};
}

void cli_add_frontend_options(cli_line *line, cli_frontend *frontend) {
    cli_add_group(line, "Front-end", options, sizeof options / sizeof *options, frontend);
}

static void take_int(int given, int *member) {
    if (given >= 0) *member = given;
}

static void take_double(double given, double *member) {
    if (!isnan(given)) *member = given;
}

/* A length in ms puts one in samples out of force, and the other way round. */
static void take_lengths(const cli_frontend *given, sx_frontend_options *to) {
    if (!isnan(given->window_ms)) to->window_samples = 0;
    if (!isnan(given->hop_ms)) to->hop_samples = 0;
    if (given->fft_size < 0 && (!isnan(given->window_ms) || given->window_samples >= 0)) to->fft_size = 0;
    take_double(given->window_ms, &to->window_ms);
    take_double(given->hop_ms, &to->hop_ms);
    take_int(given->window_samples, &to->window_samples);
    take_int(given->hop_samples, &to->hop_samples);
    take_int(given->fft_size, &to->fft_size);
}

static void take_flags(const cli_frontend *given, sx_frontend_options *to) {
    take_int(given->rate_hz, &to->rate_hz);
    take_lengths(given, to);
    take_int(given->power, &to->power);
    take_int(given->band_count, &to->band_count);
    take_double(given->low_hz, &to->low_hz);
    take_double(given->high_hz, &to->high_hz);
    take_double(given->floor, &to->floor);
    take_double(given->reference, &to->reference);
    take_double(given->top_db, &to->top_db);
    if (given->window >= 0) to->window = (sx_window_kind)given->window;
    if (given->centre >= 0) to->centre = (sx_centre)given->centre;
    if (given->bands >= 0) to->bands = (sx_band_kind)given->bands;
    if (given->compression >= 0) to->compression = (sx_compression)given->compression;
    if (given->area_norm >= 0) to->area_norm = given->area_norm == 1;
    if (given->frame >= 0) to->frame_is_fft = given->frame == 1;
}

static sx_status take_json(const char *json, sx_frontend_options *to, bool *has_rate, sx_error *err) {
    char *text = NULL;
    if (json[strspn(json, " \t\n")] != '{') {
        sx_status status = cli_read_file(json, &text, err);
        if (status) return status;
    }
    sx_status status = sx_frontend_from_json(text ? text : json, to, err);
    *has_rate = strstr(text ? text : json, "\"rate_hz\"") != NULL;
    free(text);
    if (status == SX_E_FORMAT)
        err->status = status = SX_E_ARGUMENT; /* what was typed is wrong, no file of ours */
    return status;
}

sx_status cli_frontend_resolve(const cli_frontend *given, sx_frontend_options *to, bool *rate_is_fixed,
                               sx_error *err) {
    sx_frontend_options made;
    bool json_has_rate = false;
    if (given->preset && given->json) {
        err->status = SX_E_ARGUMENT;
        snprintf(err->text, sizeof err->text,
                 "--preset and --frontend exclude each other; write \"preset\" into the JSON");
        return SX_E_ARGUMENT;
    }
    sx_status status = given->json
                           ? take_json(given->json, &made, &json_has_rate, err)
                           : sx_frontend_preset(given->preset ? given->preset : "sonaxis", &made, err);
    if (status) return status;
    take_flags(given, &made);
    sx_frontend *checked = NULL;
    status = sx_frontend_create(&made, &checked, err);
    sx_frontend_free(checked);
    if (status) return status;
    *to = made;
    *rate_is_fixed =
        given->rate_hz >= 0 || json_has_rate || (given->preset && strcmp(given->preset, "sonaxis") != 0);
    return SX_OK;
}
