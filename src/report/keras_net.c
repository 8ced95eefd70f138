/* keras_net.c: for somebody who brought a Keras model: the lines of the script to change, what was not
 * varied, how it was trained, and the winner's code. */
#include "chart.h"

#include "html.h"

#include "base/memory.h"
#include "experiment/net.h"

static void lines_table(const sx_page *page) {
    static const char *const heads[] = {"Layer", "in your script", "change to", NULL};
    const sx_net_about *net = page->comparison->net;
    sx_net_change change;
    sx_html_table(page->text, "Lines of the script", heads);
    for (size_t i = 0; i < net->norm_count; i++) {
        if (!sx_net_change_at(page->comparison, i, &change)) continue;
        sx_text_add(page->text, "<tr>");
        sx_html_row_head(page->text, change.norm->layer);
        sx_text_add(page->text, "<td><code>");
        sx_html_escape(page->text, change.norm->axis_text);
        sx_text_add(page->text, "</code></td>");
        if (change.changes)
            sx_text_format(page->text, "<td><code>%s</code></td>", change.to);
        else
            sx_html_cell(page->text, "stays");
        sx_text_add(page->text, "</tr>\n");
    }
    sx_html_table_end(page->text);
}

static void not_varied(const sx_page *page) {
    const sx_net_about *net = page->comparison->net;
    bool open = false;
    for (size_t i = 0; i < net->norm_count; i++) {
        const sx_net_norm *norm = &net->norms[i];
        if (!norm->reason) continue;
        sx_text_add(page->text, open ? "<li>" : "<h3>Not varied</h3>\n<ul>\n<li>");
        sx_html_escape(page->text, norm->layer);
        sx_text_add(page->text, " (");
        sx_html_escape(page->text, norm->class_name);
        sx_text_add(page->text, ", <code>");
        sx_html_escape(page->text, norm->axis_text);
        sx_text_add(page->text, "</code>): ");
        sx_html_escape(page->text, norm->reason);
        sx_text_add(page->text, "</li>\n");
        open = true;
    }
    if (open) sx_text_add(page->text, "</ul>\n");
}

/* Sentences, a line each. */
static void paragraphs(const sx_page *page, const char *text) {
    while (*text) {
        sx_text line = {0};
        size_t length = 0;
        while (text[length] && text[length] != '\n')
            length++;
        sx_text_add_bytes(&line, text, length);
        char *made = sx_text_take(&line);
        sx_text_add(page->text, "<li>");
        sx_html_escape(page->text, made);
        sx_text_add(page->text, "</li>\n");
        sx_free(made);
        text += length + (text[length] == '\n');
    }
}

static void training(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text weights = {0};
    sx_net_say_weights(comparison, &weights);
    sx_text_add(page->text, "<h3>How it was trained</h3>\n<ul>\n");
    paragraphs(page, comparison->net->training);
    sx_text_format(page->text, "<li>Batch %d, %d epochs, learning rate %g in this comparison.</li>\n",
                   comparison->train.batch, comparison->train.epochs, comparison->train.learning_rate);
    if (page->features->from_arrays)
        sx_text_add(page->text, "<li>The arrays went in as they are: nothing was standardised.</li>\n");
    if (weights.length > 0) paragraphs(page, weights.chars);
    sx_text_add(page->text, "</ul>\n");
    sx_text_clear(&weights);
}

static void code(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    const char *text = sx_net_code(comparison);
    sx_text_format(page->text, "<h3>The net that keeps %s, as Keras code</h3>\n",
                   sx_axis_word(comparison->order, comparison->verdict.axis));
    if (text) {
        sx_text_add(page->text, "<pre><code>");
        sx_html_escape(page->text, text);
        sx_text_add(page->text, "</code></pre>\n");
        return;
    }
    sx_text_add(page->text, "<p>It cannot be written: ");
    sx_html_escape(page->text, comparison->net->code_reason);
    sx_text_add(page->text, ".</p>\n");
}

void sx_page_net(const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    if (!comparison->net) return;
    sx_text head = {0};
    sx_net_say_head(comparison, &head);
    sx_html_section(page->text, "script", "Your script");
    sx_text_add(page->text, "<p>");
    sx_html_escape(page->text, head.length ? head.chars : "");
    sx_text_add(page->text, " (");
    sx_html_escape(page->text, comparison->net->path);
    sx_text_add(page->text, "):</p>\n");
    lines_table(page);
    not_varied(page);
    training(page);
    code(page);
    sx_html_section_end(page->text);
    sx_text_clear(&head);
}
