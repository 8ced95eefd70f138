/* keras_models.h: a folder of Keras models, and words that must be in a text. Include after cmocka.h. */
#ifndef TESTS_EXCHANGE_KERAS_MODELS_H
#define TESTS_EXCHANGE_KERAS_MODELS_H

#include "base/file.h"
#include "base/memory.h"
#include "sonaxis/exchange.h"

#include <string.h>

/* check(path) for each model of a folder; how many there were. */
static size_t each_model(const char *folder, void (*check)(const char *path)) {
    char **names = NULL;
    size_t count = 0, done = 0;
    assert_int_equal(sx_folder_list(folder, &names, &count, NULL), SX_OK);
    for (size_t i = 0; i < count; i++) {
        char *path = sx_path_join(folder, names[i]);
        if (sx_keras_is_path(path)) {
            check(path);
            done++;
        }
        sx_free(path);
    }
    sx_names_free(names, count);
    return done;
}

static void says(const char *text, const char *words) {
    if (!strstr(text, words)) fail_msg("\"%s\" is not in:\n%s", words, text);
}

#endif
