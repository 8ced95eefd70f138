/* synth_sound.h: the parts that built-in recordings are made of: draws, speakers, filters, words.
 *
 * A recording depends on the seed and on its label, group and take alone. Sine and exponential are our own,
 * so that the same options give the same bytes with every C library. */
#ifndef DATA_SYNTH_SOUND_H
#define DATA_SYNTH_SOUND_H

#include "sonaxis/synth.h"

#include <stddef.h>

/* Which recording. */
typedef struct sx_take {
    const sx_synth_options *options;
    int label, group, take;
} sx_take;

/* --- draws: every value has a number of its own within its aspect ------------------------------------------
 */

typedef enum sx_synth_aspect {
    SX_ASPECT_VOICE = 1,
    SX_ASPECT_TAKE,
    SX_ASPECT_SOURCE,
    SX_ASPECT_BACKGROUND
} sx_synth_aspect;

/* Uniform in [low, high). VOICE depends on the group only, the others on the recording. */
double sx_synth_draw(const sx_take *take, sx_synth_aspect aspect, uint64_t index, double low, double high);
/* Whole number in 0 to bound - 1, as a TAKE draw. */
int sx_synth_choose(const sx_take *take, uint64_t index, int bound);

/* --- filters
 * ------------------------------------------------------------------------------------------------- */

double sx_sine(double turns);    /* sin(2 pi turns) */
double sx_mel_to_hz(double mel); /* HTK: 700 (e^(mel / 1127) - 1) */
double sx_hz_to_mel(double hz);
double sx_decibel(double db); /* 10^(db / 20) */

/* Two poles: y = gain x + b y1 + c y2. */
typedef struct sx_resonator {
    double gain, b, c, y1, y2;
} sx_resonator;

/* Retunes and keeps the state. at_peak: gain 1 at the resonance; else gain 1 at 0 Hz, for a cascade of
 * formants. */
void sx_resonator_tune(sx_resonator *resonator, double centre_hz, double width_hz, double rate_hz,
                       bool at_peak);
double sx_resonator_step(sx_resonator *resonator, double x);

/* --- speakers
 * ------------------------------------------------------------------------------------------------ */

typedef struct sx_voice {
    double pitch_hz, formant_scale, slowness; /* slowness in (0, 1]: 1 = the slowest */
    double level;                             /* peak of the recording */
    double tilt;                              /* of the microphone: share of treble added (or taken away) */
    double peak_hz, peak_gain;                /* the microphone's resonance */
    double noise;                             /* background, relative to the level */
} sx_voice;

void sx_voice_draw(const sx_take *take, sx_voice *voice);
/* Microphone, level and background noise over a finished sound, in place. */
void sx_voice_record(const sx_take *take, const sx_voice *voice, float *samples, size_t frames);

/* --- words
 * --------------------------------------------------------------------------------------------------- */

enum { SX_WORD_COUNT = 10, SX_PIECE_LIMIT = 10 };
extern const char *const sx_words[SX_WORD_COUNT];

/* A stretch of sound with constant targets; neighbours glide into each other. */
typedef struct sx_piece {
    double weight; /* relative duration */
    double voice, noise;
    double noise_hz, noise_width_hz;
    double formant_hz[3];
} sx_piece;

/* A word is spelled as it sounds; returns the number of its pieces. */
size_t sx_word_pieces(const char *word, sx_piece *pieces);
double sx_word_weight_limit(void); /* of the longest word */

/* --- recordings: out has room for the longest; returns the frames made -------------------------------------
 */

size_t sx_synth_frames(const sx_synth_options *options); /* of the longest recording */
/* Floats of scratch for sx_synth_word. */
size_t sx_synth_scratch(const sx_synth_options *options);
size_t sx_synth_word(const sx_take *take, int word, float *out, double *scratch);
size_t sx_synth_bands(const sx_take *take, float *out);
size_t sx_synth_onset(const sx_take *take, float *out);

#endif
