/* net_test.c: a net of Keras in a comparison: what varies, what does not and why, training as it was
 * compiled, first weights, the words of an order, and what the owner is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "experiment/plan.h"
#include "model/net.h"

#include "tiny_study.h"

#include <math.h>

#define NETS SX_GOLDEN "/keras_models/compare/"

typedef tiny_study fixture;

static int set_up(void **state) {
    fixture *f = tiny_study_open(TINY_NET);
    f->options.model = NETS "net.keras";
    f->options.axis_count = 3;
    f->options.order = SX_ORDER_TIME_FREQUENCY;
    f->options.seeds = 1;
    f->options.train.epochs = 2;
    f->options.train.batch = 16;
    f->options.train.learning_rate = 0.001;
    f->options.threads = 1;
    *state = f;
    return 0;
}

static sx_run_plan *plan_of(fixture *f) {
    sx_run_plan *plan = NULL;
    if (sx_run_plan_create(&f->tiny.features, &f->options, &plan, &f->err) != SX_OK)
        fail_msg("%s", f->err.text);
    return plan;
}

static void assert_refused(fixture *f, sx_status status, const char *part) {
    sx_run_plan *plan = NULL;
    assert_int_equal(sx_run_plan_create(&f->tiny.features, &f->options, &plan, &f->err), status);
    if (!strstr(f->err.text, part)) fail_msg("\"%s\" does not say \"%s\"", f->err.text, part);
    assert_null(plan);
}

static void assert_says(const char *text, const char *part) {
    if (!text || !strstr(text, part)) fail_msg("\"%s\" does not say \"%s\"", text ? text : "NULL", part);
}

static const sx_net_norm *norm_called(const sx_net_about *about, const char *layer) {
    for (size_t i = 0; i < about->norm_count; i++)
        if (strcmp(about->norms[i].layer, layer) == 0) return &about->norms[i];
    fail_msg("%s is not spoken of", layer);
    return NULL;
}

/* --- what varies ------------------------------------------------------------------------------------ */

static void what_varies_keeps_the_axis_and_the_rest_stays(void **state) {
    fixture *f = *state;
    sx_run_plan *plan = plan_of(f);
    const sx_net_about *about = plan->net.about;
    assert_int_equal(about->norm_count, 4);
    assert_int_equal(about->vary_count, 2);
    assert_null(norm_called(about, "bn1")->reason);
    assert_int_equal(norm_called(about, "bn1")->axis, -1);
    assert_string_equal(norm_called(about, "bn2")->axis_text, "axis=1");
    assert_says(norm_called(about, "ln")->reason, "LayerNormalization");
    assert_says(norm_called(about, "bn_row")->reason, "(batch, features)");
    /* Channels, frequency, time: (3 + 4), 8 + 4 and 12 + 6 places of four numbers; the rest is the same. */
    assert_int_equal(plan->parameters[1] - plan->parameters[0], 4 * (8 + 4 - 3 - 4));
    assert_int_equal(plan->parameters[2] - plan->parameters[0], 4 * (12 + 6 - 3 - 4));
    sx_run_plan_free(plan);
}

static void layers_can_be_chosen(void **state) {
    fixture *f = *state;
    f->options.vary = "bn1";
    sx_run_plan *plan = plan_of(f);
    assert_int_equal(plan->net.about->vary_count, 1);
    assert_says(norm_called(plan->net.about, "bn2")->reason, "not chosen");
    assert_int_equal(plan->parameters[1] - plan->parameters[0], 4 * (8 - 3));
    sx_run_plan_free(plan);
    f->options.vary = "bn1,ln";
    assert_refused(f, SX_E_ARGUMENT, "layer \"ln\" cannot vary");
    f->options.vary = "bn3";
    assert_refused(f, SX_E_ARGUMENT, "no normalisation is called \"bn3\"; there are bn1, bn2, ln (which");
    f->options.vary = "all";
    sx_run_plan_free(plan_of(f));
}

