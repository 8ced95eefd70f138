/* page.c: the page as one document: frame, order of the pieces, one atomic write. */
#include "chart.h"

#include "html.h"

#include <assert.h>

static void open_page(const sx_page *page, const char *title) {
    sx_text heading = {0};
    sx_text_format(&heading, "%s: which normalisation axis?", title);
    sx_html_open(page->text, heading.chars);
    sx_text_clear(&heading);
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
    sx_page_net(page);
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
    sx_html_close(page->text);
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
    return sx_html_write(&text, path, err);
}
