/* answer_why.c: the strongest evidence first, each piece with its picture, its numbers and its limits. */
#include "parts.h"

#include "html.h"

#include <string.h>

bool sx_evidence_is_shown(const sx_answer *answer, const char *figure) {
    for (size_t i = 0; answer && i < answer->evidence_count && i < SX_SHOWN_EVIDENCE; i++)
        if (answer->evidence[i].figure && strcmp(answer->evidence[i].figure, figure) == 0) return true;
    return false;
}

bool sx_evidence_shows_ways(const sx_answer *answer) {
    for (size_t i = 0; answer && i < answer->evidence_count && i < SX_SHOWN_EVIDENCE; i++)
        if (strcmp(answer->evidence[i].id, "moving-statistics") == 0) return true;
    return false;
}

static void add_picture(sx_section *part, const sx_page *page, const sx_evidence *evidence) {
    const sx_explanation *explanation = page->comparison->answer->explanation;
    if (strcmp(evidence->id, "moving-statistics") == 0) sx_section_ways(part, page);
    for (size_t i = 0; explanation && evidence->figure && i < explanation->finding_count; i++)
        for (size_t k = 0; k < explanation->findings[i]->figure_count; k++) {
            const sx_figure *figure = explanation->findings[i]->figures[k];
            if (strcmp(figure->id, evidence->figure) == 0) sx_section_figure(part, figure);
        }
}

static void add_evidence(sx_section *part, const sx_page *page, size_t place) {
    const sx_evidence *evidence = &page->comparison->answer->evidence[place];
    sx_section_say(part, SX_BLOCK_STRONG, "%zu. %s", place + 1, evidence->title);
    sx_section_say(part, SX_BLOCK_TEXT, "%s", evidence->sentence);
    add_picture(part, page, evidence);
    sx_section_say(part, SX_BLOCK_CAVEAT, "%s", evidence->cannot_show);
}

static void add_others(sx_section *part, const sx_answer *answer) {
    if (answer->evidence_count <= SX_SHOWN_EVIDENCE) return;
    sx_section_say(part, SX_BLOCK_STRONG, "Also seen");
    for (size_t i = SX_SHOWN_EVIDENCE; i < answer->evidence_count; i++)
        sx_section_say(part, SX_BLOCK_ITEM, "%s.", answer->evidence[i].title);
}

void sx_section_why(sx_document *document, const sx_page *page) {
    const sx_answer *answer = page->comparison->answer;
    if (!answer) return;
    sx_section *part = sx_section_add(document, "why", false, "Why");
    if (answer->evidence_count) {
        sx_section_say(
            part, SX_BLOCK_SOFT,
            "What changed something in the trained nets and counted the recordings they then name rightly "
            "comes "
            "first, what was only looked at behind it; within each, the larger comes first. This is what was "
            "measured beside the scores; it does not prove what an axis wins or loses by.");
    } else {
        sx_section_say(part, SX_BLOCK_TEXT, "%s",
                       answer->explanation ? "Nothing that was looked at is large enough to tell."
                                           : "The nets were not looked into.");
    }
    for (size_t i = 0; i < answer->evidence_count && i < SX_SHOWN_EVIDENCE; i++)
        add_evidence(part, page, i);
    add_others(part, answer);
    if (answer->note[0]) sx_section_say(part, SX_BLOCK_SOFT, "Left out: %s.", answer->note);
}
