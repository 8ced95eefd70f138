/* scale.h: scales of pitch. Edges of bands are equally spaced on them. */
#ifndef SIGNAL_SCALE_H
#define SIGNAL_SCALE_H

#include "sonaxis/frontend.h"

/* Hz -> place on the scale and back. Linear: Hz itself. HTK: 2595 log10(1 + f / 700). Slaney (Auditory
 * Toolbox): 3 f / 200 below 1000 Hz, then 27 steps a factor of 6.4. Log: ln f, f > 0. */
double sx_scale_from_hz(sx_band_kind kind, double hz);
double sx_scale_to_hz(sx_band_kind kind, double place);

#endif
