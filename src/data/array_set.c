/* array_set.c: NumPy arrays as a data set: X with labels and groups beside it or in the same .npz. */
#include "data/array_set.h"

#include "arrays/npz.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/listing.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool ends_with(const char *path, const char *extension) {
    const char *dot = strrchr(path, '.');
    return dot != NULL && strcasecmp(dot, extension) == 0;
}

bool sx_is_array_name(const char *path) { return ends_with(path, ".npy") || ends_with(path, ".npz"); }

static void describe_dims(const sx_npy *array, char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "(");
    for (int i = 0; i < array->rank && used < size; i++) {
        used += (size_t)snprintf(text + used, size - used, i == 0 ? "%zu" : ", %zu", array->dims[i]);
    }
    if (used < size) snprintf(text + used, size - used, ")");
}

static sx_status check_examples(const char *path, const sx_npy *array, sx_error *err) {
    char dims[160];
    describe_dims(array, dims, sizeof dims);
    if (!sx_npy_is_number(array)) {
        return sx_fail(err, SX_E_DATA, "%s: X holds %s; it must hold numbers", path, sx_npy_type_name(array));
    }
    if (array->rank != 3 && array->rank != 4) {
        return sx_fail(err, SX_E_SHAPE,
                       "%s: X is %s; it must be (n, time, frequency) or (n, time, frequency, channels)", path,
                       dims);
    }
    if (array->count == 0) return sx_fail(err, SX_E_DATA, "%s: X is %s: it holds nothing", path, dims);
    return SX_OK;
}

sx_status sx_array_set_read(const char *path, sx_npy *out, sx_error *err) {
    sx_npy array = {0};
    if (sx_file_look(path, NULL) == SX_FILE_FOLDER) return sx_array_folder_read(path, out, err);
    sx_status status =
        ends_with(path, ".npz") ? sx_npz_read(path, "X", &array, err) : sx_npy_read(path, &array, err);
    if (status == SX_OK) status = check_examples(path, &array, err);
    if (status != SX_OK) {
        sx_npy_clear(&array);
        return status;
    }
    *out = array;
    return SX_OK;
}

/* One-hot rows: exactly one 1, the rest 0; *label = its column as text. */
static sx_status one_hot_label(const sx_npy *array, const char *name, size_t index, char **label,
                               sx_error *err) {
    size_t columns = array->dims[1], ones = 0, place = 0;
    bool zeros = true;
    for (size_t i = 0; i < columns; i++) {
        double value = sx_npy_number(array, index * columns + i);
        if (value > 0.5 && value < 1.5 && !(value < 1) && !(value > 1)) {
            ones++;
            place = i;
        } else if (value < 0 || value > 0) {
            zeros = false;
        }
    }
    if (ones != 1 || !zeros) {
        return sx_fail(err, SX_E_DATA, "%s: row %zu is not one-hot: it needs a single 1 and zeros", name,
                       index);
    }
    sx_text text = {0};
    sx_text_format(&text, "%zu", place);
    *label = sx_text_take(&text);
    return *label == NULL ? sx_fail_memory(err, 24) : SX_OK;
}

static sx_status name_of(const sx_npy *array, const char *name, size_t index, char **label, sx_error *err) {
    if (array->rank == 2 && array->dims[1] > 1) return one_hot_label(array, name, index, label, err);
    *label = sx_npy_label(array, index);
    if (*label == NULL) return sx_fail_memory(err, array->item_size);
    if ((*label)[0] != '\0') return SX_OK;
    sx_free(*label);
    *label = NULL;
    return sx_fail(err, SX_E_DATA, "%s: entry %zu is an empty text", name, index);
}

