/* synth_speech.c: a word said by a speaker: pulses and noise through formants that glide (after Klatt 1980).
 *
 * Targets of the word's pieces become tracks with one value every 4 ms; smoothing them makes the glides. */
#include "data/synth_sound.h"

#include <math.h>
#include <string.h>

/* The tracks of a recording. */
enum {
    TRACK_VOICE,
    TRACK_NOISE,
    TRACK_NOISE_HZ,
    TRACK_NOISE_WIDTH,
    TRACK_F1,
    TRACK_F2,
    TRACK_F3,
    TRACK_COUNT
};

static size_t block_frames(const sx_synth_options *options) { return (size_t)options->rate_hz / 250; }

static size_t block_count(const sx_synth_options *options) {
    return sx_synth_frames(options) / block_frames(options) + 2;
}

size_t sx_synth_frames(const sx_synth_options *options) {
    return (size_t)llround(options->duration_s * options->rate_hz);
}

size_t sx_synth_scratch(const sx_synth_options *options) { return (TRACK_COUNT + 1) * block_count(options); }

/* What the whole word shares. */
typedef struct manner {
    double onset_s, word_s; /* silence in front, and the word */
    double pitch_hz, formant_scale;
} manner;

static manner draw_manner(const sx_take *take, const sx_voice *voice, double weight) {
    double longest_s = take->options->duration_s;
    double slowness = voice->slowness * sx_synth_draw(take, SX_ASPECT_TAKE, 2, 0.9, 1.06);
    return (manner){
        .onset_s = longest_s * sx_synth_draw(take, SX_ASPECT_TAKE, 1, 0.01, 0.09),
        .word_s = 0.86 * longest_s * weight / sx_word_weight_limit() * slowness,
        .pitch_hz = voice->pitch_hz * sx_synth_draw(take, SX_ASPECT_TAKE, 3, 0.9, 1.1),
        .formant_scale = voice->formant_scale * sx_synth_draw(take, SX_ASPECT_TAKE, 4, 0.95, 1.05),
    };
}

static void set_block(double *tracks, size_t blocks, size_t block, const sx_piece *piece, double scale,
                      bool sounds) {
    tracks[TRACK_VOICE * blocks + block] = sounds ? piece->voice : 0;
    tracks[TRACK_NOISE * blocks + block] = sounds ? piece->noise : 0;
    tracks[TRACK_NOISE_HZ * blocks + block] = piece->noise_hz > 0 ? piece->noise_hz : 3000;
    tracks[TRACK_NOISE_WIDTH * blocks + block] = piece->noise_hz > 0 ? piece->noise_width_hz : 3000;
    for (size_t f = 0; f < 3; f++)
        tracks[(TRACK_F1 + f) * blocks + block] = piece->formant_hz[f] * scale;
}

/* Steps: before the word its first piece, silent; behind it its last one. */
static void lay_tracks(const manner *how, const sx_piece *pieces, size_t piece_count, double block_s,
                       double *tracks, size_t blocks) {
    double weight = 0;
    for (size_t i = 0; i < piece_count; i++)
        weight += pieces[i].weight;
    double end = pieces[0].weight;
    size_t now = 0;
    for (size_t block = 0; block < blocks; block++) {
        double place = (((double)block + 0.5) * block_s - how->onset_s) / how->word_s * weight;
        while (now + 1 < piece_count && place >= end)
            end += pieces[++now].weight;
        set_block(tracks, blocks, block, &pieces[now], how->formant_scale, place >= 0 && place < weight);
    }
}

/* Mean over `radius` neighbours on both sides. */
static void smooth(double *track, double *copy, size_t blocks, size_t radius) {
    memcpy(copy, track, blocks * sizeof *copy);
    for (size_t i = 0; i < blocks; i++) {
        size_t first = i < radius ? 0 : i - radius;
        size_t last = i + radius < blocks ? i + radius : blocks - 1;
        double sum = 0;
        for (size_t k = first; k <= last; k++)
            sum += copy[k];
        track[i] = sum / (double)(last - first + 1);
    }
}

