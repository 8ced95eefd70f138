/* spectrum.h: complex spectrum -> magnitude or power of each bin. */
#ifndef SIGNAL_SPECTRUM_H
#define SIGNAL_SPECTRUM_H

#include <stddef.h>

/* power 1: |X|, 2: |X|^2. Anything above 1e30 becomes 1e30. */
void sx_spectrum_run(const double *real, const double *imaginary, size_t bins, int power, float *out);

#endif
