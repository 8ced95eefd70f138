/* repeated.c: see repeated.h. A level rises with its alpha, so the p-value is found by halving on a
 * logarithmic scale. */
#include "stats/repeated.h"

#include "base/error.h"
#include "base/memory.h"
#include "stats/normal.h"

#include <math.h>

enum { HALVINGS = 32 };
static const double LARGEST = 0.9, SMALLEST = 1e-15, TOLERANCE = 1e-4;

/* z: scratch for all looks. */
static sx_status level_with(double alpha, const double *information, size_t looks, double *z, double *level,
                            sx_error *err) {
    sx_status status = sx_sequential_bounds(alpha, information, looks, z, err);
    if (status == SX_OK) *level = 2 * sx_normal_tail(z[looks - 1]);
    return status;
}

sx_status sx_repeated_level(double alpha, const double *information, size_t looks, double *level,
                            sx_error *err) {
    double *z = sx_alloc(looks > 0 ? looks : 1, sizeof *z);
    if (!z) return sx_fail_memory(err, looks * sizeof *z);
    sx_status status = level_with(alpha, information, looks, z, level, err);
    sx_free(z);
    return status;
}

static sx_status search(double p, const double *information, size_t looks, double *z, double *repeated,
                        sx_error *err) {
    double level = 0, low = log(p), high = log(LARGEST);
    sx_status status = level_with(LARGEST, information, looks, z, &level, err);
    if (status != SX_OK) return status;
    if (level < p) {
        *repeated = 1;
        return SX_OK;
    }
    for (int i = 0; i < HALVINGS && high - low > TOLERANCE; i++) {
        double middle = low + (high - low) / 2;
        status = level_with(exp(middle), information, looks, z, &level, err);
        if (status != SX_OK) return status;
        if (level < p)
            low = middle;
        else
            high = middle;
    }
    *repeated = fmax(exp(high), p);
    return SX_OK;
}

sx_status sx_repeated_p(double p, const double *information, size_t looks, double *repeated, sx_error *err) {
    if (isnan(p)) {
        *repeated = NAN;
        return SX_OK;
    }
    if (p >= LARGEST) {
        *repeated = 1;
        return SX_OK;
    }
    double *z = sx_alloc(looks > 0 ? looks : 1, sizeof *z);
    if (!z) return sx_fail_memory(err, looks * sizeof *z);
    sx_status status = search(fmax(p, SMALLEST), information, looks, z, repeated, err);
    sx_free(z);
    return status;
}

double sx_trend_decides(const sx_trend *trend) {
    if (isnan(trend->error) || isnan(trend->difference)) return NAN;
    double share = fmin(trend->information, 1), at_end = trend->error * sqrt(share);
    double spread = at_end * sqrt(1 - share), size = fabs(trend->difference);
    double needed = trend->z * at_end, allowed = trend->margin - trend->z_margin * at_end;
    if (!(spread > 0)) return size > needed || size < allowed ? 1 : 0;
    double differs = sx_normal_tail((needed - size) / spread) + sx_normal_tail((needed + size) / spread);
    double within = allowed > 0
                        ? sx_normal_cdf((allowed - size) / spread) - sx_normal_cdf((-allowed - size) / spread)
                        : 0;
    return fmin(differs + within, 1);
}
