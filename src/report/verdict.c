/* verdict.c: what a person reads first: the verdict in one line and one paragraph, then the warning. */
#include "chart.h"

#include "html.h"

#include "experiment/verdict_text.h"

static void headline(const sx_verdict *verdict, char *text, size_t size) {
    const char *name = sx_axis_name(verdict->axis);
    int keras = sx_axis_keras(verdict->axis);
    switch (verdict->kind) {
    case SX_VERDICT_WINNER:
        sx_print(text, size, "Keep %s: axis=%d", name, keras);
        break;
    case SX_VERDICT_EQUIVALENT:
        sx_print(text, size, "No practical difference; stay with %s: axis=%d", name, keras);
        break;
    default:
        sx_print(text, size, "Undecided; %s is ahead so far: axis=%d", name, keras);
    }
}

void sx_page_verdict(const sx_page *page) {
    const sx_verdict *verdict = &page->comparison->verdict;
    char line[160];
    headline(verdict, line, sizeof line);
    sx_text_format(page->text,
                   "<section id=\"verdict\" class=\"verdict is-%s on-%s\" aria-labelledby=\"verdict-h\">\n"
                   "<p class=\"badge\">%s</p>\n<h2 id=\"verdict-h\">",
                   sx_verdict_kind_name(verdict->kind), sx_axis_name(verdict->axis),
                   sx_verdict_kind_name(verdict->kind));
    sx_html_escape(page->text, line);
    sx_text_add(page->text, "</h2>\n<p>");
    sx_html_escape(page->text, verdict->text);
    sx_text_add(page->text, "</p>\n");
    sx_html_section_end(page->text);
    if (!verdict->warning[0]) return;
    sx_text_add(page->text, "<section id=\"warning\" class=\"warning\" role=\"note\" "
                            "aria-labelledby=\"warning-h\">\n<h2 id=\"warning-h\">Beware of the "
                            "scores with moving statistics</h2>\n<p>");
    sx_html_escape(page->text, verdict->warning);
    sx_text_add(page->text, "</p>\n");
    sx_html_section_end(page->text);
}
