/* fixture.h: what the tests of data share: a folder of their own, files in it, sounds, statuses with their
 * text. */
#ifndef TESTS_DATA_FIXTURE_H
#define TESTS_DATA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/sound_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "sonaxis/dataset.h"
#include "sonaxis/features.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder that is removed with everything in it by folder_end. */
static char folder_path[256];

static inline int folder_begin(void **state) {
    (void)state;
    const char *place = getenv("TMPDIR");
    snprintf(folder_path, sizeof folder_path, "%s/sonaxis-data-XXXXXX", place == NULL ? "/tmp" : place);
    return mkdtemp(folder_path) == NULL ? -1 : 0;
}

static inline int folder_end(void **state) {
    (void)state;
    char command[600];
    snprintf(command, sizeof command, "chmod -R u+rwx '%s'; rm -rf '%s'", folder_path, folder_path);
    return system(command) == 0 ? 0 : -1;
}

/* A path in the folder; four may be in use at a time. */
static inline const char *in_folder(const char *name) {
    static char paths[4][512];
    static int next;
    next = (next + 1) % 4;
    snprintf(paths[next], sizeof paths[next], "%s/%s", folder_path, name);
    return paths[next];
}

static inline void assert_ok(sx_status status, const sx_error *err) {
    if (status != SX_OK) fail_msg("%s: %s", sx_status_name(status), err->text);
}

/* The status, and every given part in the error's text. */
static inline void assert_fails(sx_status status, sx_status expected, const sx_error *err, const char *part) {
    if (status != expected) {
        fail_msg("%s instead of %s: %s", sx_status_name(status), sx_status_name(expected), err->text);
    }
    if (strstr(err->text, part) == NULL) fail_msg("'%s' is not in '%s'", part, err->text);
}

static inline void make_folder(const char *name) { assert_int_equal(mkdir(in_folder(name), 0755), 0); }

static inline void write_bytes(const char *name, const void *bytes, size_t size) {
    sx_error err = {SX_OK, ""};
    assert_ok(sx_file_write(in_folder(name), bytes, size, &err), &err);
}

static inline void write_text(const char *name, const char *text) { write_bytes(name, text, strlen(text)); }

/* A sine of amplitude 0.5. */
static inline void write_sound(const char *name, size_t frames, int channels, int rate_hz, double hz) {
    float *samples = sx_alloc(frames * (size_t)channels, sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < frames; i++) {
        for (int c = 0; c < channels; c++) {
            samples[i * (size_t)channels + (size_t)c] =
                (float)(0.5 * sin(2 * 3.14159265358979 * hz * (c + 1) * (double)i / rate_hz));
        }
    }
    sx_error err = {SX_OK, ""};
    assert_ok(sx_sound_write_wav16(in_folder(name), samples, frames, channels, rate_hz, &err), &err);
    sx_free(samples);
}

static inline sx_dataset *open_set(const char *path, const sx_dataset_options *options) {
    sx_dataset *dataset = NULL;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_dataset_open(path, options, &dataset, &err), &err);
    return dataset;
}

static inline void assert_open_fails(const char *path, const sx_dataset_options *options, sx_status expected,
                                     const char *part) {
    sx_dataset *dataset = NULL;
    sx_error err = {SX_OK, ""};
    assert_fails(sx_dataset_open(path, options, &dataset, &err), expected, &err, part);
    assert_null(dataset);
}

/* The reason why the file of this name was skipped; NULL where it was not. */
static inline const char *skip_reason(const sx_skip *skips, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        const char *base = strrchr(skips[i].path, '/');
        if (strcmp(base == NULL ? skips[i].path : base + 1, name) == 0) return skips[i].reason;
    }
    return NULL;
}

static inline void assert_skipped(const sx_skip *skips, size_t count, const char *name, const char *part) {
    const char *reason = skip_reason(skips, count, name);
    if (reason == NULL) fail_msg("%s was not skipped", name);
    if (strstr(reason, part) == NULL) fail_msg("%s: '%s' is not in '%s'", name, part, reason);
}

static inline sx_features_options small_options(void) {
    sx_features_options options;
    sx_features_default(&options);
    options.threads = 2;
    return options;
}

static inline bool stop_at_once(void *context) {
    (void)context;
    return true;
}

#endif
