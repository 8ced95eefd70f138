/* window.h: what a frame is multiplied by before its spectrum is taken. */
#ifndef SIGNAL_WINDOW_H
#define SIGNAL_WINDOW_H

#include "sonaxis/frontend.h"

/* a - (1 - a) cos(2 pi i / period): a = 0.5 is Hann's, 0.54 Hamming's, 1 the rectangle; the period is size
 * (periodic) or size - 1 (symmetric). size >= 2. */
void sx_window_fill(sx_window_kind kind, bool symmetric, size_t size, double *out);

#endif
