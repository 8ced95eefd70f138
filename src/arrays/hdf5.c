/* hdf5.c: see h5.h; the only file that names HDF5, and a module of its own. */
#include "h5_calls.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/module.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PART_CHARS = 512, IMAGE_STEP = 1 << 16 };

struct sx_h5 {
    hid_t id;
    char *name;
    size_t size;
};

/* HDF5 prints its errors and asks to be called at the program's end unless told otherwise. */
static void begin(void) {
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* --- opening ---------------------------------------------------------------------------------------- */

static hid_t open_image(const unsigned char *bytes, size_t size) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), id = H5I_INVALID_HID;
    /* HDF5's signature does not say that it only copies from here. */
    union {
        const unsigned char *given;
        void *taken;
    } image = {.given = bytes};
    if (access >= 0 && H5Pset_fapl_core(access, IMAGE_STEP, false) >= 0 &&
        H5Pset_file_image(access, image.taken, size) >= 0)
        id = H5Fopen("image in memory", H5F_ACC_RDONLY, access);
    if (access >= 0) H5Pclose(access);
    return id;
}

sx_status sx_h5_open(const unsigned char *bytes, size_t size, const char *name, sx_h5 **out, sx_error *err) {
    sx_h5 *file = sx_alloc(1, sizeof *file);
    char *copy = sx_copy_text(name);
    begin();
    if (file == NULL || copy == NULL) {
        sx_free(copy);
        sx_free(file);
        return sx_fail_memory(err, sizeof *file + strlen(name));
    }
    *file = (sx_h5){open_image(bytes, size), copy, size};
    if (file->id < 0) {
        sx_free(copy);
        sx_free(file);
        return sx_fail(err, SX_E_FORMAT, "%s: it is not a readable HDF5 file", name);
    }
    *out = file;
    return SX_OK;
}

void sx_h5_close(sx_h5 *file) {
    if (file == NULL) return;
    H5Fclose(file->id);
    sx_free(file->name);
    sx_free(file);
}

/* --- walking ---------------------------------------------------------------------------------------- */

static sx_status check_link(const sx_h5 *file, hid_t group, const char *part, const char *path, bool *there,
                            sx_error *err) {
    H5L_info_t link;
    htri_t exists = H5Iget_type(group) == H5I_GROUP ? H5Lexists(group, part, H5P_DEFAULT) : 0;
    *there = exists > 0;
    if (exists < 0) return sx_fail(err, SX_E_FORMAT, "%s: \"%s\" cannot be looked for", file->name, path);
    if (!*there) return SX_OK;
    if (H5Lget_info(group, part, &link, H5P_DEFAULT) < 0)
        return sx_fail(err, SX_E_FORMAT, "%s: \"%s\" cannot be looked at", file->name, path);
    if (link.type == H5L_TYPE_HARD) return SX_OK;
    return sx_fail(err, SX_E_UNSUPPORTED,
                   "%s: \"%s\" is %s link; a model's weights must lie in the file itself, without links",
                   file->name, path,
                   link.type == H5L_TYPE_SOFT       ? "a soft"
                   : link.type == H5L_TYPE_EXTERNAL ? "an external"
                                                    : "a user-defined");
}

/* *object is H5I_INVALID_HID where there is none; else close with H5Oclose. */
static sx_status walk(const sx_h5 *file, const char *path, hid_t *object, sx_error *err) {
    hid_t at = H5Gopen2(file->id, "/", H5P_DEFAULT);
    if (at < 0) return sx_fail(err, SX_E_FORMAT, "%s: it has no root group", file->name);
    *object = H5I_INVALID_HID;
    for (const char *rest = path; *rest;) {
        char part[PART_CHARS];
        size_t length = strcspn(rest, "/");
        bool there = false;
        snprintf(part, sizeof part, "%.*s", (int)(length < PART_CHARS ? length : 0), rest);
        sx_status status = SX_OK;
        if (part[0] == 0 || strcmp(part, ".") == 0)
            status = sx_fail(err, SX_E_FORMAT, "%s: \"%.200s\" is no name within it", file->name, path);
        else
            status = check_link(file, at, part, path, &there, err);
        hid_t next = status == SX_OK && there ? H5Oopen(at, part, H5P_DEFAULT) : H5I_INVALID_HID;
        H5Oclose(at);
        if (status != SX_OK) return status;
        if (!there) return SX_OK;
        if (next < 0)
            return sx_fail(err, SX_E_FORMAT, "%s: \"%s\" is damaged: cannot be opened", file->name, path);
        at = next;
        rest += length;
        rest += *rest == '/';
    }
    *object = at;
    return SX_OK;
}

