/* picture.c: one spectrogram as a figure: plot, time and frequency axes, colour bar, title.
 *
 * Cells are drawn as whole blocks of pixels; very long recordings are averaged down to MOST_PIXELS. */
#include "colours.h"
#include "png_file.h"
#include "ticks.h"
#include "print.h"

#include "sonaxis/report.h"

#include "base/error.h"

#include <assert.h>
#include <math.h>

enum {
    LEFT = 118,
    RIGHT = 150,
    TOP = 66,
    BOTTOM = 84,
    AIM_WIDTH = 1000, /* small spectrograms are stretched towards this */
    AIM_HEIGHT = 400,
    MOST_PIXELS = 6000,
    BAR_GAP = 26,
    BAR_WIDTH = 24,
    TICK = 8,
    LINE = 2,
    PIXELS_PER_METRE = 7874 /* 200 dots an inch */
};

static const double capital = 15; /* height of a capital letter, pixels */

typedef struct figure {
    sx_canvas canvas;
    sx_box plot, bar;
    const sx_picture_options *options;
    sx_heat heat;
} figure;

/* Pixels for so many cells: whole pixels a cell near the aim, or one, or fewer for the very long. */
static size_t stretched(size_t cells, size_t aim) {
    size_t times = (aim + cells / 2) / cells;
    size_t pixels = times > 1 ? cells * times : cells;
    return pixels < MOST_PIXELS ? pixels : MOST_PIXELS;
}

static void label_x(figure *fig, double x, const char *text) {
    size_t bottom = fig->plot.y + fig->plot.height + LINE;
    sx_canvas_fill(&fig->canvas, (sx_box){(size_t)x, bottom, LINE, TICK}, SX_INK);
    sx_lettering lettering = {capital, SX_ANCHOR_MIDDLE, false};
    sx_letters_draw(&fig->canvas, x + 1, (double)bottom + TICK + 8 + capital, &lettering, text);
}

static void label_y(figure *fig, double y, const char *text) {
    sx_canvas_fill(&fig->canvas, (sx_box){fig->plot.x - LINE - TICK, (size_t)y, TICK, LINE}, SX_INK);
    sx_lettering lettering = {capital, SX_ANCHOR_END, false};
    sx_letters_draw(&fig->canvas, (double)fig->plot.x - LINE - TICK - 7, y + 1 + capital / 2, &lettering,
                    text);
}

static void name_y(figure *fig, const char *text) {
    sx_lettering lettering = {capital, SX_ANCHOR_MIDDLE, true};
    sx_letters_draw(&fig->canvas, 16 + capital, (double)(fig->plot.y + fig->plot.height / 2), &lettering,
                    text);
}

static void draw_time_axis(figure *fig) {
    bool in_seconds = fig->options->hop_s > 0;
    double end = (double)fig->heat.shape.time * (in_seconds ? fig->options->hop_s : 1);
    int most = 2 + (int)(fig->plot.width / 130);
    sx_ticks ticks = sx_ticks_make(0, end, most);
    for (int i = 0; i < ticks.count; i++) {
        double at = sx_ticks_at(&ticks, i);
        char text[32];
        sx_print(text, sizeof text, "%.*f", ticks.decimals, at);
        label_x(fig, floor((double)fig->plot.x + at / end * (double)(fig->plot.width - 1)), text);
    }
    sx_lettering lettering = {capital, SX_ANCHOR_MIDDLE, false};
    sx_letters_draw(&fig->canvas, (double)fig->plot.x + (double)fig->plot.width / 2,
                    (double)fig->canvas.height - 14, &lettering, in_seconds ? "time (s)" : "time (frames)");
}

/* Pixel row of a place counted in bands from below, 0.5 = middle of the lowest. */
static double row_of(const figure *fig, double bands) {
    double share = bands / (double)fig->heat.shape.frequency;
    return floor((double)fig->plot.y + (1 - share) * (double)(fig->plot.height - 1));
}

static void draw_band_numbers(figure *fig) {
    double count = (double)fig->heat.shape.frequency;
    sx_ticks ticks = sx_ticks_make(0, count - 0.5, 8);
    for (int i = 0; i < ticks.count; i++) {
        double at = sx_ticks_at(&ticks, i);
        if (ticks.decimals) continue;
        char text[32];
        sx_print(text, sizeof text, "%.0f", at);
        label_y(fig, row_of(fig, at + 0.5), text);
    }
    name_y(fig, "band");
}

/* Where a frequency lies between the bands' centres, in bands; half a band beyond the ends is allowed, NaN
 * further out. */
static double band_place(const double *band_hz, size_t count, double hz) {
    size_t above = 1;
    if (count < 2) return NAN;
    while (above < count - 1 && band_hz[above] < hz)
        above++;
    double width = band_hz[above] - band_hz[above - 1];
    double place = (double)(above - 1) + 0.5 + (hz - band_hz[above - 1]) / width;
    return place >= 0 && place <= (double)count ? place : NAN;
}

static bool evenly_spaced(const double *band_hz, size_t count) {
    double first = band_hz[1] - band_hz[0], last = band_hz[count - 1] - band_hz[count - 2];
    return fabs(last - first) < 0.05 * fabs(last);
}

