/* finish_test.c: a convolution and its block in one go against the two kernels one after the other, for every
 * table: byte for byte, for what is computed is the same; only a zero may have the other sign. */
#include "conv_cases.h"

/* window over time and frequency, same */
static const size_t pools[][3] = {{1, 1, 0}, {2, 2, 0}, {2, 2, 1}, {1, 3, 1}, {3, 2, 1}, {2, 1, 0}};
enum { POOLS = sizeof pools / sizeof pools[0], CASES = 160, FOLDED = 8 };

typedef struct job {
    sx_conv_sizes sizes;
    sx_finish finish;
    size_t examples, in, middle, out;
    float *x, *w, *bias, *scale, *shift;
    uint32_t *groups;
} job;

/* Bits of kept: 1 channels, 2 frequency, 4 time; FOLDED: one group that changes nothing. */
static sx_norm_sizes norm_of(const sx_conv_sizes *s, size_t kept) {
    sx_norm_sizes n = {
        .time = s->out_time, .frequency = s->out_frequency, .channels = s->out_channels, .groups = 1};
    if (kept & 1) n.step_channels = n.groups, n.groups *= n.channels;
    if (kept & 2) n.step_frequency = n.groups, n.groups *= n.frequency;
    if (kept & 4) n.step_time = n.groups, n.groups *= n.time;
    return n;
}

/* False: the window is larger than the map. */
static bool pool_of(const sx_conv_sizes *s, size_t index, sx_pool_sizes *p) {
    const size_t *w = pools[index];
    *p = (sx_pool_sizes){.in_time = s->out_time,
                         .in_frequency = s->out_frequency,
                         .channels = s->out_channels,
                         .window_time = w[0],
                         .window_frequency = w[1],
                         .stride_time = w[0],
                         .stride_frequency = w[1]};
    pad_axis(w[2] == 1, p->in_time, w[0], w[0], 1, &p->out_time, &p->pad_time);
    pad_axis(w[2] == 1, p->in_frequency, w[1], w[1], 1, &p->out_frequency, &p->pad_frequency);
    return p->out_time > 0 && p->out_frequency > 0;
}

/* `rising`: no scale is below 0, as a kernel may want to make use of. */
static void fill_tables(job *j, size_t kept, bool rising) {
    const sx_norm_sizes *n = &j->finish.block.norm;
    size_t pixels = n->time * n->frequency;
    j->scale = random_floats(n->groups, 3);
    j->shift = random_floats(n->groups, 4);
    for (size_t g = 0; rising && g < n->groups; g++)
        j->scale[g] = fabsf(j->scale[g]);
    if (kept == FOLDED) j->scale[0] = 1, j->shift[0] = 0;
    j->groups = calloc(pixels, sizeof *j->groups);
    assert_non_null(j->groups);
    for (size_t p = 0; p < pixels; p++) {
        size_t t = p / n->frequency, f = p % n->frequency;
        j->groups[p] = (uint32_t)(t * n->step_time + f * n->step_frequency);
    }
    j->finish.scale = j->scale;
    j->finish.shift = j->shift;
    j->finish.groups = j->groups;
    j->finish.folded = kept == FOLDED;
}

static bool make_job(const sx_conv_sizes *sizes, size_t index, job *j) {
    /* Every set of kept axes with every pooling, then both again with scales that rise. */
    size_t kept = index / POOLS % (FOLDED + 1);
    bool rising = index >= (FOLDED + 1) * POOLS;
    *j = (job){.sizes = *sizes, .examples = 1 + index % 2};
    if (!pool_of(sizes, index % POOLS, &j->finish.block.pool)) return false;
    j->finish.block.norm = norm_of(sizes, kept == FOLDED ? 0 : kept);
    j->finish.block.relu = index % 7 > 1;
    const sx_pool_sizes *p = &j->finish.block.pool;
    j->in = j->examples * sizes->in_time * sizes->in_frequency * sizes->in_channels;
    j->middle = j->examples * sizes->out_time * sizes->out_frequency * sizes->out_channels;
    j->out = j->examples * p->out_time * p->out_frequency * p->channels;
    j->x = random_floats(j->in, 1);
    j->w = random_floats(
        sizes->kernel_time * sizes->kernel_frequency * sizes->in_channels * sizes->out_channels, 2);
    j->bias = index % 5 ? random_floats(sizes->out_channels, 5) : NULL;
    fill_tables(j, kept, rising);
    return true;
}

static void free_job(job *j) {
    free(j->x), free(j->w), free(j->bias), free(j->scale), free(j->shift), free(j->groups);
}

static void compare(const char *what, const job *j, const sx_kernels *k, const float *got,
                    const float *want) {
    for (size_t i = 0; i < j->out; i++) {
        bool zeros = got[i] == 0 && want[i] == 0;
        if (zeros || memcmp(got + i, want + i, sizeof *got) == 0) continue;
        fail_msg("%s, pool %zux%zu, %s: value %zu is %.9g in one go, %.9g in two", describe(what, &j->sizes),
                 j->finish.block.pool.window_time, j->finish.block.pool.window_frequency, k->name, i,
                 (double)got[i], (double)want[i]);
    }
}