static void axes_that_moved_do_not_vary(void **state) {
    fixture *f = *state;
    f->options.model = NETS "turned.keras";
    sx_run_plan *plan = plan_of(f);
    assert_int_equal(plan->net.about->vary_count, 1);
    assert_says(norm_called(plan->net.about, "bn2")->reason, "\"turn\"");
    sx_run_plan_free(plan);
}

/* (n, time, frequency) arrays of a net that gives them their channel itself. */
static void a_net_may_reshape_flat_arrays(void **state) {
    fixture *f = *state;
    f->options.model = NETS "flat.keras";
    sx_run_plan *plan = plan_of(f);
    assert_int_equal(plan->net.about->vary_count, 1);
    assert_int_equal(plan->features->shape.channels, TINY_BANDS);
    sx_run_plan_free(plan);
}

static void what_cannot_be_compared_is_refused(void **state) {
    fixture *f = *state;
    f->options.model = NETS "plain.keras";
    assert_refused(f, SX_E_DATA, "no normalisation");
    f->options.model = NETS "four.keras";
    assert_refused(f, SX_E_DATA, "the net has 4 outputs, the data has 3 labels");
    f->options.model = NETS "one.keras";
    f->options.train.loss = SX_LOSS_SIGMOID;
    assert_refused(f, SX_E_UNSUPPORTED, "1 output");
    f->options.model = NETS "net.keras";
    assert_refused(f, SX_E_ARGUMENT, "ends in softmax");
    f->options.train.loss = SX_LOSS_SOFTMAX;
    f->options.model = NETS "scores.keras";
    assert_refused(f, SX_E_ARGUMENT, "ends in sigmoid");
    f->options.model = NETS "net.keras";
    f->options.order = SX_ORDER_UNKNOWN;
    assert_refused(f, SX_E_ARGUMENT, "--order time,frequency");
    f->options.order = SX_ORDER_FREQUENCY_TIME;
    f->tiny.features.from_arrays = false;
    assert_refused(f, SX_E_ARGUMENT, "give it arrays");
    f->tiny.features.from_arrays = true;
    f->tiny.features.shape = (sx_shape){TINY_BANDS, TINY_TIME, 1};
    assert_refused(f, SX_E_SHAPE, "the net takes 12x8x1 (0 = any), the data is 8x12x1");
    f->options.model = "small";
    f->options.from_weights = true;
    assert_refused(f, SX_E_ARGUMENT, "no weights to begin with");
}

/* --- training --------------------------------------------------------------------------------------- */

static char *training_of(const char *name, sx_train_options *train, bool *known) {
    sx_keras *keras = NULL;
    char *notes = NULL;
    sx_error err = {0};
    sx_train_default(train);
    if (sx_keras_open(name, SX_ORDER_UNKNOWN, &keras, &err) != SX_OK) fail_msg("%s", err.text);
    if (sx_net_training(keras, train, known, &notes, &err) != SX_OK) fail_msg("%s", err.text);
    sx_keras_free(keras);
    return notes;
}

static bool near(double a, double b) { return fabs(a - b) <= 1e-6 * fabs(b); }

static void training_is_as_the_file_was_compiled(void **state) {
    (void)state;
    sx_train_options train;
    bool known;
    char *notes = training_of(NETS "net.keras", &train, &known);
    assert_true(known && train.optimiser == SX_OPTIMISER_SGD && train.nesterov);
    assert_true(train.loss == SX_LOSS_SOFTMAX);
    assert_true(near(train.learning_rate, 0.02) && near(train.momentum, 0.9) &&
                near(train.weight_decay, 1e-4));
    assert_says(notes, "SGD, learning rate 0.02, momentum 0.9 (Nesterov's), weight decay 0.0001");
    sx_free(notes);
    notes = training_of(NETS "scores.keras", &train, &known);
    assert_true(known && train.optimiser == SX_OPTIMISER_ADAMW && train.loss == SX_LOSS_SIGMOID);
    assert_true(near(train.learning_rate, 0.002) && near(train.weight_decay, 0.004));
    sx_free(notes);
}

