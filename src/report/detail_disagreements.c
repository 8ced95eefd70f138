/* detail_disagreements.c: recordings on which the axes disagree: pictures and sounds on the page, words
 * elsewhere. */
#include "parts.h"

#include "disagreements.h"

#include "base/file.h"

static sx_status draw(const sx_page *page, const void *context, sx_error *err) {
    return sx_disagreement_pictures(page->text, context, page->features, page->options->dataset, err);
}

static void add_row(sx_table *table, const sx_explanation *explanation, const sx_features *features,
                    const sx_disagreement *one) {
    sx_cell_text(table, sx_path_base(features->paths[one->item]));
    sx_cell_text(table, one->label);
    for (size_t a = 0; a < explanation->axis_count; a++) {
        sx_cell_text(table, one->guesses[a]);
        if (one->right[a]) sx_cell_strong(table);
        sx_cell_percent(table, one->probabilities[a]);
    }
}

void sx_section_disagreements(sx_document *document, const sx_page *page) {
    const sx_answer *answer = page->comparison->answer;
    const sx_explanation *explanation = answer ? answer->explanation : NULL;
    if (!explanation || !explanation->disagreement_count || !page->features->values) return;
    const char *heads[2 * SX_MAX_AXES + 3] = {"Recording", "Label"};
    char sure[SX_MAX_AXES][32];
    for (size_t a = 0; a < explanation->axis_count; a++) {
        sx_print(sure[a], sizeof sure[a], "%s: how sure", sx_axis_name(explanation->axes[a]));
        heads[2 + 2 * a] = sx_axis_name(explanation->axes[a]);
        heads[3 + 2 * a] = sure[a];
    }
    sx_section *part = sx_section_add(document, "recordings", true, "Recordings on which the axes disagree");
    sx_section_say(
        part, SX_BLOCK_SOFT,
        "What the nets of each axis make of them, and how sure they are on average. A few striking "
        "recordings are examples, not evidence.");
    sx_table *table = sx_section_shaded(part, draw, explanation, "disagreements",
                                        "Recordings on which the axes disagree", heads);
    for (size_t i = 0; i < explanation->disagreement_count; i++)
        add_row(table, explanation, page->features, &explanation->disagreements[i]);
}
