/* explain_page.c: an explanation as a page: the sentences first, then every finding with its figures. */
#include "sonaxis/report.h"

#include "disagreements.h"
#include "explain_figure.h"
#include "html.h"
#include "inline_picture.h"

#include "base/error.h"
#include "base/memory.h"

#include <assert.h>

typedef struct explain_page {
    sx_text *text;
    const sx_explanation *explanation;
    const sx_features *features;
    const sx_explain_page *options;
} explain_page;

static void open_page(const explain_page *page) {
    char title[256], wall[SX_NUMBER_CHARS];
    const sx_explanation *explanation = page->explanation;
    sx_print(title, sizeof title, "%.200s: why?", page->options->title ? page->options->title : "Recordings");
    sx_html_open(page->text, title);
    sx_duration(explanation->wall_s, wall);
    sx_text_format(
        page->text, "%zu net%s looked into, %zu recordings, %s</p>\n</header>\n<main id=\"main\">\n",
        explanation->net_count, explanation->net_count == 1 ? "" : "s", page->features->count, wall);
}

static void answers(const explain_page *page) {
    const sx_explanation *explanation = page->explanation;
    sx_html_section(page->text, "answers", "In short");
    sx_text_add(page->text, "<dl>\n");
    for (size_t i = 0; i < explanation->finding_count; i++) {
        const sx_finding *finding = explanation->findings[i];
        sx_text_format(page->text, "<div><dt><a href=\"#%s\">", finding->id);
        sx_html_escape(page->text, finding->title);
        sx_text_add(page->text, "</a></dt><dd>");
        sx_html_escape(page->text, finding->sentence);
        sx_text_add(page->text, "</dd></div>\n");
    }
    sx_text_add(page->text, "</dl>\n");
    sx_html_section_end(page->text);
}

/* The map's rows upwards, columns to the right, as a spectrogram is drawn. */
static sx_status add_map(sx_text *text, const sx_map *map, sx_error *err) {
    float *turned = sx_alloc(map->rows * map->columns, sizeof *turned);
    if (!turned) return sx_fail_memory(err, map->rows * map->columns * sizeof *turned);
    for (size_t r = 0; r < map->rows; r++)
        for (size_t c = 0; c < map->columns; c++)
            turned[c * map->rows + r] = map->values[r * map->columns + c];
    sx_heat heat = {.values = turned, .shape = {map->columns, map->rows, 1}};
    sx_heat_range(&heat);
    sx_text_add(text, "<figure>");
    sx_status status = sx_inline_picture(text, &heat, map->title, err);
    sx_text_add(text, "<figcaption>");
    sx_html_escape(text, map->title);
    sx_text_format(text, " (%s to the right, %s upwards; dark %.2f, bright %.2f)</figcaption></figure>\n",
                   map->column_label, map->row_label, (double)heat.low, (double)heat.high);
    sx_free(turned);
    return status;
}

static sx_status add_finding(sx_text *text, const sx_finding *finding, sx_error *err) {
    sx_status status = SX_OK;
    sx_html_section(text, finding->id, finding->title);
    sx_text_add(text, "<p>");
    sx_html_escape(text, finding->sentence);
    sx_text_add(text, "</p>\n<div class=\"charts\">\n");
    for (size_t i = 0; i < finding->figure_count; i++)
        sx_explain_figure(text, finding->figures[i]);
    sx_text_add(text, "</div>\n");
    if (finding->map_count) sx_text_add(text, "<div class=\"maps\">\n");
    for (size_t i = 0; i < finding->map_count && !status; i++)
        status = add_map(text, finding->maps[i], err);
    if (finding->map_count) sx_text_add(text, "</div>\n");
    sx_text_add(text, "<p class=\"cannot\"><strong>What this cannot show:</strong> ");
    sx_html_escape(text, finding->cannot_show);
    sx_text_add(text, "</p>\n");
    sx_html_section_end(text);
    return status;
}

static sx_status add_disagreements(const explain_page *page, sx_error *err) {
    if (!page->explanation->disagreement_count || !page->features->values) return SX_OK;
    sx_html_section(page->text, "recordings", "Recordings on which the axes disagree");
    sx_text_add(page->text,
                "<p class=\"lead\">What the nets of each axis make of them, and how sure they are on "
                "average.</p>\n");
    sx_status status =
        sx_disagreement_pictures(page->text, page->explanation, page->features, page->options->dataset, err);
    sx_html_section_end(page->text);
    return status;
}

static void add_notes(const explain_page *page) {
    sx_html_section(page->text, "repeat", "How this was made");
    sx_text_add(page->text, "<ul>\n");
    for (size_t i = 0; i < page->explanation->note_count; i++) {
        sx_text_add(page->text, "<li>");
        sx_html_escape(page->text, page->explanation->notes[i]);
        sx_text_add(page->text, "</li>\n");
    }
    sx_text_add(page->text, "<li>All numbers are in explain.json.</li>\n</ul>\n");
    if (page->options->command) {
        sx_text_add(page->text, "<pre><code>");
        sx_html_escape(page->text, page->options->command);
        sx_text_add(page->text, "</code></pre>\n");
    }
    sx_html_section_end(page->text);
}

static sx_status add_all(const explain_page *page, sx_error *err) {
    sx_status status = SX_OK;
    open_page(page);
    answers(page);
    for (size_t i = 0; i < page->explanation->finding_count && !status; i++)
        status = add_finding(page->text, page->explanation->findings[i], err);
    if (!status) status = add_disagreements(page, err);
    add_notes(page);
    sx_html_close(page->text);
    return status;
}

sx_status sx_report_explain(const sx_explanation *explanation, const sx_features *features,
                            const sx_explain_page *options, const char *path, sx_error *err) {
    assert(explanation && features && options && path);
    sx_text text = {0};
    const explain_page page = {&text, explanation, features, options};
    sx_status status = add_all(&page, err);
    if (status) {
        sx_text_clear(&text);
        return status;
    }
    return sx_html_write(&text, path, err);
}
