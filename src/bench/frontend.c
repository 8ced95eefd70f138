/* frontend.c: ten seconds of noise to a spectrogram, on one thread, with every preset; and of a tone, whose
 * every frame has bands so quiet that it is done again in double. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/memory.h"
#include "sonaxis/frontend.h"

#include <math.h>
#include <string.h>

enum { CLIP_S = 10 };

typedef struct clip {
    const sx_frontend *frontend;
    float *samples, *scratch, *out;
    size_t count;
} clip;

static void run_clip(void *context) {
    clip *c = context;
    sx_frontend_run(c->frontend, c->samples, c->count, c->scratch, c->out, 1);
}

static void fill(bool is_tone, float *samples, size_t count) {
    sx_bench_fill(samples, count);
    for (size_t i = 0; is_tone && i < count; i++)
        samples[i] = (float)sin(0.1 * (double)i);
}

static sx_status measure(const sx_bench *bench, const char *name, bool is_tone, const sx_frontend *frontend,
                         sx_error *err) {
    clip c = {.frontend = frontend, .count = (size_t)sx_frontend_resolved(frontend)->rate_hz * CLIP_S};
    const size_t frames = sx_frontend_frame_count(frontend, c.count);
    const size_t values = frames * sx_frontend_band_count(frontend);
    c.samples = sx_alloc(c.count, sizeof(float));
    c.scratch = sx_alloc(sx_frontend_scratch_floats(frontend, c.count), sizeof(float));
    c.out = sx_alloc(values, sizeof(float));
    sx_status status = SX_OK;
    if (!c.samples || !c.scratch || !c.out) status = sx_fail_memory(err, (c.count + values) * sizeof(float));
    if (!status) {
        sx_bench_row row = sx_bench_row_for("front_end", name, 1);
        row.frames = frames;
        fill(is_tone, c.samples, c.count);
        status = sx_bench_measure(bench, run_clip, &c, &row, err);
    }
    sx_free(c.samples);
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
        if (!status) status = measure(bench, names[i], false, frontend, err);
        if (!status && strcmp(names[i], "sonaxis") == 0)
            status = measure(bench, "sonaxis, a tone", true, frontend, err);
        sx_frontend_free(frontend);
    }
    return status;
}
