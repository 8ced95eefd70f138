/* answer_changed.c: evidence by changing something in the trained nets and counting what they name rightly:
 * their statistics, or their learnt scale and offset. Only a difference whose interval leaves zero out and
 * whose mean is above the margin counts; one without an interval must be five points. */
#include "experiment/answer_parts.h"

#include "base/memory.h"
#include "base/text.h"
#include "stats/resampled.h"

#include <math.h>

static const double least_without_interval = 0.05;

static bool counts(const sx_answering *a, double mean, double low, double high) {
    if (isnan(mean)) return false;
    if (isnan(low)) return fabs(mean) >= least_without_interval;
    return fabs(mean) > a->comparison->margin && (low > 0 || high < 0);
}

/* ", 95 % interval 3.1 to 20.0" or nothing. */
static void interval_words(const sx_answering *a, double low, double high, char *words, size_t size) {
    words[0] = '\0';
    if (!isnan(low))
        sx_print(words, size, ", %g %% interval %+.1f to %+.1f", 100 * a->comparison->confidence, 100 * low,
                 100 * high);
}

/* --- moving averages -------------------------------------------------------------------------------- */

/* Accuracy with recomputed statistics less accuracy with the moving ones, run by run. values: scratch. */
static sx_interval lag_of(const sx_comparison *comparison, size_t axis, double *values) {
    size_t count = 0;
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis != axis) continue;
        values[count++] =
            run->scores[SX_STATISTICS_RECOMPUTED].accuracy - run->scores[SX_STATISTICS_MOVING].accuracy;
    }
    const sx_resampled known = sx_resampled_from(values, count, comparison->test_train_ratio, 0);
    const double half = sx_resampled_half_width(&known, comparison->confidence);
    return (sx_interval){known.mean, known.mean - half, known.mean + half};
}

static void add_lag(const sx_answering *a, size_t axis, sx_interval lag) {
    const sx_axis_result *result = &a->comparison->axes[axis];
    const char *name = sx_axis_word(a->comparison->order, result->axis);
    char interval[64];
    sx_evidence *evidence =
        sx_evidence_add(a, "moving-statistics", SX_EVIDENCE_CHANGED, result->axis, lag.mean);
    if (!evidence) return;
    interval_words(a, lag.low, lag.high, interval, sizeof interval);
    sx_print(evidence->title, sizeof evidence->title, "Moving averages %s the nets that keep %s %.1f points",
             lag.mean > 0 ? "cost" : "give", name, 100 * fabs(lag.mean));
    sx_print(
        evidence->sentence, sizeof evidence->sentence,
        "The same nets that keep %s name %.1f %% of the recordings rightly with the averages gathered while "
        "fitting, as Keras scores, and %.1f %% with statistics computed afterwards over the training "
        "recordings "
        "(%+.1f points%s). The weights are the same, so this part of a score says nothing about the axis.",
        name, 100 * result->by_statistics[SX_STATISTICS_MOVING].mean,
        100 * result->by_statistics[SX_STATISTICS_RECOMPUTED].mean, 100 * lag.mean, interval);
    sx_print(
        evidence->cannot_show, sizeof evidence->cannot_show,
        "How far averages lag depends on the number of steps and on the momentum; with more steps or a lower "
        "momentum the difference may vanish.");
}

static void moving_statistics(const sx_answering *a) {
    const sx_comparison *comparison = a->comparison;
    double *values = sx_alloc(comparison->run_count, sizeof *values);
    size_t most = SX_MAX_AXES;
    sx_interval largest = {0, 0, 0};
    for (size_t axis = 0; values && axis < comparison->axis_count; axis++) {
        const sx_interval lag = lag_of(comparison, axis, values);
        if (!counts(a, lag.mean, lag.low, lag.high) || fabs(lag.mean) <= fabs(largest.mean)) continue;
        largest = lag;
        most = axis;
    }
    if (most < SX_MAX_AXES) add_lag(a, most, largest);
    sx_free(values);
}

/* --- new groups ------------------------------------------------------------------------------------- */

