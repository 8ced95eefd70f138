/* fft.c: see fft.h.
 *
 * A real transform of size 2h is a complex one of size h over pairs of neighbours, and one more pass that
 * takes the pairs apart. The complex one is Stockham's: a pass of radix r reads x and writes y in an order
 * that needs no bit reversal (C. Temperton, "Self-sorting mixed-radix fast Fourier transforms", J. Comput.
 * Phys. 1983). A pass at length n, stride s, m = n / r, w = exp(-2 pi i / n): y[q + s (r p + j)] = w^(p j)
 * sum over k of x[q + s (p + m k)] exp(-2 pi i j k / r) for p < m, q < s. Real and imaginary parts lie apart,
 * so the loop over q is what a compiler vectorises. */
#include "fft.h"

#include "base/error.h"
#include "base/memory.h"

#include <assert.h>
#include <math.h>

enum { MAX_PASSES = 32, MAX_RADIX = 5 };

static const double two_pi = 6.283185307179586476925287;

typedef struct fft_pass {
    size_t radix, m, stride;
    const double *cosines, *sines; /* of w^(p j), at p * (radix - 1) + j - 1 */
} fft_pass;

struct sx_fft {
    size_t size, half;
    int pass_count;
    fft_pass passes[MAX_PASSES];
    double *twiddles;              /* those of all passes, then of the last */
    const double *cosines, *sines; /* exp(-2 pi i k / size), k = 0 to half */
};

typedef struct complex_array {
    double *re, *im;
} complex_array;

/* --- plan ------------------------------------------------------------------------------------------- */

bool sx_fft_size_is_possible(size_t size) {
    if (size < 2 || size % 2 != 0) return false;
    while (size % 2 == 0)
        size /= 2;
    while (size % 3 == 0)
        size /= 3;
    while (size % 5 == 0)
        size /= 5;
    return size == 1;
}

static size_t next_radix(size_t n) {
    if (n % 4 == 0) return 4;
    if (n % 2 == 0) return 2;
    return n % 3 == 0 ? 3 : 5;
}

/* Fills the passes; returns how many twiddle doubles they need together. */
static size_t plan_passes(sx_fft *fft) {
    size_t doubles = 0, stride = 1;
    fft->pass_count = 0;
    for (size_t n = fft->half; n > 1;) {
        size_t radix = next_radix(n);
        assert(fft->pass_count < MAX_PASSES);
        fft->passes[fft->pass_count++] = (fft_pass){.radix = radix, .m = n / radix, .stride = stride};
        doubles += 2 * (radix - 1) * (n / radix);
        stride *= radix;
        n /= radix;
    }
    return doubles;
}

static double *fill_pass(fft_pass *pass, double *twiddles) {
    size_t count = pass->m * (pass->radix - 1), n = pass->m * pass->radix;
    double *cosines = twiddles, *sines = twiddles + count;
    for (size_t p = 0; p < pass->m; p++) {
        for (size_t j = 1; j < pass->radix; j++) {
            double angle = two_pi * (double)(p * j) / (double)n;
            cosines[p * (pass->radix - 1) + j - 1] = cos(angle);
            sines[p * (pass->radix - 1) + j - 1] = -sin(angle);
        }
    }
    pass->cosines = cosines;
    pass->sines = sines;
    return twiddles + 2 * count;
}

static void fill_last(sx_fft *fft, double *twiddles) {
    for (size_t k = 0; k <= fft->half; k++) {
        double angle = two_pi * (double)k / (double)fft->size;
        twiddles[k] = cos(angle);
        twiddles[fft->half + 1 + k] = -sin(angle);
    }
    fft->cosines = twiddles;
    fft->sines = twiddles + fft->half + 1;
}

sx_status sx_fft_create(size_t size, sx_fft **out, sx_error *err) {
    assert(sx_fft_size_is_possible(size));
    sx_fft *fft = sx_alloc(1, sizeof *fft);
    if (fft == NULL) return sx_fail_memory(err, sizeof *fft);
    fft->size = size;
    fft->half = size / 2;
    size_t doubles = plan_passes(fft) + 2 * (fft->half + 1);
    fft->twiddles = sx_alloc(doubles, sizeof *fft->twiddles);
    if (fft->twiddles == NULL) {
        sx_free(fft);
        return sx_fail_memory(err, doubles * sizeof(double));
    }
    double *place = fft->twiddles;
    for (int i = 0; i < fft->pass_count; i++)
        place = fill_pass(&fft->passes[i], place);
    fill_last(fft, place);
    *out = fft;
    return SX_OK;
}

