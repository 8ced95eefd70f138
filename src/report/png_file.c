/* png_file.c: 8-bit palette PNG through libpng, whose errors come back by longjmp and end here. */
#include "png_file.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "colours.h"

#include <png.h>
#include <string.h>

typedef struct sink {
    unsigned char *bytes;
    size_t size, capacity;
} sink;

static void sink_write(png_structp png, png_bytep bytes, png_size_t count) {
    sink *to = png_get_io_ptr(png);
    if (to->size + count > to->capacity) {
        size_t capacity = (to->size + count) * 2;
        unsigned char *larger = sx_resize(to->bytes, capacity, 1);
        if (!larger) png_error(png, "out of memory");
        to->bytes = larger;
        to->capacity = capacity;
    }
    memcpy(to->bytes + to->size, bytes, count);
    to->size += count;
}

static void sink_flush(png_structp png) { (void)png; }

static void stay_silent(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

/* libpng's own would print before it jumps. */
static void give_up(png_structp png, png_const_charp text) {
    (void)text;
    png_longjmp(png, 1);
}

static void write_header(png_structp png, png_infop info, const sx_canvas *canvas,
                         unsigned pixels_per_metre) {
    uint8_t palette[256][3];
    png_color colours[256];
    sx_colour_palette(palette);
    for (int i = 0; i < 256; i++) {
        colours[i] = (png_color){palette[i][0], palette[i][1], palette[i][2]};
    }
    png_set_IHDR(png, info, (png_uint_32)canvas->width, (png_uint_32)canvas->height, 8,
                 PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_PLTE(png, info, colours, 256);
    if (pixels_per_metre) {
        png_set_pHYs(png, info, pixels_per_metre, pixels_per_metre, PNG_RESOLUTION_METER);
    }
    png_write_info(png, info);
}

/* False when libpng gave up; everything it allocated is still in png and info. */
static bool write_all(png_structp png, png_infop info, sink *to, const sx_canvas *canvas,
                      unsigned pixels_per_metre) {
    if (setjmp(png_jmpbuf(png))) return false;
    png_set_write_fn(png, to, sink_write, sink_flush);
    write_header(png, info, canvas, pixels_per_metre);
    for (size_t y = 0; y < canvas->height; y++)
        png_write_row(png, canvas->pixels + y * canvas->width);
    png_write_end(png, NULL);
    return true;
}

sx_status sx_png_encode(const sx_canvas *canvas, unsigned pixels_per_metre, unsigned char **bytes,
                        size_t *size, sx_error *err) {
    sink to = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, stay_silent);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool good = info && write_all(png, info, &to, canvas, pixels_per_metre);
    png_destroy_write_struct(&png, &info);
    if (!good) {
        sx_free(to.bytes);
        return sx_fail_memory(err, canvas->width * canvas->height);
    }
    *bytes = to.bytes;
    *size = to.size;
    return SX_OK;
}

sx_status sx_png_write(const sx_canvas *canvas, unsigned pixels_per_metre, const char *path, sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = sx_png_encode(canvas, pixels_per_metre, &bytes, &size, err);
    if (status) return status;
    status = sx_file_write(path, bytes, size, err);
    sx_free(bytes);
    return status;
}
