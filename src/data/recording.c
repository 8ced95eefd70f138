/* recording.c: decode, choose channels, resample; and a whole recording as features, uncut. */
#include "data/recording.h"

#include "audio/resample.h"
#include "base/error.h"
#include "base/finite.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

/* Every frame becomes one sample, in place. */
static void keep_one_channel(sx_sound *sound, int pick) {
    size_t channels = (size_t)sound->channels;
    for (size_t i = 0; i < sound->frames; i++) {
        const float *frame = sound->samples + i * channels;
        double sum = 0;
        for (size_t c = 0; c < channels; c++)
            sum += frame[c];
        sound->samples[i] = pick >= 0 ? frame[pick] : (float)(sum / (double)channels);
    }
    sound->channels = 1;
    float *smaller = sx_resize(sound->samples, sound->frames, sizeof *smaller);
    if (smaller != NULL) sound->samples = smaller;
}

/* Zeros before the first frame. */
static sx_status put_silence_in_front(sx_sound *sound, double silence_s, sx_error *err) {
    size_t silent = (size_t)llround(silence_s * sound->rate_hz), channels = (size_t)sound->channels;
    float *longer = sx_alloc((silent + sound->frames) * channels, sizeof *longer);
    if (longer == NULL) return sx_fail_memory(err, (silent + sound->frames) * channels * sizeof *longer);
    memcpy(longer + silent * channels, sound->samples, sound->frames * channels * sizeof *longer);
    sx_free(sound->samples);
    sound->samples = longer;
    sound->frames += silent;
    return SX_OK;
}

sx_status sx_recording_load(const char *path, double start_s, double end_s, sx_channel_policy policy,
                            int channel_index, sx_sound *out, sx_error *err) {
    sx_sound sound = {0};
    sx_status status = sx_sound_read(path, start_s > 0 ? start_s : 0, end_s, &sound, err);
    if (status != SX_OK) return status;
    if (policy == SX_CHANNELS_PICK && channel_index >= sound.channels) {
        status =
            sx_fail(err, SX_E_DATA, "there is no channel %d; it has %d", channel_index + 1, sound.channels);
        sx_sound_clear(&sound);
        return status;
    }
    if (policy != SX_CHANNELS_KEEP && sound.channels > 1) {
        keep_one_channel(&sound, policy == SX_CHANNELS_PICK ? channel_index : -1);
    }
    if (start_s < 0) status = put_silence_in_front(&sound, -start_s, err);
    if (status == SX_OK)
        *out = sound;
    else
        sx_sound_clear(&sound);
    return status;
}

sx_status sx_recording_resample(sx_sound *sound, int rate_hz, sx_error *err) {
    if (sound->rate_hz == rate_hz) return SX_OK;
    float *samples = NULL;
    size_t frames = 0;
    sx_status status = sx_resample(sound->samples, sound->frames, sound->channels, sound->rate_hz, rate_hz,
                                   &samples, &frames, err);
    if (status != SX_OK) return status;
    sx_free(sound->samples);
    sound->samples = samples;
    sound->frames = frames;
    sound->rate_hz = rate_hz;
    return SX_OK;
}

bool sx_features_keep_rate(const sx_features_options *options, int rate_hz) {
    enum { LOWEST_RATE_HZ = 1000 };
    if (options->rate_is_fixed || rate_hz >= options->frontend.rate_hz || rate_hz < LOWEST_RATE_HZ)
        return false;
    return options->frontend.high_hz <= 0.5 * rate_hz && options->frontend.low_hz < 0.5 * rate_hz;
}

/* The front-end over every channel of a whole recording. */
static sx_status transform(const sx_frontend *frontend, const sx_sound *sound, float *samples, float *scratch,
                           const sx_shape *shape, float **values, sx_error *err) {
    if (samples == NULL || scratch == NULL) return sx_fail_memory(err, sound->frames * sizeof *samples);
    size_t count = shape->time * shape->frequency * shape->channels;
    float *out = sx_alloc(count, sizeof *out);
    if (out == NULL) return sx_fail_memory(err, count * sizeof *out);
    for (size_t c = 0; c < shape->channels; c++) {
        for (size_t i = 0; i < sound->frames; i++)
            samples[i] = sound->samples[i * shape->channels + c];
        sx_frontend_run(frontend, samples, sound->frames, scratch, out + c, shape->channels);
    }
    if (!sx_all_finite(out, count)) {
        sx_free(out);
        return sx_fail(err, SX_E_NUMERIC, "its spectrogram is not finite");
    }
    *values = out;
    return SX_OK;
}

static sx_status sound_features(const sx_frontend *frontend, const sx_sound *sound, float **values,
                                sx_shape *shape, sx_error *err) {
    sx_shape size = {sx_frontend_frame_count(frontend, sound->frames), sx_frontend_band_count(frontend),
                     (size_t)sound->channels};
    if (size.time == 0) {
        return sx_fail(err, SX_E_DATA, "it is %.4f s long, shorter than one frame of the front-end",
                       (double)sound->frames / sound->rate_hz);
    }
    float *samples = sx_alloc(sound->frames, sizeof *samples);
    float *scratch = sx_alloc(sx_frontend_scratch_floats(frontend, sound->frames), sizeof *scratch);
    sx_status status = transform(frontend, sound, samples, scratch, &size, values, err);
    if (status == SX_OK) *shape = size;
    sx_free(samples);
    sx_free(scratch);
    return status;
}

sx_status sx_item_features(const sx_item *item, const sx_features_options *options, float **values,
                           sx_shape *shape, int *source_rate_hz, sx_error *err) {
    sx_sound sound = {0};
    sx_frontend *frontend = NULL;
    sx_frontend_options wanted = options->frontend;
    sx_status status = sx_recording_load(item->path, item->start_s, item->end_s, options->channels,
                                         options->channel_index, &sound, err);
    int rate_hz = sound.rate_hz;
    if (status == SX_OK && sx_features_keep_rate(options, rate_hz)) wanted.rate_hz = rate_hz;
    if (status == SX_OK) status = sx_frontend_create(&wanted, &frontend, err);
    if (status == SX_OK) status = sx_recording_resample(&sound, wanted.rate_hz, err);
    if (status == SX_OK) status = sound_features(frontend, &sound, values, shape, err);
    if (status == SX_OK && source_rate_hz != NULL) *source_rate_hz = rate_hz;
    if (status != SX_OK) sx_error_prefix(err, "%s", item->path);
    sx_sound_clear(&sound);
    sx_frontend_free(frontend);
    return status;
}
