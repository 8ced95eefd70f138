/* colours.c: viridis, by its colours at every sixteenth; between them straight lines, which stay within two
 * steps of 255 of the full table.
 *
 * The map is that of Nathaniel Smith and Stefan van der Walt (public domain, CC0): lightness rises evenly, so
 * it survives grey printing and the common kinds of colour blindness. */
#include "colours.h"

#include <math.h>

enum { STOPS = 17 };

static const uint8_t viridis[STOPS][3] = {
    {68, 1, 84},    {72, 24, 106},  {71, 45, 123},  {66, 64, 134},  {59, 82, 139},  {51, 99, 141},
    {44, 114, 142}, {38, 130, 142}, {33, 145, 140}, {31, 160, 136}, {40, 174, 128}, {63, 188, 115},
    {94, 201, 98},  {132, 212, 75}, {173, 220, 48}, {216, 226, 25}, {253, 231, 37},
};

static double clamp_share(double share) {
    if (!(share > 0)) return 0;
    return share < 1 ? share : 1;
}

void sx_colour_map(double share, uint8_t rgb[3]) {
    double place = clamp_share(share) * (STOPS - 1);
    int stop = place < STOPS - 1 ? (int)place : STOPS - 2;
    double part = place - stop;
    for (int c = 0; c < 3; c++) {
        rgb[c] = (uint8_t)lround((1 - part) * viridis[stop][c] + part * viridis[stop + 1][c]);
    }
}

void sx_colour_palette(uint8_t palette[256][3]) {
    for (int i = 0; i < SX_MAP_COLOURS; i++) {
        sx_colour_map((double)i / (SX_MAP_COLOURS - 1), palette[i]);
    }
    for (int i = 0; i < SX_GREY_COLOURS; i++) {
        uint8_t grey = (uint8_t)(i * 255 / (SX_GREY_COLOURS - 1));
        for (int c = 0; c < 3; c++)
            palette[SX_INK + i][c] = grey;
    }
}

uint8_t sx_colour_index(double share) { return (uint8_t)lround(clamp_share(share) * (SX_MAP_COLOURS - 1)); }
