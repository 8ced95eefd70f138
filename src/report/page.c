/* page.c: the report: its parts in their order, then one document as page, Markdown and tables. */
#include "parts.h"

#include "html.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <assert.h>
#include <string.h>

typedef void (*part_maker)(sx_document *document, const sx_page *page);

static sx_status examples(const sx_page *page, const void *context, sx_error *err) {
    (void)context;
    return sx_page_examples(page, err);
}

static void example_part(sx_document *document, const sx_page *page) {
    (void)page;
    sx_section_whole(document, examples);
}

static const part_maker makers[] = {sx_section_verdict,    sx_section_script,      sx_section_why,
                                    sx_section_alignment,  sx_section_costs,       sx_section_certainty,
                                    sx_section_next,       sx_section_scores,      sx_section_labels,
                                    sx_section_folds,      sx_section_confusions,  sx_section_disagreements,
                                    sx_section_curves,     sx_section_diagnostics, example_part,
                                    sx_section_inspection, sx_section_skips,       sx_section_settings};

static void make_subtitle(sx_document *document, const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    char wall[SX_NUMBER_CHARS];
    sx_text text = {0};
    sx_duration(comparison->run_wall_s, wall);
    sx_text_format(&text, "%zu recordings, %zu labels, %zu fold%s, %d seed%s, net %s, %s of training",
                   page->features->count, page->features->label_count, comparison->fold_count,
                   comparison->fold_count == 1 ? "" : "s", comparison->seeds,
                   comparison->seeds == 1 ? "" : "s", comparison->model, wall);
    document->subtitle = sx_text_take(&text);
    sx_text_format(&text, "%s: which normalisation axis?",
                   page->options->title ? page->options->title : "Recordings");
    document->title = sx_text_take(&text);
    if (!document->title || !document->subtitle) document->failed = true;
}

static sx_status make_document(const sx_page *page, sx_document *document, sx_error *err) {
    make_subtitle(document, page);
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        makers[i](document, page);
    return sx_document_check(document, err);
}

/* Links to the parts of the answer, and to what lies behind it. */
static void add_contents(sx_text *text, const sx_document *document) {
    sx_text_add(text, "<nav aria-label=\"Contents\"><ul>\n");
    for (size_t i = 0; i < document->part_count; i++) {
        const sx_section *part = document->parts[i];
        if (part->whole || (part->style && strcmp(part->style, "warning") == 0)) continue;
        sx_text_format(text, "<li><a href=\"#%s\">", part->id);
        sx_html_escape(text, part->badge ? "Verdict" : part->title);
        sx_text_add(text, "</a></li>\n");
    }
    sx_text_add(text, "</ul></nav>\n");
}

static sx_status make_page(const sx_page *page, const sx_document *document, sx_error *err) {
    sx_status status = SX_OK;
    sx_html_open(page->text, document->title);
    sx_html_escape(page->text, document->subtitle);
    sx_text_add(page->text, "</p>\n");
    add_contents(page->text, document);
    sx_text_add(page->text, "</header>\n<main id=\"main\">\n");
    for (size_t i = 0; i < document->part_count && status == SX_OK; i++)
        status = sx_document_html(page, document->parts[i], err);
    sx_html_close(page->text);
    return status;
}

static sx_status write_page(const sx_page *page, const sx_document *document, const char *path,
                            sx_error *err) {
    sx_status status = make_page(page, document, err);
    if (status == SX_OK) return sx_html_write(page->text, path, err);
    sx_text_clear(page->text);
    return status;
}

static sx_status write_markdown(const sx_document *document, const char *path, sx_error *err) {
    char *text = sx_document_markdown(document);
    if (!text) return sx_fail_memory(err, 4096);
    sx_status status = sx_file_write(path, text, strlen(text), err);
    sx_free(text);
    return status;
}

sx_status sx_report_write(const sx_comparison *comparison, const sx_features *features,
                          const sx_report_options *options, const char *path, sx_error *err) {
    assert(comparison && features && options && path);
    sx_text text = {0};
    const sx_page page = {&text, comparison, features, options};
    sx_document document = {0};
    sx_status status = make_document(&page, &document, err);
    if (status == SX_OK) status = write_page(&page, &document, path, err);
    sx_document_clear(&document);
    return status;
}

sx_status sx_report_write_all(const sx_comparison *comparison, const sx_features *features,
                              const sx_report_options *options, const char *folder, sx_error *err) {
    assert(comparison && features && options && folder);
    sx_text text = {0};
    const sx_page page = {&text, comparison, features, options};
    sx_document document = {0};
    char *html = sx_path_join(folder, "report.html"), *markdown = sx_path_join(folder, "report.md");
    char *tables = sx_path_join(folder, "tables");
    sx_status status = html && markdown && tables ? SX_OK : sx_fail_memory(err, strlen(folder) + 16);
    if (status == SX_OK) status = make_document(&page, &document, err);
    if (status == SX_OK) status = sx_document_write_tables(&document, tables, err);
    if (status == SX_OK) status = write_markdown(&document, markdown, err);
    if (status == SX_OK) status = write_page(&page, &document, html, err);
    sx_document_clear(&document);
    sx_free(tables);
    sx_free(markdown);
    sx_free(html);
    return status;
}
