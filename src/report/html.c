/* html.c: tags are all closed and attributes quoted, so that the page is also well-formed as XML. */
#include "html.h"

#include <math.h>
#include <stdbool.h>

static const char *replacement(unsigned char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F ? "\xEF\xBF\xBD" : NULL;
    }
}

void sx_html_escape(sx_text *page, const char *text) {
    while (text && *text) {
        size_t length = sx_text_character(text);
        const char *instead = length ? replacement((unsigned char)*text) : "\xEF\xBF\xBD";
        if (instead)
            sx_text_add(page, instead);
        else
            sx_text_add_bytes(page, text, length);
        text += length ? length : 1;
    }
}

void sx_html_section(sx_text *page, const char *id, const char *heading) {
    sx_text_format(page, "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">", id, id, id);
    sx_html_escape(page, heading);
    sx_text_add(page, "</h2>\n");
}

void sx_html_section_end(sx_text *page) { sx_text_add(page, "</section>\n"); }

void sx_html_scroll(sx_text *page, const char *label) {
    sx_text_add(page, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    sx_html_escape(page, label);
    sx_text_add(page, "\">\n");
}

void sx_html_scroll_end(sx_text *page) { sx_text_add(page, "</div>\n"); }

void sx_html_table(sx_text *page, const char *label, const char *const *heads) {
    sx_html_scroll(page, label);
    sx_text_add(page, "<table>\n<caption class=\"hidden\">");
    sx_html_escape(page, label);
    sx_text_add(page, "</caption>\n<thead><tr>");
    for (size_t i = 0; heads[i]; i++) {
        sx_text_add(page, "<th scope=\"col\">");
        sx_html_escape(page, heads[i]);
        sx_text_add(page, "</th>");
    }
    sx_text_add(page, "</tr></thead>\n<tbody>\n");
}

void sx_html_table_end(sx_text *page) {
    sx_text_add(page, "</tbody>\n</table>\n");
    sx_html_scroll_end(page);
}

void sx_html_row_head(sx_text *page, const char *text) {
    sx_text_add(page, "<th scope=\"row\">");
    sx_html_escape(page, text);
    sx_text_add(page, "</th>");
}

void sx_html_cell(sx_text *page, const char *text) {
    sx_text_add(page, "<td>");
    sx_html_escape(page, text);
    sx_text_add(page, "</td>");
}

void sx_html_term(sx_text *page, const char *name, const char *value) {
    sx_text_add(page, "<div><dt>");
    sx_html_escape(page, name);
    sx_text_add(page, "</dt><dd>");
    sx_html_escape(page, value);
    sx_text_add(page, "</dd></div>\n");
}

void sx_html_axis_word(sx_text *page, sx_axis_order order, sx_axis axis) {
    sx_text_format(page, "<span class=\"axis on-%s\"><i class=\"mark\"></i>%s <small>axis=%d</small></span>",
                   sx_axis_name(axis), sx_axis_word(order, axis), sx_axis_keras(axis));
}

void sx_html_axis(sx_text *page, sx_axis axis) { sx_html_axis_word(page, SX_ORDER_TIME_FREQUENCY, axis); }

void sx_decimal(double value, int decimals, char text[SX_NUMBER_CHARS]) {
    if (isnan(value))
        sx_print(text, SX_NUMBER_CHARS, "\xE2\x80\x93");
    else
        sx_print(text, SX_NUMBER_CHARS, "%.*f", decimals, value);
}

void sx_percent(double share, char text[SX_NUMBER_CHARS]) {
    if (isnan(share))
        sx_decimal(share, 0, text);
    else
        sx_print(text, SX_NUMBER_CHARS, "%.1f\xC2\xA0%%", 100 * share);
}

void sx_points(double difference, char text[SX_NUMBER_CHARS]) {
    if (isnan(difference))
        sx_decimal(difference, 0, text);
    else
        sx_print(text, SX_NUMBER_CHARS, "%s%.1f", difference < 0 ? "\xE2\x88\x92" : "+",
                 fabs(100 * difference));
}

void sx_p_value(double p, char text[SX_NUMBER_CHARS]) {
    if (p < 0.001)
        sx_print(text, SX_NUMBER_CHARS, "< 0.001");
    else
        sx_decimal(p, 3, text);
}

void sx_duration(double seconds, char text[SX_NUMBER_CHARS]) {
    if (seconds < 60) {
        sx_print(text, SX_NUMBER_CHARS, "%.1f s", seconds);
        return;
    }
    long whole = lround(seconds);
    if (whole < 3600)
        sx_print(text, SX_NUMBER_CHARS, "%ld min %ld s", whole / 60, whole % 60);
    else
        sx_print(text, SX_NUMBER_CHARS, "%ld h %ld min", whole / 3600, whole % 3600 / 60);
}