static sx_status check_names(const sx_npy *array, const char *name, size_t count, bool may_be_one_hot,
                             sx_error *err) {
    char dims[160];
    describe_dims(array, dims, sizeof dims);
    bool one_hot = array->rank == 2 && array->dims[1] > 1;
    bool right_rank = array->rank == 1 || (array->rank == 2 && array->dims[1] == 1) ||
                      (one_hot && may_be_one_hot && sx_npy_is_number(array));
    if (right_rank && array->dims[0] == count) return SX_OK;
    return sx_fail(err, SX_E_SHAPE, "%s: is %s; it must be (%zu), one entry for each example of X%s", name,
                   dims, count, may_be_one_hot ? ", or one-hot with as many rows" : "");
}

/* Reads labels or groups from a file of their own (path), or as a member of the .npz; out->bytes NULL = none.
 */
static sx_status read_names(const char *data_path, const char *path, const char *member, size_t count,
                            sx_npy *out, char *name, size_t name_size, sx_error *err) {
    sx_status status = SX_OK;
    if (path != NULL) {
        snprintf(name, name_size, "%s", path);
        status = sx_npy_read(path, out, err);
    } else if (ends_with(data_path, ".npz")) {
        char **members = NULL;
        size_t member_count = 0;
        status = sx_npz_names(data_path, &members, &member_count, err);
        if (status != SX_OK) return status;
        bool there = false;
        for (size_t i = 0; i < member_count; i++)
            there |= strcmp(members[i], member) == 0;
        sx_names_free(members, member_count);
        if (!there) return SX_OK;
        snprintf(name, name_size, "%s: %s", data_path, member);
        status = sx_npz_read(data_path, member, out, err);
    } else {
        return SX_OK;
    }
    return status == SX_OK ? check_names(out, name, count, strcmp(member, "y") == 0, err) : status;
}

typedef struct named {
    sx_npy array;
    char name[512];
} named;

static sx_status add_examples(const char *path, size_t count, const named *labels, const named *groups,
                              sx_listing *listing, sx_error *err) {
    size_t room = strlen(path) + 32;
    char *item_path = sx_alloc(room, 1);
    if (item_path == NULL) return sx_fail_memory(err, room);
    sx_status status = SX_OK;
    for (size_t i = 0; i < count && status == SX_OK; i++) {
        snprintf(item_path, room, "%s[%zu]", path, i);
        sx_entry entry = sx_entry_default();
        entry.path = item_path;
        if (labels->array.bytes != NULL) status = name_of(&labels->array, labels->name, i, &entry.label, err);
        if (status == SX_OK && groups->array.bytes != NULL) {
            status = name_of(&groups->array, groups->name, i, &entry.group, err);
        }
        if (status == SX_OK) status = sx_listing_add(listing, &entry, err);
        sx_free(entry.label);
        sx_free(entry.group);
    }
    sx_free(item_path);
    return status;
}

sx_status sx_list_arrays(const char *path, const sx_dataset_options *options, sx_listing *listing,
                         sx_error *err) {
    sx_npy examples = {0};
    sx_status status = sx_array_set_read(path, &examples, err);
    if (status != SX_OK) return status;
    size_t count = examples.dims[0];
    sx_npy_clear(&examples);
    listing->keeps_order = true;
    return sx_array_set_list(path, count, options, listing, err);
}

sx_status sx_array_set_list(const char *path, size_t count, const sx_dataset_options *options,
                            sx_listing *listing, sx_error *err) {
    named labels = {.name = ""}, groups = {.name = ""};
    sx_status status = SX_OK;
    if (!options->unlabelled) {
        status = read_names(path, options->labels_path, "y", count, &labels.array, labels.name,
                            sizeof labels.name, err);
        if (status == SX_OK && labels.array.bytes == NULL) {
            status =
                sx_fail(err, SX_E_DATA, "%s: has no labels; %s", path,
                        ends_with(path, ".npz") ? "the .npz needs a member y" : "name a .npy file of labels");
        }
    }
    if (status == SX_OK) {
        status = read_names(path, options->groups_path, "groups", count, &groups.array, groups.name,
                            sizeof groups.name, err);
    }
    if (status == SX_OK) status = add_examples(path, count, &labels, &groups, listing, err);
    sx_npy_clear(&labels.array);
    sx_npy_clear(&groups.array);
    return status;
}
