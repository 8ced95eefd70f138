/* array_folder.c: a folder of arrays as one array of examples.
 *
 * Either every .npz holds several examples as X, with y and perhaps groups beside it; or every file lies in a
 * folder that is named after its label and is one example, (time, frequency) or (time, frequency, channels),
 * or several, (n, time, frequency, channels). Files come in the order of their names. */
#include "data/array_set.h"

#include "arrays/npz.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/listing.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- files ------------------------------------------------------------------------------------------ */

typedef struct part {
    char *path, *label; /* label NULL: it is in the file */
} part;

typedef struct parts {
    part *items;
    size_t count, capacity;
    size_t sounds; /* files that are none of ours */
} parts;

static void parts_clear(parts *all) {
    for (size_t i = 0; i < all->count; i++) {
        sx_free(all->items[i].path);
        sx_free(all->items[i].label);
    }
    sx_free(all->items);
    *all = (parts){0};
}

/* Takes path over. */
static sx_status add_part(parts *all, char *path, const char *label, sx_error *err) {
    char *copy = sx_copy_text(label);
    if (all->count == all->capacity) {
        size_t capacity = all->capacity ? 2 * all->capacity : 64;
        part *grown = sx_resize(all->items, capacity, sizeof *grown);
        if (grown) all->items = grown;
        if (grown) all->capacity = capacity;
    }
    if (all->count == all->capacity || (label && !copy)) {
        sx_free(path);
        sx_free(copy);
        return sx_fail_memory(err, 64 * sizeof(part));
    }
    all->items[all->count++] = (part){path, copy};
    return SX_OK;
}

/* Files of one folder, and of the folders in it where label is NULL. */
static sx_status find_parts(const char *folder, const char *label, parts *all, sx_error *err) {
    char **names = NULL;
    size_t count = 0;
    sx_status status = sx_folder_list(folder, &names, &count, err);
    for (size_t i = 0; status == SX_OK && i < count; i++) {
        char *path = names[i][0] == '.' ? NULL : sx_path_join(folder, names[i]);
        if (!path) continue;
        sx_file_kind kind = sx_file_look(path, NULL);
        all->sounds += kind == SX_FILE_REGULAR && sx_is_sound_name(names[i]);
        if (kind == SX_FILE_REGULAR && sx_is_array_name(names[i])) {
            status = add_part(all, path, label, err);
            continue;
        }
        if (kind == SX_FILE_FOLDER && !label && names[i][0] != '_' && sx_file_is_inside(path, folder))
            status = find_parts(path, names[i], all, err);
        sx_free(path);
    }
    sx_names_free(names, count);
    return status;
}

bool sx_is_array_folder(const char *folder) {
    parts all = {0};
    bool is = sx_file_look(folder, NULL) == SX_FILE_FOLDER && find_parts(folder, NULL, &all, NULL) == SX_OK &&
              all.count > 0 && all.sounds == 0;
    parts_clear(&all);
    return is;
}

/* --- one file --------------------------------------------------------------------------------------- */

/* Member X, or the only one. */
static sx_status read_member(const char *path, sx_npy *out, sx_error *err) {
    char **names = NULL;
    size_t count = 0;
    sx_status status = sx_npz_names(path, &names, &count, err);
    if (status == SX_OK) status = sx_npz_read(path, count == 1 ? names[0] : "X", out, err);
    sx_names_free(names, count);
    return status;
}

/* dims becomes (n, time, frequency, channels). */
static sx_status shape_part(const part *one, sx_npy *array, sx_error *err) {
    int batch = one->label && array->rank < 4 ? 0 : 1, low = one->label ? 2 : 3;
    if (!sx_npy_is_number(array))
        return sx_fail(err, SX_E_DATA, "%s: holds %s; it must hold numbers", one->path,
                       sx_npy_type_name(array));
    if (array->rank < low || array->rank > 4 || array->count == 0)
        return sx_fail(err, SX_E_SHAPE,
                       one->label ? "%s: has %d axes; one example is (time, frequency) or (time, frequency, "
                                    "channels)"
                                  : "%s: X has %d axes; it must be (n, time, frequency) or (n, time, "
                                    "frequency, channels), not empty",
                       one->path, array->rank);
    const size_t n = batch ? array->dims[0] : 1, time = array->dims[batch], bands = array->dims[batch + 1];
    array->dims[3] = array->count / (n * time * bands);
    array->dims[2] = bands;
    array->dims[1] = time;
    array->dims[0] = n;
    array->rank = 4;
    return SX_OK;
}