void sx_fft_free(sx_fft *fft) {
    if (fft == NULL) return;
    sx_free(fft->twiddles);
    sx_free(fft);
}

size_t sx_fft_work_doubles(const sx_fft *fft) { return 4 * fft->half; }

/* --- passes ----------------------------------------------------------------------------------------- */

static void pass2(const fft_pass *pass, complex_array x, complex_array y) {
    size_t s = pass->stride, step = s * pass->m;
    for (size_t p = 0; p < pass->m; p++) {
        double wr = pass->cosines[p], wi = pass->sines[p];
        const double *restrict xr = x.re + s * p, *restrict xi = x.im + s * p;
        double *restrict yr = y.re + 2 * s * p, *restrict yi = y.im + 2 * s * p;
        for (size_t q = 0; q < s; q++) {
            double dr = xr[q] - xr[q + step], di = xi[q] - xi[q + step];
            yr[q] = xr[q] + xr[q + step];
            yi[q] = xi[q] + xi[q + step];
            yr[q + s] = dr * wr - di * wi;
            yi[q + s] = dr * wi + di * wr;
        }
    }
}

static void pass3(const fft_pass *pass, complex_array x, complex_array y) {
    static const double sin60 = 0.866025403784438646763723;
    size_t s = pass->stride, step = s * pass->m;
    for (size_t p = 0; p < pass->m; p++) {
        const double *c = pass->cosines + 2 * p, *d = pass->sines + 2 * p;
        const double *restrict xr = x.re + s * p, *restrict xi = x.im + s * p;
        double *restrict yr = y.re + 3 * s * p, *restrict yi = y.im + 3 * s * p;
        for (size_t q = 0; q < s; q++) {
            double sr = xr[q + step] + xr[q + 2 * step], si = xi[q + step] + xi[q + 2 * step];
            double dr = sin60 * (xr[q + step] - xr[q + 2 * step]);
            double di = sin60 * (xi[q + step] - xi[q + 2 * step]);
            double mr = xr[q] - 0.5 * sr, mi = xi[q] - 0.5 * si;
            double ar = mr + di, ai = mi - dr, br = mr - di, bi = mi + dr;
            yr[q] = xr[q] + sr;
            yi[q] = xi[q] + si;
            yr[q + s] = ar * c[0] - ai * d[0];
            yi[q + s] = ar * d[0] + ai * c[0];
            yr[q + 2 * s] = br * c[1] - bi * d[1];
            yi[q + 2 * s] = br * d[1] + bi * c[1];
        }
    }
}

static void pass4(const fft_pass *pass, complex_array x, complex_array y) {
    size_t s = pass->stride, step = s * pass->m;
    for (size_t p = 0; p < pass->m; p++) {
        const double *c = pass->cosines + 3 * p, *d = pass->sines + 3 * p;
        const double *restrict xr = x.re + s * p, *restrict xi = x.im + s * p;
        double *restrict yr = y.re + 4 * s * p, *restrict yi = y.im + 4 * s * p;
        for (size_t q = 0; q < s; q++) {
            double er = xr[q] + xr[q + 2 * step], ei = xi[q] + xi[q + 2 * step];
            double fr = xr[q] - xr[q + 2 * step], fi = xi[q] - xi[q + 2 * step];
            double gr = xr[q + step] + xr[q + 3 * step], gi = xi[q + step] + xi[q + 3 * step];
            double hr = xi[q + step] - xi[q + 3 * step], hi = xr[q + 3 * step] - xr[q + step];
            double ar = fr + hr, ai = fi + hi, br = er - gr, bi = ei - gi, cr = fr - hr, ci = fi - hi;
            yr[q] = er + gr;
            yi[q] = ei + gi;
            yr[q + s] = ar * c[0] - ai * d[0];
            yi[q + s] = ar * d[0] + ai * c[0];
            yr[q + 2 * s] = br * c[1] - bi * d[1];
            yi[q + 2 * s] = br * d[1] + bi * c[1];
            yr[q + 3 * s] = cr * c[2] - ci * d[2];
            yi[q + 3 * s] = cr * d[2] + ci * c[2];
        }
    }
}

/* One of the five points of a radix-5 butterfly, from x0 and the sums and differences of the outer (1 and 4)
 * and inner (2 and 3) pairs; turned by the twiddle. */
