/* binomial.c: see binomial.h. All through the incomplete beta function: P(X <= k) = I_(1-p)(n - k, k + 1). */
#include "stats/binomial.h"

#include "stats/special.h"

#include <math.h>

double sx_binomial_cdf(size_t hits, size_t count, double share) {
    if (hits >= count) return 1;
    return sx_incomplete_beta((double)(count - hits), (double)hits + 1, 1 - share);
}

sx_range sx_binomial_range(size_t hits, size_t count, double confidence) {
    double tail = (1 - confidence) / 2, k = (double)hits, n = (double)count;
    return (sx_range){hits > 0 ? sx_beta_quantile(k, n - k + 1, tail) : 0,
                      hits < count ? sx_beta_quantile(k + 1, n - k, 1 - tail) : 1};
}

double sx_mcnemar_p(size_t only_a, size_t only_b) {
    size_t fewer = only_a < only_b ? only_a : only_b;
    return fmin(1, 2 * sx_binomial_cdf(fewer, only_a + only_b, 0.5));
}
