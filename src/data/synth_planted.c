/* synth_planted.c: recordings whose truth is known: the class is a place in frequency, or a place in time.
 *
 * Both are bursts of noise in a band that is equally wide on the mel scale wherever it lies. In `bands` the
 * band's place is the label and the bursts' times are random; in `onsets` the one burst's time is the label
 * and its band is random. Whatever is not the label is drawn alike for all labels. */
#include "data/synth_sound.h"

#include <math.h>
#include <string.h>

static const double lowest_hz = 250, band_width_mel = 110;

/* Adds a burst: noise in a band about centre_mel, risen within `rise` of its length, then fading. */
static void add_burst(const sx_take *take, uint64_t number, double centre_mel, double start_s,
                      double length_s, double rise, double level, float *out, size_t frames) {
    double rate_hz = take->options->rate_hz;
    double centre_hz = sx_mel_to_hz(centre_mel);
    double width_hz =
        sx_mel_to_hz(centre_mel + band_width_mel / 2) - sx_mel_to_hz(centre_mel - band_width_mel / 2);
    sx_resonator first = {0}, second = {0};
    sx_resonator_tune(&first, centre_hz, width_hz, rate_hz, true);
    second = first;
    double gain = level * sqrt(rate_hz / width_hz); /* the same power in every band */
    size_t start = (size_t)llround(start_s * rate_hz), length = (size_t)llround(length_s * rate_hz);
    for (size_t i = 0; i < length && start + i < frames; i++) {
        double place = (double)i / (double)length;
        double envelope = place < rise ? place / rise : (1 - place) / (1 - rise);
        double noise = sx_synth_draw(take, SX_ASPECT_SOURCE, (number << 32) + i, -1, 1);
        double sound = sx_resonator_step(&second, sx_resonator_step(&first, noise));
        out[start + i] += (float)(gain * envelope * sound);
    }
}

/* A speaker's voice without what would tell more than was planted: the background is as faint as the
 * front-end's floor, so that it is alike in every band, and the microphone does not colour it. */
static void draw_plain_voice(const sx_take *take, sx_voice *voice) {
    sx_voice_draw(take, voice);
    voice->tilt = 0;
    voice->peak_gain = 0;
    voice->noise = sx_decibel(sx_synth_draw(take, SX_ASPECT_VOICE, 8, -42, -38));
}

/* The mel range that bands may take, inside what the rate allows. */
static double highest_mel(const sx_synth_options *options) { return sx_hz_to_mel(0.4 * options->rate_hz); }

size_t sx_synth_bands(const sx_take *take, float *out) {
    enum { BURSTS = 3 };
    const sx_synth_options *options = take->options;
    size_t frames = sx_synth_frames(options);
    memset(out, 0, frames * sizeof *out);
    sx_voice voice;
    draw_plain_voice(take, &voice);
    double low = sx_hz_to_mel(lowest_hz), step = (highest_mel(options) - low) / options->label_count;
    double detune = 0.12 * step * sx_synth_draw(take, SX_ASPECT_VOICE, 20, -1, 1);
    double centre = low + (take->label + 0.5) * step + detune;
    double length_s = 0.22 * options->duration_s * voice.slowness;
    for (uint64_t i = 0; i < BURSTS; i++) {
        double shake = 0.08 * step * sx_synth_draw(take, SX_ASPECT_TAKE, 30 + i, -1, 1);
        double start_s = sx_synth_draw(take, SX_ASPECT_TAKE, 20 + i, 0, options->duration_s - length_s);
        double level = sx_decibel(sx_synth_draw(take, SX_ASPECT_TAKE, 40 + i, -6, 0));
        add_burst(take, i, centre + shake, start_s, length_s, 0.2, level, out, frames);
    }
    sx_voice_record(take, &voice, out, frames);
    return frames;
}

size_t sx_synth_onset(const sx_take *take, float *out) {
    const sx_synth_options *options = take->options;
    size_t frames = sx_synth_frames(options);
    memset(out, 0, frames * sizeof *out);
    sx_voice voice;
    draw_plain_voice(take, &voice);
    double length_s = 0.2 * options->duration_s * voice.slowness;
    double step_s = 0.8 * options->duration_s / options->label_count;
    double late = sx_synth_draw(take, SX_ASPECT_VOICE, 20, -0.1, 0.1);
    double shake = sx_synth_draw(take, SX_ASPECT_TAKE, 20, -0.12, 0.12);
    double start_s = (take->label + 0.5 + late + shake) * step_s;
    double centre =
        sx_synth_draw(take, SX_ASPECT_TAKE, 21, sx_hz_to_mel(lowest_hz) + 60, highest_mel(options) - 60);
    add_burst(take, 0, centre, start_s, length_s, 0.1, 1, out, frames);
    sx_voice_record(take, &voice, out, frames);
    return frames;
}
