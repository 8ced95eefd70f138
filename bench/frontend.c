/* frontend.c: microseconds a frame of sx_frontend_run on one thread, for each preset and for preset sonaxis
 * at 8 kHz; best and median of many runs over ten seconds of sound. Arguments: presets to measure (none =
 * all). */
#include "peak.h"

#include "kernels/kernels.h"
#include "sonaxis/frontend.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS = 10, RUNS = 41 };

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static float *block(size_t count) {
    float *floats = calloc(count, sizeof *floats);
    if (!floats) exit(1);
    return floats;
}

/* Two tones and noise, so that neither quiet nor loud bands are special. */
static float *sound(size_t count) {
    float *samples = block(count);
    uint64_t state = 1;
    for (size_t i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        double noise = (double)(state >> 40) / 8388608.0 - 1.0;
        samples[i] = (float)(0.25 * sin(0.05 * (double)i) + 0.25 * sin(0.31 * (double)i) + 0.03 * noise);
    }
    return samples;
}

static void measure(const char *name, const sx_frontend_options *options) {
    sx_frontend *frontend = NULL;
    sx_error err = {SX_OK, ""};
    if (sx_frontend_create(options, &frontend, &err) != SX_OK) {
        fprintf(stderr, "%s: %s\n", name, err.text);
        exit(1);
    }
    size_t count = (size_t)options->rate_hz * SECONDS, frames = sx_frontend_frame_count(frontend, count);
    float *samples = sound(count), *scratch = block(sx_frontend_scratch_floats(frontend, count));
    float *out = block(frames * sx_frontend_band_count(frontend));
    double times[RUNS];
    for (int run = 0; run < RUNS; run++) {
        double start = bench_now();
        sx_frontend_run(frontend, samples, count, scratch, out, 1);
        times[run] = bench_now() - start;
    }
    qsort(times, RUNS, sizeof *times, by_value);
    double per_frame = 1e6 / (double)frames;
    printf("%-10s %5d Hz, FFT %4d, %3zu bands: best %6.3f, median %6.3f us a frame; %6.0f times real time\n",
           name, options->rate_hz, sx_frontend_resolved(frontend)->fft_size, sx_frontend_band_count(frontend),
           times[0] * per_frame, times[RUNS / 2] * per_frame, SECONDS / times[RUNS / 2]);
    free(out);
    free(scratch);
    free(samples);
    sx_frontend_free(frontend);
}

static int is_wanted(const char *name, int count, char **names) {
    for (int i = 1; i < count; i++) {
        if (strcmp(names[i], name) == 0) return 1;
    }
    return count < 2;
}

int main(int count, char **names) {
    sx_frontend_options options;
    printf("kernels %s\n", sx_kernels_name());
    for (const char *const *name = sx_frontend_preset_names(); *name; name++) {
        if (!is_wanted(*name, count, names)) continue;
        if (sx_frontend_preset(*name, &options, NULL) != SX_OK) return 1;
        measure(*name, &options);
        if (strcmp(*name, "sonaxis") != 0) continue;
        options.rate_hz = 8000;
        measure(*name, &options);
    }
    return 0;
}
