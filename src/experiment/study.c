/* study.c: see study.h. */
#include "experiment/study.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

static void add_text(sx_study *study, const char *name, const char *value) {
    assert(study->count < SX_STUDY_SETTINGS);
    char *copy = sx_copy_text(value ? value : "");
    study->failed = study->failed || !copy;
    study->settings[study->count++] = (sx_setting){.name = name, .value = copy};
}

SX_PRINTF(3, 4) static void add(sx_study *study, const char *name, const char *format, ...) {
    char value[160];
    va_list arguments;
    va_start(arguments, format);
    (void)sx_format_plain(value, sizeof value, format, arguments);
    va_end(arguments);
    add_text(study, name, value);
}

static void add_number(sx_study *study, const char *name, double number) {
    sx_text value = {0};
    sx_text_add_number(&value, number);
    add_text(study, name, value.chars);
    study->failed = study->failed || value.failed;
    sx_text_clear(&value);
}

static uint64_t hash_items(const size_t *items, size_t count, uint64_t hash) {
    for (size_t i = 0; i < count; i++) {
        uint64_t item = items[i];
        hash = sx_hash(&item, sizeof item, hash);
    }
    uint64_t end = count;
    return sx_hash(&end, sizeof end, hash);
}

static uint64_t hash_folds(const sx_folds *folds) {
    uint64_t hash = 0;
    for (size_t i = 0; i < folds->count; i++) {
        const sx_fold *fold = &folds->folds[i];
        hash = hash_items(fold->train, fold->train_count, hash);
        hash = hash_items(fold->validation, fold->validation_count, hash);
        hash = hash_items(fold->test, fold->test_count, hash);
    }
    return hash;
}

/* Names that people gave decide what a net's output means. */
static uint64_t hash_labels(const sx_features *features) {
    uint64_t hash = features->label_count;
    for (size_t i = 0; features->label_names && i < features->label_count; i++)
        hash = sx_hash(features->label_names[i], strlen(features->label_names[i]) + 1, hash);
    return hash;
}

static void describe_data(const sx_run_plan *plan, sx_study *study) {
    const sx_features *features = plan->features;
    add(study, "number of recordings", "%zu", features->count);
    add(study, "shape", "%zux%zux%zu", features->shape.time, features->shape.frequency,
        features->shape.channels);
    add(study, "number of labels", "%zu", features->label_count);
    add(study, "names of the labels", "%016llx", (unsigned long long)hash_labels(features));
    add(study, "content of the recordings", "%016llx", (unsigned long long)features->content_hash);
    add(study, "number of folds", "%zu", plan->folds->count);
    add(study, "seed of the folds", "%llu", (unsigned long long)plan->options->folds.seed);
    add(study, "division into folds", "%016llx", (unsigned long long)hash_folds(plan->folds));
}

/* "none", or "0.0003 0.001 0.003, judged with recomputed statistics". */
static void describe_tuning(const sx_compare_options *options, sx_study *study) {
    const sx_tune_options *tune = &options->tune;
    sx_text value = {0};
    if (tune->rate_count == 0) sx_text_add(&value, "none");
    for (size_t i = 0; i < tune->rate_count; i++) {
        sx_text_add(&value, i == 0 ? "" : " ");
        sx_text_add_number(&value, tune->rates[i]);
    }
    for (size_t i = 0; i < tune->momentum_count; i++) {
        sx_text_add(&value, i == 0 ? ", momenta " : " ");
        sx_text_add_number(&value, tune->momenta[i]);
    }
    if (tune->rate_count > 0)
        sx_text_format(&value, ", judged with %s statistics", sx_statistics_name(options->statistics));
    add_text(study, "tuning", value.chars);
    add_text(study, "statistics that choose the epoch",
             options->train.patience > 0 && options->statistics != SX_STATISTICS_MOVING
                 ? "of the last batches"
                 : "moving");
    study->failed = study->failed || value.failed;
    sx_text_clear(&value);
}

static void describe_training(const sx_train_options *train, sx_study *study) {
    add(study, "epochs", "%d", train->epochs);
    add(study, "batch", "%d", train->batch);
    add_number(study, "learning rate", train->learning_rate);
    add(study, "loss", "%d", (int)train->loss);
    add(study, "optimiser", "%d", (int)train->optimiser);
    add_number(study, "momentum", train->momentum);
    add(study, "nesterov", "%d", (int)train->nesterov);
    add_number(study, "beta1", train->beta1);
    add_number(study, "beta2", train->beta2);
    add_number(study, "epsilon", train->epsilon);
    add_number(study, "weight decay", train->weight_decay);
    add(study, "schedule", "%d", (int)train->schedule);
    add_number(study, "warm-up epochs", train->warmup_epochs);
    add_number(study, "step factor", train->step_factor);
    add(study, "step epochs", "%d", train->step_epochs);
    add(study, "class weights", "%d", (int)train->class_weights);
    add(study, "exact", "%d", (int)train->exact);
    add(study, "patience", "%d", train->patience);
    add_number(study, "jitter in ms", train->jitter_ms);
    add(study, "seed", "%llu", (unsigned long long)train->seed);
}

sx_status sx_study_describe(const sx_run_plan *plan, sx_study *study, sx_error *err) {
    sx_study made = {0};
    char *net = sx_model_spec_json(plan->net.spec);
    made.failed = !net;
    add(&made, "version of sonaxis", "%s", SX_VERSION);
    describe_data(plan, &made);
    add_text(&made, "net", net);
    add_text(&made, "choice of layers that vary", plan->options->vary);
    add(&made, "content of the Keras file", "%016llx", (unsigned long long)plan->net.hash);
    add(&made, "begins with the file's weights", "%d", (int)plan->net.from_weights);
    add_text(&made, "order of the axes", sx_axis_order_name(sx_model_spec_order(plan->net.spec)));
    add_text(&made, "training in the Keras file", plan->options->training_notes);
    describe_tuning(plan->options, &made);
    describe_training(&plan->options->train, &made);
    add_number(&made, "margin", plan->options->margin);
    add_number(&made, "confidence", plan->options->confidence);
    sx_free_text(net);
    if (made.failed) {
        sx_study_clear(&made);
        return sx_fail(err, SX_E_MEMORY, "out of memory for the description of the study");
    }
    *study = made;
    return SX_OK;
}

void sx_study_clear(sx_study *study) {
    for (size_t i = 0; i < study->count; i++)
        sx_free(study->settings[i].value);
    *study = (sx_study){0};
}
