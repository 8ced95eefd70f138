/* summary_test.c: what the summary says of shapes, kept axes, sizes and fixed extents. */
#include "model/nets.h"

static void contains(const char *text, const char *words) {
    if (!strstr(text, words)) fail_msg("the summary lacks \"%s\":\n%s", words, text);
}

static void lacks(const char *text, const char *words) {
    if (strstr(text, words)) fail_msg("the summary should lack \"%s\":\n%s", words, text);
}

static char *summary_of(const char *net, sx_axis axis, bool json) {
    sx_model_options options = net_options((sx_shape){98, 40, 1}, 64, true);
    sx_model *model = net_build(net, axis, &options);
    char *text = json ? sx_model_summary_json(model) : sx_model_summary(model);
    assert_non_null(text);
    sx_model_free(model);
    return text;
}

static void says_what_is_kept(void **state) {
    (void)state;
    char *text = summary_of("small", SX_AXIS_FREQUENCY, false);
    contains(text, "input 98x40x1 (time x frequency x channels), 3 classes");
    contains(text, "conv1 (conv2d)");
    contains(text, "98x40x16");
    contains(text, "564,480"); /* 98 * 40 * 16 * 9 */
    contains(text, "keeps frequency; pools batch, time, channels (Keras axis 2)");
    contains(text, "Fixed: takes exactly 40 frequency bands, because norm1 keeps frequency.");
    lacks(text, "frames");
    lacks(text, "moving statistics (");
    sx_free_text(text);
    text = summary_of("small", SX_AXIS_TIME, false);
    contains(text, "keeps time; pools batch, frequency, channels (Keras axis 1)");
    contains(text, "Fixed: takes exactly 98 frames, because norm1 keeps time.");
    sx_free_text(text);
    text = summary_of("small", SX_AXIS_CHANNELS, false);
    contains(text, "keeps channels; pools batch, time, frequency (Keras axis -1)");
    lacks(text, "Fixed");
    /* 160 + 4640 + 18496 + 195 and 4 * 112 */
    contains(text, "Parameters: 23,939 (93.5 KiB), of which trainable: 23,715, moving statistics: 224");
    sx_free_text(text);
}

static void says_what_keras_has_no_name_for(void **state) {
    (void)state;
    char *text = summary_of(branched_net, SX_AXIS_CHANNELS, false);
    contains(text, "keeps batch, channels; pools time, frequency; gamma and beta keep channels; no moving "
                   "statistics\n");
    contains(text, "from dropout_1, side, tanh_a, tanh_a");
    contains(text, "takes exactly 98 frames, because flatten_1 flattens the map.");
    contains(text, "scores (activation)");
    contains(text, "not run");
    sx_free_text(text);
}

static void the_json_holds_the_same(void **state) {
    sx_json *root = NULL;
    sx_error err = {0};
    (void)state;
    char *text = summary_of("small", SX_AXIS_FREQUENCY, true);
    assert_int_equal(sx_json_parse(text, strlen(text), "summary", &root, &err), SX_OK);
    const sx_json *norm = sx_json_at(sx_json_get(root, "layers"), 1);
    assert_string_equal(sx_json_text(sx_json_get(norm, "name")), "norm1");
    assert_string_equal(sx_json_text(sx_json_at(sx_json_get(norm, "keeps"), 0)), "frequency");
    assert_int_equal(sx_json_count(sx_json_get(norm, "pools")), 3);
    assert_int_equal(sx_json_integer(sx_json_get(norm, "keras_axis")), 2);
    assert_int_equal(sx_json_integer(sx_json_get(norm, "parameters")), 160);
    assert_true(sx_json_bool(sx_json_get(root, "fixed_bands")));
    assert_false(sx_json_bool(sx_json_get(root, "fixed_frames")));
    sx_json_free(root);
    sx_free_text(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(says_what_is_kept),
                                       cmocka_unit_test(says_what_keras_has_no_name_for),
                                       cmocka_unit_test(the_json_holds_the_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
