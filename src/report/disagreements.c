/* disagreements.c: see disagreements.h. */
#include "disagreements.h"

#include "explain_sound.h"
#include "html.h"
#include "inline_picture.h"

#include "base/file.h"

#include <string.h>

enum { SOUND_BUDGET = 2000000 }; /* characters of the page before sounds stop: a page stays under 3 MB */

/* The data set's item behind a path that only one item has; NULL where there is none. */
static const sx_item *find_item(const sx_dataset *dataset, const char *path) {
    const sx_item *found = NULL;
    for (size_t i = 0; dataset && !dataset->from_arrays && i < dataset->item_count; i++) {
        if (strcmp(dataset->items[i].path, path) != 0) continue;
        if (found) return NULL;
        found = &dataset->items[i];
    }
    return found;
}

static void add_guesses(sx_text *text, const sx_explanation *explanation, const sx_disagreement *one) {
    for (size_t a = 0; a < explanation->axis_count; a++) {
        sx_text_add(text, "<span class=\"guess\">");
        sx_html_axis(text, explanation->axes[a]);
        sx_text_format(text, " <span class=\"%s\">", one->right[a] ? "yes" : "no");
        sx_html_escape(text, one->guesses[a]);
        sx_text_format(text,
                       " <span aria-hidden=\"true\">%s</span><span class=\"hidden\">, %s</span></span> "
                       "%.0f&#160;%%</span>\n",
                       one->right[a] ? "\xE2\x9C\x93" : "\xE2\x9C\x97", one->right[a] ? "right" : "wrong",
                       100 * one->probabilities[a]);
    }
}

static sx_status add_one(sx_text *text, const sx_explanation *explanation, const sx_features *features,
                         const sx_dataset *dataset, const sx_disagreement *one, sx_error *err) {
    const sx_shape s = features->shape;
    const char *name = sx_path_base(features->paths[one->item]);
    const sx_item *item = find_item(dataset, features->paths[one->item]);
    sx_heat heat = {.values = features->values + one->item * s.time * s.frequency * s.channels, .shape = s};
    char alt[256];
    sx_heat_range(&heat);
    sx_print(alt, sizeof alt, "Spectrogram of %.200s", name);
    sx_text_add(text, "<figure>");
    sx_status status = sx_inline_picture(text, &heat, alt, err);
    if (item && text->length < SOUND_BUDGET) sx_inline_sound(text, item, name);
    sx_text_add(text, "<figcaption>");
    sx_html_escape(text, name);
    sx_text_add(text, ": <strong>");
    sx_html_escape(text, one->label);
    sx_text_add(text, "</strong></figcaption>\n");
    add_guesses(text, explanation, one);
    sx_text_add(text, "</figure>\n");
    return status;
}

sx_status sx_disagreement_pictures(sx_text *text, const sx_explanation *explanation,
                                   const sx_features *features, const sx_dataset *dataset, sx_error *err) {
    sx_status status = SX_OK;
    sx_text_add(text, "<div class=\"maps\">\n");
    for (size_t i = 0; i < explanation->disagreement_count && !status; i++)
        status = add_one(text, explanation, features, dataset, &explanation->disagreements[i], err);
    sx_text_add(text, "</div>\n");
    return status;
}
