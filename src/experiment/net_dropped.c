/* net_dropped.c: what layers of a Keras file have and a training here leaves out: regularisers, constraints,
 * frozen weights. A net often has the same on every layer, so there is one sentence for each thing, with the
 * layers that have it. */
#include "experiment/net.h"

#include <string.h>

enum { NAMED = 4 }; /* of more layers than one above it the first four are named, and the rest counted */

static const char *member(const sx_json *one, const char *name) {
    const char *text = sx_json_text(sx_json_get(one, name));
    return text ? text : "";
}

static bool is_same(const sx_json *dropped, size_t a, size_t b) {
    return strcmp(member(sx_json_at(dropped, a), "what"), member(sx_json_at(dropped, b), "what")) == 0;
}

static bool was_said(const sx_json *dropped, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (is_same(dropped, i, index)) return true;
    return false;
}

static void say_layers(const sx_json *dropped, size_t first, sx_text *text) {
    size_t count = 0, said = 0;
    for (size_t i = first; i < sx_json_count(dropped); i++)
        count += is_same(dropped, first, i);
    size_t named = count > NAMED + 1 ? NAMED : count;
    for (size_t i = first; said < named; i++) {
        if (!is_same(dropped, first, i)) continue;
        const char *between = said + 1 == count ? " and " : ", ";
        sx_text_format(text, "%s%s", said ? between : "", member(sx_json_at(dropped, i), "layer"));
        said++;
    }
    if (count > named) sx_text_format(text, " and %zu more layers", count - named);
}

void sx_net_say_dropped(const sx_keras *keras, sx_text *text) {
    const sx_json *dropped = sx_json_get(keras->about, "dropped");
    for (size_t i = 0; i < sx_json_count(dropped); i++) {
        const sx_json *one = sx_json_at(dropped, i);
        bool frozen = strcmp(member(one, "kind"), "frozen") == 0;
        if (was_said(dropped, i)) continue;
        sx_text_format(text, "Left out in training here: %s of ", member(one, "what"));
        say_layers(dropped, i, text);
        sx_text_add(text, frozen ? " (trained like the rest).\n" : ".\n");
    }
}
