/* json_write.c: JSON values to text. Numbers are the shortest that read back as the same double; what is not
 * UTF-8 becomes U+FFFD, so the text is always good JSON. */
#include "base/json_value.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void add_control(sx_text *out, unsigned char c) {
    static const char letters[] = "btn\0fr"; /* \b \t \n, \v has none, \f \r */
    if (c >= '\b' && c <= '\r' && letters[c - '\b']) {
        char escaped[2] = {'\\', letters[c - '\b']};
        sx_text_add_bytes(out, escaped, 2);
    } else {
        sx_text_format(out, "\\u%04x", c);
    }
}

static void add_text(sx_text *out, const char *text) {
    sx_text_add(out, "\"");
    for (const char *at = text; *at;) {
        size_t length = sx_text_character(at);
        if (length == 0) {
            sx_text_add(out, "\xEF\xBF\xBD");
            length = 1;
        } else if (*at == '"' || *at == '\\') {
            char escaped[2] = {'\\', *at};
            sx_text_add_bytes(out, escaped, 2);
        } else if ((unsigned char)*at < 0x20 || *at == 0x7F) {
            add_control(out, (unsigned char)*at);
        } else {
            sx_text_add_bytes(out, at, length);
        }
        at += length;
    }
    sx_text_add(out, "\"");
}

static void add_number(sx_text *out, double number) {
    size_t start = out->length;
    sx_text_add_number(out, number);
    if (!out->failed && !strpbrk(out->chars + start, ".e")) {
        sx_text_add(out, ".0"); /* it stays a number that need not be whole */
    }
}

static void add_break(sx_text *out, int indent, int depth) {
    if (indent > 0) {
        sx_text_format(out, "\n%*s", indent * depth, "");
    }
}

static void add_value(sx_text *out, const sx_json *value, int indent, int depth);

static void add_children(sx_text *out, const sx_json *value, int indent, int depth) {
    bool object = value->kind == JSON_KIND_OBJECT;
    sx_text_add(out, object ? "{" : "[");
    for (size_t i = 0; i < value->count; i++) {
        sx_text_add(out, i == 0 ? "" : indent > 0 ? "," : ", ");
        add_break(out, indent, depth + 1);
        if (object) {
            add_text(out, value->keys[i]);
            sx_text_add(out, ": ");
        }
        add_value(out, value->children[i], indent, depth + 1);
    }
    if (value->count > 0) {
        add_break(out, indent, depth);
    }
    sx_text_add(out, object ? "}" : "]");
}

static void add_value(sx_text *out, const sx_json *value, int indent, int depth) {
    if (value->failed) {
        out->failed = true;
        return;
    }
    switch (value->kind) {
    case JSON_KIND_NULL:
        sx_text_add(out, "null");
        break;
    case JSON_KIND_BOOL:
        sx_text_add(out, value->boolean ? "true" : "false");
        break;
    case JSON_KIND_INTEGER:
        sx_text_format(out, "%" PRId64, value->integer);
        break;
    case JSON_KIND_NUMBER:
        add_number(out, value->number);
        break;
    case JSON_KIND_TEXT:
        add_text(out, value->text);
        break;
    case JSON_KIND_ARRAY:
    case JSON_KIND_OBJECT:
        add_children(out, value, indent, depth);
        break;
    }
}

char *sx_json_dump(const sx_json *root, int indent) {
    sx_text out = {0};
    if (root) {
        add_value(&out, root, indent, 0);
    } else {
        out.failed = true;
    }
    return sx_text_take(&out);
}