static void check_conv(const job *j, const sx_kernels *k) {
    const sx_finish *f = &j->finish;
    float *packed = floats(sx_conv_packed_floats(&j->sizes)), *middle = floats(j->middle);
    float *scratch = random_floats(sx_conv_scratch_floats(&j->sizes), 9);
    float *want = floats(j->out), *got = floats(j->out), *one = floats(j->middle / j->examples);
    k->conv_pack(&j->sizes, j->w, packed);
    k->conv_forward(&j->sizes, j->examples, j->x, packed, j->bias, middle, scratch);
    k->block_forward(&f->block, j->examples, middle, f->scale, f->shift, NULL, want, NULL, NULL);
    float *less = random_floats(sx_conv_finish_scratch_floats(&j->sizes), 8);
    k->conv_finish(&j->sizes, f, j->examples, j->x, packed, j->bias, got, one, less);
    compare("convolution", j, k, got, want);
    free(packed), free(middle), free(scratch), free(less), free(want), free(got), free(one);
}

static void check_depthwise(const job *j, const sx_kernels *k) {
    const sx_finish *f = &j->finish;
    float *middle = floats(j->middle), *want = floats(j->out), *got = floats(j->out);
    float *one = floats(j->middle / j->examples);
    k->depthwise_forward(&j->sizes, j->examples, j->x, j->w, j->bias, middle);
    k->block_forward(&f->block, j->examples, middle, f->scale, f->shift, NULL, want, NULL, NULL);
    k->depthwise_finish(&j->sizes, f, j->examples, j->x, j->w, j->bias, got, one);
    compare("depthwise", j, k, got, want);
    free(middle), free(want), free(got), free(one);
}

static void check_all(const sx_conv_sizes *sizes, size_t index, void check(const job *, const sx_kernels *)) {
    const sx_kernels *tables[8];
    size_t count = list_tables(tables);
    job j;
    if (!make_job(sizes, index, &j)) return;
    for (size_t t = 0; t < count; t++)
        check(&j, tables[t]);
    free_job(&j);
}

static void direct_convolutions(void **state) {
    (void)state;
    for (size_t index = 0; index < CASES; index++) {
        sx_conv_sizes s;
        if (conv_case(index, &s)) check_all(&s, index, check_conv);
    }
}

/* time, frequency, in, out, same */
static const size_t winograd_cases[][5] = {{12, 5, 16, 16, 1},  {24, 10, 32, 64, 1}, {7, 9, 17, 33, 1},
                                           {9, 6, 16, 40, 0},   {4, 4, 64, 16, 1},   {13, 11, 20, 70, 0},
                                           {49, 20, 16, 32, 1}, {5, 30, 48, 19, 1}};

static void winograd_convolutions(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof winograd_cases / sizeof winograd_cases[0]; i++) {
        const size_t *c = winograd_cases[i];
        sx_conv_sizes s = {.in_time = c[0],
                           .in_frequency = c[1],
                           .in_channels = c[2],
                           .out_channels = c[3],
                           .kernel_time = 3,
                           .kernel_frequency = 3,
                           .stride_time = 1,
                           .stride_frequency = 1,
                           .dilation_time = 1,
                           .dilation_frequency = 1,
                           .winograd = true,
                           .halves = i % 2 == 1};
        assert_true(complete_sizes(&s, c[4] == 1));
        for (size_t index = 0; index < 9 * POOLS; index += 5)
            check_all(&s, index + i, check_conv);
    }
}

/* One channel in, 3x3, pooled by 2x2: time, frequency, out, same. */
static const size_t first_cases[][4] = {{98, 40, 16, 1}, {12, 8, 32, 1}, {13, 9, 48, 1},
                                        {7, 6, 80, 0},   {4, 4, 20, 1},  {3, 2, 16, 1}};

static void first_layers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof first_cases / sizeof first_cases[0]; i++) {
        const size_t *c = first_cases[i];
        sx_conv_sizes s = {.in_time = c[0],
                           .in_frequency = c[1],
                           .in_channels = 1,
                           .out_channels = c[2],
                           .kernel_time = 3,
                           .kernel_frequency = 3,
                           .stride_time = 1,
                           .stride_frequency = 1,
                           .dilation_time = 1,
                           .dilation_frequency = 1};
        assert_true(complete_sizes(&s, c[3] == 1));
        for (size_t index = 1; index < 2 * (FOLDED + 1) * POOLS; index += POOLS)
            check_all(&s, index + i / 3, check_conv);
    }
}

static void depthwise_convolutions(void **state) {
    (void)state;
    for (size_t index = 0; index < 2 * CASES; index++) {
        sx_conv_sizes s;
        if (!conv_case(index % CASES, &s)) continue;
        s.out_channels = s.in_channels = channel_choices[index % 20];
        if (index >= CASES) { /* the window that most nets have */
            s.kernel_time = s.kernel_frequency = 3;
            s.stride_time = s.stride_frequency = s.dilation_time = s.dilation_frequency = 1;
            if (!complete_sizes(&s, index % 3 > 0)) continue;
        }
        check_all(&s, index % 2 ? index : index / 2 * POOLS, check_depthwise);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(direct_convolutions), cmocka_unit_test(winograd_convolutions),
        cmocka_unit_test(first_layers), cmocka_unit_test(depthwise_convolutions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
