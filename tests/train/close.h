/* close.h: comparison of doubles that says both values. Include after cmocka.h. */
#ifndef TESTS_TRAIN_CLOSE_H
#define TESTS_TRAIN_CLOSE_H

#include <math.h>

#define assert_close(value, wanted, tolerance) check_close(value, wanted, tolerance, __FILE__, __LINE__)

static inline void check_close(double value, double wanted, double tolerance, const char *file, int line) {
    if (fabs(value - wanted) <= tolerance) return;
    print_error("%.17g is not within %g of %.17g\n", value, tolerance, wanted);
    _fail(file, line);
}

#endif