static sx_status read_part(const part *one, sx_npy *out, sx_error *err) {
    size_t length = strlen(one->path);
    bool zip = length > 4 && strcasecmp(one->path + length - 4, ".npz") == 0;
    sx_status status = zip ? read_member(one->path, out, err) : sx_npy_read(one->path, out, err);
    if (status != SX_OK) return status;
    status = shape_part(one, out, err);
    if (status != SX_OK) sx_npy_clear(out);
    return status;
}

/* --- all of them ------------------------------------------------------------------------------------ */

static sx_status same_shape(const part *first, const sx_npy *whole, const part *one, const sx_npy *array,
                            sx_error *err) {
    bool same = whole->dims[1] == array->dims[1] && whole->dims[2] == array->dims[2] &&
                whole->dims[3] == array->dims[3];
    if (same) return SX_OK;
    return sx_fail(err, SX_E_SHAPE,
                   "%s: an example is %zux%zux%zu, in %s it is %zux%zux%zu; cut or pad them to one size",
                   one->path, array->dims[1], array->dims[2], array->dims[3], first->path, whole->dims[1],
                   whole->dims[2], whole->dims[3]);
}

static sx_status append(sx_npy *whole, const sx_npy *array, sx_error *err) {
    size_t wanted = whole->count + array->count;
    float *grown = sx_resize(whole->bytes, wanted, sizeof *grown);
    if (!grown) return sx_fail_memory(err, wanted * sizeof *grown);
    whole->bytes = (unsigned char *)grown;
    sx_npy_floats(array, 0, array->count, grown + whole->count);
    whole->count = wanted;
    whole->dims[0] += array->dims[0];
    return SX_OK;
}

sx_status sx_array_folder_read(const char *folder, sx_npy *out, sx_error *err) {
    parts all = {0};
    sx_npy whole = {.kind = SX_NPY_FLOAT, .item_size = sizeof(float), .rank = 4};
    sx_status status = find_parts(folder, NULL, &all, err);
    for (size_t i = 0; status == SX_OK && i < all.count; i++) {
        sx_npy array = {0};
        status = read_part(&all.items[i], &array, err);
        if (status != SX_OK) break;
        if (i == 0) memcpy(whole.dims + 1, array.dims + 1, 3 * sizeof *whole.dims);
        status = same_shape(&all.items[0], &whole, &all.items[i], &array, err);
        if (status == SX_OK) status = append(&whole, &array, err);
        sx_npy_clear(&array);
    }
    if (status == SX_OK && all.count == 0)
        status = sx_fail(err, SX_E_DATA, "%s: holds no arrays (.npy, .npz)", folder);
    parts_clear(&all);
    if (status == SX_OK)
        *out = whole;
    else
        sx_npy_clear(&whole);
    return status;
}

/* Examples of a file in a folder of their label. */
static sx_status list_labelled(const part *one, size_t count, bool unlabelled, sx_listing *listing,
                               sx_error *err) {
    size_t room = strlen(one->path) + 32;
    char *path = sx_alloc(room, 1);
    sx_status status = path ? SX_OK : sx_fail_memory(err, room);
    for (size_t i = 0; status == SX_OK && i < count; i++) {
        sx_entry entry = sx_entry_default();
        if (count == 1)
            snprintf(path, room, "%s", one->path);
        else
            snprintf(path, room, "%s[%zu]", one->path, i);
        entry.path = path;
        entry.label = unlabelled ? NULL : one->label;
        status = sx_listing_add(listing, &entry, err);
    }
    sx_free(path);
    return status;
}

sx_status sx_list_array_folder(const char *folder, const sx_dataset_options *options, sx_listing *listing,
                               sx_error *err) {
    parts all = {0};
    sx_status status = find_parts(folder, NULL, &all, err);
    listing->keeps_order = true;
    for (size_t i = 0; status == SX_OK && i < all.count; i++) {
        const part *one = &all.items[i];
        sx_npy array = {0};
        status = read_part(one, &array, err);
        if (status != SX_OK) break;
        size_t count = array.dims[0];
        sx_npy_clear(&array);
        status = one->label ? list_labelled(one, count, options->unlabelled, listing, err)
                            : sx_array_set_list(one->path, count, options, listing, err);
    }
    parts_clear(&all);
    return status;
}