static void smooth_tracks(double *tracks, size_t blocks) {
    double *copy = tracks + TRACK_COUNT * blocks;
    smooth(tracks + TRACK_VOICE * blocks, copy, blocks, 2);
    smooth(tracks + TRACK_NOISE * blocks, copy, blocks, 1);
    for (size_t f = 0; f < 3; f++)
        smooth(tracks + (TRACK_F1 + f) * blocks, copy, blocks, 6);
}

/* The state of one recording's source and filters. */
typedef struct mouth {
    sx_resonator formants[4], noise;
    double phase, period_scale; /* place in the glottal period; its length against the mean */
    uint64_t periods;
} mouth;

static void tune(mouth *state, const double *tracks, size_t blocks, size_t block, double scale,
                 double rate_hz) {
    static const double widths_hz[4] = {80, 100, 140, 250};
    for (size_t f = 0; f < 3; f++) {
        sx_resonator_tune(&state->formants[f], tracks[(TRACK_F1 + f) * blocks + block], widths_hz[f], rate_hz,
                          false);
    }
    sx_resonator_tune(&state->formants[3], 3500 * scale, widths_hz[3], rate_hz, false);
    sx_resonator_tune(&state->noise, tracks[TRACK_NOISE_HZ * blocks + block],
                      tracks[TRACK_NOISE_WIDTH * blocks + block], rate_hz, true);
}

/* Slope of the air flow: open for 60 % of the period, then shut at once (KLGLOTT88). */
static double glottis(const sx_take *take, mouth *state, double pitch_hz, double rate_hz) {
    state->phase += pitch_hz / rate_hz * state->period_scale;
    if (state->phase >= 1) {
        state->phase -= 1;
        state->periods++;
        state->period_scale = sx_synth_draw(take, SX_ASPECT_TAKE, 1000 + state->periods, 0.98, 1.02);
    }
    double open = state->phase / 0.6;
    return open < 1 ? open * (2 - 3 * open) : 0;
}

static double speak(const sx_take *take, mouth *state, double voice, double noise, double pitch_hz,
                    uint64_t frame) {
    double breath = sx_synth_draw(take, SX_ASPECT_SOURCE, frame, -1, 1);
    double sound = voice * (glottis(take, state, pitch_hz, take->options->rate_hz) + 0.03 * breath);
    for (size_t f = 0; f < 4; f++)
        sound = sx_resonator_step(&state->formants[f], sound);
    return sound + 3 * sx_resonator_step(&state->noise, noise * breath);
}

size_t sx_synth_word(const sx_take *take, int word, float *out, double *scratch) {
    const sx_synth_options *options = take->options;
    size_t block = block_frames(options), blocks = block_count(options), longest = sx_synth_frames(options);
    double rate_hz = options->rate_hz;
    sx_piece pieces[SX_PIECE_LIMIT];
    size_t piece_count = sx_word_pieces(sx_words[word], pieces);
    double weight = 0;
    for (size_t i = 0; i < piece_count; i++)
        weight += pieces[i].weight;
    sx_voice voice;
    sx_voice_draw(take, &voice);
    manner how = draw_manner(take, &voice, weight);
    lay_tracks(&how, pieces, piece_count, (double)block / rate_hz, scratch, blocks);
    smooth_tracks(scratch, blocks);

    double length_s = how.onset_s + how.word_s + 0.04 * options->duration_s;
    size_t frames = (size_t)llround(length_s * rate_hz);
    if (frames > longest) frames = longest;
    mouth state = {.period_scale = 1};
    for (size_t i = 0; i < frames; i++) {
        size_t now = i / block;
        if (i % block == 0) tune(&state, scratch, blocks, now, how.formant_scale, rate_hz);
        double share = (double)(i % block) / (double)block;
        double fall = 1.1 - 0.25 * (double)i / (double)frames;
        const double *loud = scratch + TRACK_VOICE * blocks + now,
                     *hiss = scratch + TRACK_NOISE * blocks + now;
        out[i] = (float)speak(take, &state, loud[0] + share * (loud[1] - loud[0]),
                              hiss[0] + share * (hiss[1] - hiss[0]), how.pitch_hz * fall, i);
    }
    sx_voice_record(take, &voice, out, frames);
    return frames;
}
