/* npy_header.c: see npy_header.h. A hand-written reader for the one dictionary NumPy writes:
 * {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } in any order of keys. */
#include "npy_header.h"

#include "base/error.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAGIC_BYTES = 6, TYPE_CHARS = 64 };

/* What is left to read of the dictionary's text. */
typedef struct cursor {
    const char *at, *end;
} cursor;

typedef struct dictionary {
    char type[TYPE_CHARS];
    bool has_type, has_order, has_shape, fortran_order;
    int rank;
    size_t dims[SX_NPY_MAX_RANK];
} dictionary;

/* --- text ------------------------------------------------------------------------------------------- */

static void skip_space(cursor *text) {
    while (text->at < text->end && isspace((unsigned char)*text->at))
        text->at++;
}

static bool take(cursor *text, char wanted) {
    skip_space(text);
    if (text->at >= text->end || *text->at != wanted) return false;
    text->at++;
    return true;
}

static bool take_word(cursor *text, const char *word) {
    size_t length = strlen(word);
    skip_space(text);
    if ((size_t)(text->end - text->at) < length || memcmp(text->at, word, length) != 0) return false;
    text->at += length;
    return true;
}

static bool take_quoted(cursor *text, char *out, size_t size) {
    skip_space(text);
    if (text->at >= text->end || (*text->at != '\'' && *text->at != '"')) return false;
    char quote = *text->at++;
    size_t length = 0;
    while (text->at < text->end && *text->at != quote) {
        if (length + 1 >= size) return false;
        out[length++] = *text->at++;
    }
    if (text->at >= text->end) return false;
    text->at++;
    out[length] = 0;
    return true;
}

static bool take_size(cursor *text, size_t *out) {
    skip_space(text);
    if (text->at >= text->end || !isdigit((unsigned char)*text->at)) return false;
    size_t value = 0;
    for (; text->at < text->end && isdigit((unsigned char)*text->at); text->at++) {
        size_t digit = (size_t)(*text->at - '0');
        if (value > (SIZE_MAX - digit) / 10) return false;
        value = value * 10 + digit;
    }
    take(text, 'L'); /* Python 2 wrote long integers so */
    *out = value;
    return true;
}

/* (), (3,), (3, 4) */
static bool take_shape(cursor *text, dictionary *out) {
    if (!take(text, '(')) return false;
    out->rank = 0;
    while (!take(text, ')')) {
        if (out->rank == SX_NPY_MAX_RANK || !take_size(text, &out->dims[out->rank++])) return false;
        if (!take(text, ',') && (skip_space(text), text->at >= text->end || *text->at != ')')) return false;
    }
    return true;
}

/* --- dictionary ------------------------------------------------------------------------------------- */

static sx_status take_type(cursor *text, const char *name, dictionary *out, sx_error *err) {
    skip_space(text);
    if (text->at < text->end && *text->at == '[')
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: it holds records of several fields; plain numbers or text "
                       "are needed",
                       name);
    if (!take_quoted(text, out->type, sizeof out->type))
        return sx_fail(err, SX_E_FORMAT, "%s: 'descr' of its .npy header is not a type", name);
    out->has_type = true;
    return SX_OK;
}

static sx_status take_entry(cursor *text, const char *name, dictionary *out, sx_error *err) {
    char key[TYPE_CHARS];
    if (!take_quoted(text, key, sizeof key) || !take(text, ':'))
        return sx_fail(err, SX_E_FORMAT, "%s: its .npy header is not a dictionary of quoted keys", name);
    if (strcmp(key, "descr") == 0) return take_type(text, name, out, err);
    if (strcmp(key, "fortran_order") == 0) {
        out->fortran_order = take_word(text, "True");
        out->has_order = out->fortran_order || take_word(text, "False");
        if (out->has_order) return SX_OK;
        return sx_fail(err, SX_E_FORMAT, "%s: 'fortran_order' of its .npy header is not True or False", name);
    }
    if (strcmp(key, "shape") == 0) {
        out->has_shape = take_shape(text, out);
        if (out->has_shape) return SX_OK;
        return sx_fail(err, SX_E_FORMAT, "%s: 'shape' of its .npy header is not a list of at most %d sizes",
                       name, (int)SX_NPY_MAX_RANK);
    }
    return sx_fail(err, SX_E_FORMAT, "%s: its .npy header has an unknown key '%s'", name, key);
}

static sx_status parse_dictionary(cursor text, const char *name, dictionary *out, sx_error *err) {
    memset(out, 0, sizeof *out);
    if (!take(&text, '{')) return sx_fail(err, SX_E_FORMAT, "%s: its .npy header is not a dictionary", name);
    while (!take(&text, '}')) {
        sx_status status = take_entry(&text, name, out, err);
        if (status != SX_OK) return status;
        if (!take(&text, ',') && (skip_space(&text), text.at >= text.end || *text.at != '}'))
            return sx_fail(err, SX_E_FORMAT, "%s: its .npy header is not closed", name);
    }
    if (!out->has_type || !out->has_order || !out->has_shape)
        return sx_fail(err, SX_E_FORMAT, "%s: its .npy header lacks 'descr', 'fortran_order' or 'shape'",
                       name);
    return SX_OK;
}

/* --- meaning ---------------------------------------------------------------------------------------- */

