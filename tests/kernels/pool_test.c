/* pool_test.c: pooling of every table against loops over windows, to the bit: nothing here may round twice.
 */
#include "conv_cases.h"

enum { EXAMPLES = 2, CASES = 80 };

static bool pool_case(size_t index, sx_pool_sizes *s) {
    uint64_t state = index * 31 + 7;
    next_random(&state);
    *s = (sx_pool_sizes){.in_time = 1 + next_below(&state, 12), .in_frequency = 1 + next_below(&state, 12)};
    s->channels = channel_choices[index % 20];
    bool usual = index % 2 == 0; /* 2x2, stride 2 */
    s->window_time = usual ? 2 : 1 + next_below(&state, 4);
    s->window_frequency = usual ? 2 : 1 + next_below(&state, 4);
    s->stride_time = usual ? 2 : 1 + next_below(&state, 4);
    s->stride_frequency = usual ? 2 : 1 + next_below(&state, 4);
    bool same = index % 4 > 1;
    pad_axis(same, s->in_time, s->window_time, s->stride_time, 1, &s->out_time, &s->pad_time);
    pad_axis(same, s->in_frequency, s->window_frequency, s->stride_frequency, 1, &s->out_frequency,
             &s->pad_frequency);
    return s->out_time > 0 && s->out_frequency > 0;
}

static size_t in_floats(const sx_pool_sizes *s) { return s->in_time * s->in_frequency * s->channels; }

static size_t out_floats(const sx_pool_sizes *s) { return s->out_time * s->out_frequency * s->channels; }

/* Input offsets under output i, at most 16; returns how many are real. */
static size_t under(const sx_pool_sizes *s, size_t i, size_t offsets[16]) {
    size_t count = 0, pixel = i / s->channels;
    for (size_t k = 0; k < s->window_time * s->window_frequency; k++) {
        long t =
            (long)(pixel / s->out_frequency * s->stride_time + k / s->window_frequency) - (long)s->pad_time;
        long f = (long)(pixel % s->out_frequency * s->stride_frequency + k % s->window_frequency) -
                 (long)s->pad_frequency;
        if (t < 0 || f < 0 || t >= (long)s->in_time || f >= (long)s->in_frequency) continue;
        offsets[count++] = ((size_t)t * s->in_frequency + (size_t)f) * s->channels + i % s->channels;
    }
    return count;
}

typedef struct outcome {
    float *y, *dx, *average, *average_dx;
    uint32_t *winner;
} outcome;

static outcome new_outcome(const sx_pool_sizes *s) {
    size_t in = EXAMPLES * in_floats(s), out = EXAMPLES * out_floats(s);
    outcome o = {floats(out), random_floats(in, 8), random_floats(out, 9), random_floats(in, 10),
                 calloc(out, sizeof(uint32_t))};
    assert_non_null(o.winner);
    return o;
}

static void free_outcome(outcome *o) {
    free(o->y), free(o->dx), free(o->average), free(o->average_dx), free(o->winner);
}

static void refer(const sx_pool_sizes *s, const float *x, const float *dy, outcome *o) {
    size_t in = in_floats(s), out = out_floats(s), offsets[16];
    memset(o->dx, 0, EXAMPLES * in * sizeof *o->dx);
    memset(o->average_dx, 0, EXAMPLES * in * sizeof *o->average_dx);
    for (size_t i = 0; i < EXAMPLES * out; i++) {
        const float *image = x + i / out * in;
        size_t count = under(s, i % out, offsets), best = offsets[0];
        float sum = 0.0f, share = 1.0f / (float)count;
        for (size_t k = 0; k < count; k++) {
            if (image[offsets[k]] > image[best]) best = offsets[k];
            sum += image[offsets[k]];
            o->average_dx[i / out * in + offsets[k]] += dy[i] * share;
        }
        o->y[i] = image[best];
        o->winner[i] = (uint32_t)best;
        o->dx[i / out * in + best] += dy[i];
        o->average[i] = sum * share;
    }
}

static const char *describe_pool(const char *kernel, const sx_pool_sizes *s) {
    static char text[200];
    snprintf(text, sizeof text, "%s of %zux%zux%zu to %zux%zu, window %zux%zu, stride %zux%zu, pad %zu,%zu",
             kernel, s->in_time, s->in_frequency, s->channels, s->out_time, s->out_frequency, s->window_time,
             s->window_frequency, s->stride_time, s->stride_frequency, s->pad_time, s->pad_frequency);
    return text;
}

static void compare(const sx_pool_sizes *s, const sx_kernels *k, const float *x, const float *dy,
                    const outcome *want) {
    outcome got = new_outcome(s);
    size_t in = EXAMPLES * in_floats(s), out = EXAMPLES * out_floats(s);
    k->max_pool_forward(s, EXAMPLES, x, got.y, got.winner);
    k->max_pool_backward(s, EXAMPLES, dy, got.winner, got.dx);
    k->average_pool_forward(s, EXAMPLES, x, got.average);
    k->average_pool_backward(s, EXAMPLES, dy, got.average_dx);
    assert_same_bits(describe_pool("max", s), k->name, "the reference", out, got.y, want->y);
    for (size_t i = 0; i < out; i++) {
        if (got.winner[i] == want->winner[i]) continue;
        fail_msg("%s: winner %zu is %u with %s, should be %u", describe_pool("max", s), i, got.winner[i],
                 k->name, want->winner[i]);
    }
    assert_same_bits(describe_pool("max backward", s), k->name, "the reference", in, got.dx, want->dx);
    assert_same_bits(describe_pool("average", s), k->name, "the reference", out, got.average, want->average);
    assert_same_bits(describe_pool("average backward", s), k->name, "the reference", in, got.average_dx,
                     want->average_dx);
    free_outcome(&got);
}

static void test_pooling(void **state) {
    (void)state;
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    for (size_t i = 0; i < CASES; i++) {
        sx_pool_sizes s;
        if (!pool_case(i, &s)) continue;
        float *x = random_floats(EXAMPLES * in_floats(&s), 1),
              *dy = random_floats(EXAMPLES * out_floats(&s), 2);
        /* Few different values: equal ones must go to the first. */
        for (size_t v = 0; i % 3 == 0 && v < EXAMPLES * in_floats(&s); v++)
            x[v] = roundf(x[v] * 2.0f);
        outcome want = new_outcome(&s);
        refer(&s, x, dy, &want);
        for (size_t k = 0; k < count; k++)
            compare(&s, tables[k], x, dy, &want);
        free_outcome(&want);
        free(x), free(dy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pooling)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
