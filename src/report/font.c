/* font.c: a plain stroke alphabet of our own, so that pictures need no font file.
 *
 * A glyph is straight lines and quadratic curves on a grid: base line 0, small letters 10 high, capitals 14,
 * descenders to -4; x from 0 to its width. "M x y" moves, "L x y" draws a line, "Q cx cy x y" a curve.
 * Strokes scale to any size and turn with the text. */
#include "canvas.h"

#include <math.h>

enum { CAPITAL = 14, CURVE_PIECES = 8, FIRST = ' ', LAST = '~' };

static const double gap = 3.4;              /* between letters */
static const double thickness_share = 0.13; /* of a capital's height */

typedef struct glyph {
    double width;
    const char *path;
} glyph;

static const glyph glyphs[LAST - FIRST + 1] = {
    {3, ""},
    {1, "M0 14L0 4.5M0 0.2L0 0.5"},
    {3.5, "M0 14L0 10M3.5 14L3.5 10"},
    {10, "M2.5 0L4.5 14M6.5 0L8.5 14M1 9.5L10 9.5M0.5 4.5L9.5 4.5"},
    {9, "M9 11.5Q8 14 4.5 14Q0.5 14 0.5 10.5Q0.5 7.5 4.5 7Q9 6.5 9 3.5Q9 0 4.5 0Q1 0 0 2.5M4.5 16L4.5 -2"},
    {13, "M2.5 0L10.5 14M3 14Q6 14 6 10.7Q6 7.5 3 7.5Q0 7.5 0 10.7Q0 14 3 14"
         "M10 6.5Q13 6.5 13 3.2Q13 0 10 0Q7 0 7 3.2Q7 6.5 10 6.5"},
    {10, "M10 0L2 9Q0.5 11.5 2 13Q4 15 6 13Q7.5 11 5 9L2.5 7.3Q0 5.5 0 3.5Q0 0 4 0Q8 0 10 6"},
    {1, "M0 14L0 10"},
    {4, "M4 16Q0 12 0 6Q0 0 4 -4"},
    {4, "M0 16Q4 12 4 6Q4 0 0 -4"},
    {6, "M3 14L3 7M0 12.2L6 8.8M6 12.2L0 8.8"},
    {9, "M4.5 10L4.5 1M0 5.5L9 5.5"},
    {2, "M1 0.5L0 -3"},
    {6, "M0 5.5L6 5.5"},
    {1, "M0.5 0.2L0.5 0.5"},
    {6, "M0 -2L6 15"},
    {9, "M4.5 14Q9 14 9 7Q9 0 4.5 0Q0 0 0 7Q0 14 4.5 14"},
    {9, "M2 11.5L5.5 14L5.5 0"},
    {9, "M0.5 10.5Q0.5 14 4.5 14Q8.5 14 8.5 10.5Q8.5 8 5 5L0 0L9 0"},
    {9, "M0.5 12Q2 14 4.5 14Q8.3 14 8.3 10.7Q8.3 7.5 4 7.5M4 7.5Q9 7.5 9 3.7Q9 0 4.5 0Q1 0 0 2.5"},
    {9, "M6.5 0L6.5 14L0 4.5L9 4.5"},
    {9, "M8 14L1.2 14L0.6 7.5Q2 9 4.5 9Q9 9 9 4.5Q9 0 4.3 0Q1 0 0 2"},
    {9, "M8 12.8Q7 14 5 14Q0 14 0 5Q0 0 4.5 0Q9 0 9 4.5Q9 8.7 4.7 8.7Q1 8.7 0 5"},
    {9, "M0 14L9 14L3 0"},
    {9, "M4.5 7.5Q0.6 7.5 0.6 10.8Q0.6 14 4.5 14Q8.4 14 8.4 10.8Q8.4 7.5 4.5 7.5"
        "Q9 7.5 9 3.7Q9 0 4.5 0Q0 0 0 3.7Q0 7.5 4.5 7.5"},
    {9, "M1 1.2Q2 0 4 0Q9 0 9 9Q9 14 4.5 14Q0 14 0 9.5Q0 5.3 4.3 5.3Q8 5.3 9 9"},
    {1, "M0.5 8.5L0.5 8.8M0.5 0.2L0.5 0.5"},
    {2, "M1 8.5L1 8.8M1 0.5L0 -3"},
    {8, "M8 10.5L0 5.5L8 0.5"},
    {9, "M0 7.5L9 7.5M0 3.5L9 3.5"},
    {8, "M0 10.5L8 5.5L0 0.5"},
    {7, "M0 11Q0 14 3.5 14Q7 14 7 10.8Q7 8.5 5 7.2Q3.5 6.2 3.5 4.2M3.5 0.2L3.5 0.5"},
    {14, "M10 8Q10 10 7.5 10Q4.5 10 4.5 6Q4.5 3 7 3Q10 3 10 7M10 10L10 5Q10 3 12 3Q14 3.5 14 7"
         "Q14 14 7.5 14Q0 14 0 6Q0 -2 7.5 -2Q10 -2 12 -1"},
    {10, "M0 0L5 14L10 0M1.8 5L8.2 5"},
    {9, "M5 7L0 7L0 14L5 14Q8 14 8 10.5Q8 7 5 7Q9 7 9 3.5Q9 0 5 0L0 0L0 7"},
    {10, "M10 11Q9 14 5.5 14Q0 14 0 7Q0 0 5.5 0Q9 0 10 3"},
    {10, "M0 0L0 14L4 14Q10 14 10 7Q10 0 4 0L0 0"},
    {8, "M8 14L0 14L0 0L8 0M0 7L7 7"},
    {8, "M8 14L0 14L0 0M0 7L7 7"},
    {11, "M10 11Q9 14 5.5 14Q0 14 0 7Q0 0 5.5 0Q10.5 0 10.5 5L10.5 6.5L6 6.5"},
    {10, "M0 0L0 14M10 0L10 14M0 7L10 7"},
    {1, "M0.5 0L0.5 14"},
    {6, "M6 14L6 4Q6 0 3 0Q0 0 0 4"},
    {9, "M0 0L0 14M9 14L0 5M3 8L9 0"},
    {8, "M0 14L0 0L8 0"},
    {12, "M0 0L0 14L6 3L12 14L12 0"},
    {10, "M0 0L0 14L10 0L10 14"},
    {11, "M5.5 14Q11 14 11 7Q11 0 5.5 0Q0 0 0 7Q0 14 5.5 14"},
    {9, "M0 0L0 14L5 14Q9 14 9 10Q9 6 5 6L0 6"},
    {11, "M5.5 14Q11 14 11 7Q11 0 5.5 0Q0 0 0 7Q0 14 5.5 14M7 4L11 -1"},
    {9, "M0 0L0 14L5 14Q9 14 9 10Q9 6 5 6L0 6M5 6L9 0"},
    {9, "M9 11.5Q8 14 4.5 14Q0.5 14 0.5 10.5Q0.5 7.5 4.5 7Q9 6.5 9 3.5Q9 0 4.5 0Q1 0 0 2.5"},
    {10, "M0 14L10 14M5 14L5 0"},
    {10, "M0 14L0 5Q0 0 5 0Q10 0 10 5L10 14"},
    {10, "M0 14L5 0L10 14"},
    {14, "M0 14L3.5 0L7 12L10.5 0L14 14"},
    {10, "M0 0L10 14M0 14L10 0"},
    {10, "M0 14L5 7L10 14M5 7L5 0"},
    {10, "M0 14L10 14L0 0L10 0"},
    {4, "M4 16L0 16L0 -4L4 -4"},
    {6, "M0 15L6 -2"},
    {4, "M0 16L4 16L4 -4L0 -4"},
    {8, "M0 8L4 14L8 8"},
    {9, "M0 -3L9 -3"},
    {3, "M0 14.5L3 11.5"},
    {8, "M8 10L8 0M8 5Q8 10 4 10Q0 10 0 5Q0 0 4 0Q8 0 8 5"},
    {8, "M0 14L0 0M0 5Q0 10 4 10Q8 10 8 5Q8 0 4 0Q0 0 0 5"},
    {8, "M8 8.5Q7 10 4.5 10Q0 10 0 5Q0 0 4.5 0Q7 0 8 1.5"},
    {8, "M8 14L8 0M8 5Q8 10 4 10Q0 10 0 5Q0 0 4 0Q8 0 8 5"},
    {8, "M0 5L8 5Q8 10 4 10Q0 10 0 5Q0 0 4.2 0Q7 0 7.8 2"},
    {5, "M5.5 14Q2 14.5 2 11L2 0M0 9.5L5 9.5"},
    {8, "M8 10L8 0Q8 -4 4 -4Q1.5 -4 0.5 -2.5M8 5Q8 10 4 10Q0 10 0 5Q0 0 4 0Q8 0 8 5"},
    {8, "M0 14L0 0M0 5.5Q0.5 10 4.5 10Q8 10 8 6L8 0"},
    {1, "M0.5 10L0.5 0M0.5 13.2L0.5 13.8"},
    {2.5, "M2 10L2 -1.5Q2 -4 -0.5 -4M2 13.2L2 13.8"},
    {7.5, "M0 14L0 0M7 10L0 4M2.7 6.3L7.5 0"},
    {1, "M0.5 14L0.5 0"},
    {13, "M0 10L0 0M0 6Q0.5 10 3.7 10Q6.5 10 6.5 6L6.5 0M6.5 6Q7 10 10.2 10Q13 10 13 6L13 0"},
    {8, "M0 10L0 0M0 5.5Q0.5 10 4.5 10Q8 10 8 6L8 0"},
    {8, "M4 10Q8 10 8 5Q8 0 4 0Q0 0 0 5Q0 10 4 10"},
    {8, "M0 10L0 -4M0 5Q0 10 4 10Q8 10 8 5Q8 0 4 0Q0 0 0 5"},
    {8, "M8 10L8 -4M8 5Q8 10 4 10Q0 10 0 5Q0 0 4 0Q8 0 8 5"},
    {5, "M0 10L0 0M0 5Q0.5 10 5 9.7"},
    {7, "M7 8Q6.3 10 3.6 10Q0.5 10 0.5 7.5Q0.5 5.5 3.6 5Q7.2 4.5 7.2 2.5Q7.2 0 3.6 0Q0.8 0 0 2"},
    {5, "M2 13L2 3Q2 0 5 0M0 10L5 10"},
    {8, "M0 10L0 4Q0 0 3.5 0Q7.5 0 8 4.5M8 10L8 0"},
    {8, "M0 10L4 0L8 10"},
    {12, "M0 10L3 0L6 9L9 0L12 10"},
    {8, "M0 0L8 10M0 10L8 0"},
    {8, "M0 10L4 0M8 10L3 -2.5Q2.3 -4 0.5 -4"},
    {8, "M0 10L8 10L0 0L8 0"},
    {5, "M5 16Q2 16 2 13L2 9Q2 6 0 6Q2 6 2 3L2 -1Q2 -4 5 -4"},
    {1, "M0.5 16L0.5 -4"},
    {5, "M0 16Q3 16 3 13L3 9Q3 6 5 6Q3 6 3 3L3 -1Q3 -4 0 -4"},
    {9, "M0 4.5Q1 7.5 3 7Q4.5 6.5 5.5 5Q7.5 3 9 6.5"},
};

