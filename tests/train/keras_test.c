/* keras_test.c: small nets against Keras 3.15: forward, loss, gradients, weights and moving statistics after
 * steps of every optimiser, and the history of one whole fit. Numbers and what they cover:
 * tests/golden/keras/make.py.
 *
 * All must agree to 2e-5 (max |a - b| / max |b| per tensor), which is what float32 sums in another order
 * leave room for: the gradients of a net of four blocks come to 5e-6. */
#include "train/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "train/close.h"
#include "train/golden.h"
#include "train/loss.h"
#include "train/optimiser.h"

#include <stdlib.h>

static const double tolerance = 2e-5;

typedef struct net {
    golden g;
    sx_loss loss;
    size_t batch, classes;
    float *weight, *slopes;
} net;

static void open_net(net *n, const char *name) {
    golden probe = {0};
    snprintf(probe.path, sizeof probe.path, "%s/keras/%s.npz", SX_GOLDEN, name);
    sx_npy logits = golden_array(&probe, "logits");
    char *loss = golden_text(&probe, "loss", 0);
    n->batch = (size_t)golden_number(&probe, "batch");
    n->classes = logits.dims[1];
    n->loss = strcmp(loss, "sigmoid") == 0 ? SX_LOSS_SIGMOID : SX_LOSS_SOFTMAX;
    golden_open(&n->g, name, n->classes, n->batch);
    n->weight = golden_floats(&n->g, "weight");
    n->slopes = sx_alloc(n->batch * n->classes, sizeof(float));
    assert_non_null(n->slopes);
    sx_npy_clear(&logits);
    sx_free(loss);
}

static void close_net(net *n) {
    golden_close(&n->g);
    sx_free(n->weight);
    sx_free(n->slopes);
}

/* Training forward and backward of batch k % 2; the loss. */
static double forward_backward(net *n, size_t k, const float **logits) {
    const sx_source source = {n->g.model, &n->g.features, &golden_standardise};
    const size_t first = k % 2 * n->batch;
    size_t correct, items[16];
    assert_true(n->batch <= 16);
    for (size_t i = 0; i < n->batch; i++)
        items[i] = first + i;
    sx_source_load(&source, items, n->batch);
    *logits = sx_model_forward(n->g.model, n->batch, SX_RUN_TRAIN, (uint32_t)k);
    double loss = sx_loss_batch(n->loss, *logits, n->g.features.labels + first, n->weight + first, n->batch,
                                n->classes, n->slopes, &correct);
    return loss;
}

static double check_logits(const net *n, const char *block, const float *logits) {
    float *wanted = golden_floats(&n->g, block);
    double error = relative_error(logits, wanted, n->batch * n->classes);
    golden_check(n->g.path, block, error, tolerance);
    sx_free(wanted);
    return error;
}

static void check_first_step(net *n, const char *name) {
    const sx_source source = {n->g.model, &n->g.features, &golden_standardise};
    size_t items[16];
    const float *logits;
    for (size_t i = 0; i < n->batch; i++)
        items[i] = i;
    sx_source_load(&source, items, n->batch);
    double forward = check_logits(n, "logits", sx_model_forward(n->g.model, n->batch, SX_RUN_INFER, 0));
    double loss = forward_backward(n, 0, &logits), wanted = golden_number(&n->g, "first_loss");
    double train = check_logits(n, "train_logits", logits);
    assert_close(loss / wanted, 1, tolerance);
    sx_model_backward(n->g.model, n->batch, n->slopes, 0);
    double gradient = golden_compare(&n->g, "gradient", true, tolerance);
    print_message("%-12s logits %.1e, training %.1e, loss %.1e, gradients %.1e", name, forward, train,
                  fabs(loss / wanted - 1), gradient);
}

