/* net_training.c: Keras's compile configuration as options of training. Batch and epochs are arguments of
 * fit(), which no file keeps. */
#include "experiment/net.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* Keras keeps numbers as float32, so 0.02 comes as 0.0199999996: back to what was written. */
static double as_written(double value) {
    char text[32];
    double written = value;
    sx_print(text, sizeof text, "%.6g", value);
    bool same = sx_text_to_double(text, &written) && fabs(written - value) <= 1e-7 * fabs(value);
    return same ? written : value;
}

static void take_number(double value, double *to) {
    if (!isnan(value)) *to = as_written(value);
}

/* --- optimiser -------------------------------------------------------------------------------------- */

static bool take_optimiser(const sx_keras_training *file, sx_train_options *train) {
    static const struct {
        const char *name;
        sx_optimiser optimiser;
    } known[] = {{"Adam", SX_OPTIMISER_ADAM}, {"AdamW", SX_OPTIMISER_ADAMW}, {"SGD", SX_OPTIMISER_SGD}};
    const char *name = file->optimiser;
    if (strcmp(name, "adam") == 0) name = "Adam";
    if (strcmp(name, "adamw") == 0) name = "AdamW";
    if (strcmp(name, "sgd") == 0) name = "SGD";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name) != 0) continue;
        train->optimiser = known[i].optimiser;
        take_number(file->learning_rate, &train->learning_rate);
        take_number(file->momentum, &train->momentum);
        take_number(file->beta_1, &train->beta1);
        take_number(file->beta_2, &train->beta2);
        take_number(file->epsilon, &train->epsilon);
        take_number(file->weight_decay, &train->weight_decay);
        train->nesterov = file->nesterov;
        return true;
    }
    return false;
}

static void say_optimiser(const sx_keras_training *file, const sx_train_options *train, bool taken,
                          sx_text *notes) {
    if (!taken) {
        sx_text_format(notes,
                       "The file was compiled with %s, which is not there: Adam with learning rate %g trains "
                       "in its place.\n",
                       file->optimiser, train->learning_rate);
        return;
    }
    sx_text_format(notes, "From the file: %s", file->optimiser);
    if (!isnan(file->learning_rate)) sx_text_format(notes, ", learning rate %.6g", file->learning_rate);
    if (train->optimiser == SX_OPTIMISER_SGD && file->momentum > 0)
        sx_text_format(notes, ", momentum %.6g%s", file->momentum, file->nesterov ? " (Nesterov's)" : "");
    if (file->weight_decay > 0) sx_text_format(notes, ", weight decay %.6g", file->weight_decay);
    if (train->optimiser != SX_OPTIMISER_SGD && file->beta_1 > 0)
        sx_text_format(notes, ", betas %.6g and %.6g, epsilon %.6g", train->beta1, train->beta2,
                       train->epsilon);
    sx_text_add(notes, ".\n");
}

static void say_schedule(const sx_keras_training *file, const sx_train_options *train, sx_text *notes) {
    if (!file->schedule[0]) return;
    sx_text_format(notes,
                   "Its learning rate follows %s, which is not followed here: it stays at %.6g (or give "
                   "--schedule).\n",
                   file->schedule, train->learning_rate);
}

/* --- loss ------------------------------------------------------------------------------------------- */

static bool take_loss(const char *name, sx_train_options *train) {
    if (strcmp(name, "sparse_categorical_crossentropy") == 0 || strcmp(name, "categorical_crossentropy") == 0)
        train->loss = SX_LOSS_SOFTMAX;
    else if (strcmp(name, "binary_crossentropy") == 0)
        train->loss = SX_LOSS_SIGMOID;
    else
        return false;
    return true;
}

/* Never compiled: what belongs to the last layer. */
static void guess_loss(const sx_keras *keras, sx_train_options *train) {
    sx_model *model = NULL;
    sx_shape input = sx_keras_input(keras);
    if (input.time == 0) input.time = 100;
    if (input.frequency == 0) input.frequency = 100;
    const sx_model_options building = {.input = input, .batch = 1, .threads = 1};
    if (sx_model_build(sx_keras_spec(keras), &building, &model, NULL) != SX_OK) return;
    train->loss = sx_model_output(model) == SX_OUTPUT_SIGMOID ? SX_LOSS_SIGMOID : SX_LOSS_SOFTMAX;
    sx_model_free(model);
}

static void say_loss(const sx_keras_training *file, bool known, sx_text *notes) {
    if (!file->loss[0]) return;
    if (known)
        sx_text_format(notes, "From the file: loss %s.\n", file->loss);
    else
        sx_text_format(notes, "The file was compiled with loss %s, which is not there.\n", file->loss);
    if (file->label_smoothing > 0)
        sx_text_format(notes, "Its label smoothing of %.6g is not there: labels are taken as they are.\n",
                       file->label_smoothing);
}

sx_status sx_net_training(const sx_keras *keras, sx_train_options *train, bool *loss_known, char **notes,
                          sx_error *err) {
    sx_keras_training file = sx_keras_get_training(keras);
    sx_text text = {0};
    *loss_known = true;
    if (!file.optimiser[0] && !file.loss[0]) {
        sx_text_add(&text,
                    "The file was never compiled: optimiser and learning rate are those of sonaxis.\n");
    } else if (file.optimiser[0]) {
        bool taken = take_optimiser(&file, train);
        say_optimiser(&file, train, taken, &text);
        if (taken) say_schedule(&file, train, &text);
    }
    if (file.loss[0])
        *loss_known = take_loss(file.loss, train);
    else
        guess_loss(keras, train);
    say_loss(&file, *loss_known, &text);
    sx_net_say_dropped(keras, &text);
    char *made = sx_text_take(&text);
    if (!made) return sx_fail(err, SX_E_MEMORY, "out of memory for what is said of the training");
    *notes = made;
    return SX_OK;
}
