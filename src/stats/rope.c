/* rope.c: see rope.h. */
#include "stats/rope.h"

#include "stats/special.h"

#include <math.h>

sx_rope sx_rope_from(const sx_resampled *resampled, double margin) {
    double error = sx_resampled_error(resampled), mean = resampled->mean;
    if (isnan(error) || isnan(mean)) return (sx_rope){NAN, NAN, NAN};
    if (error <= 0) return (sx_rope){mean<-margin, fabs(mean) <= margin, mean> margin};
    double freedom = (double)resampled->count - 1;
    double below = sx_student_tail((mean + margin) / error, freedom);
    double above = sx_student_tail((margin - mean) / error, freedom);
    double within = 1 - below - above;
    return (sx_rope){below, within < 0 ? 0 : within, above};
}
