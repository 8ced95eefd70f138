/* normalisation_test.c: every pair of kept sets against sums as the definition says, a mean that dwarfs the
 * deviation, exact statistics over a set, and moving statistics. */
#include "layers/layer_case.h"

static const sx_shape shape = {4, 3, 2};
enum { BATCH = 3 };

static const char *const axis_names[] = {"batch", "time", "frequency", "channels"};

static void list_axes(unsigned axes, char *out, size_t size) {
    int used = snprintf(out, size, "[");
    for (int axis = 0; axis < 4; axis++)
        if (axes >> axis & 1U)
            used +=
                snprintf(out + used, size - (size_t)used, "%s\"%s\"", used > 1 ? ", " : "", axis_names[axis]);
    snprintf(out + used, size - (size_t)used, "]");
}

/* Group of element i of a batch when these axes are kept: axes counted off in the tensor's order. */
static size_t group_of(size_t i, unsigned axes) {
    const size_t extents[] = {BATCH, shape.time, shape.frequency, shape.channels};
    const size_t place[] = {i / sx_shape_count(shape), i / (shape.frequency * shape.channels) % shape.time,
                            i / shape.channels % shape.frequency, i % shape.channels};
    size_t group = 0;
    for (int axis = 0; axis < 4; axis++)
        if (axes >> axis & 1U) group = group * extents[axis] + place[axis];
    return group;
}

static double variance_of(const float *x, size_t count, unsigned axes, size_t group, double *mean) {
    double sum = 0, squares = 0, n = 0;
    for (size_t i = 0; i < count; i++) {
        if (group_of(i, axes) != group) continue;
        sum += (double)x[i];
        n += 1;
    }
    *mean = sum / n;
    for (size_t i = 0; i < count; i++)
        if (group_of(i, axes) == group) squares += ((double)x[i] - *mean) * ((double)x[i] - *mean);
    return squares / n;
}

static void open_case(layer_case *c, const char *json) {
    sx_error err;
    if (!case_open(c, &sx_layer_normalisation, json, shape, 1, BATCH, &err)) fail_msg("%s", err.text);
    case_fill(c);
}

static void check_sets(unsigned keep, unsigned affine) {
    layer_case c;
    char kept[80], scaled[80], json[256];
    list_axes(keep, kept, sizeof kept);
    list_axes(affine, scaled, sizeof scaled);
    snprintf(json, sizeof json, "{\"keep\": %s, \"affine\": %s}", kept, scaled);
    open_case(&c, json);
    case_forward(&c);
    assert_int_equal(c.plan.weight_count, keep & 1U ? 2 : 4);
    for (size_t i = 0; i < c.in_count; i++) {
        double mean, variance = variance_of(c.inputs[0], c.in_count, keep, group_of(i, keep), &mean);
        size_t h = group_of(i, affine);
        double expected =
            (double)c.call.weights[0][h] * ((double)c.inputs[0][i] - mean) / sqrt(variance + 1e-3) +
            (double)c.call.weights[1][h];
        if (!(fabs(expected - (double)c.call.output[i]) < 1e-5))
            fail_msg("%s: output[%zu] is %.8g, not %.8g", json, i, (double)c.call.output[i], expected);
    }
    case_close(&c);
}

static void any_two_sets_do_what_the_formula_says(void **state) {
    (void)state;
    for (unsigned keep = 0; keep < 16; keep++)
        for (unsigned affine = 0; affine < 16; affine += 2)
            check_sets(keep, affine);
}

/* Float holds values about 1e4 in steps of 1e-3, so the output can be good to that and no better. */
static void a_large_mean_leaves_the_variance_alone(void **state) {
    layer_case c;
    (void)state;
    open_case(&c, "{\"axis\": \"frequency\", \"momentum\": 0, \"epsilon\": 1e-6}");
    const sx_stream stream = {.seed = 1, .purpose = SX_PURPOSE_TEST};
    for (size_t i = 0; i < c.in_count; i++)
        c.inputs[0][i] = (float)(1e4 + sx_random_normal(&stream, i));
    case_forward(&c);
    for (size_t g = 0; g < shape.frequency; g++) {
        double mean, variance = variance_of(c.inputs[0], c.in_count, 1U << SX_AXIS_FREQUENCY, g, &mean);
        assert_true(variance > 0.3 && variance < 3);
        assert_true(fabs((double)c.call.weights[2][g] / mean - 1) < 1e-7);
        assert_true(fabs((double)c.call.weights[3][g] / variance - 1) < 1e-6);
        for (size_t i = g * shape.channels; i < c.in_count; i += shape.frequency * shape.channels) {
            double expected =
                (double)c.call.weights[0][g] * ((double)c.inputs[0][i] - mean) / sqrt(variance + 1e-6) +
                (double)c.call.weights[1][g];
            assert_true(fabs((double)c.call.output[i] - expected) < 2e-3);
        }
    }
    case_close(&c);
}

