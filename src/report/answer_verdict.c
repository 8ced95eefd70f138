/* answer_verdict.c: what a person reads first: the verdict in one line and one paragraph, then the warning.
 */
#include "parts.h"

#include "experiment/verdict_text.h"

static void headline(const sx_comparison *comparison, char *text, size_t size) {
    const sx_verdict *verdict = &comparison->verdict;
    const char *name = sx_axis_word(comparison->order, verdict->axis);
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

/* "verdict is-winner on-frequency": the style sheet's words. */
static const char *style_of(const sx_verdict *verdict) {
    static const char *const winners[SX_AXIS_COUNT] = {[SX_AXIS_BATCH] = "verdict is-winner",
                                                       [SX_AXIS_TIME] = "verdict is-winner on-time",
                                                       [SX_AXIS_FREQUENCY] = "verdict is-winner on-frequency",
                                                       [SX_AXIS_CHANNELS] = "verdict is-winner on-channels"};
    if (verdict->kind == SX_VERDICT_WINNER) return winners[verdict->axis];
    return verdict->kind == SX_VERDICT_EQUIVALENT ? "verdict is-equivalent" : "verdict is-undecided";
}

void sx_section_verdict(sx_document *document, const sx_page *page) {
    const sx_verdict *verdict = &page->comparison->verdict;
    char line[160];
    headline(page->comparison, line, sizeof line);
    sx_section *part = sx_section_add(document, "verdict", false, "%s", line);
    if (part) part->style = style_of(verdict);
    if (part) part->badge = sx_verdict_kind_name(verdict->kind);
    sx_section_say(part, SX_BLOCK_TEXT, "%s", verdict->text);
    if (!verdict->warning[0]) return;
    part = sx_section_add(document, "warning", false, "Beware of the scores with moving statistics");
    if (part) part->style = "warning";
    sx_section_say(part, SX_BLOCK_TEXT, "%s", verdict->warning);
}