static sx_status walk_to(const sx_h5 *file, const char *path, H5I_type_t type, hid_t *object, sx_error *err) {
    hid_t found = H5I_INVALID_HID;
    sx_status status = walk(file, path, &found, err);
    if (status != SX_OK) return status;
    if (found >= 0 && H5Iget_type(found) == type) {
        *object = found;
        return SX_OK;
    }
    status = sx_fail(err, SX_E_FORMAT, "%s: %s \"%s\" is %s", file->name,
                     type == H5I_GROUP ? "the group" : "the data set", path,
                     found < 0 ? "missing" : "something else");
    if (found >= 0) H5Oclose(found);
    return status;
}

sx_status sx_h5_look(sx_h5 *file, const char *path, sx_h5_kind *kind, sx_error *err) {
    hid_t object = H5I_INVALID_HID;
    sx_status status = walk(file, path, &object, err);
    if (status != SX_OK) return status;
    H5I_type_t type = object < 0 ? H5I_BADID : H5Iget_type(object);
    if (object >= 0) H5Oclose(object);
    if (object >= 0 && type != H5I_GROUP && type != H5I_DATASET)
        return sx_fail(err, SX_E_UNSUPPORTED, "%s: \"%s\" is a named type, not a group or data set",
                       file->name, path);
    *kind = object < 0 ? SX_H5_NONE : type == H5I_GROUP ? SX_H5_GROUP : SX_H5_DATASET;
    return SX_OK;
}

sx_status sx_h5_members(sx_h5 *file, const char *path, size_t *count, sx_error *err) {
    hid_t group = H5I_INVALID_HID;
    H5G_info_t about;
    sx_status status = walk_to(file, path, H5I_GROUP, &group, err);
    if (status != SX_OK) return status;
    if (H5Gget_info(group, &about) < 0)
        status = sx_fail(err, SX_E_FORMAT, "%s: the group \"%s\" is damaged", file->name, path);
    else
        *count = (size_t)about.nlinks;
    H5Oclose(group);
    return status;
}

/* --- texts ------------------------------------------------------------------------------------------ */

/* An opened attribute with what it holds. */
typedef struct attribute {
    const sx_h5 *file;
    const char *path, *name;
    hid_t id, type, space;
    size_t count, item_size; /* item_size: of a fixed-length text */
    bool variable;
} attribute;

static sx_status fail_attribute(const attribute *a, const char *why, sx_error *err) {
    return sx_fail(err, SX_E_FORMAT, "%s: the attribute \"%s\" of \"%s\" %s", a->file->name, a->name, a->path,
                   why);
}

static sx_status look_at_attribute(attribute *a, sx_error *err) {
    a->type = H5Aget_type(a->id);
    a->space = H5Aget_space(a->id);
    hssize_t count = a->space >= 0 ? H5Sget_simple_extent_npoints(a->space) : -1;
    if (a->type < 0 || count < 0) return fail_attribute(a, "is damaged", err);
    a->count = (size_t)count;
    if (count == 0) return SX_OK; /* Keras writes "no names" as no floats */
    if (H5Tget_class(a->type) != H5T_STRING) return fail_attribute(a, "is not text", err);
    a->variable = H5Tis_variable_str(a->type) > 0;
    a->item_size = H5Tget_size(a->type);
    /* A reference to a text of any length takes 16 bytes. */
    size_t stored = a->variable ? 16 : a->item_size;
    if (stored == 0 || a->count > a->file->size / stored)
        return fail_attribute(a, "claims to be larger than the file", err);
    return SX_OK;
}

