/* heat.c: a spectrogram as colours: time to the right, frequency upwards. */
#include "canvas.h"

#include "colours.h"

#include <math.h>

static float value_at(const sx_heat *heat, size_t time, size_t frequency) {
    return heat->values[(time * heat->shape.frequency + frequency) * heat->shape.channels + heat->channel];
}

void sx_heat_range(sx_heat *heat) {
    float low = INFINITY, high = -INFINITY;
    for (size_t t = 0; t < heat->shape.time; t++) {
        for (size_t f = 0; f < heat->shape.frequency; f++) {
            float value = value_at(heat, t, f);
            if (!isfinite(value)) continue;
            low = fminf(low, value);
            high = fmaxf(high, value);
        }
    }
    heat->low = low < INFINITY ? low : 0;
    /* Adding 1 to a large float does nothing. */
    heat->high = high > heat->low ? high : heat->low + fmaxf(1, fabsf(heat->low) * 0.01f);
}

/* Cells [first, end) of count that pixel `pixel` of pixels covers; at least one. */
static void covered(size_t pixel, size_t pixels, size_t count, size_t *first, size_t *end) {
    *first = pixel * count / pixels;
    *end = (pixel + 1) * count / pixels;
    if (*end <= *first) *end = *first + 1;
}

static double mean_over(const sx_heat *heat, size_t t0, size_t t1, size_t f0, size_t f1) {
    double sum = 0;
    for (size_t t = t0; t < t1; t++) {
        for (size_t f = f0; f < f1; f++)
            sum += (double)value_at(heat, t, f);
    }
    return sum / (double)((t1 - t0) * (f1 - f0));
}

void sx_heat_draw(sx_canvas *canvas, sx_box box, const sx_heat *heat) {
    for (size_t y = 0; y < box.height; y++) {
        size_t f0, f1;
        covered(box.height - 1 - y, box.height, heat->shape.frequency, &f0, &f1);
        uint8_t *row = canvas->pixels + (box.y + y) * canvas->width + box.x;
        for (size_t x = 0; x < box.width; x++) {
            size_t t0, t1;
            covered(x, box.width, heat->shape.time, &t0, &t1);
            double value = mean_over(heat, t0, t1, f0, f1);
            row[x] = sx_colour_index((value - (double)heat->low) / ((double)heat->high - (double)heat->low));
        }
    }
}
