/* inspection.c: the recordings: how many, how long, of whom; what looks odd; what was left out. */
#include "chart.h"

#include "html.h"

enum { MOST_ROWS = 200 };

static void counts_row(sx_text *text, const char *name, const sx_count *counts, size_t count) {
    sx_text_add(text, "<div><dt>");
    sx_html_escape(text, name);
    sx_text_add(text, "</dt><dd>");
    for (size_t i = 0; i < count; i++) {
        sx_html_escape(text, counts[i].name);
        sx_text_format(text, ": %zu%s", counts[i].count, i + 1 < count ? ", " : "");
    }
    sx_text_add(text, "</dd></div>\n");
}

/* A list behind a summary that says how long it is; open shows it at once. */
static void listed(sx_text *text, const char *summary, const sx_skip *skips, size_t count, bool open) {
    if (!count) return;
    sx_text_format(text, "<details%s>\n<summary>", open ? " open=\"open\"" : "");
    sx_html_escape(text, summary);
    sx_text_format(text, ": %zu</summary>\n<ul class=\"files\">\n", count);
    for (size_t i = 0; i < count && i < MOST_ROWS; i++) {
        sx_text_add(text, "<li><code>");
        sx_html_escape(text, skips[i].path);
        sx_text_add(text, "</code> ");
        sx_html_escape(text, skips[i].reason);
        sx_text_add(text, "</li>\n");
    }
    if (count > MOST_ROWS) sx_text_format(text, "<li>and %zu more</li>\n", count - MOST_ROWS);
    sx_text_add(text, "</ul>\n</details>\n");
}

static void label_table(sx_text *text, const sx_inspection *seen) {
    const char *heads[] = {"Label", "Recordings", "Groups", NULL};
    sx_text_format(text, "<details%s>\n<summary>Labels: %zu</summary>\n",
                   seen->label_count <= 12 ? " open=\"open\"" : "", seen->label_count);
    sx_html_table(text, "Recordings and groups of each label", heads);
    for (size_t i = 0; i < seen->label_count; i++) {
        sx_text_add(text, "<tr>");
        sx_html_row_head(text, seen->labels[i].name);
        sx_text_format(text, "<td>%zu</td><td>%zu</td></tr>\n", seen->labels[i].count,
                       seen->groups_per_label ? seen->groups_per_label[i] : 0);
    }
    sx_html_table_end(text);
    sx_text_add(text, "</details>\n");
}

static void lengths(sx_text *text, const sx_inspection *seen) {
    char total[SX_NUMBER_CHARS];
    sx_duration(seen->total_s, total);
    sx_html_term_format(text, "Recordings", "%zu, of which %zu could be read", seen->item_count,
                        seen->readable_count);
    sx_html_term(text, "Total length", total);
    sx_html_term_format(text, "Lengths",
                        "shortest %.2f s, median %.2f s, 95th percentile %.2f s, longest %.2f s",
                        seen->shortest_s, seen->median_s, seen->percentile95_s, seen->longest_s);
    counts_row(text, "Sample rates", seen->rates, seen->rate_count);
    counts_row(text, "Channels", seen->channel_counts, seen->channel_count_count);
    if (seen->group_count) counts_row(text, "Groups", seen->groups, seen->group_count);
}

/* For arrays: what can be counted in the tensor itself. */
static void tensor_counts(sx_text *text, const sx_features *features) {
    sx_html_term_format(text, "Examples", "%zu", features->count);
    sx_html_term_format(text, "Labels", "%zu", features->label_count);
    if (features->group_count) sx_html_term_format(text, "Groups", "%zu", features->group_count);
}

void sx_page_inspection(const sx_page *page) {
    const sx_inspection *seen = page->options->inspection;
    sx_text *text = page->text;
    sx_html_section(text, "data", "The recordings");
    sx_text_add(text, "<dl>\n");
    if (seen)
        lengths(text, seen);
    else
        tensor_counts(text, page->features);
    sx_html_term_format(text, "As a tensor",
                        "%zu \xC3\x97 %zu frames \xC3\x97 %zu bands \xC3\x97 %zu channel%s",
                        page->features->count, page->features->shape.time, page->features->shape.frequency,
                        page->features->shape.channels, page->features->shape.channels == 1 ? "" : "s");
    sx_text_add(text, "</dl>\n");
    if (seen) {
        label_table(text, seen);
        listed(text, "Same samples as another file", seen->duplicates, seen->duplicate_count, false);
        listed(text, "Nearly silent", seen->near_silent, seen->near_silent_count, false);
        listed(text, "Clipped", seen->clipped, seen->clipped_count, false);
    }
    sx_html_section_end(text);
}

void sx_page_skips(const sx_page *page) {
    if (!page->features->skip_count) return;
    sx_html_section(page->text, "skipped", "Skipped files");
    listed(page->text, "Not used", page->features->skips, page->features->skip_count,
           page->features->skip_count <= 20);
    sx_html_section_end(page->text);
}
