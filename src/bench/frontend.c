/* frontend.c: ten seconds of noise to a spectrogram, on one thread, with every preset; with the first of them
 * also noise in 16 bits, and a tone, whose every frame has bands so quiet that it is done again in double. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/memory.h"
#include "sonaxis/frontend.h"

#include <math.h>
#include <string.h>

enum { CLIP_S = 10 };

typedef enum sound_kind { NOISE, NOISE_INT16, TONE } sound_kind;

typedef struct clip {
    const sx_frontend *frontend;
    sound_kind kind;
    float *samples, *scratch, *out;
    int16_t *ints;
    size_t count;
} clip;

static void run_clip(void *context) {
    clip *c = context;
    if (c->kind == NOISE_INT16)
        sx_frontend_run_int16(c->frontend, c->ints, c->count, c->scratch, c->out, 1);
    else
        sx_frontend_run(c->frontend, c->samples, c->count, c->scratch, c->out, 1);
}

static void fill(const clip *c) {
    sx_bench_fill(c->samples, c->count);
    for (size_t i = 0; i < c->count; i++) {
        if (c->kind == TONE) c->samples[i] = (float)sin(0.1 * (double)i);
        float scaled = c->samples[i] * 8192;
        c->ints[i] = (int16_t)(scaled < -32767 ? -32767 : scaled > 32767 ? 32767 : scaled);
    }
}

static sx_status measure(const sx_bench *bench, const char *name, sound_kind kind,
                         const sx_frontend *frontend, sx_error *err) {
    clip c = {.frontend = frontend, .kind = kind};
    c.count = (size_t)sx_frontend_resolved(frontend)->rate_hz * CLIP_S;
    const size_t frames = sx_frontend_frame_count(frontend, c.count);
    const size_t values = frames * sx_frontend_band_count(frontend);
    c.samples = sx_alloc(c.count, sizeof(float));
    c.ints = sx_alloc(c.count, sizeof(int16_t));
    c.scratch = sx_alloc(sx_frontend_scratch_floats(frontend, c.count), sizeof(float));
    c.out = sx_alloc(values, sizeof(float));
    sx_status status = SX_OK;
    if (!c.samples || !c.ints || !c.scratch || !c.out)
        status = sx_fail_memory(err, (c.count + values) * sizeof(float));
    if (!status) {
        sx_bench_row row = sx_bench_row_for("front_end", name, 1);
        row.frames = frames;
        fill(&c);
        status = sx_bench_measure(bench, run_clip, &c, &row, err);
    }
    sx_free(c.samples);
    sx_free(c.ints);
    sx_free(c.scratch);
    sx_free(c.out);
    return status;
}

sx_status sx_bench_frontend(const sx_bench *bench, sx_error *err) {
    const char *const *names = sx_frontend_preset_names();
    sx_status status = SX_OK;
    for (size_t i = 0; names[i] && !status; i++) {
        sx_frontend_options options;
        sx_frontend *frontend = NULL;
        status = sx_frontend_preset(names[i], &options, err);
        if (!status) status = sx_frontend_create(&options, &frontend, err);
        if (!status) status = measure(bench, names[i], NOISE, frontend, err);
        bool first = strcmp(names[i], "sonaxis") == 0;
        if (!status && first) status = measure(bench, "sonaxis, 16-bit samples", NOISE_INT16, frontend, err);
        if (!status && first) status = measure(bench, "sonaxis, a tone", TONE, frontend, err);
        sx_frontend_free(frontend);
    }
    return status;
}