static sx_status read_fixed(const attribute *a, char **texts, sx_error *err) {
    size_t size = a->item_size;
    char *all = sx_alloc(a->count, size);
    if (all == NULL) return sx_fail_memory(err, a->count * size);
    sx_status status = H5Aread(a->id, a->type, all) < 0 ? fail_attribute(a, "cannot be read", err) : SX_OK;
    for (size_t i = 0; i < a->count && status == SX_OK; i++) {
        texts[i] = sx_alloc(size + 1, 1);
        if (texts[i] == NULL)
            status = sx_fail_memory(err, size + 1);
        else
            memcpy(texts[i], all + i * size, size);
    }
    sx_free(all);
    return status;
}

static sx_status read_variable(const attribute *a, char **texts, sx_error *err) {
    char **all = sx_alloc(a->count, sizeof *all);
    hid_t type = H5Tcopy(H5T_C_S1);
    if (all == NULL || type < 0 || H5Tset_size(type, H5T_VARIABLE) < 0) {
        sx_free(all);
        return sx_fail_memory(err, a->count * sizeof *all);
    }
    H5Tset_cset(type, H5Tget_cset(a->type));
    sx_status status = H5Aread(a->id, type, all) < 0 ? fail_attribute(a, "cannot be read", err) : SX_OK;
    for (size_t i = 0; i < a->count && status == SX_OK; i++) {
        texts[i] = sx_copy_text(all[i] != NULL ? all[i] : "");
        if (texts[i] == NULL) status = sx_fail_memory(err, 1);
    }
    H5Dvlen_reclaim(type, a->space, H5P_DEFAULT, all);
    H5Tclose(type);
    sx_free(all);
    return status;
}

static sx_status read_attribute(attribute *a, char ***out, size_t *count, sx_error *err) {
    sx_status status = look_at_attribute(a, err);
    if (status != SX_OK) return status;
    char **texts = sx_alloc(a->count + 1, sizeof *texts);
    if (texts == NULL) return sx_fail_memory(err, (a->count + 1) * sizeof *texts);
    if (a->count > 0) status = a->variable ? read_variable(a, texts, err) : read_fixed(a, texts, err);
    if (status != SX_OK) {
        sx_names_free(texts, a->count);
        return status;
    }
    *out = texts;
    *count = a->count;
    return SX_OK;
}

sx_status sx_h5_texts(sx_h5 *file, const char *path, const char *name, char ***texts, size_t *count,
                      sx_error *err) {
    hid_t object = H5I_INVALID_HID;
    sx_status status = walk(file, path, &object, err);
    if (status != SX_OK) return status;
    *texts = NULL;
    *count = 0;
    if (object < 0) return sx_fail(err, SX_E_FORMAT, "%s: \"%s\" is missing", file->name, path);
    attribute a = {.file = file,
                   .path = path,
                   .name = name,
                   .id = H5I_INVALID_HID,
                   .type = H5I_INVALID_HID,
                   .space = H5I_INVALID_HID};
    if (H5Aexists(object, name) > 0) {
        a.id = H5Aopen(object, name, H5P_DEFAULT);
        status =
            a.id < 0 ? fail_attribute(&a, "cannot be opened", err) : read_attribute(&a, texts, count, err);
    }
    if (a.space >= 0) H5Sclose(a.space);
    if (a.type >= 0) H5Tclose(a.type);
    if (a.id >= 0) H5Aclose(a.id);
    H5Oclose(object);
    return status;
}

/* --- floats ----------------------------------------------------------------------------------------- */

static sx_status fail_data(const sx_h5 *file, const char *path, sx_status code, const char *why,
                           sx_error *err) {
    return sx_fail(err, code, "%s: the data set \"%s\" %s", file->name, path, why);
}

static sx_status check_layout(const sx_h5 *file, const char *path, hid_t data, sx_error *err) {
    hid_t plist = H5Dget_create_plist(data);
    if (plist < 0) return fail_data(file, path, SX_E_FORMAT, "is damaged", err);
    H5D_layout_t layout = H5Pget_layout(plist);
    int external = H5Pget_external_count(plist), filters = H5Pget_nfilters(plist);
    H5Pclose(plist);
    if (layout == H5D_VIRTUAL)
        return fail_data(file, path, SX_E_UNSUPPORTED, "is virtual: its values lie in other files", err);
    if (external != 0) return fail_data(file, path, SX_E_UNSUPPORTED, "keeps its values in other files", err);
    if (filters != 0)
        return fail_data(file, path, SX_E_UNSUPPORTED,
                         "is compressed, which Keras does not do; save the model again with Keras", err);
    return SX_OK;
}

