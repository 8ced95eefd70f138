/* spec_test.c: specs read strictly, axes filled, built-in nets as the work order has them, shapes that do not
 * fit. */
#include "model/nets.h"

static void refuses_with(const char *json, sx_status expected, const char *words) {
    sx_model_spec *spec = NULL;
    sx_error err = {0};
    sx_status status = sx_model_spec_parse(json, "my.json", &spec, &err);
    assert_int_equal(status, expected);
    assert_null(spec);
    if (!strstr(err.text, words) || !strstr(err.text, "my.json"))
        fail_msg("the error says \"%s\", not \"%s\"", err.text, words);
}

#define NET(layers) "{\"name\": \"n\", \"layers\": [" layers "]}"
#define FLAT "{\"type\": \"flatten\", \"name\": \"flat\"}"
#define DENSE "{\"type\": \"dense\", \"units\": \"$classes\"}"

static void wrong_specs_are_refused_by_name(void **state) {
    (void)state;
    refuses_with("{", SX_E_FORMAT, "my.json");
    refuses_with("[]", SX_E_FORMAT, "object");
    refuses_with("{\"layers\": []}", SX_E_FORMAT, "1 to 512");
    refuses_with("{\"nam\": \"x\", \"layers\": []}", SX_E_FORMAT, "name");
    refuses_with(NET("3"), SX_E_FORMAT, "layers[0]");
    refuses_with(NET("{\"units\": 3}"), SX_E_FORMAT, "type is missing");
    refuses_with(NET("{\"type\": \"conv2\"}"), SX_E_FORMAT, "did you mean \"conv2d\"");
    refuses_with(NET(FLAT ", {\"type\": \"dense\", \"unit\": 3}"), SX_E_FORMAT, "units");
    refuses_with(NET(FLAT ", {\"type\": \"dense\", \"name\": \"top\", \"units\": 0}"), SX_E_FORMAT,
                 "layers[1] dense 'top'");
    refuses_with(NET(FLAT ", {\"type\": \"dense\", \"name\": \"flat\", \"units\": 3}"), SX_E_FORMAT,
                 "layers[0] is called \"flat\" already");
    refuses_with(NET("{\"type\": \"flatten\", \"name\": \"input\"}"), SX_E_FORMAT, "not \"input\"");
    refuses_with(NET("{\"type\": \"flatten\", \"name\": \"a,b\"}"), SX_E_FORMAT, "without commas");
    refuses_with(NET(FLAT ", {\"type\": \"dense\", \"units\": 3, \"inputs\": [\"fat\"]}"), SX_E_FORMAT,
                 "did you mean \"flat\"");
    refuses_with(NET(FLAT ", {\"type\": \"dense\", \"units\": 3, \"inputs\": [\"flat\", \"flat\"]}"),
                 SX_E_FORMAT, "has 2 inputs");
    refuses_with(NET("{\"type\": \"add\"}"), SX_E_FORMAT, "takes 2 to 8");
    refuses_with(NET(FLAT ", {\"type\": \"dense\", \"units\": 3, \"inputs\": [\"input\"]}"), SX_E_FORMAT,
                 "no layer takes its output");
    refuses_with(NET("{\"type\": \"normalisation\", \"axis\": \"$axes\"}"), SX_E_ARGUMENT, "$axes");
    refuses_with(NET("{\"type\": \"dense\", \"units\": \"$axis\"}"), SX_E_FORMAT, "units");
}

static void unknown_nets_name_the_nearest(void **state) {
    sx_model_spec *spec = NULL;
    sx_error err = {0};
    (void)state;
    assert_int_equal(sx_model_spec_open("smal", &spec, &err), SX_E_ARGUMENT);
    assert_non_null(strstr(err.text, "did you mean small?"));
    assert_int_equal(sx_model_spec_open("/", &spec, &err), SX_E_FILE);
    assert_null(spec);
}