static void add_shift(const sx_answering *a, const sx_finding *finding, sx_axis axis, sx_interval back) {
    char interval[64];
    const char *name = sx_axis_word(a->comparison->order, axis);
    sx_evidence *evidence = sx_evidence_add(a, "new-groups", SX_EVIDENCE_CHANGED, axis, back.mean);
    if (!evidence) return;
    sx_evidence_rests_on(evidence, finding);
    interval_words(a, back.low, back.high, interval, sizeof interval);
    sx_print(evidence->title, sizeof evidence->title,
             "New groups' own statistics %s the nets that keep %s %.1f points",
             back.mean > 0 ? "give" : "cost", name, 100 * fabs(back.mean));
    sx_print(evidence->sentence, sizeof evidence->sentence,
             "On groups they never heard, nets that keep %s name %.1f %% rightly; with mean and variance "
             "taken from "
             "these recordings, without labels and without training, %.1f %% (%+.1f points%s). %s",
             name, 100 * sx_axis_number(finding, axis, "new"),
             100 * sx_axis_number(finding, axis, "own_statistics"), 100 * back.mean, interval,
             back.mean > 0
                 ? "So much of what a new group costs them is a shift of the statistics, not of what was "
                   "learnt."
                 : "What such statistics take away is something these nets use.");
}

static void new_groups(const sx_answering *a) {
    const sx_finding *finding = sx_explanation_find(a->answer->explanation, "strangers");
    sx_interval largest = {0, 0, 0};
    sx_axis of = SX_AXIS_CHANNELS;
    for (size_t i = 0; finding && i < a->comparison->axis_count; i++) {
        const sx_axis axis = a->comparison->axes[i].axis;
        const sx_interval back = {sx_axis_number(finding, axis, "back_with_own_statistics"),
                                  sx_axis_number(finding, axis, "back_with_own_statistics_low"),
                                  sx_axis_number(finding, axis, "back_with_own_statistics_high")};
        if (!counts(a, back.mean, back.low, back.high) || fabs(back.mean) <= fabs(largest.mean)) continue;
        largest = back;
        of = axis;
    }
    if (fabs(largest.mean) > 0) add_shift(a, finding, of, largest);
}

/* --- scale and offset by place ---------------------------------------------------------------------- */

static void add_code(const sx_answering *a, const sx_finding *finding, sx_axis axis) {
    const double trained = sx_axis_number(finding, axis, "accuracy_0");
    const double averaged = sx_axis_number(finding, axis, "accuracy_1");
    const char *place = axis == SX_AXIS_TIME ? "frame" : "band";
    sx_evidence *evidence =
        sx_evidence_add(a, "position-code", SX_EVIDENCE_CHANGED, axis, trained - averaged);
    if (!evidence) return;
    sx_evidence_rests_on(evidence, finding);
    sx_print(evidence->title, sizeof evidence->title,
             "With %s kept, %.1f points hang on a scale and offset by %s",
             sx_axis_word(a->comparison->order, axis), 100 * fabs(trained - averaged), place);
    sx_print(
        evidence->sentence, sizeof evidence->sentence,
        "A net that keeps %s learns a scale and an offset for every %s. With each replaced by their mean it "
        "names %.1f %% rightly instead of %.1f %% (no interval): it has learnt to rely on them, and by them "
        "it "
        "can tell which %s it looks at.",
        sx_axis_word(a->comparison->order, axis), place, 100 * averaged, 100 * trained, place);
}

static void position_code(const sx_answering *a) {
    const sx_finding *finding = sx_explanation_find(a->answer->explanation, "position");
    sx_axis most = SX_AXIS_CHANNELS; /* which has no places in order */
    double largest = 0;
    for (size_t i = 0; finding && i < a->comparison->axis_count; i++) {
        const sx_axis axis = a->comparison->axes[i].axis;
        const double hang =
            sx_axis_number(finding, axis, "accuracy_0") - sx_axis_number(finding, axis, "accuracy_1");
        if (axis == SX_AXIS_CHANNELS || !counts(a, hang, (double)NAN, (double)NAN) || hang < largest)
            continue;
        largest = hang;
        most = axis;
    }
    if (most != SX_AXIS_CHANNELS) add_code(a, finding, most);
}

void sx_evidence_changed(const sx_answering *a) {
    moving_statistics(a);
    if (!a->answer->explanation) return;
    new_groups(a);
    position_code(a);
}