static sx_status check_type(const sx_h5 *file, const char *path, hid_t data, size_t *item_size,
                            sx_error *err) {
    hid_t type = H5Dget_type(data);
    if (type < 0) return fail_data(file, path, SX_E_FORMAT, "is damaged", err);
    H5T_class_t class = H5Tget_class(type);
    bool named = H5Tcommitted(type) > 0;
    *item_size = H5Tget_size(type);
    H5Tclose(type);
    if (named || (class != H5T_FLOAT && class != H5T_INTEGER) || *item_size < 1 || *item_size > 8)
        return fail_data(file, path, SX_E_UNSUPPORTED,
                         "holds values of a type of its own; weights are float16, float32 or float64", err);
    return SX_OK;
}

static sx_status read_dims(const sx_h5 *file, const char *path, hid_t data, size_t item_size,
                           sx_h5_array *out, sx_error *err) {
    hsize_t dims[H5S_MAX_RANK];
    hid_t space = H5Dget_space(data);
    int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    bool good = rank >= 0 && H5Sget_simple_extent_type(space) != H5S_NULL &&
                H5Sget_simple_extent_dims(space, dims, NULL) == rank;
    if (space >= 0) H5Sclose(space);
    if (!good || rank > SX_H5_MAX_RANK)
        return fail_data(file, path, SX_E_FORMAT, "has no shape that weights have", err);
    hsize_t stored = H5Dget_storage_size(data);
    size_t count = 1, most = file->size / item_size;
    for (int i = 0; i < rank; i++) {
        out->dims[i] = (size_t)dims[i];
        if (dims[i] == 0 || count > most / dims[i])
            return fail_data(file, path, SX_E_FORMAT, "claims a shape that the file cannot hold", err);
        count *= (size_t)dims[i];
    }
    if (stored < (hsize_t)count * item_size)
        return fail_data(file, path, SX_E_FORMAT, "claims more values than are stored", err);
    out->rank = rank;
    out->count = count;
    return SX_OK;
}

static sx_status read_floats(const sx_h5 *file, const char *path, hid_t data, sx_h5_array *out,
                             sx_error *err) {
    size_t item_size = 0;
    sx_h5_array array = {0};
    sx_status status = check_layout(file, path, data, err);
    if (status == SX_OK) status = check_type(file, path, data, &item_size, err);
    if (status == SX_OK) status = read_dims(file, path, data, item_size, &array, err);
    if (status != SX_OK) return status;
    array.values = sx_alloc(array.count, sizeof *array.values);
    if (array.values == NULL) return sx_fail_memory(err, array.count * sizeof *array.values);
    if (H5Dread(data, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values) < 0) {
        sx_free(array.values);
        return fail_data(file, path, SX_E_FORMAT, "cannot be read", err);
    }
    *out = array;
    return SX_OK;
}

sx_status sx_h5_floats(sx_h5 *file, const char *path, sx_h5_array *out, sx_error *err) {
    hid_t data = H5I_INVALID_HID;
    sx_status status = walk_to(file, path, H5I_DATASET, &data, err);
    if (status != SX_OK) return status;
    status = read_floats(file, path, data, out, err);
    H5Oclose(data);
    return status;
}

/* --- writing ---------------------------------------------------------------------------------------- */

struct sx_h5_writer {
    hid_t id;
    bool failed;
};

