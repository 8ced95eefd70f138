/* fft.h: real numbers -> their spectrum, for any even size whose factors are 2, 3 and 5.
 *
 * In double: the quiet bands of a loud frame must keep their digits for a logarithm that is right to 1e-4. */
#ifndef SIGNAL_FFT_H
#define SIGNAL_FFT_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct sx_fft sx_fft; /* read-only once made; shared by any number of threads */

bool sx_fft_size_is_possible(size_t size); /* even, at least 2, only factors 2, 3, 5 */
/* size must be possible. Fails with SX_E_MEMORY only. */
SX_MUST_USE sx_status sx_fft_create(size_t size, sx_fft **out, sx_error *err);
void sx_fft_free(sx_fft *fft);
size_t sx_fft_work_doubles(const sx_fft *fft);

/* X[k] = sum over n of x[n] exp(-2 pi i k n / size) for k = 0 to size / 2; real and imaginary part each
 * size / 2 + 1 doubles. work: sx_fft_work_doubles of them. None of the four may overlap. */
void sx_fft_run(const sx_fft *fft, const double *x, double *real, double *imaginary, double *work);

#endif
