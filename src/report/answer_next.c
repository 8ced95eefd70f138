/* answer_next.c: what to do next, as commands. */
#include "parts.h"

void sx_section_next(sx_document *document, const sx_page *page) {
    const sx_answer *answer = page->comparison->answer;
    if (!answer || !answer->step_count) return;
    sx_section *part = sx_section_add(document, "next", false, "What to do next");
    for (size_t i = 0; i < answer->step_count; i++) {
        sx_section_say(part, SX_BLOCK_TEXT, "%s", answer->steps[i].why);
        if (answer->steps[i].command) sx_section_say(part, SX_BLOCK_CODE, "%s", answer->steps[i].command);
    }
}
