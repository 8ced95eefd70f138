/* study_options.c: texts of the command line that say how a study is made, and what every study is called. */
#include "study_options.h"

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

sx_status cli_bad_option(sx_error *err, const char *format, const char *value) {
    err->status = SX_E_ARGUMENT;
    snprintf(err->text, sizeof err->text, format, value);
    return SX_E_ARGUMENT;
}

sx_status cli_out_of_memory(sx_error *err) {
    *err = (sx_error){SX_E_MEMORY, "out of memory"};
    return SX_E_MEMORY;
}

sx_status cli_read_axes(const char *list, sx_axis_order order, sx_compare_options *to, sx_error *err) {
    char *copy = cli_text("%s", list), *rest = copy;
    sx_status status = SX_OK;
    to->axis_count = 0;
    for (char *word = strtok_r(rest, ", ", &rest); word && !status; word = strtok_r(NULL, ", ", &rest)) {
        sx_axis axis;
        status = sx_axis_parse_word(order, word, &axis, err);
        for (size_t i = 0; i < to->axis_count && !status; i++) {
            if (to->axes[i] == axis) status = cli_bad_option(err, "--axes: '%s' names an axis twice", list);
        }
        if (!status && to->axis_count == SX_MAX_AXES)
            status = cli_bad_option(err, "--axes: '%s' are too many", list);
        if (!status) to->axes[to->axis_count++] = axis;
    }
    if (!status && to->axis_count < 2)
        status = cli_bad_option(err, "--axes: '%s' is not two or three axes", list);
    free(copy);
    return status;
}

sx_status cli_read_folds(const char *text, sx_fold_options *to, sx_error *err) {
    static const char *const kinds[] = {"auto", "official", "group", "stratified"};
    static const char *const problem =
        "--folds: '%s' is none of auto, group, stratified, official, a number from 2 to 100, or KIND:NUMBER";
    const char *colon = strchr(text, ':'), *number = colon ? colon + 1 : text;
    size_t length = colon ? (size_t)(colon - text) : strlen(text);
    bool named = false;
    for (int kind = 0; kind < 4; kind++) {
        if (strlen(kinds[kind]) != length || strncmp(kinds[kind], text, length) != 0) continue;
        to->kind = (sx_fold_kind)kind;
        named = true;
    }
    if (named && !colon) return SX_OK;
    char *end = NULL;
    long count = strtol(number, &end, 10);
    if ((colon && !named) || end == number || *end || count < 2 || count > 100) {
        return cli_bad_option(err, problem, text);
    }
    to->count = (int)count;
    return SX_OK;
}

char *cli_title_of(const char *path) {
    char *copy = cli_text("%s", path);
    size_t length = strlen(copy);
    while (length > 1 && copy[length - 1] == '/')
        copy[--length] = '\0';
    const char *last = cli_base_name(copy), *title = last;
    while (title > copy && title[-1] == '/')
        title--;
    while (title > copy && title[-1] != '/')
        title--;
    if (*title == '/' || *title == '.') title = last;
    char *found = cli_text("%s", title);
    free(copy);
    return found;
}
