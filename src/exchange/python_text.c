/* python_text.c: values as Python writes them. */
#include "exchange/python.h"

void sx_python_quote(sx_text *text, const char *name) {
    sx_text_add(text, "\"");
    for (; *name; name++) {
        unsigned char c = (unsigned char)*name;
        if (c < 0x20 || c == 0x7f)
            sx_text_format(text, "\\x%02x", c);
        else if (c == '"' || c == '\\')
            sx_text_format(text, "\\%c", c);
        else
            sx_text_add_bytes(text, name, 1);
    }
    sx_text_add(text, "\"");
}

void sx_python_value(sx_text *text, const sx_json *value) {
    if (sx_json_is_text(value)) {
        sx_python_quote(text, sx_json_text(value));
    } else if (sx_json_is_bool(value)) {
        sx_text_add(text, sx_json_bool(value) ? "True" : "False");
    } else if (sx_json_is_integer(value)) {
        sx_text_format(text, "%lld", (long long)sx_json_integer(value));
    } else if (sx_json_is_number(value)) {
        sx_text_add_number(text, sx_json_number(value));
    } else if (sx_json_is_array(value)) {
        size_t count = sx_json_count(value);
        for (size_t i = 0; i < count; i++) {
            sx_text_add(text, i ? ", " : "(");
            sx_python_value(text, sx_json_at(value, i));
        }
        sx_text_add(text, count == 0 ? "()" : count == 1 ? ",)" : ")");
    } else {
        sx_text_add(text, "None");
    }
}
