/* canvas.h: a palette picture (colours.h) to draw on: boxes, straight strokes, text, heat maps. */
#ifndef REPORT_CANVAS_H
#define REPORT_CANVAS_H

#include "sonaxis/axis.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct sx_canvas {
    size_t width, height;
    uint8_t *pixels; /* row by row from the top, palette entries */
} sx_canvas;

typedef struct sx_box {
    size_t x, y, width, height;
} sx_box;

/* All paper. Free with sx_canvas_clear. */
SX_MUST_USE sx_status sx_canvas_init(sx_canvas *canvas, size_t width, size_t height, sx_error *err);
void sx_canvas_clear(sx_canvas *canvas);
/* Parts outside the canvas are left out, here and below. */
void sx_canvas_fill(sx_canvas *canvas, sx_box box, uint8_t colour);
/* Lines one pixel thick around the outside of the box, `thickness` of them. */
void sx_canvas_frame(sx_canvas *canvas, sx_box box, size_t thickness, uint8_t colour);
/* A black stroke with round ends and smooth edges on paper; never paints over the map's colours. */
void sx_canvas_stroke(sx_canvas *canvas, double x0, double y0, double x1, double y1, double thickness);

/* --- text (font.c) --- */

typedef enum sx_anchor { SX_ANCHOR_START, SX_ANCHOR_MIDDLE, SX_ANCHOR_END } sx_anchor;

/* How text is set: height of a capital in pixels; upwards = turned a quarter to the left. */
typedef struct sx_lettering {
    double capital;
    sx_anchor anchor;
    bool upwards;
} sx_lettering;

double sx_letters_width(const char *text, double capital);
/* (x, y) is on the base line, at the start, middle or end of the text. UTF-8 outside ASCII becomes '?'. */
void sx_letters_draw(sx_canvas *canvas, double x, double y, const sx_lettering *lettering, const char *text);

/* --- heat map (heat.c) --- */

typedef struct sx_heat {
    const float *values; /* (time, frequency, channels) */
    sx_shape shape;
    size_t channel;
    float low, high; /* colours run between them */
} sx_heat;

/* Smallest and largest finite value of the channel; equal or missing ones are set apart. */
void sx_heat_range(sx_heat *heat);
/* Time to the right, frequency upwards, stretched over the box by whole cells or, where a pixel covers
 * several, their mean. */
void sx_heat_draw(sx_canvas *canvas, sx_box box, const sx_heat *heat);

#endif
