/* examples.c: clips of recordings, rows of arrays, or noise, through the model's own front-end. */
#include "exchange/examples.h"

#include "base/error.h"
#include "base/random.h"
#include "data/clip.h"
#include "data/recording.h"
#include "exchange/onnx_frontend.h"

#include <math.h>
#include <string.h>

static sx_status allocate(sx_examples *examples, size_t count, size_t clip_floats, size_t example_floats,
                          sx_error *err) {
    examples->features = sx_alloc(count * example_floats, sizeof(float));
    if (clip_floats) examples->samples = sx_alloc(count * clip_floats, sizeof(float));
    if (examples->features && (examples->samples || !clip_floats)) return SX_OK;
    return sx_fail_memory(err, count * (example_floats + clip_floats) * sizeof(float));
}

void sx_examples_clear(sx_examples *examples) {
    sx_free(examples->features);
    sx_free(examples->samples);
    *examples = (sx_examples){0};
}

/* --- samples to features ---------------------------------------------------------------------------- */

/* Every example's samples (clip, channels) through the front-end. */
static sx_status transform_all(const sx_export_job *job, sx_examples *examples, sx_error *err) {
    sx_shape shape = job->model->options.input;
    size_t clip = examples->clip, channels = shape.channels, example = sx_shape_count(shape);
    sx_frontend *frontend = NULL;
    sx_status status = sx_frontend_create(&job->card->frontend, &frontend, err);
    if (status != SX_OK) return status;
    float *work = sx_alloc(clip + sx_frontend_scratch_floats(frontend, clip), sizeof *work);
    if (sx_frontend_frame_count(frontend, clip) != shape.time ||
        sx_frontend_band_count(frontend) != shape.frequency)
        status = sx_fail(err, SX_E_SHAPE, "the model's front-end makes other shapes than its net takes");
    else if (!work)
        status = sx_fail_memory(err, clip * sizeof *work);
    for (size_t i = 0; status == SX_OK && i < examples->count * channels; i++) {
        const float *samples = examples->samples + i / channels * clip * channels + i % channels;
        for (size_t k = 0; k < clip; k++)
            work[k] = samples[k * channels];
        sx_frontend_run(frontend, work, clip, work + clip,
                        examples->features + i / channels * example + i % channels, channels);
    }
    sx_free(work);
    sx_frontend_free(frontend);
    return status;
}

/* --- noise ------------------------------------------------------------------------------------------ */

/* Coloured noise of changing loudness: one pole, a slow swell, a level of its own for each example. */
static void make_noise(sx_examples *examples, size_t channels) {
    size_t floats = examples->clip * channels;
    for (size_t e = 0; e < examples->count; e++) {
        const sx_stream stream = {.purpose = SX_PURPOSE_SYNTH, .layer = (uint32_t)e};
        double pole = 0.9 * (double)(e % 8) / 7, level = pow(10, -3.0 * (double)(e % 5) / 5), value = 0;
        for (size_t i = 0; i < floats; i++) {
            double swell =
                0.5 - 0.5 * cos(6.283185307179586 * (double)(1 + e % 3) * (double)i / (double)floats);
            value = pole * value + (1 - pole) * sx_random_normal(&stream, i);
            examples->samples[e * floats + i] = (float)(0.3 * level * swell * value);
        }
    }
}

/* For a net that was trained on arrays: normal numbers about its mean. */
static void make_numbers(const sx_export_job *job, sx_examples *examples) {
    size_t count = examples->count * sx_shape_count(job->model->options.input);
    const sx_stream stream = {.purpose = SX_PURPOSE_SYNTH};
    const sx_standardise *s = &job->card->standardise;
    for (size_t i = 0; i < count; i++)
        examples->features[i] = (float)(s->mean + s->deviation * sx_random_normal(&stream, i));
}

static sx_status from_noise(const sx_export_job *job, sx_examples *examples, sx_error *err) {
    sx_shape shape = job->model->options.input;
    examples->count = job->options->examples;
    examples->noise = true;
    sx_status status =
        allocate(examples, examples->count, examples->clip * shape.channels, sx_shape_count(shape), err);
    if (status != SX_OK) return status;
    if (!examples->clip) {
        make_numbers(job, examples);
        return SX_OK;
    }
    make_noise(examples, shape.channels);
    return transform_all(job, examples, err);
}

/* --- data ------------------------------------------------------------------------------------------- */

