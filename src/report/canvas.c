/* canvas.c: the pixels: boxes, frames and smooth strokes. */
#include "canvas.h"

#include "base/error.h"
#include "base/memory.h"
#include "colours.h"

#include <math.h>
#include <string.h>

sx_status sx_canvas_init(sx_canvas *canvas, size_t width, size_t height, sx_error *err) {
    uint8_t *pixels = sx_alloc(width * height, 1);
    if (!pixels) return sx_fail_memory(err, width * height);
    memset(pixels, SX_PAPER, width * height);
    *canvas = (sx_canvas){width, height, pixels};
    return SX_OK;
}

void sx_canvas_clear(sx_canvas *canvas) {
    sx_free(canvas->pixels);
    *canvas = (sx_canvas){0, 0, NULL};
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

void sx_canvas_fill(sx_canvas *canvas, sx_box box, uint8_t colour) {
    size_t right = smaller(box.x + box.width, canvas->width);
    size_t bottom = smaller(box.y + box.height, canvas->height);
    if (box.x >= right) return;
    for (size_t y = box.y; y < bottom; y++) {
        memset(canvas->pixels + y * canvas->width + box.x, colour, right - box.x);
    }
}

void sx_canvas_frame(sx_canvas *canvas, sx_box box, size_t thickness, uint8_t colour) {
    size_t t = thickness;
    sx_box outer = {box.x - t, box.y - t, box.width + 2 * t, box.height + 2 * t};
    sx_canvas_fill(canvas, (sx_box){outer.x, outer.y, outer.width, t}, colour);
    sx_canvas_fill(canvas, (sx_box){outer.x, box.y + box.height, outer.width, t}, colour);
    sx_canvas_fill(canvas, (sx_box){outer.x, outer.y, t, outer.height}, colour);
    sx_canvas_fill(canvas, (sx_box){box.x + box.width, outer.y, t, outer.height}, colour);
}

static double distance_to_line(double x, double y, double x0, double y0, double x1, double y1) {
    double along_x = x1 - x0, along_y = y1 - y0;
    double length2 = along_x * along_x + along_y * along_y;
    double share = length2 > 0 ? ((x - x0) * along_x + (y - y0) * along_y) / length2 : 0;
    share = fmin(fmax(share, 0), 1);
    return hypot(x - x0 - share * along_x, y - y0 - share * along_y);
}

static void darken(sx_canvas *canvas, size_t x, size_t y, double coverage) {
    uint8_t *pixel = canvas->pixels + y * canvas->width + x;
    uint8_t grey = (uint8_t)(SX_PAPER - lround(coverage * (SX_GREY_COLOURS - 1)));
    if (*pixel >= SX_INK && grey < *pixel) *pixel = grey;
}

void sx_canvas_stroke(sx_canvas *canvas, double x0, double y0, double x1, double y1, double thickness) {
    double reach = thickness / 2 + 1;
    long left = (long)fmax(floor(fmin(x0, x1) - reach), 0);
    long right = (long)fmin(ceil(fmax(x0, x1) + reach), (double)canvas->width - 1);
    long top = (long)fmax(floor(fmin(y0, y1) - reach), 0);
    long bottom = (long)fmin(ceil(fmax(y0, y1) + reach), (double)canvas->height - 1);
    for (long y = top; y <= bottom; y++) {
        for (long x = left; x <= right; x++) {
            double away = distance_to_line((double)x + 0.5, (double)y + 0.5, x0, y0, x1, y1);
            double coverage = thickness / 2 + 0.5 - away;
            if (coverage > 0) darken(canvas, (size_t)x, (size_t)y, fmin(coverage, 1));
        }
    }
}
