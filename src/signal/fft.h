/* fft.h: the plan of a real Fourier transform, for any even size whose factors are 2, 3 and 5.
 *
 * The loops that follow the plan are in kernels/spectrum.h and kernels/exact.h. */
#ifndef SIGNAL_FFT_H
#define SIGNAL_FFT_H

#include "kernels/fft_plan.h"
#include "sonaxis/status.h"

#include <stdbool.h>

typedef struct sx_fft sx_fft; /* read-only once made; shared by any number of threads */

bool sx_fft_size_is_possible(size_t size); /* even, at least 2, only factors 2, 3, 5 */
/* size must be possible. Fails with SX_E_MEMORY only. */
SX_MUST_USE sx_status sx_fft_create(size_t size, sx_fft **out, sx_error *err);
void sx_fft_free(sx_fft *fft);
const sx_fft_plan *sx_fft_plan_of(const sx_fft *fft);

#endif
