/* answer_alignment.c: must these recordings be aligned in time? */
#include "parts.h"

void sx_section_alignment(sx_document *document, const sx_page *page) {
    const sx_answer *answer = page->comparison->answer;
    if (!answer || !answer->has_alignment) return;
    const sx_align_index *index = &answer->alignment;
    sx_section *part = sx_section_add(document, "alignment", false, "Alignment: index %.2f, %s", index->index,
                                      sx_align_degree_name(index->degree));
    sx_section_say(part, SX_BLOCK_TEXT, "%s", index->text);
    sx_section_say(part, SX_BLOCK_TEXT, "%s", answer->alignment_text);
    sx_section_say(
        part, SX_BLOCK_SOFT,
        "1 would mean that all recordings are loud and quiet at the same moments, 0 that they have no such "
        "moment in common. Silence padded at the end of every clip counts as a moment in common. The index "
        "says nothing about accuracy.");
}
