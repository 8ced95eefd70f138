/* tune_file.c: a finished trial as FOLDER/tuning/<axis>-fold<k>-rate<r>[-momentum<m>].json. */
#include "experiment/tune.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char SCHEMA[] = "sonaxis-trial-1";
enum { MOST_BYTES = 1 << 16 };

char *sx_tune_path(const sx_run_plan *plan, const sx_trial *trial, const char *ending) {
    sx_text name = {0};
    sx_text_format(&name, "tuning/%s-fold%zu-rate", sx_axis_name(plan->options->axes[trial->axis]),
                   trial->fold + 1);
    sx_text_add_number(&name, trial->learning_rate);
    if (plan->options->tune.momentum_count > 0) {
        sx_text_add(&name, "-momentum");
        sx_text_add_number(&name, trial->momentum);
    }
    sx_text_format(&name, ".%s", ending);
    char *chars = sx_text_take(&name);
    char *path = chars ? sx_path_join(plan->options->folder, chars) : NULL;
    sx_free(chars);
    return path;
}

static void study_text(uint64_t study, char text[17]) { sx_print(text, 17, "%016" PRIx64, study); }

sx_status sx_tune_write(const sx_run_plan *plan, uint64_t study, const sx_trial *trial, sx_error *err) {
    char hash[17];
    study_text(study, hash);
    sx_json *root = sx_json_object();
    sx_json_set_text(root, "schema", SCHEMA);
    sx_json_set_text(root, "study", hash);
    sx_json_set_text(root, "axis", sx_axis_name(plan->options->axes[trial->axis]));
    sx_json_set_text(root, "fold", plan->folds->folds[trial->fold].name);
    sx_json_set_number(root, "learning_rate", trial->learning_rate);
    sx_json_set_number(root, "momentum", trial->momentum);
    sx_json_set_text(root, "statistics", sx_statistics_name(plan->options->statistics));
    sx_json_set_number(root, "validation_accuracy", trial->accuracy);
    sx_json_set_number(root, "validation_loss", trial->loss);
    char *json = sx_json_dump(root, 2), *path = sx_tune_path(plan, trial, "json");
    sx_json_free(root);
    sx_status status =
        json && path ? sx_file_write(path, json, strlen(json), err) : sx_fail_memory(err, 1024);
    sx_free(json);
    sx_free(path);
    return status;
}

/* null is a training that ran away. */
static bool read_number(const sx_json *root, const char *key, double *value) {
    const sx_json *member = sx_json_get(root, key);
    *value = sx_json_is_number(member) ? sx_json_number(member) : (double)NAN;
    return member && (sx_json_is_number(member) || sx_json_is_null(member));
}

static bool is_same(const sx_json *root, const char *key, const char *wanted) {
    const sx_json *member = sx_json_get(root, key);
    return member && sx_json_is_text(member) && strcmp(sx_json_text(member), wanted) == 0;
}

static bool take(const sx_json *root, uint64_t study, sx_trial *trial) {
    char hash[17];
    double accuracy, loss;
    study_text(study, hash);
    if (!is_same(root, "schema", SCHEMA) || !is_same(root, "study", hash)) return false;
    if (!read_number(root, "validation_accuracy", &accuracy) || !read_number(root, "validation_loss", &loss))
        return false;
    trial->accuracy = accuracy;
    trial->loss = loss;
    return true;
}

sx_status sx_tune_read(const sx_run_plan *plan, uint64_t study, sx_trial *trial, bool *found, sx_error *err) {
    char *path = sx_tune_path(plan, trial, "json");
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_json *root = NULL;
    *found = false;
    if (!path) return sx_fail_memory(err, 256);
    if (sx_file_look(path, NULL) == SX_FILE_REGULAR &&
        sx_file_read(path, MOST_BYTES, &bytes, &size, NULL) == SX_OK) {
        if (sx_json_parse((const char *)bytes, size, path, &root, NULL) == SX_OK)
            *found = take(root, study, trial);
        sx_json_free(root);
        sx_free(bytes);
    }
    sx_free(path);
    return SX_OK;
}