static void label_hz(figure *fig, double hz, double place, bool in_khz) {
    char text[32];
    sx_print(text, sizeof text, "%g", in_khz ? hz / 1000 : hz);
    label_y(fig, row_of(fig, place), text);
}

static void draw_even_hz(figure *fig, bool in_khz) {
    const double *band_hz = fig->options->band_hz;
    size_t count = fig->heat.shape.frequency;
    sx_ticks ticks = sx_ticks_make(band_hz[0], band_hz[count - 1], 7);
    for (int i = 0; i < ticks.count; i++) {
        double hz = sx_ticks_at(&ticks, i);
        label_hz(fig, hz, band_place(band_hz, count, hz), in_khz);
    }
}

/* Octaves of 1 kHz from the top down, each at least two lines of text from the one above. */
static void draw_bent_hz(figure *fig, bool in_khz) {
    const double *band_hz = fig->options->band_hz;
    size_t count = fig->heat.shape.frequency;
    double last_row = -INFINITY;
    for (double hz = 512000; hz > 20; hz /= 2) {
        double place = band_place(band_hz, count, hz);
        if (isnan(place) || row_of(fig, place) < last_row + 2 * capital) continue;
        label_hz(fig, hz, place, in_khz);
        last_row = row_of(fig, place);
    }
}

static void draw_frequency_axis(figure *fig) {
    const double *band_hz = fig->options->band_hz;
    size_t count = fig->heat.shape.frequency;
    if (!band_hz || count < 3) {
        draw_band_numbers(fig);
        return;
    }
    bool in_khz = band_hz[count - 1] >= 2000;
    if (evenly_spaced(band_hz, count))
        draw_even_hz(fig, in_khz);
    else
        draw_bent_hz(fig, in_khz);
    name_y(fig, in_khz ? "frequency (kHz)" : "frequency (Hz)");
}

static void draw_colour_bar(figure *fig) {
    sx_box bar = fig->bar;
    for (size_t y = 0; y < bar.height; y++) {
        double share = 1 - ((double)y + 0.5) / (double)bar.height;
        sx_canvas_fill(&fig->canvas, (sx_box){bar.x, bar.y + y, bar.width, 1}, sx_colour_index(share));
    }
    sx_canvas_frame(&fig->canvas, bar, LINE, SX_INK);
    double low = (double)fig->heat.low, high = (double)fig->heat.high;
    sx_ticks ticks = sx_ticks_make(low, high, 6);
    sx_lettering lettering = {capital, SX_ANCHOR_START, false};
    for (int i = 0; i < ticks.count; i++) {
        double at = sx_ticks_at(&ticks, i);
        size_t y = bar.y + (size_t)((1 - (at - low) / (high - low)) * (double)(bar.height - 1));
        char text[32];
        sx_print(text, sizeof text, "%.*f", ticks.decimals, at);
        sx_canvas_fill(&fig->canvas, (sx_box){bar.x + bar.width + LINE, y, TICK, LINE}, SX_INK);
        sx_letters_draw(&fig->canvas, (double)(bar.x + bar.width) + LINE + TICK + 6,
                        (double)y + 1 + capital / 2, &lettering, text);
    }
    sx_lettering upwards = {capital, SX_ANCHOR_MIDDLE, true};
    if (fig->options->unit) {
        sx_letters_draw(&fig->canvas, (double)fig->canvas.width - 12, (double)(bar.y + bar.height / 2),
                        &upwards, fig->options->unit);
    }
}

/* The title, cut in the middle of a too long one by leaving its beginning out. */
static void draw_title(figure *fig) {
    const char *title = fig->options->title ? fig->options->title : "";
    double room = (double)(fig->canvas.width - fig->plot.x - 20);
    double size = capital * 1.15;
    while (*title && sx_letters_width(title, size) > room)
        title++;
    sx_lettering lettering = {size, SX_ANCHOR_START, false};
    sx_letters_draw(&fig->canvas, (double)fig->plot.x, TOP - 22, &lettering, title);
}

sx_status sx_picture_write(const float *values, sx_shape shape, size_t channel,
                           const sx_picture_options *options, const char *path, sx_error *err) {
    assert(channel < shape.channels);
    if (!shape.time || !shape.frequency) {
        return sx_fail(err, SX_E_SHAPE, "cannot picture a spectrogram of %zu frames and %zu bands",
                       shape.time, shape.frequency);
    }
    size_t width = stretched(shape.time, AIM_WIDTH), height = stretched(shape.frequency, AIM_HEIGHT);
    figure fig = {.options = options,
                  .plot = {LEFT, TOP, width, height},
                  .bar = {LEFT + width + BAR_GAP, TOP, BAR_WIDTH, height},
                  .heat = {.values = values, .shape = shape, .channel = channel}};
    sx_status status = sx_canvas_init(&fig.canvas, LEFT + width + RIGHT, TOP + height + BOTTOM, err);
    if (status) return status;
    sx_heat_range(&fig.heat);
    sx_heat_draw(&fig.canvas, fig.plot, &fig.heat);
    sx_canvas_frame(&fig.canvas, fig.plot, LINE, SX_INK);
    draw_time_axis(&fig);
    draw_frequency_axis(&fig);
    draw_colour_bar(&fig);
    draw_title(&fig);
    status = sx_png_write(&fig.canvas, PIXELS_PER_METRE, path, err);
    sx_canvas_clear(&fig.canvas);
    return status;
}
