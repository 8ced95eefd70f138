/* answer_seen.c: evidence by looking only: at the recordings, and at what goes on inside the nets. Each piece
 * is as large as the number of times it reaches the least that counts, which is stated beside it. */
#include "experiment/answer_parts.h"
#include "experiment/finding.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

static const double least_share = 0.1;       /* of units, of variance, of recordings */
static const double least_deviations = 0.25; /* that means lie further off on new recordings */

/* Smallest and largest of a number over the axes. False where it is not known for two of them. */
typedef struct range {
    sx_axis low_axis, high_axis;
    double low, high;
} range;

static bool range_of(const sx_answering *a, double (*number)(const sx_answering *, sx_axis), range *out) {
    size_t known = 0;
    *out = (range){.low = INFINITY, .high = -INFINITY};
    for (size_t i = 0; i < a->comparison->axis_count; i++) {
        const sx_axis axis = a->comparison->axes[i].axis;
        const double value = number(a, axis);
        if (isnan(value)) continue;
        known++;
        if (value < out->low) {
            out->low = value;
            out->low_axis = axis;
        }
        if (value > out->high) {
            out->high = value;
            out->high_axis = axis;
        }
    }
    return known >= 2;
}

/* "channels are", "time is" */
static const char *verb(sx_axis axis) { return axis == SX_AXIS_CHANNELS ? "are" : "is"; }

/* The number of every axis as bars, added to the finding. */
static void draw(const sx_answering *a, sx_evidence *evidence, const char *id, const char *title,
                 const char *unit, bool percent, double (*number)(const sx_answering *, sx_axis)) {
    sx_explanation *explanation = a->answer->explanation;
    sx_finding *finding = NULL;
    for (size_t i = 0; i < explanation->finding_count; i++)
        if (strcmp(explanation->findings[i]->id, evidence->finding) == 0) finding = explanation->findings[i];
    sx_figure *figure = sx_figure_add(explanation, finding, id, title, "axis kept", unit, SX_FIGURE_BARS);
    if (figure) figure->percent = percent;
    double values[SX_MAX_AXES];
    for (size_t i = 0; i < a->comparison->axis_count; i++) {
        values[i] = number(a, a->comparison->axes[i].axis);
        sx_figure_name(explanation, figure, sx_axis_name(a->comparison->axes[i].axis));
    }
    sx_series_add(explanation, figure, "nets", SX_NO_AXIS, a->comparison->axis_count, NULL, values, NULL,
                  NULL);
    evidence->figure = id;
}

static const sx_finding *finding_of(const sx_answering *a, const char *id) {
    return sx_answer_finding(a->answer, id);
}

static double unusable_of(const sx_answering *a, sx_axis axis) {
    const sx_finding *finding = finding_of(a, "unit-spread");
    return sx_axis_number(finding, axis, "channels_dead") +
           sx_axis_number(finding, axis, "channels_always_on");
}

static void unusable_units(const sx_answering *a) {
    range seen;
    if (!range_of(a, unusable_of, &seen) || seen.high - seen.low < least_share) return;
    sx_evidence *evidence = sx_evidence_add(a, "unusable-channels", SX_EVIDENCE_SEEN, seen.high_axis,
                                            (seen.high - seen.low) / least_share);
    if (!evidence) return;
    sx_evidence_rests_on(evidence, finding_of(a, "unit-spread"));
    draw(a, evidence, "unusable-channels", "Channels never or always above zero", "share of the channels",
         true, unusable_of);
    sx_print(evidence->title, sizeof evidence->title,
             "Channels that never or always pass: %.0f %% with %s kept", 100 * seen.high,
             sx_axis_name(seen.high_axis));
    sx_print(
        evidence->sentence, sizeof evidence->sentence,
        "After the normalisation %.0f %% of the channels are never or always above zero where %s %s kept, "
        "%.0f %% with %s. A ReLU behind such a channel cannot use it to tell recordings apart.",
        100 * seen.high, sx_axis_name(seen.high_axis), verb(seen.high_axis), 100 * seen.low,
        sx_axis_name(seen.low_axis));
}

static double kept_share_of(const sx_answering *a, sx_axis axis) {
    return sx_axis_number(finding_of(a, "block-shares"), axis, "kept_share");
}

static void kept_share(const sx_answering *a) {
    range seen;
    if (!range_of(a, kept_share_of, &seen) || seen.high - seen.low < least_share) return;
    sx_evidence *evidence = sx_evidence_add(a, "kept-share", SX_EVIDENCE_SEEN, seen.high_axis,
                                            (seen.high - seen.low) / least_share);
    if (!evidence) return;
    sx_evidence_rests_on(evidence, finding_of(a, "block-shares"));
    draw(a, evidence, "kept-share", "Variance along the kept axis, before the normalisation",
         "share of the variance", true, kept_share_of);
    sx_print(evidence->title, sizeof evidence->title,
             "Keeping %s evens out %.0f %% of the variance, keeping %s %.0f %%", sx_axis_name(seen.high_axis),
             100 * seen.high, sx_axis_name(seen.low_axis), 100 * seen.low);
    sx_print(evidence->sentence, sizeof evidence->sentence,
             "A normalisation takes away the differences along the axis it keeps. Of the variance that "
             "reaches it, "
             "these are %.0f %% where %s %s kept and %.0f %% with %s (mean over layers).",
             100 * seen.high, sx_axis_name(seen.high_axis), verb(seen.high_axis), 100 * seen.low,
             sx_axis_name(seen.low_axis));
}

static double drift_of(const sx_answering *a, sx_axis axis) {
    const sx_finding *finding = finding_of(a, "statistics-drift");
    return sx_axis_number(finding, axis, "test_mean_shift") -
           sx_axis_number(finding, axis, "training_mean_shift");
}

