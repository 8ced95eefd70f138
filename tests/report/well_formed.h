/* well_formed.h: a page read as XML: tags, attributes, entities and ids. Include after cmocka.h. */
#ifndef TESTS_REPORT_WELL_FORMED_H
#define TESTS_REPORT_WELL_FORMED_H

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static inline size_t count_of(const char *page, const char *what) {
    size_t count = 0;
    for (const char *at = page; (at = strstr(at, what)) != NULL; at += strlen(what))
        count++;
    return count;
}

enum { DEEPEST = 64, LONGEST_NAME = 24 };

/* Reads the tag at `at` (behind '<'); returns its end behind '>'. Fails on an attribute without quotes. */
static inline const char *read_tag(const char *at, char name[LONGEST_NAME], bool *closes, bool *closed) {
    size_t length = 0;
    *closes = *at == '/';
    at += *closes;
    while (isalnum((unsigned char)*at) && length + 1 < LONGEST_NAME)
        name[length++] = *at++;
    name[length] = '\0';
    while (*at && *at != '>') {
        if (*at == '=') {
            if (at[1] != '"') fail_msg("an attribute without quotes in <%s> at: %.60s", name, at);
            at = strchr(at + 2, '"');
            if (!at) fail_msg("an attribute that never ends in <%s>", name);
        }
        if (*at == '<') fail_msg("'<' inside <%s>: %.60s", name, at);
        *closed = *at == '/' && at[1] == '>';
        at++;
    }
    if (!*at) fail_msg("<%s> never ends", name);
    return at + 1;
}

/* Every tag that opens closes, in order, as in XML; no bare '&'. */
static inline void check_well_formed(const char *page) {
    char open[DEEPEST][LONGEST_NAME];
    size_t depth = 0;
    const char *at = strstr(page, "<html");
    assert_non_null(at);
    while ((at = strchr(at, '<')) != NULL) {
        char name[LONGEST_NAME];
        bool closes = false, closed = false;
        const char *end = read_tag(at + 1, name, &closes, &closed);
        if (!name[0]) fail_msg("a bare '<' at: %.60s", at);
        if (closes) {
            if (!depth || strcmp(open[depth - 1], name) != 0) {
                fail_msg("</%s> closes <%s> at: %.80s", name, depth ? open[depth - 1] : "nothing", at);
            }
            depth--;
        } else if (!closed) {
            assert_true(depth < DEEPEST);
            strcpy(open[depth++], name);
        }
        at = strcmp(name, "style") == 0 && !closes ? strstr(end, "</style") : end;
    }
    assert_int_equal(depth, 0);
    for (at = page; (at = strchr(at, '&')) != NULL; at++) {
        const char *end = strchr(at, ';');
        if (!end || end - at > 8) fail_msg("a bare '&' at: %.60s", at);
    }
}

/* ids are there once, and what aria refers to exists. */
static inline void check_ids(const char *page) {
    for (const char *at = page; (at = strstr(at, " id=\"")) != NULL; at += 5) {
        char id[64];
        int length = (int)strcspn(at + 5, "\"");
        snprintf(id, sizeof id, " id=\"%.*s\"", length, at + 5);
        if (count_of(page, id) != 1) fail_msg("%s is there %zu times", id, count_of(page, id));
    }
    for (const char *at = page; (at = strstr(at, "aria-labelledby=\"")) != NULL; at += 17) {
        char id[64];
        snprintf(id, sizeof id, " id=\"%.*s\"", (int)strcspn(at + 17, "\""), at + 17);
        if (!strstr(page, id)) fail_msg("%s is referred to but not there", id);
    }
}

#endif
