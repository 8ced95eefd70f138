/* keras_groups.c: what Keras 3 calls the group of a layer within a .keras file: its class in lower case,
 * numbered within the model it lies in. */
#include "exchange/keras_job.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Keras's to_snake_case: (.)([A-Z][a-z]+) -> \1_\2, then ([a-z])([A-Z]) -> \1_\2, then lower case. */
void sx_keras_snake_case(const char *name, char out[KERAS_NAME_CHARS]) {
    char first[KERAS_NAME_CHARS];
    size_t used = 0;
    for (const char *at = name; *at && used + 4 < sizeof first;) {
        bool word = isupper((unsigned char)at[1]) && islower((unsigned char)at[2]);
        first[used++] = *at++;
        if (!word) continue;
        first[used++] = '_';
        first[used++] = *at++;
        while (islower((unsigned char)*at) && used + 4 < sizeof first)
            first[used++] = *at++;
    }
    first[used] = 0;
    size_t length = 0;
    for (size_t i = 0; i < used && length + 2 < KERAS_NAME_CHARS; i++) {
        out[length++] = (char)tolower((unsigned char)first[i]);
        if (islower((unsigned char)first[i]) && isupper((unsigned char)first[i + 1])) out[length++] = '_';
    }
    out[length] = 0;
}

/* The second Conv2D is "conv2d_1". */
void sx_keras_name_groups(sx_keras_job *job, size_t scope) {
    for (size_t i = 0; i < job->count; i++) {
        size_t before = 0;
        char base[KERAS_NAME_CHARS];
        if (job->layers[i].scope != scope) continue;
        for (size_t k = 0; k < i; k++)
            before += job->layers[k].scope == scope &&
                      strcmp(job->layers[k].class_name, job->layers[i].class_name) == 0;
        sx_keras_snake_case(job->layers[i].class_name, base);
        if (before > 0)
            snprintf(job->layers[i].group, KERAS_NAME_CHARS, "%.40s_%zu", base, before);
        else
            snprintf(job->layers[i].group, KERAS_NAME_CHARS, "%s", base);
    }
}
