/* synth_sound.c: draws, filters and speakers of built-in recordings. */
#include "data/synth_sound.h"

#include "base/random.h"
#include "signal/elementary.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

double sx_synth_draw(const sx_take *take, sx_synth_aspect aspect, uint64_t index, double low, double high) {
    const sx_synth_options *options = take->options;
    uint32_t step = (uint32_t)take->group;
    if (aspect != SX_ASPECT_VOICE) {
        step = ((uint32_t)take->label * (uint32_t)options->group_count + step) * (uint32_t)options->takes +
               (uint32_t)take->take;
    }
    sx_stream stream = {options->seed, SX_PURPOSE_SYNTH, (uint32_t)aspect, step};
    return low + (high - low) * sx_random_uniform(&stream, index);
}

int sx_synth_choose(const sx_take *take, uint64_t index, int bound) {
    return (int)sx_synth_draw(take, SX_ASPECT_TAKE, index, 0, bound);
}

double sx_sine(double turns) {
    double x = turns - floor(turns + 0.5); /* -1/2 to 1/2 */
    if (x > 0.25) x = 0.5 - x;
    if (x < -0.25) x = -0.5 - x;
    double angle = 2 * pi * x, square = angle * angle, series = 0;
    for (int n = 19; n >= 3; n -= 2)
        series = (1 + series) * -square / (n * (n - 1));
    return angle * (1 + series);
}

double sx_mel_to_hz(double mel) { return 700 * (sx_exp(mel / 1127) - 1); }
double sx_hz_to_mel(double hz) { return 1127 * sx_ln(1 + hz / 700); }
double sx_decibel(double db) { return sx_exp(db / 20 * sx_ln10); }

void sx_resonator_tune(sx_resonator *resonator, double centre_hz, double width_hz, double rate_hz,
                       bool at_peak) {
    double centre = fmin(centre_hz, 0.47 * rate_hz) / rate_hz; /* in turns a sample */
    double radius = sx_exp(-pi * width_hz / rate_hz);
    resonator->b = 2 * radius * sx_sine(centre + 0.25);
    resonator->c = -radius * radius;
    if (at_peak) {
        double twice = sx_sine(2 * centre + 0.25);
        resonator->gain = (1 - radius) * sqrt(1 - 2 * radius * twice + radius * radius);
    } else {
        resonator->gain = 1 - resonator->b - resonator->c;
    }
}

double sx_resonator_step(sx_resonator *resonator, double x) {
    double y = resonator->gain * x + resonator->b * resonator->y1 + resonator->c * resonator->y2;
    resonator->y2 = resonator->y1;
    resonator->y1 = y;
    return y;
}

void sx_voice_draw(const sx_take *take, sx_voice *voice) {
    double size =
        sx_synth_draw(take, SX_ASPECT_VOICE, 0, 0, 1); /* large speakers are deep in pitch and formants */
    double own = sx_synth_draw(take, SX_ASPECT_VOICE, 1, -1, 1);
    double octaves = 1.2 * (1 - size) + 0.15 * own;
    voice->pitch_hz = 95 * sx_exp(octaves * sx_ln2);
    voice->formant_scale = 1.2 - 0.3 * size + 0.03 * sx_synth_draw(take, SX_ASPECT_VOICE, 2, -1, 1);
    voice->slowness = sx_synth_draw(take, SX_ASPECT_VOICE, 3, 0.72, 0.94);
    voice->level = sx_decibel(sx_synth_draw(take, SX_ASPECT_VOICE, 4, -18, -5));
    voice->tilt = sx_synth_draw(take, SX_ASPECT_VOICE, 5, -0.6, 1.5);
    voice->peak_hz = sx_mel_to_hz(sx_synth_draw(take, SX_ASPECT_VOICE, 6, 700, 2300));
    voice->peak_gain = sx_synth_draw(take, SX_ASPECT_VOICE, 7, -0.7, 2);
    voice->noise = sx_decibel(sx_synth_draw(take, SX_ASPECT_VOICE, 8, -50, -32));
}

/* Treble up or down, and one resonance. */
static double pass_microphone(const sx_voice *voice, double rate_hz, float *samples, size_t frames) {
    sx_resonator peak = {0};
    sx_resonator_tune(&peak, voice->peak_hz, 0.4 * voice->peak_hz, rate_hz, true);
    double bass = 0, share = 1 - sx_exp(-2 * pi * 1000 / rate_hz), loudest = 1e-9;
    for (size_t i = 0; i < frames; i++) {
        double x = samples[i];
        bass += share * (x - bass);
        double y = x + voice->tilt * (x - bass) + voice->peak_gain * sx_resonator_step(&peak, x);
        samples[i] = (float)y;
        loudest = fmax(loudest, fabs(y));
    }
    return loudest;
}

/* White noise through two low-pass filters: within half a decibel of a power of 1 / (1 + f / 700 Hz), the
 * slope at which every mel band holds as much. Shares and corners were fitted by least squares at 16 kHz. */
typedef struct background {
    double low, high;
} background;

static double background_step(background *state, double white, double rate_hz) {
    state->low += (1 - sx_exp(-2 * pi * 440 / rate_hz)) * (white - state->low);
    state->high += (1 - sx_exp(-2 * pi * 2733 / rate_hz)) * (white - state->high);
    return 2 * (0.014 * white + 0.425 * state->low + 0.515 * state->high);
}

void sx_voice_record(const sx_take *take, const sx_voice *voice, float *samples, size_t frames) {
    double rate_hz = take->options->rate_hz;
    double loudest = pass_microphone(voice, rate_hz, samples, frames);
    double level = voice->level * sx_decibel(sx_synth_draw(take, SX_ASPECT_TAKE, 100, -2, 2));
    double noise_peak = level * voice->noise * 1.7320508; /* uniform noise of the wanted root mean square */
    background noise = {0};
    for (size_t i = 0; i < frames; i++) {
        double white = sx_synth_draw(take, SX_ASPECT_BACKGROUND, i, -noise_peak, noise_peak);
        samples[i] = (float)(level / loudest * samples[i] + background_step(&noise, white, rate_hz));
    }
}
