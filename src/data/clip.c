/* clip.c: where a clip lies in its recording, by policy, and its samples. */
#include "data/clip.h"

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

static const char *const policy_names[] = {"pad-end", "centre", "random", "loudest", NULL};

const char *sx_clip_policy_name(sx_clip_policy policy) { return policy_names[policy]; }

sx_status sx_clip_policy_parse(const char *text, sx_clip_policy *policy, sx_error *err) {
    for (int i = 0; policy_names[i] != NULL; i++) {
        if (strcmp(text, policy_names[i]) == 0) {
            *policy = (sx_clip_policy)i;
            return SX_OK;
        }
    }
    const char *nearest = sx_text_nearest(text, policy_names);
    return sx_fail(err, SX_E_ARGUMENT,
                   "unknown clip policy '%s'%s%s%s; known are pad-end, centre, random, loudest", text,
                   nearest != NULL ? ", did you mean '" : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "'?" : "");
}

static double frame_energy(const float *samples, int channels, size_t frame) {
    double energy = 0;
    for (int c = 0; c < channels; c++) {
        double value = samples[frame * (size_t)channels + (size_t)c];
        energy += value * value;
    }
    return energy;
}

/* First of the windows with most energy; what the running sum lost to rounding does not count as more. */
static size_t loudest_window(const float *samples, size_t frames, int channels, size_t wanted) {
    double energy = 0;
    for (size_t i = 0; i < wanted; i++)
        energy += frame_energy(samples, channels, i);
    double best = energy;
    size_t place = 0;
    for (size_t i = wanted; i < frames; i++) {
        energy += frame_energy(samples, channels, i) - frame_energy(samples, channels, i - wanted);
        if (energy > best * (1 + 1e-9)) {
            best = energy;
            place = i - wanted + 1;
        }
    }
    return place;
}

/* Silence in front that brings the centre of energy to the middle of the clip, as far as the recording still
 * fits. */
static size_t centring_pad(const float *samples, size_t frames, int channels, size_t wanted) {
    double energy = 0, moment = 0;
    for (size_t i = 0; i < frames; i++) {
        double value = frame_energy(samples, channels, i);
        energy += value;
        moment += value * ((double)i + 0.5);
    }
    double centre = energy > 0 ? moment / energy : 0.5 * (double)frames;
    double pad = 0.5 * (double)wanted - centre;
    double room = (double)(wanted - frames);
    if (pad < 0) pad = 0;
    if (pad > room) pad = room;
    return (size_t)pad;
}

/* The place by policy and the offset are drawn apart. */
enum { DRAW_PLACE, DRAW_OFFSET };

static size_t random_place(uint32_t draw, size_t room, uint64_t seed, uint64_t item) {
    sx_stream stream = {seed, SX_PURPOSE_CLIP, draw, 0};
    return (size_t)sx_random_below(&stream, item, (uint64_t)room + 1);
}

size_t sx_clip_random_offset(size_t range, uint64_t seed, uint64_t item) {
    return random_place(DRAW_OFFSET, range, seed, item);
}

sx_clip sx_clip_delay(sx_clip clip, size_t frames, size_t wanted, size_t later) {
    size_t let_in = later < clip.skip ? later : clip.skip;
    clip.skip -= let_in;
    clip.pad += later - let_in;
    if (clip.pad > wanted) clip.pad = wanted;
    size_t room = wanted - clip.pad, left = frames - clip.skip;
    clip.copy = left < room ? left : room;
    return clip;
}

sx_clip sx_clip_place(sx_clip_policy policy, const float *samples, size_t frames, int channels, size_t wanted,
                      uint64_t seed, uint64_t item) {
    bool is_long = frames > wanted;
    size_t room = is_long ? frames - wanted : wanted - frames;
    size_t place = 0;
    switch (policy) {
    case SX_CLIP_PAD_END:
        break;
    case SX_CLIP_CENTRE:
        place = room / 2;
        break;
    case SX_CLIP_RANDOM:
        place = random_place(DRAW_PLACE, room, seed, item);
        break;
    case SX_CLIP_LOUDEST:
        place = is_long ? loudest_window(samples, frames, channels, wanted)
                        : centring_pad(samples, frames, channels, wanted);
        break;
    }
    if (is_long) return (sx_clip){.skip = place, .pad = 0, .copy = wanted};
    return (sx_clip){.skip = 0, .pad = place, .copy = frames};
}

void sx_clip_take(const sx_clip *clip, const float *samples, int channels, int channel, size_t wanted,
                  float *out) {
    assert(clip->pad + clip->copy <= wanted && channel < channels);
    const float *from = samples + clip->skip * (size_t)channels + (size_t)channel;
    size_t end = clip->pad + clip->copy;
    memset(out, 0, clip->pad * sizeof *out);
    memset(out + end, 0, (wanted - end) * sizeof *out);
    if (channels == 1) {
        memcpy(out + clip->pad, from, clip->copy * sizeof *out);
        return;
    }
    for (size_t i = 0; i < clip->copy; i++)
        out[clip->pad + i] = from[i * (size_t)channels];
}
