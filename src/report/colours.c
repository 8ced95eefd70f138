/* colours.c: viridis, by every fifth colour of its table of 256; between them straight lines, which stay
 * within one step of 255.
 *
 * The map is that of Nathaniel Smith and Stefan van der Walt (public domain, CC0): lightness rises evenly, so
 * it survives grey printing and the common kinds of colour blindness. */
#include "colours.h"

#include <math.h>

enum { STOPS = 52 };

static const uint8_t viridis[STOPS][3] = {
    {68, 1, 84},    {70, 8, 92},    {71, 16, 99},   {72, 23, 105},  {72, 29, 111},  {72, 36, 117},
    {71, 42, 122},  {70, 48, 126},  {69, 55, 129},  {67, 61, 132},  {65, 66, 135},  {63, 72, 137},
    {61, 78, 138},  {58, 83, 139},  {56, 89, 140},  {53, 94, 141},  {51, 99, 141},  {49, 104, 142},
    {46, 109, 142}, {44, 113, 142}, {42, 118, 142}, {41, 123, 142}, {39, 128, 142}, {37, 132, 142},
    {35, 137, 142}, {33, 142, 141}, {32, 146, 140}, {31, 151, 139}, {30, 156, 137}, {31, 161, 136},
    {33, 165, 133}, {36, 170, 131}, {40, 174, 128}, {46, 179, 124}, {53, 183, 121}, {61, 188, 116},
    {70, 192, 111}, {80, 196, 106}, {90, 200, 100}, {101, 203, 94}, {112, 207, 87}, {124, 210, 80},
    {137, 213, 72}, {149, 216, 64}, {162, 218, 55}, {176, 221, 47}, {189, 223, 38}, {202, 225, 31},
    {216, 226, 25}, {229, 228, 25}, {241, 229, 29}, {253, 231, 37}};

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
