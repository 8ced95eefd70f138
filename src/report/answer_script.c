/* answer_script.c: for somebody who brought a Keras model: the lines of the script to change, what was not
 * varied, how it was trained, and the code of the net that keeps the verdict's axis. */
#include "parts.h"

#include "base/memory.h"
#include "experiment/net.h"

#include <string.h>

static void add_lines(sx_section *part, const sx_comparison *comparison) {
    static const char *const heads[] = {"layer", "now", "change to", NULL};
    sx_table *table = sx_section_table(part, "script", "Lines of your script", heads);
    sx_net_change change;
    for (size_t i = 0; i < comparison->net->norm_count; i++) {
        if (!sx_net_change_at(comparison, i, &change)) continue;
        sx_cell_text(table, change.norm->layer);
        sx_cell_text(table, change.norm->axis_text);
        sx_cell_text(table, change.changes ? change.to : "stays");
    }
}

static void add_rest(sx_section *part, const sx_net_about *net) {
    bool open = false;
    for (size_t i = 0; i < net->norm_count; i++) {
        const sx_net_norm *norm = &net->norms[i];
        if (!norm->reason) continue;
        if (!open) sx_section_say(part, SX_BLOCK_HEADING, "Not varied");
        sx_section_say(part, SX_BLOCK_ITEM, "%s (%s, %s): %s.", norm->layer, norm->class_name,
                       norm->axis_text, norm->reason);
        open = true;
    }
}

static void add_training(sx_section *part, const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    sx_text weights = {0};
    sx_net_say_weights(comparison, &weights);
    sx_section_say(part, SX_BLOCK_HEADING, "How it was trained");
    for (const char *line = comparison->net->training; *line;) {
        size_t length = strcspn(line, "\n");
        sx_section_say(part, SX_BLOCK_ITEM, "%.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
    sx_section_say(part, SX_BLOCK_ITEM, "In this comparison: batch %d, %d epoch%s, learning rate %g.",
                   comparison->train.batch, comparison->train.epochs,
                   comparison->train.epochs == 1 ? "" : "s", comparison->train.learning_rate);
    if (page->features->from_arrays)
        sx_section_say(part, SX_BLOCK_ITEM, "The arrays went in as they are: nothing was standardised.");
    if (weights.length > 0) sx_section_say(part, SX_BLOCK_ITEM, "%s", weights.chars);
    sx_text_clear(&weights);
}

static void add_code(sx_section *part, const sx_comparison *comparison) {
    const char *code = sx_net_code(comparison);
    sx_section_say(part, SX_BLOCK_HEADING, "The net that keeps %s, as Keras code",
                   sx_axis_word(comparison->order, comparison->verdict.axis));
    if (code)
        sx_section_say(part, SX_BLOCK_CODE, "%s", code);
    else
        sx_section_say(part, SX_BLOCK_SOFT, "It cannot be written: %s.", comparison->net->code_reason);
}

void sx_section_script(sx_document *document, const sx_page *page) {
    const sx_comparison *comparison = page->comparison;
    if (!comparison->net) return;
    sx_text head = {0};
    sx_net_say_head(comparison, &head);
    sx_section *part = sx_section_add(document, "script", false, "Your script");
    sx_section_say(part, SX_BLOCK_TEXT, "%s (%s):", head.length ? head.chars : "", comparison->net->path);
    add_lines(part, comparison);
    add_rest(part, comparison->net);
    add_training(part, page);
    add_code(part, comparison);
    sx_text_clear(&head);
}
