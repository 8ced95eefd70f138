/* answer_text.c: see answer_text.h. Short: the page has the sentences in full. */
#include "experiment/answer_text.h"

#include <math.h>
#include <string.h>

static void say_evidence(sx_text *text, const sx_answer *answer) {
    sx_text_add(text, "Why, strongest first:\n");
    for (size_t i = 0; i < answer->evidence_count && i < SX_SHOWN_EVIDENCE; i++)
        sx_text_format(text, "  %zu. %s.\n", i + 1, answer->evidence[i].title);
    if (!answer->evidence_count) sx_text_add(text, "  nothing that was looked at is large enough to tell.\n");
}

static void say_cost(sx_text *text, sx_axis_order order, const sx_axis_cost *cost) {
    const size_t stay = cost->normalisations - cost->folded;
    sx_text_format(text, "  %-10s ", sx_axis_word(order, cost->axis));
    if (!cost->known) {
        sx_text_add(text, "no net of it was found\n");
        return;
    }
    if (stay)
        sx_text_format(text, "%.2g %% more operations",
                       100 * cost->extra_multiply_adds / fmax(cost->multiply_adds, 1));
    else
        sx_text_add(text, "folds into the weights");
    sx_text_format(text, "; %s; %s; %s\n", cost->time_fixed_by[0] ? "fixed length" : "any length",
                   cost->bands_fixed_by[0] ? "fixed bands" : "any bands",
                   cost->streams ? "streams" : "a stream computes every window anew");
}

void sx_answer_say_why(sx_text *text, const sx_answer *answer) {
    say_evidence(text, answer);
    if (answer->has_alignment) sx_text_format(text, "\nAlignment: %s\n", answer->alignment.text);
    sx_text_add(text, "\nIn use:\n");
    for (size_t i = 0; i < answer->axis_count; i++)
        say_cost(text, answer->order, &answer->costs[i]);
    if (answer->note[0]) sx_text_format(text, "\nNote: %s.\n", answer->note);
}

/* Every line of a command indented. */
static void say_command(sx_text *text, const char *command) {
    while (*command) {
        const size_t length = strcspn(command, "\n");
        sx_text_add(text, "      ");
        sx_text_add_bytes(text, command, length);
        sx_text_add(text, "\n");
        command += length + (command[length] == '\n');
    }
}

void sx_answer_say_next(sx_text *text, const sx_answer *answer) {
    sx_text_add(text, "Next:\n");
    for (size_t i = 0; i < answer->step_count; i++) {
        sx_text_format(text, "  - %s\n", answer->steps[i].why);
        if (answer->steps[i].command) say_command(text, answer->steps[i].command);
    }
}
