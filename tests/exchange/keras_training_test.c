/* A model of Keras that is trained here comes to the weights it came to in Keras: every weight and every
 * moving statistic after 1 and after 5 steps of Adam and SGD. How the numbers were made:
 * tests/keras/training.py.
 *
 * With folders as arguments it checks the cases in these instead, says how each one fared, and goes on after
 * a bad one: tests/keras/compare.py does so with hundreds. */
#include "sonaxis/exchange.h"

#include "arrays/npz.h"
#include "base/file.h"
#include "base/memory.h"
#include "model/net.h"
#include "train/loss.h"
#include "train/optimiser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a tensor's largest value. Python leaves out the runs in which Keras itself, in float32, is further than
 * 1e-5 from what it comes to in float64. */
static const double tolerance = 5e-5;
enum { TEXT_CHARS = 200, STEPS = 5 };

typedef struct training_case {
    const char *path; /* of the .npz */
    sx_model *model;
    float *weights, *statistics; /* of the file */
    float *x, *slopes;
    int *labels;
    char **layers; /* in the order of their weights */
    size_t layer_count, batch, example_size;
    sx_loss loss;
    double worst;
    char *problem; /* TEXT_CHARS, "" = none */
} training_case;

/* --- reading ---------------------------------------------------------------------------------------- */

static sx_npy member(const char *path, const char *name) {
    sx_npy out = {0};
    sx_error err = {0};
    if (sx_npz_read(path, name, &out, &err) != SX_OK) fail_msg("%s", err.text);
    return out;
}

static char **texts(const char *path, const char *name, size_t *count) {
    sx_npy array = member(path, name);
    char **out = sx_alloc(array.count, sizeof *out);
    for (size_t i = 0; i < array.count; i++)
        out[i] = sx_npy_label(&array, i);
    *count = array.count;
    sx_npy_clear(&array);
    return out;
}

static sx_loss read_loss(const char *path) {
    size_t count = 0;
    char **names = texts(path, "loss", &count);
    sx_loss loss = strcmp(names[0], "sigmoid") == 0 ? SX_LOSS_SIGMOID : SX_LOSS_SOFTMAX;
    sx_names_free(names, count);
    return loss;
}

static float *copy(const float *from, size_t count) {
    float *out = sx_alloc(count, sizeof *out);
    if (count > 0) memcpy(out, from, count * sizeof *out);
    return out;
}

static void read_arrays(training_case *c) {
    sx_npy x = member(c->path, "x"), labels = member(c->path, "labels");
    c->batch = x.dims[0] / STEPS;
    c->example_size = x.count / x.dims[0];
    c->x = sx_alloc(x.count, sizeof *c->x);
    c->labels = sx_alloc(labels.count, sizeof *c->labels);
    sx_npy_floats(&x, 0, x.count, c->x);
    for (size_t i = 0; i < x.count; i++)
        c->x[i] /= 32;
    for (size_t i = 0; i < labels.count; i++)
        c->labels[i] = (int)sx_npy_number(&labels, i);
    sx_npy_clear(&x);
    sx_npy_clear(&labels);
}

/* False, with c->problem, where the model cannot be read or built. */
static bool open_case(training_case *c, const char *model_path) {
    sx_keras *keras = NULL;
    sx_error err = {0};
    read_arrays(c);
    sx_model_options options = {.batch = c->batch, .training = true, .threads = 2};
    sx_status status = sx_keras_open(model_path, SX_ORDER_UNKNOWN, &keras, &err);
    if (status == SX_OK) status = sx_keras_build(keras, &options, &c->model, &err);
    sx_keras_free(keras);
    if (status != SX_OK) {
        snprintf(c->problem, TEXT_CHARS, "%.*s", TEXT_CHARS - 1, err.text);
        return false;
    }
    c->weights = copy(sx_model_weights(c->model), sx_model_trainable_count(c->model));
    c->statistics = copy(sx_model_statistics(c->model), sx_model_statistics_count(c->model));
    c->layers = texts(c->path, "layers", &c->layer_count);
    c->loss = read_loss(c->path);
    c->slopes = sx_alloc(c->batch * sx_model_class_count(c->model), sizeof *c->slopes);
    return true;
}