static sx_status take_clip(const sx_export_job *job, const sx_item *item, size_t index, sx_examples *examples,
                           sx_error *err) {
    const sx_model_card *card = job->card;
    size_t channels = job->model->options.input.channels, clip = examples->clip;
    float *to = examples->samples + examples->count * clip * channels;
    sx_sound sound = {0};
    sx_status status = sx_recording_load(item->path, item->start_s, item->end_s, card->channels,
                                         card->channel_index, &sound, err);
    if (status == SX_OK) status = sx_recording_resample(&sound, card->frontend.rate_hz, err);
    if (status == SX_OK && (size_t)sound.channels != channels)
        status = sx_fail(err, SX_E_DATA, "it has %d channels, the net takes %zu", sound.channels, channels);
    float *one = status == SX_OK ? sx_alloc(clip, sizeof *one) : NULL;
    if (status == SX_OK && !one) status = sx_fail_memory(err, clip * sizeof *one);
    if (status == SX_OK) {
        sx_clip place =
            sx_clip_place(card->clip, sound.samples, sound.frames, sound.channels, clip, 0, index);
        for (size_t c = 0; c < channels; c++) {
            sx_clip_take(&place, sound.samples, sound.channels, (int)c, clip, one);
            for (size_t k = 0; k < clip; k++)
                to[k * channels + c] = one[k];
        }
        examples->count++;
    }
    sx_free(one);
    sx_sound_clear(&sound);
    return status;
}

/* Items spread evenly over the data set; those that cannot be read are left out. */
static sx_status from_recordings(const sx_export_job *job, sx_examples *examples, sx_error *err) {
    const sx_dataset *data = job->options->data;
    size_t wanted = job->options->examples < data->item_count ? job->options->examples : data->item_count;
    sx_shape shape = job->model->options.input;
    if (!examples->clip)
        return sx_fail(err, SX_E_DATA, "%s: recordings, but the net was trained on arrays", data->root);
    sx_status status =
        allocate(examples, wanted, examples->clip * shape.channels, sx_shape_count(shape), err);
    for (size_t i = 0; status == SX_OK && i < wanted; i++) {
        size_t index = i * data->item_count / wanted;
        status = take_clip(job, &data->items[index], index, examples, err);
        if (status == SX_E_FILE || status == SX_E_FORMAT || status == SX_E_DATA) status = SX_OK;
    }
    if (status != SX_OK) return status;
    if (examples->count == 0)
        return sx_fail(err, SX_E_DATA, "%s: none of the %zu recordings that were tried can be used",
                       data->root, wanted);
    return transform_all(job, examples, err);
}

static sx_status copy_rows(const sx_export_job *job, const sx_features *features, sx_examples *examples,
                           sx_error *err) {
    size_t example = sx_shape_count(job->model->options.input);
    size_t wanted = job->options->examples < features->count ? job->options->examples : features->count;
    sx_shape a = features->shape, b = job->model->options.input;
    if (a.time != b.time || a.frequency != b.frequency || a.channels != b.channels)
        return sx_fail(err, SX_E_SHAPE, "the net takes %zux%zux%zu values, the arrays hold %zux%zux%zu",
                       b.time, b.frequency, b.channels, a.time, a.frequency, a.channels);
    sx_status status = allocate(examples, wanted, 0, example, err);
    for (size_t i = 0; status == SX_OK && i < wanted; i++)
        memcpy(examples->features + i * example, features->values + i * features->count / wanted * example,
               example * sizeof *examples->features);
    if (status == SX_OK) examples->count = wanted;
    return status;
}

static sx_status from_arrays(const sx_export_job *job, sx_examples *examples, sx_error *err) {
    sx_features *features = NULL;
    sx_features_options options;
    sx_features_default(&options);
    if (job->options->with_front_end)
        return sx_fail(err, SX_E_DATA, "%s: arrays hold no samples for a front-end",
                       job->options->data->root);
    sx_status status = sx_features_compute(job->options->data, &options, NULL, &features, err);
    if (status != SX_OK) return status;
    status = copy_rows(job, features, examples, err);
    sx_features_free(features);
    return status;
}

sx_status sx_examples_make(const sx_export_job *job, sx_examples *out, sx_error *err) {
    const sx_dataset *data = job->options->data;
    sx_examples examples = {.clip = sx_export_clip_samples(job->card)};
    sx_status status = !data               ? from_noise(job, &examples, err)
                       : data->from_arrays ? from_arrays(job, &examples, err)
                                           : from_recordings(job, &examples, err);
    if (status == SX_OK)
        *out = examples;
    else
        sx_examples_clear(&examples);
    return status;
}
