/* frame.c: what stands around every page, and its one atomic write. */
#include "chart.h"

#include "html.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

void sx_html_open(sx_text *page, const char *heading) {
    sx_text_add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "style-src 'unsafe-inline'; img-src data:; media-src data:\"/>\n"
                      "<link rel=\"icon\" href=\"data:,\"/>\n<title>");
    sx_html_escape(page, heading);
    sx_text_add(page, "</title>\n<style>\n");
    sx_text_add(page, sx_page_style);
    sx_text_add(
        page,
        "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the answer</a>\n<header>\n<h1>");
    sx_html_escape(page, heading);
    sx_text_add(page, "</h1>\n<p class=\"sub\">");
}

void sx_html_close(sx_text *page) {
    sx_text_add(page, "</main>\n<footer><p>Made by sonaxis " SX_VERSION
                      ". This file needs no network and no script.</p></footer>\n</body>\n</html>\n");
}

sx_status sx_html_write(sx_text *page, const char *path, sx_error *err) {
    size_t length = page->length;
    char *html = sx_text_take(page);
    if (!html) return sx_fail_memory(err, length);
    sx_status status = sx_file_write(path, html, length, err);
    sx_free(html);
    return status;
}
