/* answer_costs.c: what it costs to use a net of each axis. */
#include "parts.h"

#include <math.h>

static void add_row(sx_table *table, sx_axis_order order, const sx_axis_cost *cost) {
    char folded[64];
    sx_cell_axis(table, order, cost->axis);
    sx_print(folded, sizeof folded, "%zu of %zu", cost->folded, cost->normalisations);
    sx_cell_text(table, cost->known ? folded : "\xE2\x80\x93");
    sx_cell_count(table, cost->known ? cost->multiply_adds : (double)NAN);
    sx_cell_count(table, cost->known ? cost->extra_multiply_adds : (double)NAN);
    sx_cell_text(table, !cost->known ? "\xE2\x80\x93" : cost->time_fixed_by[0] ? "fixed" : "any");
    sx_cell_text(table, !cost->known ? "\xE2\x80\x93" : cost->bands_fixed_by[0] ? "fixed" : "any");
    sx_cell_text(table, !cost->known ? "\xE2\x80\x93" : cost->streams ? "yes" : "no");
    sx_cell_count(table, cost->known ? (double)cost->parameters : (double)NAN);
    sx_cell_count(table, cost->known ? (double)cost->parameters_folded : (double)NAN);
    sx_cell_count(table, cost->known ? (double)cost->file_bytes : (double)NAN);
}

static void add_sentences(sx_section *part, sx_axis_order order, const sx_answer *answer) {
    for (size_t i = 0; i < answer->axis_count; i++)
        if (answer->costs[i].known)
            sx_section_say(part, SX_BLOCK_ITEM, "%s: %s", sx_axis_word(order, answer->costs[i].axis),
                           answer->costs[i].text);
}

void sx_section_costs(sx_document *document, const sx_page *page) {
    static const char *const heads[] = {
        "Axis kept", "Folded",     "Multiply-adds", "Added by the rest",  "Frames", "Bands",
        "Streams",   "Parameters", "once folded",   "Model file (bytes)", NULL};
    const sx_answer *answer = page->comparison->answer;
    if (!answer) return;
    sx_section *part = sx_section_add(document, "costs", false, "What each axis costs in use");
    add_sentences(part, page->comparison->order, answer);
    sx_table *table = sx_section_table(part, "deployment", "What a net of each axis asks for", heads);
    for (size_t i = 0; i < answer->axis_count; i++)
        add_row(table, page->comparison->order, &answer->costs[i]);
    sx_section_say(
        part, SX_BLOCK_SOFT,
        "Read off one trained net of each axis. Folded: the normalisation goes into the weights of the layer "
        "before it, exactly. Multiply-adds are those of convolutions and dense layers for one recording; a "
        "normalisation that stays adds one for each of its outputs.");
}
