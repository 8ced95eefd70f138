/* Probes change spectra by exactly what they say. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/probe.h"

#include <math.h>
#include <string.h>

enum { TIME = 40, BANDS = 11, CELLS = TIME * BANDS };

typedef struct spectra {
    sx_features features;
    float before[CELLS], after[CELLS];
} spectra;

/* Log power far above the floor: only the frames differ, and a little the bands. */
static void fill(spectra *s, sx_compression compression, int power, double middle) {
    *s = (spectra){.features = {.shape = {TIME, BANDS, 1}}};
    assert_int_equal(sx_frontend_preset("sonaxis", &s->features.frontend, NULL), SX_OK);
    s->features.frontend.compression = compression;
    s->features.frontend.power = power;
    s->features.frontend.floor = 1e-6;
    s->features.frontend.reference = 1;
    for (size_t i = 0; i < CELLS; i++)
        s->before[i] = (float)(middle + 0.1 * (double)(i / BANDS) + 0.01 * (double)(i % BANDS));
}

static void apply(spectra *s, sx_probe probe, double amount) {
    sx_probe_apply(&s->features, probe, amount, 3, s->before, s->after);
}

static void differs_by(const spectra *s, size_t t, size_t f, double wanted) {
    const double got = (double)s->after[t * BANDS + f] - (double)s->before[t * BANDS + f];
    /* floats near 10, and the floor of 1e-6 beside powers of at least 1 */
    if (fabs(got - wanted) > 1e-5)
        fail_msg("frame %zu, band %zu: changed by %g, wanted %g", t, f, got, wanted);
}

static void test_gain_adds_a_constant(void **state) {
    (void)state;
    spectra s;
    fill(&s, SX_COMPRESS_LOG, 2, 2);
    apply(&s, SX_PROBE_GAIN, 10);
    differs_by(&s, 5, 7, log(10)); /* 10 dB are a factor of 10 in power */
    fill(&s, SX_COMPRESS_LOG, 1, 2);
    apply(&s, SX_PROBE_GAIN, 10);
    differs_by(&s, 5, 7, log(10) / 2);
    fill(&s, SX_COMPRESS_DB, 2, 2);
    apply(&s, SX_PROBE_GAIN, -6);
    differs_by(&s, 5, 7, -6);
    fill(&s, SX_COMPRESS_DB, 1, 2);
    apply(&s, SX_PROBE_GAIN, -6);
    differs_by(&s, 5, 7, -6);
}

static void test_the_floor_stays(void **state) {
    (void)state;
    spectra s;
    fill(&s, SX_COMPRESS_LOG, 2, 2);
    for (size_t i = 0; i < CELLS; i++)
        s.before[i] = (float)log(1e-6); /* silence */
    apply(&s, SX_PROBE_GAIN, 24);
    differs_by(&s, 0, 0, 0);
}

static void test_equalisers(void **state) {
    (void)state;
    spectra s;
    fill(&s, SX_COMPRESS_DB, 2, 2);
    apply(&s, SX_PROBE_TILT, 12);
    differs_by(&s, 3, 0, -6);
    differs_by(&s, 3, BANDS / 2, 0);
    differs_by(&s, 3, BANDS - 1, 6);
    apply(&s, SX_PROBE_RIPPLE, 5);
    differs_by(&s, 3, 0, 0);
    differs_by(&s, 3, 5, 0); /* half of three periods */
    differs_by(&s, 3, 1, 5 * sin(0.6 * acos(-1)));
}

static void test_moves(void **state) {
    (void)state;
    spectra s;
    fill(&s, SX_COMPRESS_LOG, 2, 2);
    apply(&s, SX_PROBE_SHIFT, 4); /* the first frame is the quietest */
    assert_memory_equal(s.after + 4 * BANDS, s.before, (TIME - 4) * BANDS * sizeof(float));
    for (size_t t = 0; t < 4; t++)
        assert_memory_equal(s.after + t * BANDS, s.before, BANDS * sizeof(float));
    apply(&s, SX_PROBE_SHIFT, -4);
    assert_memory_equal(s.after, s.before + 4 * BANDS, (TIME - 4) * BANDS * sizeof(float));
    assert_memory_equal(s.after + (TIME - 1) * BANDS, s.before, BANDS * sizeof(float));
    apply(&s, SX_PROBE_ROLL, 2);
    assert_memory_equal(s.after + 2, s.before, (BANDS - 2) * sizeof(float));
    assert_true(s.after[1] == s.before[0]);
    apply(&s, SX_PROBE_ROLL, -2);
    assert_memory_equal(s.after, s.before + 2, (BANDS - 2) * sizeof(float));
    assert_true(s.after[BANDS - 1] == s.before[BANDS - 1]);
}

static void test_noise_has_the_power_asked_for(void **state) {
    (void)state;
    spectra s;
    fill(&s, SX_COMPRESS_LOG, 2, 2);
    double before = 0, added = 0;
    apply(&s, SX_PROBE_NOISE, -10);
    for (size_t i = 0; i < CELLS; i++) {
        before += exp((double)s.before[i]);
        added += exp((double)s.after[i]) - exp((double)s.before[i]);
    }
    /* mean of 440 x 3 exponential draws: a deviation of 2.8 % */
    if (fabs(added / before - 0.1) > 0.01) fail_msg("noise of %g of the power, wanted 0.1", added / before);
    float again[CELLS];
    sx_probe_apply(&s.features, SX_PROBE_NOISE, -10, 3, s.before, again);
    assert_memory_equal(again, s.after, sizeof again);
    sx_probe_apply(&s.features, SX_PROBE_NOISE, -10, 4, s.before, again);
    assert_memory_not_equal(again, s.after, sizeof again);
}

static void test_what_is_possible(void **state) {
    (void)state;
    spectra s;
    fill(&s, SX_COMPRESS_PCEN, 2, 2);
    assert_false(sx_probe_is_possible(&s.features, SX_PROBE_GAIN));
    assert_true(sx_probe_is_possible(&s.features, SX_PROBE_SHIFT));
    fill(&s, SX_COMPRESS_DB, 2, 2);
    assert_true(sx_probe_is_possible(&s.features, SX_PROBE_NOISE));
    s.features.from_arrays = true;
    assert_false(sx_probe_is_possible(&s.features, SX_PROBE_NOISE));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gain_adds_a_constant),
        cmocka_unit_test(test_the_floor_stays),
        cmocka_unit_test(test_equalisers),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_noise_has_the_power_asked_for),
        cmocka_unit_test(test_what_is_possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
