/* keras_training.c: the compile configuration: optimiser and loss as Keras's own names and numbers. */
#include "exchange/keras_training.h"

#include <string.h>

/* "Custom>Adam" and "keras.optimizers>Adam" are Adam. */
static const char *plain_name(const char *name) {
    const char *mark = name ? strrchr(name, '>') : NULL;
    return mark ? mark + 1 : name;
}

/* A schedule's first rate where it is not a number. */
static const sx_json *rate_of(const sx_json *config, const sx_json **schedule) {
    const sx_json *rate = sx_json_get(config, "learning_rate");
    if (!rate) rate = sx_json_get(config, "lr");
    *schedule = sx_json_is_object(rate) ? rate : NULL;
    return *schedule ? sx_json_get(sx_json_get(rate, "config"), "initial_learning_rate") : rate;
}

static void copy_number(const sx_json *from, const char *key, sx_json *to) {
    const sx_json *value = sx_json_get(from, key);
    if (sx_json_is_number(value)) sx_json_set_number(to, key, sx_json_number(value));
}

static void add_optimiser(const sx_json *optimiser, sx_json *out) {
    static const char *const numbers[] = {"momentum", "beta_1", "beta_2", "epsilon", "weight_decay"};
    const sx_json *config = sx_json_get(optimiser, "config"), *schedule = NULL;
    const char *name = sx_json_is_text(optimiser) ? sx_json_text(optimiser)
                                                  : sx_json_text(sx_json_get(optimiser, "class_name"));
    const sx_json *rate = rate_of(config, &schedule);
    if (!name) return;
    sx_json_set_text(out, "optimiser", plain_name(name));
    if (sx_json_is_number(rate)) sx_json_set_number(out, "learning_rate", sx_json_number(rate));
    if (schedule) sx_json_set_text(out, "schedule", sx_json_text(sx_json_get(schedule, "class_name")));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        copy_number(config, numbers[i], out);
    const sx_json *nesterov = sx_json_get(config, "nesterov");
    if (sx_json_is_bool(nesterov)) sx_json_set_bool(out, "nesterov", sx_json_bool(nesterov));
}

/* "SparseCategoricalCrossentropy" -> "sparse_categorical_crossentropy", as compile() takes both. */
static void add_loss(const sx_json *loss, sx_json *out) {
    static const char *const names[][2] = {
        {"SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"},
        {"CategoricalCrossentropy", "categorical_crossentropy"},
        {"BinaryCrossentropy", "binary_crossentropy"}};
    const char *name = sx_json_text(loss);
    if (!name) name = plain_name(sx_json_text(sx_json_get(loss, "class_name")));
    for (size_t i = 0; name && i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i][0]) == 0) name = names[i][1];
    if (!name) return;
    sx_json_set_text(out, "loss", name);
    copy_number(sx_json_get(loss, "config"), "label_smoothing", out);
}

sx_json *sx_keras_training_read(const sx_json *training) {
    sx_json *out = sx_json_object();
    const sx_json *optimiser = sx_json_get(training, "optimizer");
    if (!optimiser) optimiser = sx_json_get(training, "optimizer_config");
    add_optimiser(optimiser, out);
    add_loss(sx_json_get(training, "loss"), out);
    return out;
}
