/* settled.c: see settled.h. A fingerprint of the weights and of what the net was shown says what the
 * statistics are of; a file that does not fit is as good as none. */
#include "experiment/settled.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char SCHEMA[] = "sonaxis-settled-1";
enum { MOST_BYTES = 1 << 28, PRINT_CHARS = 17 };

static char *path_of(const char *folder, sx_run_id id) {
    char name[96];
    snprintf(name, sizeof name, "settled/%s-fold%zu-rep%d.json", sx_axis_name(id.axis), id.fold,
             id.repetition);
    return sx_path_join(folder, name);
}

static void print_of(const sx_source *source, const size_t *items, size_t count, char print[PRINT_CHARS]) {
    const sx_features *features = source->features;
    const size_t floats = sx_shape_count(features->shape);
    uint64_t hash =
        sx_hash(sx_model_weights(source->model), sx_model_trainable_count(source->model) * sizeof(float), 0);
    hash = sx_hash(source->standardise, sizeof *source->standardise, hash);
    for (size_t i = 0; i < count; i++)
        hash = sx_hash(features->values + items[i] * floats, floats * sizeof(float), hash);
    snprintf(print, PRINT_CHARS, "%016llx", (unsigned long long)hash);
}

static char *text_of(const sx_source *source, const char *print) {
    const float *values = sx_model_statistics(source->model);
    sx_json *root = sx_json_object(), *statistics = sx_json_array();
    sx_json_set_text(root, "schema", SCHEMA);
    sx_json_set_text(root, "of", print);
    for (size_t i = 0; i < sx_model_statistics_count(source->model); i++)
        sx_json_append_number(statistics, (double)values[i]);
    sx_json_set(root, "statistics", statistics);
    char *text = sx_json_dump(root, 0);
    sx_json_free(root);
    return text;
}

sx_status sx_settled_keep(const char *folder, sx_run_id id, const sx_source *source, const size_t *items,
                          size_t count, sx_error *err) {
    char print[PRINT_CHARS];
    print_of(source, items, count, print);
    char *settled = sx_path_join(folder, "settled"), *path = path_of(folder, id),
         *text = text_of(source, print);
    sx_status status = settled && path && text ? sx_folder_create(settled, err) : sx_fail_memory(err, 1024);
    if (status == SX_OK) status = sx_file_write(path, text, strlen(text), err);
    sx_free(text);
    sx_free(path);
    sx_free(settled);
    return status;
}

static bool is_text(const sx_json *value, const char *wanted) {
    return value && sx_json_is_text(value) && strcmp(sx_json_text(value), wanted) == 0;
}

static bool take(const sx_json *root, const sx_source *source, const char *print) {
    const sx_json *statistics = sx_json_get(root, "statistics");
    const size_t count = sx_model_statistics_count(source->model);
    float *values = sx_model_statistics(source->model);
    if (!is_text(sx_json_get(root, "schema"), SCHEMA) || !is_text(sx_json_get(root, "of"), print))
        return false;
    if (!statistics || !sx_json_is_array(statistics) || sx_json_count(statistics) != count) return false;
    for (size_t i = 0; i < count; i++)
        if (!sx_json_is_number(sx_json_at(statistics, i))) return false;
    for (size_t i = 0; i < count; i++)
        values[i] = (float)sx_json_number(sx_json_at(statistics, i));
    sx_model_weights_changed(source->model);
    return true;
}

bool sx_settled_take(const char *folder, sx_run_id id, const sx_source *source, const size_t *items,
                     size_t count) {
    char *path = path_of(folder, id), print[PRINT_CHARS];
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_json *root = NULL;
    bool taken = false;
    if (path && sx_file_look(path, NULL) == SX_FILE_REGULAR &&
        sx_file_read(path, MOST_BYTES, &bytes, &size, NULL) == SX_OK) {
        print_of(source, items, count, print);
        if (sx_json_parse((const char *)bytes, size, path, &root, NULL) == SX_OK)
            taken = sx_json_is_object(root) && take(root, source, print);
        sx_json_free(root);
        sx_free(bytes);
    }
    sx_free(path);
    return taken;
}