static bool machine_is_little(void) {
    const uint16_t one = 1;
    return *(const unsigned char *)&one == 1;
}

static sx_status fail_type(const char *type, const char *name, sx_error *err) {
    if (strchr(type, 'O') != NULL)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: it holds Python objects ('%s'), which are not read; save plain numbers or text, "
                       "e.g. np.array(labels, dtype=str)",
                       name, type);
    return sx_fail(err, SX_E_UNSUPPORTED,
                   "%s: element type '%s' is not read; float16/32/64, int8 to 64, uint8 to 64, bool, str and "
                   "bytes are",
                   name, type);
}

/* '<f4' -> kind, size, byte order. */
static sx_status parse_type(const char *type, const char *name, sx_npy_header *out, sx_error *err) {
    static const char letters[] = "fiubUS";
    static const sx_npy_kind kinds[] = {SX_NPY_FLOAT, SX_NPY_INTEGER, SX_NPY_UNSIGNED,
                                        SX_NPY_BOOL,  SX_NPY_UNICODE, SX_NPY_BYTES};
    static const char *const sizes[] = {" 2 4 8 ", " 1 2 4 8 ", " 1 2 4 8 ", " 1 "};
    const char *letter = type;
    char order = '|';
    if (*letter != 0 && strchr("<>|=", *letter) != NULL) order = *letter++;
    const char *found = *letter != 0 ? strchr(letters, *letter) : NULL;
    char *end = NULL;
    unsigned long size =
        found != NULL && isdigit((unsigned char)letter[1]) ? strtoul(letter + 1, &end, 10) : 0;
    if (found == NULL || end == NULL || *end != 0 || size > INT32_MAX / 4) return fail_type(type, name, err);
    size_t which = (size_t)(found - letters);
    char wanted[32] = " ";
    if (which < 4) {
        strncat(wanted, letter + 1, 8);
        strcat(wanted, " ");
        if (strstr(sizes[which], wanted) == NULL) return fail_type(type, name, err);
    }
    out->kind = kinds[which];
    out->item_size = out->kind == SX_NPY_UNICODE ? 4 * (size_t)size : (size_t)size;
    out->swapped = (order == '<' && !machine_is_little()) || (order == '>' && machine_is_little());
    return SX_OK;
}

static sx_status check_size(const sx_npy_header *header, size_t there, const char *name, sx_error *err) {
    size_t bytes = header->item_size;
    for (int i = 0; i < header->rank; i++) {
        if (header->dims[i] != 0 && bytes > SIZE_MAX / header->dims[i])
            return sx_fail(err, SX_E_FORMAT,
                           "%s: its .npy header asks for more elements than memory can have", name);
        bytes *= header->dims[i];
    }
    if (bytes > there)
        return sx_fail(err, SX_E_FORMAT,
                       "%s: it is truncated: its header promises %zu bytes of elements, %zu are "
                       "there",
                       name, bytes, there);
    if (bytes < there)
        return sx_fail(err, SX_E_FORMAT,
                       "%s: %zu bytes follow the %zu bytes of elements its header describes", name,
                       there - bytes, bytes);
    return SX_OK;
}

/* Magic, version and the dictionary's length -> where its text lies. */
static sx_status find_text(const unsigned char *bytes, size_t size, const char *name, cursor *text,
                           size_t *data_at, sx_error *err) {
    if (size < MAGIC_BYTES || memcmp(bytes, "\x93NUMPY", MAGIC_BYTES) != 0)
        return sx_fail(err, SX_E_FORMAT, "%s: it is not a .npy array (no NUMPY mark at its start)", name);
    if (size < 12) return sx_fail(err, SX_E_FORMAT, "%s: it is truncated within its .npy header", name);
    unsigned major = bytes[6], minor = bytes[7];
    if (major < 1 || major > 3 || minor != 0)
        return sx_fail(err, SX_E_VERSION, "%s: .npy format version %u.%u is not known; 1.0 to 3.0 are", name,
                       major, minor);
    size_t start = major == 1 ? 10 : 12;
    size_t length = bytes[8] | (size_t)bytes[9] << 8;
    if (major > 1) length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (length > size - start)
        return sx_fail(err, SX_E_FORMAT,
                       "%s: it is truncated: its .npy header is %zu bytes long, %zu are there", name, length,
                       size - start);
    *text = (cursor){(const char *)bytes + start, (const char *)bytes + start + length};
    *data_at = start + length;
    return SX_OK;
}

sx_status sx_npy_header_parse(const unsigned char *bytes, size_t available, size_t total, const char *name,
                              sx_npy_header *out, sx_error *err) {
    cursor text = {0};
    dictionary read;
    sx_npy_header header = {0};
    sx_status status = find_text(bytes, available, name, &text, &header.data_at, err);
    if (status == SX_OK) status = parse_dictionary(text, name, &read, err);
    if (status == SX_OK) status = parse_type(read.type, name, &header, err);
    if (status != SX_OK) return status;
    header.fortran_order = read.fortran_order;
    header.rank = read.rank;
    memcpy(header.dims, read.dims, sizeof header.dims);
    status = check_size(&header, total - header.data_at, name, err);
    if (status != SX_OK) return status;
    header.count = 1;
    for (int i = 0; i < header.rank; i++)
        header.count *= header.dims[i];
    *out = header;
    return SX_OK;
}
