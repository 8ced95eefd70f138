/* activation_lines.c: activations that take the values along an axis as one: sparsemax and glu.
 *
 * sparsemax is what Keras 3.15 computes. It sets out as Martins and Astudillo's (2016) and finds the same
 * support of k values, but takes the threshold from the sum of all k partial sums instead of the last, so the
 * results do not add up to 1 where k > 1; whoever brings such a net wants its own predictions. */
#include "kernels/math.h"
#include "layers/activation.h"

/* Shell's sort, largest first; gaps by Knuth. */
static void sort_falling(size_t count, float *values) {
    size_t gap = 1;
    while (gap < count / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (size_t i = gap; i < count; i++) {
            float value = values[i];
            size_t to = i;
            for (; to >= gap && values[to - gap] < value; to -= gap)
                values[to] = values[to - gap];
            values[to] = value;
        }
}

/* Sorts a line into `sorted`; returns the threshold and how many values are above that of the true sparsemax.
 */
static float threshold_of(size_t count, size_t step, const float *x, float *sorted, size_t *support) {
    float partial = 0, total = 0;
    size_t k = 0;
    for (size_t i = 0; i < count; i++)
        sorted[i] = x[i * step];
    sort_falling(count, sorted);
    for (size_t i = 0; i < count; i++) {
        partial += sorted[i];
        if (!(sorted[i] - (partial - 1) / (float)(i + 1) > 0)) continue;
        total += partial;
        k++;
    }
    *support = k;
    return (total - 1) / (float)k;
}

/* How many of the sorted values are larger. */
static size_t rank_of(size_t count, const float *sorted, float value) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] > value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t line_start(sx_axis_view view, size_t line) {
    return line / view.inner * view.length * view.inner + line % view.inner;
}

void sx_sparsemax(sx_axis_view view, const float *x, float *y, float *work) {
    for (size_t line = 0; line < view.outer * view.inner; line++) {
        size_t at = line_start(view, line), support;
        float threshold = threshold_of(view.length, view.inner, x + at, work, &support);
        for (size_t i = 0; i < view.length; i++) {
            float above = x[at + i * view.inner] - threshold;
            y[at + i * view.inner] = above < 0 ? 0 : above;
        }
    }
}

/* The value of rank r (from 0) is in k - r of the k partial sums. */
void sx_sparsemax_backward(sx_axis_view view, const float *x, const float *y, const float *dy, float *dx,
                           float *work) {
    for (size_t line = 0; line < view.outer * view.inner; line++) {
        size_t at = line_start(view, line), support;
        float sum = 0;
        threshold_of(view.length, view.inner, x + at, work, &support);
        for (size_t i = 0; i < view.length; i++)
            sum += y[at + i * view.inner] > 0 ? dy[at + i * view.inner] : 0;
        for (size_t i = 0; i < view.length; i++) {
            size_t k = at + i * view.inner, rank = rank_of(view.length, work, x[k]);
            float share = rank < support ? (float)(support - rank) / (float)support : 0;
            dx[k] = (y[k] > 0 ? dy[k] : 0) - share * sum;
        }
    }
}

void sx_glu(sx_axis_view view, const float *x, float *y) {
    size_t half = view.length / 2 * view.inner;
    for (size_t o = 0; o < view.outer; o++)
        for (size_t i = 0; i < half; i++)
            y[o * half + i] = x[o * 2 * half + i] * sx_sigmoidf(x[o * 2 * half + half + i]);
}

void sx_glu_backward(sx_axis_view view, const float *x, const float *dy, float *dx) {
    size_t half = view.length / 2 * view.inner;
    for (size_t o = 0; o < view.outer; o++)
        for (size_t i = 0; i < half; i++) {
            size_t a = o * 2 * half + i, b = a + half;
            float gate = sx_sigmoidf(x[b]), gradient = dy[o * half + i];
            dx[a] = gradient * gate;
            dx[b] = gradient * x[a] * (gate * (1 - gate));
        }
}