/* Two batches, of three and of two examples, measured about 0 and then about the mean, against all five at
 * once. */
static void measuring_adds_up_a_whole_set(void **state) {
    layer_case c;
    (void)state;
    open_case(&c, "{\"axis\": \"channels\"}");
    double sum[2] = {0, 0}, all[2] = {0, 0}, squares[2] = {0, 0};
    double variances[2] = {0, 0};
    float centre[2] = {0, 0};
    size_t example = sx_shape_count(shape), counts[2] = {3, 2};
    for (int pass = 0; pass < 2; pass++) {
        sx_measure measure = {.pass = pass, .sum = sum, .squares = squares, .centre = centre};
        for (int part = 0; part < 2; part++) {
            for (size_t i = 0; i < counts[part] * example; i++)
                c.inputs[0][i] = (float)(5 + case_random(40, i + (part ? 3 * example : 0)));
            c.call.batch = counts[part];
            c.call.mode = SX_RUN_MEASURE;
            c.call.measure = &measure;
            case_forward(&c);
        }
        assert_true(measure.count == 5 * 12);
        for (int g = 0; g < 2; g++) {
            if (pass == 0) centre[g] = (float)(sum[g] / measure.count);
            if (pass == 1) variances[g] = squares[g] / measure.count;
            if (pass == 1) assert_true(fabs(sum[g] / measure.count) < 1e-6);
            sum[g] = squares[g] = 0;
        }
    }
    for (size_t i = 0; i < 5 * example; i++)
        all[i % 2] += (double)(float)(5 + case_random(40, i)) / 60;
    for (int g = 0; g < 2; g++) {
        double variance = 0;
        for (size_t i = (size_t)g; i < 5 * example; i += 2)
            variance += pow((double)(float)(5 + case_random(40, i)) - all[g], 2) / 60;
        assert_true(fabs((double)centre[g] - all[g]) < 1e-6);
        assert_true(fabs(variances[g] - variance) < 1e-9);
    }
    case_close(&c);
}

static void refuses(const char *json, const char *words) {
    sx_json *spec = NULL;
    sx_error err = {0};
    double options[32];
    assert_int_equal(sx_json_parse(json, strlen(json), "test", &spec, &err), SX_OK);
    assert_int_not_equal(sx_layer_normalisation.read(spec, "layers[3]", options, &err), SX_OK);
    if (!strstr(err.text, words) || !strstr(err.text, "layers[3]"))
        fail_msg("%s: the error says \"%s\", not \"%s\"", json, err.text, words);
    sx_json_free(spec);
}

static void wrong_sets_are_refused_by_name(void **state) {
    (void)state;
    assert_true(sx_layer_normalisation.options_size <= 32 * sizeof(double));
    refuses("{\"axis\": \"frequenzy\"}", "frequency");
    refuses("{\"axis\": \"$axis\"}", "not chosen yet");
    refuses("{\"axis\": 0}", "");
    refuses("{\"axis\": [1, \"time\"]}", "axis names time twice");
    refuses("{\"axis\": 1, \"keep\": []}", "either axis or keep");
    refuses("{\"keep\": 0.5}", "keep takes");
    refuses("{\"keep\": [\"time\", \"time\"]}", "twice");
    refuses("{\"keep\": [\"bands\"]}", "bands");
    refuses("{\"affine\": [\"batch\"]}", "affine cannot keep batch");
    refuses("{\"momentum\": 1.5}", "momentum");
    refuses("{\"epsilon\": 0}", "epsilon");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_two_sets_do_what_the_formula_says),
                                       cmocka_unit_test(a_large_mean_leaves_the_variance_alone),
                                       cmocka_unit_test(measuring_adds_up_a_whole_set),
                                       cmocka_unit_test(wrong_sets_are_refused_by_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