static void missing_names_are_given(void **state) {
    sx_model_spec *spec = NULL;
    sx_error err = {0};
    (void)state;
    assert_int_equal(sx_model_spec_parse(NET("{\"type\": \"flatten\"}, {\"type\": \"dense\", \"units\": 4},"
                                             "{\"type\": \"dense\", \"units\": \"$classes\"}"),
                                         "test", &spec, &err),
                     SX_OK);
    assert_string_equal(sx_spec_layer_name(spec, 0), "flatten_1");
    assert_string_equal(sx_spec_layer_name(spec, 1), "dense_1");
    assert_string_equal(sx_spec_layer_name(spec, 2), "dense_2");
    assert_false(sx_model_spec_needs_axis(spec));
    assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_TIME, NULL, &err), SX_E_ARGUMENT);
    sx_model_spec_free(spec);
}

static void axes_are_filled_everywhere_or_where_named(void **state) {
    sx_model_spec *spec = NULL;
    sx_error err = {0};
    (void)state;
    assert_int_equal(sx_model_spec_open("small", &spec, &err), SX_OK);
    char *before = sx_model_spec_json(spec);
    assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_TIME, "norm1,nrm2", &err), SX_E_ARGUMENT);
    assert_non_null(strstr(err.text, "nrm2"));
    assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_TIME, "conv1", &err), SX_E_ARGUMENT);
    assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_TIME, "", &err), SX_E_ARGUMENT);
    assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_BATCH, NULL, &err), SX_E_ARGUMENT);
    char *after = sx_model_spec_json(spec);
    assert_string_equal(before, after);
    assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_TIME, "norm1,norm3", &err), SX_OK);
    assert_true(sx_model_spec_needs_axis(spec));
    assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_CHANNELS, NULL, &err), SX_OK);
    assert_false(sx_model_spec_needs_axis(spec));
    static const char *const expected[] = {"time", "channels", "time"};
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(sx_json_text(sx_json_get(sx_spec_layer(spec, 1 + 4 * i), "axis")), expected[i]);
    sx_model_spec_free(spec);
    sx_free(before);
    sx_free(after);
}

static void an_open_axis_cannot_be_built(void **state) {
    sx_model_spec *spec = NULL;
    sx_model *model = NULL;
    sx_error err = {0};
    (void)state;
    sx_model_options options = net_options((sx_shape){20, 20, 1}, 1, false);
    assert_int_equal(sx_model_spec_open("small", &spec, &err), SX_OK);
    assert_int_equal(sx_model_build(spec, &options, &model, &err), SX_E_ARGUMENT);
    assert_non_null(strstr(err.text, "'norm1': \"$axis\" is not chosen yet"));
    assert_null(model);
    sx_model_spec_free(spec);
}

static void does_not_build(const char *net, sx_model_options options, sx_status expected, const char *words) {
    sx_model_spec *spec = NULL;
    sx_model *model = NULL;
    sx_error err = {0};
    sx_status status =
        net[0] == '{' ? sx_model_spec_parse(net, "test", &spec, &err) : sx_model_spec_open(net, &spec, &err);
    if (status != SX_OK) fail_msg("%s", err.text);
    if (sx_model_spec_needs_axis(spec))
        assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_CHANNELS, NULL, &err), SX_OK);
    assert_int_equal(sx_model_build(spec, &options, &model, &err), expected);
    if (!strstr(err.text, words)) fail_msg("the error says \"%s\", not \"%s\"", err.text, words);
    assert_null(model);
    sx_model_spec_free(spec);
}

static void what_cannot_be_built_says_why(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){8, 8, 1}, 1, false);
    does_not_build("kws", options, SX_E_SHAPE, "layers[15] max_pool 'pool4': 2x2 pooling of a 1x1 map");
    does_not_build(NET(FLAT ", {\"type\": \"dense\", \"name\": \"top\", \"units\": 7}"), options, SX_E_SHAPE,
                   "'top': the net ends in 1x1x7 values, but 3 classes");
    does_not_build(NET(FLAT ", " DENSE ", {\"type\": \"add\", \"inputs\": [\"flat\", \"dense_1\"]}"), options,
                   SX_E_SHAPE, "add 'add_1': input 2 of shape 1x1x3 does not fit");
    options.classes = 1;
    does_not_build("small", options, SX_E_ARGUMENT, "1 classes");
    options.classes = 3;
    options.batch = 0;
    does_not_build("small", options, SX_E_ARGUMENT, "batch of 0");
    options.batch = 1;
    options.input.channels = 0;
    does_not_build("small", options, SX_E_SHAPE, "8x8x0");
}

