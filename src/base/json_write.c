/* json_write.c: JSON values to text. Numbers are the shortest that read back as the same double; what is not
 * UTF-8 becomes U+FFFD, so the text is always good JSON. */
#include "base/json_value.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Length of the UTF-8 character at `at`, 0 where there is none. Overlong forms, surrogates and code points
 * above U+10FFFF are none (RFC 3629). */
static size_t character_length(const unsigned char *at) {
    static const struct {
        unsigned char first_low, first_high, second_low, second_high, length;
    } forms[] = {{0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
                 {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
                 {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
    for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
        if (at[0] < forms[k].first_low || at[0] > forms[k].first_high) {
            continue;
        }
        if (forms[k].length > 1 && (at[1] < forms[k].second_low || at[1] > forms[k].second_high)) {
            return 0;
        }
        for (size_t j = 2; j < forms[k].length; j++) {
            if ((at[j] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return forms[k].length;
    }
    return 0;
}

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
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t length = character_length(at);
        if (length == 0) {
            sx_text_add(out, "\xEF\xBF\xBD");
            length = 1;
        } else if (*at == '"' || *at == '\\') {
            char escaped[2] = {'\\', (char)*at};
            sx_text_add_bytes(out, escaped, 2);
        } else if (*at < 0x20 || *at == 0x7F) {
            add_control(out, *at);
        } else {
            sx_text_add_bytes(out, (const char *)at, length);
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
