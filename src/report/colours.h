/* colours.h: one palette for every picture: a perceptually uniform map, then greys for ink and paper. */
#ifndef REPORT_COLOURS_H
#define REPORT_COLOURS_H

#include <stdint.h>

enum {
    SX_MAP_COLOURS = 224, /* palette entries 0 to 223: the map, dark to bright */
    SX_GREY_COLOURS = 32, /* then 32 greys, black to white */
    SX_INK = SX_MAP_COLOURS,
    SX_PAPER = 255
};

/* The map (viridis) at share 0 to 1, clamped; red, green, blue. */
void sx_colour_map(double share, uint8_t rgb[3]);
/* All 256 palette entries. */
void sx_colour_palette(uint8_t palette[256][3]);
/* Palette entry of the map at a share 0 to 1, clamped; NaN is the lowest. */
uint8_t sx_colour_index(double share);

#endif