typedef struct five {
    double x0r, x0i, s1r, s1i, d1r, d1i, s2r, s2i, d2r, d2i;
} five;

static inline void point5(const five *v, double c1, double c2, double s1, double s2, double wr, double wi,
                          double *yr, double *yi) {
    double ar = v->x0r + c1 * v->s1r + c2 * v->s2r + s1 * v->d1i + s2 * v->d2i;
    double ai = v->x0i + c1 * v->s1i + c2 * v->s2i - s1 * v->d1r - s2 * v->d2r;
    *yr = ar * wr - ai * wi;
    *yi = ar * wi + ai * wr;
}

static void pass5(const fft_pass *pass, complex_array x, complex_array y) {
    static const double cos72 = 0.309016994374947424102293, cos144 = -0.809016994374947424102293;
    static const double sin72 = 0.951056516295153572116439, sin144 = 0.587785252292473129168706;
    size_t s = pass->stride, step = s * pass->m;
    for (size_t p = 0; p < pass->m; p++) {
        const double *c = pass->cosines + 4 * p, *d = pass->sines + 4 * p;
        const double *restrict xr = x.re + s * p, *restrict xi = x.im + s * p;
        double *restrict yr = y.re + 5 * s * p, *restrict yi = y.im + 5 * s * p;
        for (size_t q = 0; q < s; q++) {
            const double *r = xr + q, *i = xi + q;
            five v = {r[0],
                      i[0],
                      r[step] + r[4 * step],
                      i[step] + i[4 * step],
                      r[step] - r[4 * step],
                      i[step] - i[4 * step],
                      r[2 * step] + r[3 * step],
                      i[2 * step] + i[3 * step],
                      r[2 * step] - r[3 * step],
                      i[2 * step] - i[3 * step]};
            yr[q] = v.x0r + v.s1r + v.s2r;
            yi[q] = v.x0i + v.s1i + v.s2i;
            point5(&v, cos72, cos144, sin72, sin144, c[0], d[0], yr + q + s, yi + q + s);
            point5(&v, cos144, cos72, sin144, -sin72, c[1], d[1], yr + q + 2 * s, yi + q + 2 * s);
            point5(&v, cos144, cos72, -sin144, sin72, c[2], d[2], yr + q + 3 * s, yi + q + 3 * s);
            point5(&v, cos72, cos144, -sin72, -sin144, c[3], d[3], yr + q + 4 * s, yi + q + 4 * s);
        }
    }
}

static void run_pass(const fft_pass *pass, complex_array x, complex_array y) {
    switch (pass->radix) {
    case 2:
        pass2(pass, x, y);
        break;
    case 3:
        pass3(pass, x, y);
        break;
    case 4:
        pass4(pass, x, y);
        break;
    default:
        pass5(pass, x, y);
        break;
    }
}

/* --- run -------------------------------------------------------------------------------------------- */

/* With Z the transform of the pairs, E and O those of the even and odd samples:
 * E[k] = (Z[k] + conj Z[h - k]) / 2, O[k] = (Z[k] - conj Z[h - k]) / 2i, X[k] = E[k] + exp(-2 pi i k / 2h)
 * O[k]. */
static void take_apart(const sx_fft *fft, complex_array z, double *real, double *imaginary) {
    size_t h = fft->half;
    for (size_t k = 0; k <= h; k++) {
        size_t a = k == h ? 0 : k, b = k == 0 ? 0 : h - k;
        double er = 0.5 * (z.re[a] + z.re[b]), ei = 0.5 * (z.im[a] - z.im[b]);
        double oddr = 0.5 * (z.im[a] + z.im[b]), oddi = 0.5 * (z.re[b] - z.re[a]);
        real[k] = er + fft->cosines[k] * oddr - fft->sines[k] * oddi;
        imaginary[k] = ei + fft->cosines[k] * oddi + fft->sines[k] * oddr;
    }
}

void sx_fft_run(const sx_fft *fft, const double *x, double *real, double *imaginary, double *work) {
    size_t h = fft->half;
    complex_array from = {work, work + h}, to = {work + 2 * h, work + 3 * h};
    for (size_t i = 0; i < h; i++) {
        from.re[i] = x[2 * i];
        from.im[i] = x[2 * i + 1];
    }
    for (int i = 0; i < fft->pass_count; i++) {
        run_pass(&fft->passes[i], from, to);
        complex_array written = to;
        to = from;
        from = written;
    }
    take_apart(fft, from, real, imaginary);
}
