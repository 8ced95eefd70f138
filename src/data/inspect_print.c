/* inspect_print.c: an inspection as text and as JSON. */
#include "sonaxis/dataset.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

enum { SHOWN_AT_MOST = 10 }; /* names of a kind in the text; the JSON has all */

/* --- text
 * ---------------------------------------------------------------------------------------------------- */

static size_t widest_name(const sx_count *counts, size_t count) {
    size_t widest = 0;
    for (size_t i = 0; i < count; i++) {
        size_t width = strlen(counts[i].name);
        if (width > widest) widest = width;
    }
    return widest;
}

/* "8000 Hz: 12, 44100 Hz: 3" */
static void add_list(sx_text *text, const char *title, const sx_count *counts, size_t count) {
    sx_text_add(text, title);
    for (size_t i = 0; i < count; i++) {
        sx_text_format(text, "%s%s: %zu", i == 0 ? "" : ", ", counts[i].name, counts[i].count);
    }
    sx_text_add(text, "\n");
}

static void add_labels(sx_text *text, const sx_inspection *inspection) {
    size_t width = widest_name(inspection->labels, inspection->label_count);
    bool grouped = inspection->group_count > 0;
    if (inspection->label_count == 0) return;
    if (width < strlen("label")) width = strlen("label");
    sx_text_format(text, "\n%-*s  recordings%s\n", (int)width, "label", grouped ? "  groups" : "");
    for (size_t i = 0; i < inspection->label_count; i++) {
        sx_text_format(text, "%-*s  %10zu", (int)width, inspection->labels[i].name,
                       inspection->labels[i].count);
        if (grouped) sx_text_format(text, "  %6zu", inspection->groups_per_label[i]);
        sx_text_add(text, "\n");
    }
}

static void add_groups(sx_text *text, const sx_inspection *inspection) {
    size_t width = widest_name(inspection->groups, inspection->group_count);
    if (inspection->group_count == 0) return;
    if (width < strlen("group")) width = strlen("group");
    sx_text_format(text, "\n%-*s  recordings\n", (int)width, "group");
    for (size_t i = 0; i < inspection->group_count; i++) {
        sx_text_format(text, "%-*s  %10zu\n", (int)width, inspection->groups[i].name,
                       inspection->groups[i].count);
    }
}

static void add_skips(sx_text *text, const char *title, const sx_skip *skips, size_t count) {
    if (count == 0) return;
    sx_text_format(text, "\n%s: %zu\n", title, count);
    for (size_t i = 0; i < count && i < SHOWN_AT_MOST; i++) {
        sx_text_format(text, "  %s: %s\n", skips[i].path, skips[i].reason);
    }
    if (count > SHOWN_AT_MOST) sx_text_format(text, "  and %zu more\n", count - SHOWN_AT_MOST);
}

/* Arrays have none. */
static bool has_durations(const sx_inspection *inspection) { return inspection->rate_count > 0; }

static void add_durations(sx_text *text, const sx_inspection *inspection) {
    sx_text_format(text, "in all      %.1f s\n", inspection->total_s);
    sx_text_format(text, "durations   %.3f to %.3f s, median %.3f s, 95 %% are at most %.3f s\n",
                   inspection->shortest_s, inspection->longest_s, inspection->median_s,
                   inspection->percentile95_s);
    add_list(text, "rates       ", inspection->rates, inspection->rate_count);
}

char *sx_inspection_text(const sx_inspection *inspection) {
    sx_text text = {0};
    sx_text_format(&text, "recordings  %zu, of which %zu can be read\n", inspection->item_count,
                   inspection->readable_count);
    if (has_durations(inspection)) add_durations(&text, inspection);
    add_list(&text, "channels    ", inspection->channel_counts, inspection->channel_count_count);
    add_labels(&text, inspection);
    add_groups(&text, inspection);
    add_skips(&text, "duplicates", inspection->duplicates, inspection->duplicate_count);
    add_skips(&text, "near silent", inspection->near_silent, inspection->near_silent_count);
    add_skips(&text, "clipped", inspection->clipped, inspection->clipped_count);
    add_skips(&text, "skipped", inspection->skips, inspection->skip_count);
    return sx_text_take(&text);
}

/* --- JSON
 * ---------------------------------------------------------------------------------------------------- */

static sx_json *counts_json(const sx_count *counts, size_t count, const size_t *groups) {
    sx_json *array = sx_json_array();
    for (size_t i = 0; i < count; i++) {
        sx_json *entry = sx_json_object();
        sx_json_set_text(entry, "name", counts[i].name);
        sx_json_set_integer(entry, "count", (int64_t)counts[i].count);
        if (groups != NULL) sx_json_set_integer(entry, "groups", (int64_t)groups[i]);
        sx_json_append(array, entry);
    }
    return array;
}

static sx_json *skips_json(const sx_skip *skips, size_t count) {
    sx_json *array = sx_json_array();
    for (size_t i = 0; i < count; i++) {
        sx_json *entry = sx_json_object();
        sx_json_set_text(entry, "path", skips[i].path);
        sx_json_set_text(entry, "reason", skips[i].reason);
        sx_json_append(array, entry);
    }
    return array;
}

static void set_seconds(sx_json *root, const sx_inspection *inspection) {
    if (!has_durations(inspection)) {
        sx_json_set_text(root, "seconds", NULL);
        return;
    }
    sx_json *seconds = sx_json_object();
    sx_json_set_number(seconds, "total", inspection->total_s);
    sx_json_set_number(seconds, "shortest", inspection->shortest_s);
    sx_json_set_number(seconds, "median", inspection->median_s);
    sx_json_set_number(seconds, "longest", inspection->longest_s);
    sx_json_set_number(seconds, "percentile_95", inspection->percentile95_s);
    sx_json_set(root, "seconds", seconds);
}

char *sx_inspection_json(const sx_inspection *inspection) {
    sx_json *root = sx_json_object();
    sx_json_set_text(root, "schema", "sonaxis-inspect-1");
    sx_json_set_integer(root, "recordings", (int64_t)inspection->item_count);
    sx_json_set_integer(root, "readable", (int64_t)inspection->readable_count);
    set_seconds(root, inspection);
    sx_json_set(root, "labels",
                counts_json(inspection->labels, inspection->label_count, inspection->groups_per_label));
    sx_json_set(root, "groups", counts_json(inspection->groups, inspection->group_count, NULL));
    sx_json_set(root, "rates", counts_json(inspection->rates, inspection->rate_count, NULL));
    sx_json_set(root, "channels",
                counts_json(inspection->channel_counts, inspection->channel_count_count, NULL));
    sx_json_set(root, "duplicates", skips_json(inspection->duplicates, inspection->duplicate_count));
    sx_json_set(root, "near_silent", skips_json(inspection->near_silent, inspection->near_silent_count));
    sx_json_set(root, "clipped", skips_json(inspection->clipped, inspection->clipped_count));
    sx_json_set(root, "skipped", skips_json(inspection->skips, inspection->skip_count));
    char *text = sx_json_dump(root, 2);
    sx_json_free(root);
    return text;
}