sx_status sx_h5_writer_open(sx_h5_writer **out, sx_error *err) {
    begin();
    sx_h5_writer *writer = sx_alloc(1, sizeof *writer);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (writer == NULL || access < 0 || H5Pset_fapl_core(access, IMAGE_STEP, false) < 0) {
        sx_free(writer);
        return sx_fail_memory(err, IMAGE_STEP);
    }
    writer->id = H5Fcreate("image in memory", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    H5Pclose(access);
    if (writer->id < 0) {
        sx_free(writer);
        return sx_fail_memory(err, IMAGE_STEP);
    }
    *out = writer;
    return SX_OK;
}

void sx_h5_add_group(sx_h5_writer *writer, const char *path) {
    if (writer->failed) return;
    hid_t group = H5Gcreate2(writer->id, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    writer->failed = group < 0 || H5Gclose(group) < 0;
}

static void add_attribute(sx_h5_writer *writer, const char *path, const char *attribute_name,
                          const char *const *texts, hid_t space) {
    if (writer->failed) return;
    hid_t object = H5Oopen(writer->id, *path ? path : "/", H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    hid_t id = H5Acreate2(object, attribute_name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    writer->failed = id < 0 || (texts[0] != NULL && H5Awrite(id, type, texts) < 0);
    if (id >= 0) H5Aclose(id);
    if (object >= 0) H5Oclose(object);
    H5Tclose(type);
}

void sx_h5_add_text(sx_h5_writer *writer, const char *path, const char *attribute_name, const char *text) {
    hid_t space = H5Screate(H5S_SCALAR);
    add_attribute(writer, path, attribute_name, &text, space);
    H5Sclose(space);
}

void sx_h5_add_texts(sx_h5_writer *writer, const char *path, const char *attribute_name,
                     const char *const *texts, size_t count) {
    const hsize_t dims = count;
    const char *const none[] = {NULL};
    hid_t space = H5Screate_simple(1, &dims, NULL);
    add_attribute(writer, path, attribute_name, count > 0 ? texts : none, space);
    H5Sclose(space);
}

void sx_h5_add_floats(sx_h5_writer *writer, const char *path, const size_t *dims, int rank,
                      const float *values) {
    hsize_t sizes[SX_H5_MAX_RANK] = {0};
    for (int i = 0; i < rank; i++)
        sizes[i] = dims[i];
    if (writer->failed) return;
    hid_t space = rank > 0 ? H5Screate_simple(rank, sizes, NULL) : H5Screate(H5S_SCALAR);
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(plist, false); /* else the clock is in the file */
    hid_t data = H5Dcreate2(writer->id, path, H5T_IEEE_F32LE, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    writer->failed = data < 0 || H5Dwrite(data, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0;
    if (data >= 0) H5Dclose(data);
    H5Pclose(plist);
    H5Sclose(space);
}

static sx_status take_image(hid_t file, unsigned char **bytes, size_t *size, sx_error *err) {
    ssize_t length = H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file, NULL, 0);
    unsigned char *image = length > 0 ? sx_alloc((size_t)length, 1) : NULL;
    if (image == NULL) return sx_fail_memory(err, length > 0 ? (size_t)length : IMAGE_STEP);
    if (H5Fget_file_image(file, image, (size_t)length) != length) {
        sx_free(image);
        return sx_fail(err, SX_E_FORMAT, "cannot put the weights together as HDF5");
    }
    *bytes = image;
    *size = (size_t)length;
    return SX_OK;
}

sx_status sx_h5_writer_finish(sx_h5_writer *writer, unsigned char **bytes, size_t *size, sx_error *err) {
    sx_status status = writer->failed ? sx_fail(err, SX_E_FORMAT, "cannot put the weights together as HDF5")
                                      : take_image(writer->id, bytes, size, err);
    H5Fclose(writer->id);
    sx_free(writer);
    return status;
}

/* --- the module ------------------------------------------------------------------------------------- */

static const sx_h5_calls calls = {.open = sx_h5_open,
                                  .close = sx_h5_close,
                                  .look = sx_h5_look,
                                  .members = sx_h5_members,
                                  .texts = sx_h5_texts,
                                  .floats = sx_h5_floats,
                                  .writer_open = sx_h5_writer_open,
                                  .add_group = sx_h5_add_group,
                                  .add_text = sx_h5_add_text,
                                  .add_texts = sx_h5_add_texts,
                                  .add_floats = sx_h5_add_floats,
                                  .writer_finish = sx_h5_writer_finish};
const void *const sx_module_calls = &calls;