/* The next glyph of UTF-8 text; whatever is outside ASCII is one '?'. */
static const glyph *next_glyph(const char **text) {
    unsigned char c = (unsigned char)*(*text)++;
    while (((unsigned char)**text & 0xC0) == 0x80)
        (*text)++;
    return &glyphs[(c >= FIRST && c <= LAST ? c : '?') - FIRST];
}

double sx_letters_width(const char *text, double capital) {
    double units = 0;
    while (*text)
        units += next_glyph(&text)->width + gap;
    return fmax(units - gap, 0) * capital / CAPITAL;
}

/* Where glyph coordinates land: origin of the glyph, size, direction. */
typedef struct pen {
    sx_canvas *canvas;
    double x, y, scale;
    bool upwards;
    double at_x, at_y; /* glyph coordinates, end of the last stroke */
} pen;

static void pen_line(pen *to, double x, double y) {
    double s = to->scale, t = s * CAPITAL * thickness_share;
    if (to->upwards) {
        sx_canvas_stroke(to->canvas, to->x - to->at_y * s, to->y - to->at_x * s, to->x - y * s, to->y - x * s,
                         t);
    } else {
        sx_canvas_stroke(to->canvas, to->x + to->at_x * s, to->y - to->at_y * s, to->x + x * s, to->y - y * s,
                         t);
    }
    to->at_x = x;
    to->at_y = y;
}

