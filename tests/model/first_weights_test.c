/* first_weights_test.c: what a net's weights are before it learns: drawn by seed, name and initialiser. */
#include "model/nets.h"

#define TWINS(between)                                                                                       \
    "{\"layers\": [{\"type\": \"flatten\"}, {\"type\": \"dense\", \"name\": \"a\", \"units\": 8}," between   \
    "{\"type\": \"dense\", \"name\": \"b\", \"units\": 8}, {\"type\": \"dense\", \"units\": 3}]}"

/* Weights go by name: twins of one shape differ, and a layer put between them changes neither. */
static void weights_are_drawn_by_name(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){2, 4, 1}, 1, false);
    sx_model *plain = net_build(TWINS(""), SX_AXIS_TIME, &options);
    sx_model *more = net_build(TWINS("{\"type\": \"normalisation\"},"), SX_AXIS_TIME, &options);
    size_t bytes = 64 * sizeof(float);
    assert_memory_not_equal(sx_model_layer_weight(plain, 1, 0), sx_model_layer_weight(plain, 2, 0), bytes);
    assert_memory_equal(sx_model_layer_weight(plain, 1, 0), sx_model_layer_weight(more, 1, 0), bytes);
    assert_memory_equal(sx_model_layer_weight(plain, 2, 0), sx_model_layer_weight(more, 3, 0), bytes);
    sx_model_free(plain);
    sx_model_free(more);
}

/* Glorot's limit for 3x3 kernels from 16 to 32 channels is sqrt(6 / 432) = .1178; uniform: variance limit^2 /
 * 3 = .00463, here over 4608 draws, whose own deviation is about 1.3 %. */
static void first_weights_are_glorot_uniform(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){33, 20, 1}, 1, false);
    sx_model *model = net_build("small", SX_AXIS_CHANNELS, &options);
    assert_string_equal(sx_model_layer_name(model, 4), "conv2");
    const float *kernel = sx_model_layer_weight(model, 4, 0), *bias = sx_model_layer_weight(model, 4, 1);
    double squares = 0, largest = 0;
    for (size_t i = 0; i < 4608; i++) {
        squares += (double)kernel[i] * (double)kernel[i] / 4608;
        largest = fmax(largest, fabs((double)kernel[i]));
    }
    assert_true(largest < 0.117852 && largest > 0.1175);
    assert_true(fabs(squares / 0.0046296 - 1) < 0.05);
    for (size_t i = 0; i < 32; i++)
        assert_true(bias[i] == 0);
    const float *norm[] = {sx_model_layer_weight(model, 5, 0), sx_model_layer_weight(model, 5, 1),
                           sx_model_layer_weight(model, 5, 2), sx_model_layer_weight(model, 5, 3)};
    for (size_t i = 0; i < 32; i++)
        assert_true(norm[0][i] == 1 && norm[1][i] == 0 && norm[2][i] == 0 && norm[3][i] == 1);
    sx_model_free(model);
}

/* Weights of a dense layer of 40 units on 100 channels whose spec says `initialiser`. */
static void check_first_weights(const char *initialiser, double mean, double deviation, double most) {
    char net[400];
    double sum = 0, squares = 0, largest = 0;
    sx_model_options options = net_options((sx_shape){1, 1, 100}, 1, false);
    snprintf(net, sizeof net,
             "{\"layers\": [{\"type\": \"dense\", \"units\": 40, \"initializer\": %s, "
             "\"bias_initializer\": \"ones\"}, {\"type\": \"dense\", \"units\": 3}]}",
             initialiser);
    sx_model *model = net_build(net, SX_AXIS_CHANNELS, &options);
    const float *kernel = sx_model_layer_weight(model, 0, 0), *bias = sx_model_layer_weight(model, 0, 1);
    for (size_t i = 0; i < 4000; i++) {
        sum += (double)kernel[i] / 4000;
        squares += (double)kernel[i] * (double)kernel[i] / 4000;
        largest = fmax(largest, fabs((double)kernel[i] - mean));
    }
    double spread = sqrt(fmax(squares - sum * sum, 0));
    /* The mean's own deviation is that of the draws / 63, the spread's about 1.1 %. */
    if (fabs(sum - mean) > deviation / 12 + 1e-7 || fabs(spread - deviation) > deviation / 15 + 1e-4 ||
        largest > most)
        fail_msg("%s: mean %g, deviation %g, farthest %g; should be %g, %g, at most %g", initialiser, sum,
                 spread, largest, mean, deviation, most);
    assert_true(bias[0] > 0.999f && bias[39] < 1.001f);
    sx_model_free(model);
}

/* By Keras's formulas with fans of 100 and 40; truncated normals end at two deviations of the whole normal.
 */
static void first_weights_follow_their_initialiser(void **state) {
    (void)state;
    const double cut = 0.87962566103423978;
    check_first_weights("\"he_normal\"", 0, sqrt(2.0 / 100), 2.0001 * sqrt(2.0 / 100) / cut);
    check_first_weights("\"lecun_normal\"", 0, sqrt(1.0 / 100), 2.0001 * sqrt(1.0 / 100) / cut);
    check_first_weights("\"glorot_normal\"", 0, sqrt(1.0 / 70), 2.0001 * sqrt(1.0 / 70) / cut);
    check_first_weights("\"glorot_uniform\"", 0, sqrt(1.0 / 70), sqrt(3.0 / 70) + 1e-6);
    check_first_weights("\"he_uniform\"", 0, sqrt(2.0 / 100), sqrt(6.0 / 100) + 1e-6);
    check_first_weights("\"lecun_uniform\"", 0, sqrt(1.0 / 100), sqrt(3.0 / 100) + 1e-6);
    check_first_weights("\"random_uniform\"", 0, 0.1 / sqrt(12), 0.05 + 1e-6);
    check_first_weights("{\"name\": \"random_normal\", \"mean\": 1, \"stddev\": 0.5}", 1, 0.5, 2.5);
    check_first_weights("{\"name\": \"truncated_normal\", \"stddev\": 0.5}", 0, 0.5 * cut, 1);
    check_first_weights("{\"name\": \"random_uniform\", \"low\": 2, \"high\": 3}", 2.5, 1 / sqrt(12), 0.5001);
    check_first_weights("{\"name\": \"constant\", \"value\": 0.25}", 0.25, 0, 1e-6);
    check_first_weights("\"zeros\"", 0, 0, 0);
}

static void standardisation_has_its_numbers_from_the_spec(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){17, 12, 2}, 1, false);
    sx_model *model = net_build(many_net, SX_AXIS_CHANNELS, &options);
    const float expected[] = {0.1f, -0.2f, 1.5f, 4};
    assert_memory_equal(sx_model_layer_weight(model, 1, 0), expected, 2 * sizeof(float));
    assert_memory_equal(sx_model_layer_weight(model, 1, 1), expected + 2, 2 * sizeof(float));
    sx_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(weights_are_drawn_by_name),
                                       cmocka_unit_test(first_weights_are_glorot_uniform),
                                       cmocka_unit_test(first_weights_follow_their_initialiser),
                                       cmocka_unit_test(standardisation_has_its_numbers_from_the_spec)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
