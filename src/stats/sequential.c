/* sequential.c: recursive integration after Armitage, McPherson and Rowe, "Repeated significance tests on
 * accumulating data" (JRSS A 132, 1969); see also Jennison and Turnbull, "Group sequential methods" (2000),
 * chapter 19.
 *
 * S = Z sqrt(t) is a sum with independent normal steps of variance t_k - t_(k-1). Its density among the
 * studies that have not stopped is kept on a grid over (-limit, limit) and carried from look to look by
 * Simpson's rule.
 */
#include "stats/sequential.h"

#include "base/error.h"
#include "base/memory.h"
#include "stats/normal.h"

#include <math.h>

enum { MOST_INTERVALS = 4096, LEAST_INTERVALS = 256, LARGEST_Z = 8 };
static const double SMALLEST_STEP = 1e-4;

/* The density of S on intervals + 1 points from -limit to limit, times Simpson's weights. */
typedef struct still_going {
    size_t intervals;
    double limit;
    double *mass; /* MOST_INTERVALS + 1 */
} still_going;

static double point(const still_going *now, size_t index) {
    return now->limit * (2 * (double)index / (double)now->intervals - 1);
}

static double simpson(const still_going *now, size_t index) {
    double width = 2 * now->limit / (double)now->intervals;
    if (index == 0 || index == now->intervals) return width / 3;
    return width / 3 * (index % 2 ? 4 : 2);
}

/* Probability that S lies beyond +-limit after a step of this deviation. */
static double beyond(const still_going *now, double deviation, double limit) {
    double sum = 0;
    for (size_t i = 0; i <= now->intervals; i++) {
        double at = point(now, i);
        sum += now->mass[i] *
               (sx_normal_tail((limit - at) / deviation) + sx_normal_tail((limit + at) / deviation));
    }
    return sum;
}

/* The limit that lets `share` of all studies stop at this look, but none above `largest`. */
static double limit_for(const still_going *now, double deviation, double share, double largest) {
    double low = 0, high = largest;
    for (int step = 0; step < 60; step++) {
        double middle = low + (high - low) / 2;
        if (beyond(now, deviation, middle) > share)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Grid points must lie close together beside the steps before and behind them. */
static size_t intervals_for(double limit, double step_before, double step_after) {
    double finest = fmin(step_before, step_after), wanted = 2 * limit / finest * 8;
    if (wanted > MOST_INTERVALS) return MOST_INTERVALS;
    size_t intervals = wanted < LEAST_INTERVALS ? LEAST_INTERVALS : (size_t)wanted;
    return intervals + intervals % 2;
}

/* next: what still goes on after this look, within its limit. */
static void carry(const still_going *now, double deviation, still_going *next) {
    for (size_t i = 0; i <= next->intervals; i++) {
        double at = point(next, i), density = 0;
        for (size_t j = 0; j <= now->intervals; j++)
            density += now->mass[j] * sx_normal_density((at - point(now, j)) / deviation);
        next->mass[i] = density / deviation * simpson(next, i);
    }
}

static double step_at(const double *information, size_t look) {
    return sqrt(information[look] - (look > 0 ? information[look - 1] : 0));
}

/* The first look starts from S = 0, where the density is known; `now` holds it from the second on. */
static void fill_bounds(double alpha, const double *information, size_t looks, still_going *now,
                        still_going *next, double *z) {
    double spent = 0;
    for (size_t k = 0; k < looks; k++) {
        double step = step_at(information, k), root = sqrt(information[k]);
        double may_spend = sx_sequential_spent(alpha, information[k]);
        if (k == 0) {
            z[0] = fmin(sx_normal_quantile(may_spend / 2), LARGEST_Z);
            spent = 2 * sx_normal_tail(z[0]);
        } else {
            z[k] = limit_for(now, step, may_spend - spent, LARGEST_Z * root) / root;
            spent += beyond(now, step, z[k] * root);
        }
        if (k + 1 == looks) return;
        next->limit = z[k] * root;
        next->intervals = intervals_for(next->limit, step, step_at(information, k + 1));
        if (k == 0)
            for (size_t i = 0; i <= next->intervals; i++)
                next->mass[i] = sx_normal_density(point(next, i) / step) / step * simpson(next, i);
        else
            carry(now, step, next);
        still_going swapped = *now;
        *now = *next;
        *next = swapped;
    }
}

static sx_status check(double alpha, const double *information, size_t looks, sx_error *err) {
    if (!(alpha > 0 && alpha < 1))
        return sx_fail(err, SX_E_ARGUMENT, "alpha is %g, must be between 0 and 1", alpha);
    if (looks == 0) return sx_fail(err, SX_E_ARGUMENT, "no look is given, at least one is needed");
    for (size_t k = 0; k < looks; k++) {
        double before = k > 0 ? information[k - 1] : 0;
        if (!(information[k] - before >= SMALLEST_STEP * (1 - 1e-9) && information[k] <= 1))
            return sx_fail(err, SX_E_ARGUMENT,
                           "information at look %zu is %g after %g: the shares must rise by at least %g and "
                           "end at 1 or below",
                           k + 1, information[k], before, SMALLEST_STEP);
    }
    return SX_OK;
}

double sx_sequential_spent(double alpha, double information) {
    if (!(alpha > 0 && alpha < 1) || isnan(information)) return NAN;
    if (information <= 0) return 0;
    if (information >= 1) return alpha;
    return 4 * sx_normal_tail(sx_normal_quantile(alpha / 4) / sqrt(information));
}

sx_status sx_sequential_bounds(double alpha, const double *information, size_t looks, double *z,
                               sx_error *err) {
    sx_status status = check(alpha, information, looks, err);
    if (status != SX_OK) return status;
    size_t room = 2 * (MOST_INTERVALS + 1);
    double *mass = sx_alloc(room, sizeof *mass);
    if (!mass) return sx_fail_memory(err, room * sizeof *mass);
    still_going now = {.mass = mass}, next = {.mass = mass + room / 2};
    fill_bounds(alpha, information, looks, &now, &next, z);
    sx_free(mass);
    return SX_OK;
}
