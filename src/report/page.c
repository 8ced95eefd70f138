/* page.c: the page as one document: frame, order of the pieces, one atomic write. */
#include "chart.h"

#include "html.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <assert.h>

static void open_page(const sx_page *page, const char *title) {
    sx_text_add(page->text, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                            "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                            "style-src 'unsafe-inline'; img-src data:\"/>\n"
                            "<link rel=\"icon\" href=\"data:,\"/>\n<title>");
    sx_html_escape(page->text, title);
    sx_text_add(page->text, ": which normalisation axis?</title>\n<style>\n");
    sx_text_add(page->text, sx_page_style);
    sx_text_add(page->text, "</style>\n</head>\n<body>\n<header>\n<h1>");
    sx_html_escape(page->text, title);
    sx_text_add(page->text, ": which normalisation axis?</h1>\n<p class=\"sub\">");
    sx_text_format(page->text, "%zu recordings, %zu labels, %zu fold%s, %d seed%s, net ",
                   page->features->count, page->features->label_count, page->comparison->fold_count,
                   page->comparison->fold_count == 1 ? "" : "s", page->comparison->seeds,
                   page->comparison->seeds == 1 ? "" : "s");
    sx_html_escape(page->text, page->comparison->model);
    sx_text_add(page->text, ", ");
    char wall[SX_NUMBER_CHARS];
    sx_duration(page->comparison->wall_s, wall);
    sx_text_format(page->text, "%s</p>\n</header>\n<main>\n", wall);
}

static void charts(const sx_page *page) {
    sx_html_section(page->text, "scores", "Scores");
    sx_page_scores(page);
    sx_text_add(page->text, "<div class=\"charts\">\n<div>\n<h3>Every run</h3>\n");
    sx_chart_runs(page);
    sx_text_add(page->text, "</div>\n<div>\n<h3>Three ways of scoring</h3>\n");
    sx_chart_statistics(page);
    sx_text_add(page->text, "</div>\n</div>\n");
    sx_page_statistics_table(page);
    sx_html_section_end(page->text);
}

static sx_status add_all(const sx_page *page, const char *title, sx_error *err) {
    open_page(page, title);
    sx_page_verdict(page);
    charts(page);
    sx_page_pairs(page);
    sx_page_folds(page);
    sx_chart_curves(page);
    sx_page_confusions(page);
    sx_status status = sx_page_examples(page, err);
    if (status) return status;
    sx_page_inspection(page);
    sx_page_skips(page);
    sx_page_settings(page);
    sx_text_add(page->text, "</main>\n<footer><p>Made by sonaxis " SX_VERSION
                            ". This file needs no network and no script.</p></footer>\n</body>\n</html>\n");
    return SX_OK;
}

sx_status sx_report_write(const sx_comparison *comparison, const sx_features *features,
                          const sx_report_options *options, const char *path, sx_error *err) {
    assert(comparison && features && options && path);
    sx_text text = {0};
    sx_page page = {&text, comparison, features, options};
    sx_status status = add_all(&page, options->title ? options->title : "Recordings", err);
    if (status) {
        sx_text_clear(&text);
        return status;
    }
    size_t length = text.length;
    char *html = sx_text_take(&text);
    if (!html) return sx_fail_memory(err, length);
    status = sx_file_write(path, html, length, err);
    sx_free(html);
    return status;
}