static void drift(const sx_answering *a) {
    range seen;
    if (!range_of(a, drift_of, &seen) || seen.high < least_deviations) return;
    sx_evidence *evidence = sx_evidence_add(a, "statistics-drift", SX_EVIDENCE_SEEN, seen.high_axis,
                                            seen.high / least_deviations);
    if (!evidence) return;
    const sx_finding *finding = finding_of(a, "statistics-drift");
    sx_evidence_rests_on(evidence, finding);
    draw(a, evidence, "drift-gap", "Means of new recordings, further off than those trained on", "deviations",
         false, drift_of);
    sx_print(evidence->title, sizeof evidence->title, "Kept means fit new recordings worst with %s kept",
             sx_axis_name(seen.high_axis));
    sx_print(
        evidence->sentence, sizeof evidence->sentence,
        "With %s kept, the means of recordings that were not trained on lie %.2f deviations from the means "
        "the "
        "net keeps, those of training recordings %.2f; with %s kept the gap between the two is smaller (%.2f "
        "against %.2f).",
        sx_axis_name(seen.high_axis), sx_axis_number(finding, seen.high_axis, "test_mean_shift"),
        sx_axis_number(finding, seen.high_axis, "training_mean_shift"), sx_axis_name(seen.low_axis), seen.low,
        seen.high);
}

static double batch_of(const sx_answering *a, sx_axis axis) {
    return sx_axis_number(finding_of(a, "batch-noise"), axis, "smallest_batch");
}

static void batch_noise(const sx_answering *a) {
    range seen;
    const double batch = a->comparison->train.batch;
    if (!range_of(a, batch_of, &seen) || seen.high < 2 * batch) return;
    sx_evidence *evidence =
        sx_evidence_add(a, "batch-noise", SX_EVIDENCE_SEEN, seen.high_axis, seen.high / (2 * batch));
    if (!evidence) return;
    sx_evidence_rests_on(evidence, finding_of(a, "batch-noise"));
    draw(a, evidence, "smallest-batch", "Recordings a batch needs", "recordings", false, batch_of);
    sx_print(evidence->title, sizeof evidence->title, "Batches of %.0f are small for keeping %s", batch,
             sx_axis_name(seen.high_axis));
    sx_print(evidence->sentence, sizeof evidence->sentence,
             "For the means of a batch to be within a tenth of a deviation of the true ones, keeping %s "
             "would need "
             "batches of %.0f recordings, keeping %s %.0f; here they held %.0f.",
             sx_axis_name(seen.high_axis), seen.high, sx_axis_name(seen.low_axis), seen.low, batch);
}

static void profile(const sx_answering *a) {
    const sx_finding *finding = finding_of(a, "profile");
    const double low = sx_finding_number(finding, "group_minus_class_shape_low");
    const double high = sx_finding_number(finding, "group_minus_class_shape_high");
    if (!(low > 0) && !(high < 0)) return;
    const double middle = fabs(low + high) / 2;
    if (middle < least_share) return;
    sx_evidence *evidence =
        sx_evidence_add(a, "profile", SX_EVIDENCE_SEEN, SX_AXIS_FREQUENCY, middle / least_share);
    if (!evidence) return;
    sx_evidence_rests_on(evidence, finding);
    evidence->figure = "profile-shares";
    sx_print(evidence->title, sizeof evidence->title,
             "The shape of the mean spectrum tells the %s more than the %s", low > 0 ? "group" : "class",
             low > 0 ? "class" : "group");
    sx_print(evidence->sentence, sizeof evidence->sentence, "%s", finding->sentence);
}

/* Only where time is among the axes: no other asks for it. */
static void alignment(const sx_answering *a) {
    const sx_align_index *index = &a->answer->alignment;
    bool has_time = false;
    for (size_t i = 0; i < a->comparison->axis_count; i++)
        has_time = has_time || a->comparison->axes[i].axis == SX_AXIS_TIME;
    const bool well = index->low >= 0.5, badly = index->high < 0.25;
    if (!a->answer->has_alignment || !has_time || (!well && !badly)) return;
    sx_evidence *evidence = sx_evidence_add(a, "alignment", SX_EVIDENCE_SEEN, SX_AXIS_TIME,
                                            well ? index->index / 0.5 : 0.25 / fmax(index->index, 0.05));
    if (!evidence) return;
    sx_print(evidence->title, sizeof evidence->title, "The recordings are %s",
             sx_align_degree_name(index->degree));
    sx_print(evidence->sentence, sizeof evidence->sentence, "%s", index->text);
    sx_print(
        evidence->cannot_show, sizeof evidence->cannot_show,
        "The index says nothing about accuracy; silence at the end of every clip counts as common timing.");
}

static void disagreement(const sx_answering *a) {
    const sx_finding *finding = finding_of(a, "disagreements");
    const double share = sx_finding_number(finding, "share_differing");
    if (!(share >= least_share)) return;
    sx_evidence *evidence =
        sx_evidence_add(a, "disagreements", SX_EVIDENCE_SEEN, SX_AXIS_CHANNELS, fmin(share / least_share, 1));
    if (!evidence) return;
    sx_evidence_rests_on(evidence, finding);
    sx_print(evidence->title, sizeof evidence->title, "The axes name %.0f %% of the recordings differently",
             100 * share);
    sx_print(evidence->sentence, sizeof evidence->sentence, "%s", finding->sentence);
}

void sx_evidence_seen(const sx_answering *a) {
    alignment(a);
    unusable_units(a);
    kept_share(a);
    drift(a);
    batch_noise(a);
    profile(a);
    disagreement(a);
}
