/* Pictures of spectrograms, read back with libpng. */
#include "sonaxis/report.h"

#include "base/file.h"
#include "base/memory.h"

#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/sonaxis-picture-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

typedef struct picture {
    png_image image;
    uint8_t *rgb;
} picture;

static picture read_picture(const char *path) {
    picture read = {.image = {.version = PNG_IMAGE_VERSION}};
    assert_true(png_image_begin_read_from_file(&read.image, path));
    read.image.format = PNG_FORMAT_RGB;
    read.rgb = malloc(PNG_IMAGE_SIZE(read.image));
    assert_true(png_image_finish_read(&read.image, NULL, read.rgb, 0, NULL));
    return read;
}

static const uint8_t *pixel(const picture *read, size_t x, size_t y) {
    return read->rgb + 3 * (y * read->image.width + x);
}

static bool is_rgb(const uint8_t *rgb, int red, int green, int blue) {
    return abs(rgb[0] - red) < 6 && abs(rgb[1] - green) < 6 && abs(rgb[2] - blue) < 6;
}

/* Late and high is bright; early and low is dark; the rest in between. */
static float *corner_values(sx_shape shape) {
    size_t count = shape.time * shape.frequency * shape.channels;
    float *values = calloc(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = i % shape.channels == 0 ? 5 : 100;
    values[0] = 0;
    values[((shape.time - 1) * shape.frequency + shape.frequency - 1) * shape.channels] = 10;
    return values;
}

static bool row_has(const picture *read, size_t y, size_t from, size_t to, int red, int green, int blue) {
    for (size_t x = from; x < to; x++) {
        if (is_rgb(pixel(read, x, y), red, green, blue)) return true;
    }
    return false;
}

static void test_time_runs_right_and_frequency_up(void **state) {
    (void)state;
    sx_shape shape = {20, 10, 2};
    float *values = corner_values(shape);
    char path[128];
    snprintf(path, sizeof path, "%s/corner.png", folder);
    sx_picture_options options = {"corner.wav", 0.01, NULL, "dB"};
    assert_int_equal(sx_picture_write(values, shape, 0, &options, path, NULL), SX_OK);
    picture read = read_picture(path);
    size_t width = read.image.width, height = read.image.height;
    size_t right = width / 2, bottom = height - 100;
    /* the bright cell: upper part, right of the middle, left of the colour bar's gap */
    assert_true(row_has(&read, 90, right, width - 160, 253, 231, 37));
    assert_false(row_has(&read, 90, 0, right, 253, 231, 37));
    assert_true(row_has(&read, bottom, 0, right, 68, 1, 84));
    assert_false(row_has(&read, bottom, right, width - 160, 68, 1, 84));
    assert_true(is_rgb(pixel(&read, 0, 0), 255, 255, 255));
    free(read.rgb);
    free(values);
    unlink(path);
}

static void test_small_is_stretched_and_long_is_averaged(void **state) {
    (void)state;
    static const sx_shape shapes[] = {{1, 1, 1}, {3, 200, 1}, {20000, 4, 1}, {98, 40, 1}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        float *values = calloc(shapes[i].time * shapes[i].frequency, sizeof *values);
        char path[128];
        snprintf(path, sizeof path, "%s/size.png", folder);
        sx_picture_options options = {NULL, 0, NULL, NULL};
        assert_int_equal(sx_picture_write(values, shapes[i], 0, &options, path, NULL), SX_OK);
        picture read = read_picture(path);
        assert_in_range(read.image.width, 600, 6500);
        assert_in_range(read.image.height, 300, 1000);
        free(read.rgb);
        free(values);
        unlink(path);
    }
}

static void test_odd_values_do_no_harm(void **state) {
    (void)state;
    float values[12] = {0, (float)NAN, (float)INFINITY, (float)-INFINITY, 1, 2, 3, 4, 5, 6, 7, 8};
    double band_hz[3] = {100, 100, 100};
    char path[128];
    snprintf(path, sizeof path, "%s/odd.png", folder);
    sx_picture_options options = {
        "\xff\xfe odd \n name which is far too long for the room that there is above the "
        "picture, and goes on and on, and then goes on again until nobody reads it.wav",
        1e-9, band_hz, "\xC2\xB5"};
    assert_int_equal(sx_picture_write(values, (sx_shape){4, 3, 1}, 0, &options, path, NULL), SX_OK);
    unlink(path);
    sx_error err = {0};
    assert_int_equal(sx_picture_write(values, (sx_shape){0, 3, 1}, 0, &options, path, &err), SX_E_SHAPE);
    assert_non_null(strstr(err.text, "0 frames"));
}

static void test_faults_leave_nothing_behind(void **state) {
    (void)state;
    float values[4] = {0, 1, 2, 3};
    char path[128];
    snprintf(path, sizeof path, "%s/fault.png", folder);
    sx_picture_options options = {"fault", 0.01, NULL, "dB"};
    sx_error err = {0};
    sx_file_fail_from(1);
    assert_int_equal(sx_picture_write(values, (sx_shape){2, 2, 1}, 0, &options, path, &err), SX_E_FILE);
    sx_file_fail_from(0);
    assert_int_equal(access(path, F_OK), -1);
    sx_status status = SX_E_MEMORY; /* SX_E_FILE where a file call runs out of memory */
    for (size_t n = 1; status && n < 1000; n++) {
        sx_memory_fail_from(n);
        status = sx_picture_write(values, (sx_shape){2, 2, 1}, 0, &options, path, &err);
        sx_memory_fail_from(0);
        if (n == 1) assert_int_equal(status, SX_E_MEMORY);
    }
    assert_int_equal(status, SX_OK);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time_runs_right_and_frequency_up),
        cmocka_unit_test(test_small_is_stretched_and_long_is_averaged),
        cmocka_unit_test(test_odd_values_do_no_harm),
        cmocka_unit_test(test_faults_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