static void what_cannot_be_honoured_is_said(void **state) {
    (void)state;
    sx_train_options train;
    bool known;
    char *notes = training_of(NETS "turned.keras", &train, &known);
    assert_true(known && near(train.learning_rate, 0.003));
    assert_says(notes, "CosineDecay, which is not followed here");
    sx_free(notes);
    notes = training_of(NETS "squares.keras", &train, &known);
    assert_false(known);
    assert_true(train.optimiser == SX_OPTIMISER_ADAM && near(train.learning_rate, 0.001));
    assert_says(notes, "RMSprop, which is not there");
    assert_says(notes, "mean_squared_error, which is not there");
    sx_free(notes);
    notes = training_of(NETS "four.keras", &train, &known);
    assert_true(known && train.loss == SX_LOSS_SOFTMAX);
    assert_says(notes, "never compiled");
    sx_free(notes);
    notes = training_of(NETS "../accidents/only_in_keras.keras", &train, &known);
    assert_says(notes, "Left out in training here: kernel_regularizer (L2) of ");
    assert_says(
        notes, "Left out in training here: trainable=False of batch_normalization_2 (trained like the rest)");
    sx_free(notes);
}

/* --- weights ---------------------------------------------------------------------------------------- */

static sx_model *begin(fixture *f, const sx_run_plan *plan, size_t axis) {
    sx_model *model = NULL;
    const sx_model_options building = {
        .input = plan->features->shape, .classes = TINY_LABELS, .batch = 1, .seed = 3, .threads = 1};
    if (sx_model_build(plan->specs[axis], &building, &model, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    if (sx_net_begin(&plan->net, model, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    return model;
}

static int layer_of(const sx_model *model, const char *name) {
    for (size_t i = 0; i < sx_model_layer_count(model); i++)
        if (strcmp(sx_model_layer_name(model, i), name) == 0) return (int)i;
    fail_msg("no layer %s", name);
    return -1;
}

/* Weights of the file where they are not under test, the same on every axis; what varies is as new. */
static void the_files_weights_are_taken_alike(void **state) {
    fixture *f = *state;
    f->options.from_weights = true;
    sx_run_plan *plan = plan_of(f);
    sx_model *own = NULL, *models[3] = {NULL};
    const sx_model_options building = {.batch = 1, .threads = 1};
    if (sx_keras_build(plan->net.keras, &building, &own, &f->err) != SX_OK) fail_msg("%s", f->err.text);
    for (size_t a = 0; a < 3; a++) {
        models[a] = begin(f, plan, a);
        static const char *const taken[] = {"conv1", "conv2", "hidden", "scores", "ln", "bn_row"};
        for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
            int here = layer_of(models[a], taken[i]), there = layer_of(own, taken[i]);
            assert_memory_equal(sx_model_layer_weight(models[a], (size_t)here, 0),
                                sx_model_layer_weight(own, (size_t)there, 0),
                                sx_model_layer_plan(own, (size_t)there)->weights[0].count * sizeof(float));
        }
        const float *gamma = sx_model_layer_weight(models[a], (size_t)layer_of(models[a], "bn1"), 0);
        assert_true(gamma[0] == 1.0F);
    }
    assert_int_equal(plan->net.about->taken_count, 6);
    assert_int_equal(plan->net.about->fresh_count, 2);
    assert_string_equal(plan->net.about->fresh[0], "bn1");
    for (size_t a = 0; a < 3; a++)
        sx_model_free(models[a]);
    sx_model_free(own);
    sx_run_plan_free(plan);
}

/* --- the whole -------------------------------------------------------------------------------------- */

static void the_owner_is_told_what_to_change(void **state) {
    fixture *f = *state;
    sx_comparison *made = tiny_study_compare(f);
    made->verdict.axis = SX_AXIS_FREQUENCY;
    made->verdict.kind = SX_VERDICT_WINNER;
    char *text = sx_comparison_text(made, &f->tiny.features),
         *json = sx_comparison_json(made, &f->tiny.features);
    assert_says(text, "In your script, change axis= in these 2 lines:\n"
                      "  bn1     axis=-1  ->  axis=2\n"
                      "  bn2     axis=1  ->  axis=2\n");
    assert_says(text, "Not varied: ln (LayerNormalization, axis=-1): ");
    assert_says(json, "\"to\": \"axis=2\"");
    assert_says(json, "\"keras_code\": ");
    sx_free_text(text);
    sx_free_text(json);
    made->verdict.axis = SX_AXIS_TIME;
    text = sx_comparison_text(made, &f->tiny.features);
    assert_says(text, "in this line:\n  bn1     axis=-1  ->  axis=1\n  bn2     axis=1  stays\n");
    sx_free_text(text);
    made->verdict.kind = SX_VERDICT_UNDECIDED;
    text = sx_comparison_text(made, &f->tiny.features);
    assert_says(text, "Nothing is decided, so your script may stay as it is.");
    sx_free_text(text);
    sx_comparison_free(made);
}

/* Numbers are Keras's, words are the user's. */
static void words_follow_the_order(void **state) {
    fixture *f = *state;
    sx_comparison *made = tiny_study_compare(f);
    size_t length = strlen(f->folder);
    f->options.order = SX_ORDER_FREQUENCY_TIME;
    snprintf(f->folder + length, sizeof f->folder - length, "/other");
    sx_comparison *turned = tiny_study_compare(f);
    f->folder[length] = '\0';
    char *json = sx_comparison_json(turned, &f->tiny.features);
    assert_says(json, "\"axis\": \"time\",\n      \"keras_axis\": 2");
    assert_says(json, "\"order\": \"frequency,time\"");
    for (size_t a = 0; a < 3; a++)
        assert_true(made->axes[a].accuracy.mean == turned->axes[a].accuracy.mean);
    sx_free_text(json);
    sx_comparison_free(made);
    sx_comparison_free(turned);
}

static void another_file_order_or_beginning_is_another_study(void **state) {
    fixture *f = *state;
    sx_comparison *made = NULL;
    sx_comparison_free(tiny_study_compare(f));
    f->options.from_weights = true;
    f->options.order = SX_ORDER_FREQUENCY_TIME;
    assert_int_equal(sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err), SX_E_ARGUMENT);
    assert_says(f->err.text, "begins with the file's weights is 0 there and 1 here");
    assert_says(f->err.text, "order of the axes is time,frequency there and frequency,time here");
    f->options.from_weights = false;
    f->options.order = SX_ORDER_TIME_FREQUENCY;
    f->options.model = NETS "turned.keras";
    assert_int_equal(sx_compare(&f->tiny.features, &f->options, NULL, &made, &f->err), SX_E_ARGUMENT);
    assert_says(f->err.text, "content of the Keras file");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_varies_keeps_the_axis_and_the_rest_stays, set_up,
                                        tiny_study_close),
        cmocka_unit_test_setup_teardown(layers_can_be_chosen, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(axes_that_moved_do_not_vary, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(a_net_may_reshape_flat_arrays, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(what_cannot_be_compared_is_refused, set_up, tiny_study_close),
        cmocka_unit_test(training_is_as_the_file_was_compiled),
        cmocka_unit_test(what_cannot_be_honoured_is_said),
        cmocka_unit_test_setup_teardown(the_files_weights_are_taken_alike, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(the_owner_is_told_what_to_change, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(words_follow_the_order, set_up, tiny_study_close),
        cmocka_unit_test_setup_teardown(another_file_order_or_beginning_is_another_study, set_up,
                                        tiny_study_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
