/* examples.c: what the nets saw: a few spectrograms of each label, all in the same colours. */
#include "chart.h"

#include "html.h"
#include "inline_picture.h"

#include "base/file.h"

#include <math.h>

enum { MOST_LABELS = 40, FEW_LABELS = 12 };

static size_t item_values(const sx_features *features) {
    return features->shape.time * features->shape.frequency * features->shape.channels;
}

static sx_heat heat_of(const sx_features *features, size_t item) {
    return (sx_heat){.values = features->values + item * item_values(features), .shape = features->shape};
}

/* Item with this label, `skip` of them passed over, another group than `not_group` where there is one;
 * features->count if none. */
static size_t find_item(const sx_features *features, int label, size_t from, int not_group) {
    size_t any = features->count;
    for (size_t i = from; i < features->count; i++) {
        if (features->labels[i] != label) continue;
        if (any == features->count) any = i;
        if (features->groups[i] < 0 || features->groups[i] != not_group) return i;
    }
    return any;
}

static void common_range(const sx_features *features, float *low, float *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t label = 0; label < features->label_count && label < MOST_LABELS; label++) {
        size_t item = find_item(features, (int)label, 0, -1);
        if (item == features->count) continue;
        sx_heat heat = heat_of(features, item);
        sx_heat_range(&heat);
        *low = fminf(*low, heat.low);
        *high = fmaxf(*high, heat.high);
    }
}

static sx_status add_example(const sx_page *page, size_t item, float low, float high, sx_error *err) {
    const sx_features *features = page->features;
    const char *name = sx_path_base(features->paths[item]);
    sx_heat heat = heat_of(features, item);
    heat.low = low;
    heat.high = high > low ? high : low + 1;
    sx_text_add(page->text, "<figure>");
    char alt[256];
    sx_print(alt, sizeof alt, "Spectrogram of %.200s", name);
    sx_status status = sx_inline_picture(page->text, &heat, alt, err);
    sx_text_add(page->text, "<figcaption>");
    sx_html_escape(page->text, name);
    sx_text_add(page->text, "</figcaption></figure>\n");
    return status;
}

static sx_status add_label(const sx_page *page, int label, int examples, float low, float high,
                           sx_error *err) {
    const sx_features *features = page->features;
    size_t item = find_item(features, label, 0, -1);
    sx_status status = SX_OK;
    sx_text_add(page->text, "<div class=\"label\">\n<h3>");
    sx_html_escape(page->text, features->label_names[label]);
    sx_text_add(page->text, "</h3>\n");
    for (int i = 0; i < examples && item < features->count && !status; i++) {
        status = add_example(page, item, low, high, err);
        size_t next = find_item(features, label, item + 1, features->groups[item]);
        item = next;
    }
    sx_text_add(page->text, "</div>\n");
    return status;
}

static void explain(const sx_page *page) {
    const sx_features *features = page->features;
    sx_text_format(page->text, "<p class=\"lead\">Time runs to the right (%zu frames", features->shape.time);
    if (!features->from_arrays) sx_text_format(page->text, ", %.2f s", features->duration_s);
    sx_text_format(
        page->text, "), frequency upwards (%zu bands). All pictures share one colour scale%s.%s</p>\n",
        features->shape.frequency, features->shape.channels > 1 ? "; the first channel is shown" : "",
        features->label_count > MOST_LABELS ? " Only the first 40 labels are shown." : "");
}

sx_status sx_page_examples(const sx_page *page, sx_error *err) {
    const sx_features *features = page->features;
    if (!features->values || !features->count || !item_values(features)) return SX_OK;
    float low, high;
    common_range(features, &low, &high);
    sx_html_section(page->text, "examples", "What the nets saw");
    explain(page);
    sx_text_add(page->text, "<div class=\"examples\">\n");
    sx_status status = SX_OK;
    int examples = features->label_count <= FEW_LABELS ? 2 : 1;
    for (size_t label = 0; label < features->label_count && label < MOST_LABELS && !status; label++) {
        status = add_label(page, (int)label, examples, low, high, err);
    }
    sx_text_add(page->text, "</div>\n");
    sx_html_section_end(page->text);
    return status;
}