static void check_run(net *n, const char *text) {
    char label[32], kind[16], block[48];
    int steps, nesterov;
    sx_train_options options;
    sx_slots slots;
    sx_error err;
    sx_train_default(&options);
    assert_int_equal(sscanf(text, "%31s %15s %d %lf %lf %d %lf", label, kind, &steps, &options.learning_rate,
                            &options.momentum, &nesterov, &options.weight_decay),
                     7);
    options.nesterov = nesterov != 0;
    options.optimiser = strcmp(kind, "sgd") == 0    ? SX_OPTIMISER_SGD
                        : strcmp(kind, "adam") == 0 ? SX_OPTIMISER_ADAM
                                                    : SX_OPTIMISER_ADAMW;
    golden_set(&n->g, "initial");
    sx_model *model = n->g.model;
    assert_int_equal(sx_slots_init(&slots, options.optimiser, sx_model_trainable_count(model), &err), SX_OK);
    for (size_t k = 0; k < (size_t)steps; k++) {
        const float *logits;
        (void)forward_backward(n, k, &logits);
        sx_model_backward(model, n->batch, n->slopes, (uint32_t)k);
        sx_optimiser_step(&options, options.learning_rate, k + 1, sx_kernels_get(), sx_model_pool(model),
                          sx_model_gradients(model), sx_model_weights(model), &slots);
        sx_model_weights_changed(model);
    }
    sx_slots_clear(&slots);
    snprintf(block, sizeof block, "run_%s", label);
    print_message(", %s %.1e", label, golden_compare(&n->g, block, false, tolerance));
}

static void check_net(const char *name) {
    net n;
    open_net(&n, name);
    check_first_step(&n, name);
    sx_npy runs = golden_array(&n.g, "runs");
    for (size_t i = 0; i < runs.count; i++) {
        char *text = sx_npy_label(&runs, i);
        check_run(&n, text);
        sx_free(text);
    }
    print_message("\n");
    sx_npy_clear(&runs);
    close_net(&n);
}

static void channels(void **state) { (void)state, check_net("channels"); }
static void frequency(void **state) { (void)state, check_net("frequency"); }
static void time_axis(void **state) { (void)state, check_net("time"); }
static void axis_three(void **state) { (void)state, check_net("axis3"); }
static void depthwise(void **state) { (void)state, check_net("depthwise"); }
static void residual(void **state) { (void)state, check_net("residual"); }
static void activations(void **state) { (void)state, check_net("activations"); }
static void sigmoid(void **state) { (void)state, check_net("sigmoid"); }
static void wide(void **state) { (void)state, check_net("wide"); }

static void check_series(const golden *g, const char *name, const sx_epoch *epochs, size_t offset) {
    sx_npy wanted = golden_array(g, name);
    for (size_t i = 0; i < wanted.count; i++) {
        double value;
        memcpy(&value, (const char *)&epochs[i] + offset, sizeof value);
        assert_close(value, sx_npy_number(&wanted, i), tolerance);
    }
    sx_npy_clear(&wanted);
}

static void a_whole_fit_has_the_history_of_keras(void **state) {
    enum { TRAIN = 24, VALIDATION = 9 };
    size_t items[TRAIN + VALIDATION];
    golden g;
    sx_train_options options;
    sx_history history;
    sx_error err = {0};
    (void)state;
    golden_open(&g, "fit", 3, TRAIN);
    for (size_t i = 0; i < TRAIN + VALIDATION; i++)
        items[i] = i;
    sx_train_default(&options);
    options.epochs = 8;
    options.batch = TRAIN;
    options.optimiser = SX_OPTIMISER_ADAMW;
    options.learning_rate = 0.01;
    options.weight_decay = 0.02;
    options.schedule = SX_SCHEDULE_COSINE;
    options.warmup_epochs = 2;
    options.class_weights = true;
    if (sx_train_fit(g.model, &g.features, &golden_standardise, items, TRAIN, items + TRAIN, VALIDATION,
                     &options, NULL, NULL, NULL, &history, &err) != SX_OK)
        fail_msg("%s", err.text);
    assert_int_equal(history.count, 8);
    check_series(&g, "loss", history.epochs, offsetof(sx_epoch, loss));
    check_series(&g, "accuracy", history.epochs, offsetof(sx_epoch, accuracy));
    check_series(&g, "val_loss", history.epochs, offsetof(sx_epoch, validation_loss));
    check_series(&g, "val_accuracy", history.epochs, offsetof(sx_epoch, validation_accuracy));
    check_series(&g, "rates", history.epochs, offsetof(sx_epoch, learning_rate));
    print_message("fit          weights after 8 epochs %.1e\n",
                  golden_compare(&g, "final", false, tolerance));
    sx_history_clear(&history);
    golden_close(&g);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels),    cmocka_unit_test(frequency),
        cmocka_unit_test(time_axis),   cmocka_unit_test(axis_three),
        cmocka_unit_test(depthwise),   cmocka_unit_test(residual),
        cmocka_unit_test(activations), cmocka_unit_test(sigmoid),
        cmocka_unit_test(wide),        cmocka_unit_test(a_whole_fit_has_the_history_of_keras),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