static void close_case(training_case *c) {
    sx_model_free(c->model);
    if (c->layers) sx_names_free(c->layers, c->layer_count);
    sx_free(c->weights);
    sx_free(c->statistics);
    sx_free(c->x);
    sx_free(c->labels);
    sx_free(c->slopes);
}

/* --- comparing -------------------------------------------------------------------------------------- */

static void compare_weight(training_case *c, const char *run, const char *layer, const float *ours,
                           const sx_npy *theirs, size_t at, size_t count) {
    double largest = 0, difference = 0;
    for (size_t i = 0; i < count; i++) {
        double value = sx_npy_number(theirs, at + i), here = fabs((double)ours[i] - value);
        largest = fmax(largest, fabs(value));
        difference = isfinite(here) ? fmax(difference, here) : INFINITY;
    }
    if (difference > 0) difference /= fmax(largest, 1e-30);
    c->worst = fmax(c->worst, difference);
    if (difference > tolerance && !*c->problem)
        snprintf(c->problem, TEXT_CHARS, "%.40s: layer \"%.60s\" is %.2g off, its largest value is %.3g", run,
                 layer, difference, largest);
}

static size_t find_layer(const training_case *c, const char *name) {
    for (size_t i = 0; i < sx_model_layer_count(c->model); i++)
        if (strcmp(sx_model_layer_name(c->model, i), name) == 0) return i;
    fail_msg("%s: the model has no layer \"%s\"", c->path, name);
    return 0;
}

static void compare_all(training_case *c, const char *label, size_t step) {
    char name[64];
    size_t at = 0;
    snprintf(name, sizeof name, "%.40s_%zu", label, step);
    sx_npy theirs = member(c->path, name);
    for (size_t i = 0; i < c->layer_count; i++) {
        size_t layer = find_layer(c, c->layers[i]);
        const sx_layer_plan *plan = sx_model_layer_plan(c->model, layer);
        for (int w = 0; w < plan->weight_count; w++) {
            size_t count = plan->weights[w].count;
            if (count > theirs.count - at) fail_msg("%s: %s has too few numbers", c->path, name);
            compare_weight(c, name, c->layers[i], sx_model_layer_weight(c->model, layer, w), &theirs, at,
                           count);
            at += count;
        }
    }
    if (at != theirs.count) fail_msg("%s: %s has %zu numbers, the net %zu", c->path, name, theirs.count, at);
    sx_npy_clear(&theirs);
}

/* --- training --------------------------------------------------------------------------------------- */

static void take_step(training_case *c, const sx_train_options *options, const sx_slots *slots, size_t step) {
    size_t correct = 0, floats = c->batch * c->example_size;
    sx_model *model = c->model;
    memcpy(sx_model_input(model), c->x + step * floats, floats * sizeof *c->x);
    const float *logits = sx_model_forward(model, c->batch, SX_RUN_TRAIN, (uint32_t)step);
    (void)sx_loss_batch(c->loss, logits, c->labels + step * c->batch, NULL, c->batch,
                        sx_model_class_count(model), c->slopes, &correct);
    sx_model_backward(model, c->batch, c->slopes, (uint32_t)step);
    sx_optimiser_step(options, options->learning_rate, step + 1, sx_kernels_get(), sx_model_pool(model),
                      sx_model_gradients(model), sx_model_weights(model), slots);
    sx_model_weights_changed(model);
}

/* "momentum sgd 0.01 0.9 0 0": label, optimiser, rate, momentum, Nesterov's, epsilon. */
static void read_run(const char *text, char label[32], sx_train_options *options) {
    char kind[16];
    int nesterov = 0;
    sx_train_default(options);
    assert_int_equal(sscanf(text, "%31s %15s %lf %lf %d %lf", label, kind, &options->learning_rate,
                            &options->momentum, &nesterov, &options->epsilon),
                     6);
    options->optimiser = strcmp(kind, "sgd") == 0 ? SX_OPTIMISER_SGD : SX_OPTIMISER_ADAM;
    options->nesterov = nesterov != 0;
}