static void pen_curve(pen *to, double cx, double cy, double x, double y) {
    double x0 = to->at_x, y0 = to->at_y;
    for (int piece = 1; piece <= CURVE_PIECES; piece++) {
        double t = (double)piece / CURVE_PIECES, u = 1 - t;
        pen_line(to, u * u * x0 + 2 * u * t * cx + t * t * x, u * u * y0 + 2 * u * t * cy + t * t * y);
    }
}

/* "-2.5" at *text, which moves behind it; no locale has a say here. */
static double read_number(const char **text) {
    double sign = 1, value = 0, unit = 1;
    while (**text == ' ')
        (*text)++;
    if (**text == '-') {
        sign = -1;
        (*text)++;
    }
    for (; **text >= '0' && **text <= '9'; (*text)++)
        value = value * 10 + (**text - '0');
    if (**text == '.') (*text)++;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        unit /= 10;
        value += unit * (**text - '0');
    }
    return sign * value;
}

static void draw_glyph(pen *to, const char *path) {
    while (*path) {
        char step = *path++;
        double number[4] = {0, 0, 0, 0};
        for (int i = 0; i < (step == 'Q' ? 4 : 2); i++)
            number[i] = read_number(&path);
        if (step == 'M') {
            to->at_x = number[0];
            to->at_y = number[1];
        } else if (step == 'L') {
            pen_line(to, number[0], number[1]);
        } else {
            pen_curve(to, number[0], number[1], number[2], number[3]);
        }
    }
}

void sx_letters_draw(sx_canvas *canvas, double x, double y, const sx_lettering *lettering, const char *text) {
    double scale = lettering->capital / CAPITAL;
    double shift = sx_letters_width(text, lettering->capital) * (double)lettering->anchor / 2;
    pen to = {canvas, x, y, scale, lettering->upwards, 0, 0};
    if (to.upwards)
        to.y += shift;
    else
        to.x -= shift;
    while (*text) {
        const glyph *letter = next_glyph(&text);
        draw_glyph(&to, letter->path);
        double advance = (letter->width + gap) * scale;
        if (to.upwards)
            to.y -= advance;
        else
            to.x += advance;
    }
}
