/* inspection.c: the recordings: how many, how long, of whom; what looks odd; what was left out. */
#include "parts.h"

#include "html.h"

static void counts_term(sx_section *part, const char *name, const sx_count *counts, size_t count) {
    sx_text words = {0};
    for (size_t i = 0; i < count; i++)
        sx_text_format(&words, "%s: %zu%s", counts[i].name, counts[i].count, i + 1 < count ? ", " : "");
    char *text = sx_text_take(&words);
    sx_section_term(part, name, "%s", text ? text : "");
    sx_free_text(text);
}

/* Files with a reason each; the table file has all of them. */
static void add_files(sx_section *part, const char *id, const char *title, const sx_skip *skips,
                      size_t count) {
    static const char *const heads[] = {"File", "Why", NULL};
    if (!count) return;
    sx_table *table = sx_section_table(part, id, title, heads);
    for (size_t i = 0; i < count; i++) {
        sx_cell_text(table, skips[i].path);
        sx_cell_text(table, skips[i].reason);
    }
}

static void add_labels(sx_section *part, const sx_inspection *seen) {
    static const char *const heads[] = {"Label", "Recordings", "Groups", NULL};
    sx_table *table =
        sx_section_table(part, "recordings-by-label", "Recordings and groups of each label", heads);
    for (size_t i = 0; i < seen->label_count; i++) {
        sx_cell_text(table, seen->labels[i].name);
        sx_cell_count(table, (double)seen->labels[i].count);
        sx_cell_count(table, seen->groups_per_label ? (double)seen->groups_per_label[i] : 0);
    }
}

static void lengths(sx_section *part, const sx_inspection *seen) {
    char total[SX_NUMBER_CHARS];
    sx_duration(seen->total_s, total);
    sx_section_term(part, "Recordings", "%zu, of which %zu could be read", seen->item_count,
                    seen->readable_count);
    sx_section_term(part, "Total length", "%s", total);
    sx_section_term(part, "Lengths", "shortest %.2f s, median %.2f s, 95th percentile %.2f s, longest %.2f s",
                    seen->shortest_s, seen->median_s, seen->percentile95_s, seen->longest_s);
    counts_term(part, "Sample rates", seen->rates, seen->rate_count);
    counts_term(part, "Channels", seen->channel_counts, seen->channel_count_count);
    if (seen->group_count) counts_term(part, "Groups", seen->groups, seen->group_count);
}

/* For arrays: what can be counted in the tensor itself. */
static void tensor_counts(sx_section *part, const sx_features *features) {
    sx_section_term(part, "Examples", "%zu", features->count);
    sx_section_term(part, "Labels", "%zu", features->label_count);
    if (features->group_count) sx_section_term(part, "Groups", "%zu", features->group_count);
}

void sx_section_inspection(sx_document *document, const sx_page *page) {
    const sx_inspection *seen = page->options->inspection;
    const sx_shape shape = page->features->shape;
    sx_section *part = sx_section_add(document, "data", true, "The recordings");
    if (seen)
        lengths(part, seen);
    else
        tensor_counts(part, page->features);
    sx_section_term(part, "As a tensor", "%zu \xC3\x97 %zu frames \xC3\x97 %zu bands \xC3\x97 %zu channel%s",
                    page->features->count, shape.time, shape.frequency, shape.channels,
                    shape.channels == 1 ? "" : "s");
    if (!seen) return;
    add_labels(part, seen);
    add_files(part, "duplicates", "Same samples as another file", seen->duplicates, seen->duplicate_count);
    add_files(part, "near-silent", "Nearly silent", seen->near_silent, seen->near_silent_count);
    add_files(part, "clipped", "Clipped", seen->clipped, seen->clipped_count);
}

void sx_section_skips(sx_document *document, const sx_page *page) {
    const sx_features *features = page->features;
    if (!features->skip_count) return;
    sx_section *part = sx_section_add(document, "skipped", true, "Skipped files: %zu", features->skip_count);
    if (part) part->is_folded = features->skip_count > 20;
    add_files(part, "skipped", "Files that were not used", features->skips, features->skip_count);
}