static void check_run(training_case *c, const char *text) {
    char label[32];
    sx_train_options options;
    sx_slots slots;
    sx_error err;
    size_t trainable = sx_model_trainable_count(c->model);
    read_run(text, label, &options);
    memcpy(sx_model_weights(c->model), c->weights, trainable * sizeof(float));
    memcpy(sx_model_statistics(c->model), c->statistics, sx_model_statistics_count(c->model) * sizeof(float));
    sx_model_weights_changed(c->model);
    assert_int_equal(sx_slots_init(&slots, options.optimiser, trainable, &err), SX_OK);
    for (size_t step = 0; step < STEPS; step++) {
        take_step(c, &options, &slots, step);
        if (step == 0 || step + 1 == STEPS) compare_all(c, label, step + 1);
    }
    sx_slots_clear(&slots);
}

/* The largest difference; problem, of TEXT_CHARS, says what is wrong, "" = nothing. */
static double check_case(const char *model_path, const char *npz_path, size_t *runs, char *problem) {
    training_case c = {.path = npz_path, .problem = problem};
    *problem = 0;
    if (open_case(&c, model_path)) {
        size_t count = 0;
        char **texts_of_runs = texts(npz_path, "runs", &count);
        for (size_t i = 0; i < count; i++)
            check_run(&c, texts_of_runs[i]);
        *runs += count;
        sx_names_free(texts_of_runs, count);
    }
    close_case(&c);
    return c.worst;
}

/* --- folders ---------------------------------------------------------------------------------------- */

typedef struct summary {
    size_t cases, runs, bad;
    double worst;
} summary;

static void check_path(const char *path, bool go_on, summary *sum) {
    char arrays[512], problem[TEXT_CHARS];
    snprintf(arrays, sizeof arrays, "%.*s.train.npz", (int)(strrchr(path, '.') - path), path);
    if (sx_file_look(arrays, NULL) == SX_FILE_NONE) return;
    double worst = check_case(path, arrays, &sum->runs, problem);
    sum->cases++;
    sum->bad += *problem != 0;
    sum->worst = fmax(sum->worst, worst);
    if (*problem && !go_on) fail_msg("%s: %s", path, problem);
    if (*problem) print_message("%s: %s\n", path, problem);
}

static void check_folder(const char *folder, bool go_on, summary *sum) {
    char **names = NULL;
    size_t count = 0;
    sx_error err = {0};
    if (sx_folder_list(folder, &names, &count, &err) != SX_OK) fail_msg("%s", err.text);
    for (size_t i = 0; i < count; i++) {
        char *path = sx_path_join(folder, names[i]);
        if (sx_keras_is_path(path)) check_path(path, go_on, sum);
        sx_free(path);
    }
    sx_names_free(names, count);
}

static void weights_are_keras_s_after_training(void **state) {
    (void)state;
    summary sum = {0};
    check_folder(SX_GOLDEN "/keras_models/random", false, &sum);
    print_message("%zu models, %zu runs of training, largest difference %.2g\n", sum.cases, sum.runs,
                  sum.worst);
    assert_in_range(sum.cases, 20, 1000);
}

static char **folders;
static int folder_count;

static void folders_agree(void **state) {
    (void)state;
    summary sum = {0};
    for (int i = 0; i < folder_count; i++)
        check_folder(folders[i], true, &sum);
    print_message("training: %zu of %zu models within %g, %zu runs, largest difference %.3g\n",
                  sum.cases - sum.bad, sum.cases, tolerance, sum.runs, sum.worst);
    assert_int_equal(sum.bad, 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest golden[] = {cmocka_unit_test(weights_are_keras_s_after_training)};
    const struct CMUnitTest given[] = {cmocka_unit_test(folders_agree)};
    folders = argv + 1;
    folder_count = argc - 1;
    return argc > 1 ? cmocka_run_group_tests(given, NULL, NULL) : cmocka_run_group_tests(golden, NULL, NULL);
}
