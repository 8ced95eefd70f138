/* fake_answer.h: a made-up answer for a made-up comparison. Free with sx_answer_free. */
#ifndef TESTS_REPORT_FAKE_ANSWER_H
#define TESTS_REPORT_FAKE_ANSWER_H

#include "base/memory.h"
#include "experiment/finding.h"
#include "report/fake.h"
#include "sonaxis/answer.h"

static inline sx_explanation *fake_explanation(const sx_comparison *comparison) {
    static const double x[] = {1, 10, 100}, y[] = {0.5, NAN, 0.7}, low[] = {0.4, NAN, 0.6},
                        high[] = {0.6, NAN, 0.8};
    sx_explanation *made = sx_alloc(1, sizeof *made);
    made->axis_count = comparison->axis_count;
    for (size_t i = 0; i < comparison->axis_count; i++)
        made->axes[i] = comparison->axes[i].axis;
    made->net_count = 12;
    static const char *const ids[] = {"strangers", "batch-noise"};
    for (size_t i = 0; i < 2; i++) {
        char id[32];
        sx_finding *finding = sx_finding_add(made, ids[i], "A question <here>?", "What is not < 1.");
        sx_finding_say(finding, "A sentence & its <numbers>.");
        for (int k = 0; k < 2; k++) {
            snprintf(id, sizeof id, "%s-%d", ids[i], k);
            sx_figure *figure = sx_figure_add(made, finding, id, "A figure", "Hz", "accuracy",
                                              k ? SX_FIGURE_LINES : SX_FIGURE_BARS);
            for (int name = 0; name < 3 && !k; name++)
                sx_figure_name(made, figure, "<bar>");
            sx_series_add(made, figure, "channels", SX_AXIS_CHANNELS, 3, k ? x : NULL, y, low, high);
        }
    }
    made->disagreements = sx_alloc(1, sizeof *made->disagreements);
    made->disagreement_count = 1;
    made->disagreements[0] = (sx_disagreement){.label = "<i>", .guesses = {"a", "&", "c"}};
    sx_explanation_note(made, "a note with <angles>");
    return made;
}

static inline void fake_evidence(sx_answer *made) {
    static const sx_evidence all[] = {
        {"moving-statistics", NULL, NULL, SX_EVIDENCE_CHANGED, SX_AXIS_CHANNELS, 0.31,
         "Moving averages cost <31> points", "The same nets & the same weights.", "How far they lag."},
        {"new-groups", "strangers", "strangers-0", SX_EVIDENCE_CHANGED, SX_AXIS_CHANNELS, 0.2,
         "New groups' own statistics give 20", "So much of it is a shift.", "Only a shift can be repaired."},
        {"position-code", NULL, NULL, SX_EVIDENCE_CHANGED, SX_AXIS_TIME, 0.1,
         "With time kept, 10 points hang on a code", "It relies on them.", "Averaged weights also hurt."},
        {"kept-share", "block-shares", NULL, SX_EVIDENCE_SEEN, SX_AXIS_TIME, 3,
         "Keeping channels evens out 42 %", "A normalisation takes away differences.",
         "Nothing about accuracy."}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        made->evidence[made->evidence_count++] = all[i];
}

static inline void fake_axis_scores(sx_answer *made, size_t axis, size_t labels) {
    sx_axis_scores *scores = &made->scores[axis];
    const sx_interval some = {0.81, 0.7, 0.9}, none = {NAN, NAN, NAN};
    scores->nets = axis ? 8 : 0;
    scores->auroc = scores->average_precision = scores->log_loss = scores->calibration_error =
        axis ? some : none;
    scores->labels = sx_alloc(labels, sizeof *scores->labels);
    for (size_t i = 0; i < labels; i++)
        scores->labels[i] = (sx_label_score){8, i % 3 ? 0.5 : NAN, 0.25, 0.3, 0.9, NAN};
}

static inline sx_answer *fake_answer(const fake *of) {
    const sx_comparison *comparison = &of->comparison;
    sx_answer *made = sx_alloc(1, sizeof *made);
    made->axis_count = comparison->axis_count;
    made->label_count = of->features.label_count;
    made->explanation = fake_explanation(comparison);
    fake_evidence(made);
    made->has_alignment = true;
    made->alignment = (sx_align_index){.index = 0.18, .low = 0.1, .high = 0.2, .degree = SX_ALIGN_NOT};
    snprintf(made->alignment.text, sizeof made->alignment.text, "Not aligned, index 0.18.");
    snprintf(made->alignment_text, sizeof made->alignment_text, "Only keeping time depends on this.");
    for (size_t i = 0; i < made->axis_count; i++) {
        made->costs[i] = (sx_axis_cost){.axis = comparison->axes[i].axis,
                                        .known = i != 1,
                                        .normalisations = 3,
                                        .folded = i ? 0 : 3,
                                        .multiply_adds = 1234567,
                                        .parameters = 23946,
                                        .text = "It folds <away>."};
        made->scores[i].axis = comparison->axes[i].axis;
        fake_axis_scores(made, i, made->label_count);
    }
    made->steps[0] =
        (sx_step){"Decide it & see.", sx_copy_text("sonaxis compare '<data>' --seeds 9\nsecond | line")};
    made->steps[1] = (sx_step){"Record more.", NULL};
    made->step_count = 2;
    snprintf(made->note, sizeof made->note, "something is <missing>");
    return made;
}

#endif