/* Parameters by hand: convolutions k k in out + out, normalisations 4 a kept position, dense in out + out. */
static void built_in_nets_have_their_sizes(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){49, 40, 1}, 1, false);
    options.classes = 12;
    const struct {
        const char *name;
        size_t parameters;
    } nets[] = {{"small", 160 + 4640 + 18496 + 4 * 112 + 64 * 12 + 12},
                {"kws", 160 + 4640 + 18496 + 36928 + 4 * 176 + 64 * 12 + 12},
                {"kwsL", 320 + 18496 + 73856 + 147584 + 4 * 352 + 128 * 12 + 12},
                {"esc", 320 + 18496 + 73856 + 295168 + 4 * 480 + 256 * 12 + 12},
                {"dscnn", 2624 + 4 * (640 + 4160) + 9 * 256 + 64 * 12 + 12}};
    for (size_t i = 0; i < 5; i++) {
        sx_model *model = net_build(nets[i].name, SX_AXIS_CHANNELS, &options);
        assert_string_equal(sx_model_builtin_names()[i], nets[i].name);
        assert_int_equal(sx_model_parameter_count(model), nets[i].parameters);
        sx_model_free(model);
    }
    assert_null(sx_model_builtin_names()[5]);
}

static void a_trailing_softmax_does_not_run(void **state) {
    (void)state;
    sx_model_options options = net_options((sx_shape){4, 3, 1}, 2, false);
    sx_model *with =
        net_build(NET(FLAT ", " DENSE ", {\"type\": \"activation\", \"activation\": \"softmax\"}"),
                  SX_AXIS_CHANNELS, &options);
    sx_model *without = net_build(NET(FLAT ", " DENSE), SX_AXIS_CHANNELS, &options);
    float x[24], a[6], b[6];
    net_random(x, 24, 4);
    sx_model_run(with, x, 2, a);
    sx_model_run(without, x, 2, b);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(sx_model_layer_count(with), 3);
    sx_model_free(with);
    sx_model_free(without);
}

/* Building fails at the n-th allocation, whichever that is, without a leak and with nothing handed out. */
static void running_out_of_memory_is_a_status(void **state) {
    sx_model_spec *spec = NULL;
    sx_error err = {0};
    (void)state;
    sx_model_options options = net_options((sx_shape){6, 5, 3}, 2, true);
    assert_int_equal(sx_model_spec_parse(branched_net, "test", &spec, &err), SX_OK);
    assert_int_equal(sx_model_spec_set_axis(spec, SX_AXIS_TIME, NULL, &err), SX_OK);
    size_t failures = 0;
    for (size_t n = 1; n < 10000; n++) {
        sx_model *model = NULL;
        sx_memory_fail_from(n);
        sx_status status = sx_model_build(spec, &options, &model, &err);
        sx_memory_fail_from(0);
        if (status == SX_OK) {
            sx_model_free(model);
            break;
        }
        assert_int_equal(status, SX_E_MEMORY);
        assert_null(model);
        failures++;
    }
    assert_in_range(failures, 20, 9998);
    sx_model_spec_free(spec);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(wrong_specs_are_refused_by_name),
                                       cmocka_unit_test(unknown_nets_name_the_nearest),
                                       cmocka_unit_test(missing_names_are_given),
                                       cmocka_unit_test(axes_are_filled_everywhere_or_where_named),
                                       cmocka_unit_test(an_open_axis_cannot_be_built),
                                       cmocka_unit_test(what_cannot_be_built_says_why),
                                       cmocka_unit_test(built_in_nets_have_their_sizes),
                                       cmocka_unit_test(a_trailing_softmax_does_not_run),
                                       cmocka_unit_test(running_out_of_memory_is_a_status)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
