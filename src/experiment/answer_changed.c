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

/* --- other statistics, same weights ------------------------------------------------------------------ */

/* Accuracy with `to` less accuracy with `from`, run by run. values: scratch. */
static sx_interval gain_of(const sx_comparison *comparison, size_t axis, sx_statistics from, sx_statistics to,
                           double *values) {
    size_t count = 0;
    for (size_t i = 0; i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis == axis) values[count++] = run->scores[to].accuracy - run->scores[from].accuracy;
    }
    const sx_resampled known = sx_resampled_from(values, count, comparison->test_train_ratio, 0);
    const double half = sx_resampled_half_width(&known, comparison->confidence);
    return (sx_interval){known.mean, known.mean - half, known.mean + half};
}

/* The axis that wins or loses most; axis_count where none counts. */
static size_t largest_gain(const sx_answering *a, sx_statistics from, sx_statistics to, sx_interval *gain) {
    const sx_comparison *comparison = a->comparison;
    size_t most = comparison->axis_count;
    double *values = sx_alloc(comparison->run_count, sizeof *values);
    *gain = (sx_interval){0, 0, 0};
    for (size_t axis = 0; values && axis < comparison->axis_count; axis++) {
        const sx_interval one = gain_of(comparison, axis, from, to, values);
        if (!counts(a, one.mean, one.low, one.high) || fabs(one.mean) <= fabs(gain->mean)) continue;
        *gain = one;
        most = axis;
    }
    sx_free(values);
    return most;
}

static void moving_statistics(const sx_answering *a) {
    sx_interval lag;
    char interval[64];
    const size_t axis = largest_gain(a, SX_STATISTICS_MOVING, SX_STATISTICS_RECOMPUTED, &lag);
    if (axis == a->comparison->axis_count) return;
    const sx_axis_result *result = &a->comparison->axes[axis];
    const char *name = sx_axis_word(a->comparison->order, result->axis);
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

static bool holds_out_groups(const sx_answering *a) {
    const sx_features *features = a->features;
    const sx_fold_kind kind = a->how->folds.kind;
    const bool official = features->folds && features->count && features->folds[0] >= 0;
    return kind == SX_FOLDS_GROUP || (kind == SX_FOLDS_AUTO && features->group_count > 1 && !official);
}

/* With the statistics of the test part: what a shift of the statistics costs. */
static void own_statistics(const sx_answering *a) {
    sx_interval back;
    char interval[64];
    const size_t axis = largest_gain(a, SX_STATISTICS_RECOMPUTED, SX_STATISTICS_BATCH, &back);
    if (axis == a->comparison->axis_count) return;
    const sx_axis_result *result = &a->comparison->axes[axis];
    const char *name = sx_axis_word(a->comparison->order, result->axis);
    const bool groups = holds_out_groups(a);
    sx_evidence *evidence = sx_evidence_add(a, groups ? "new-groups" : "own-statistics", SX_EVIDENCE_CHANGED,
                                            result->axis, back.mean);
    if (!evidence) return;
    if (groups && sx_answer_finding(a->answer, "strangers"))
        evidence->finding = evidence->figure = "strangers";
    interval_words(a, back.low, back.high, interval, sizeof interval);
    sx_print(evidence->title, sizeof evidence->title,
             "%s own statistics %s the nets that keep %s %.1f points",
             groups ? "New groups'" : "The test recordings'", back.mean > 0 ? "give" : "cost", name,
             100 * fabs(back.mean));
    sx_print(
        evidence->sentence, sizeof evidence->sentence,
        "On recordings %s nets that keep %s name %.1f %% rightly; with mean and variance taken from these "
        "recordings, without labels and without training, %.1f %% (%+.1f points%s). %s",
        groups ? "of groups they never heard" : "they were not trained on", name,
        100 * result->by_statistics[SX_STATISTICS_RECOMPUTED].mean,
        100 * result->by_statistics[SX_STATISTICS_BATCH].mean, 100 * back.mean, interval,
        back.mean > 0 ? "So much of what they lose on new recordings is a shift of the statistics, not of "
                        "what was learnt."
                      : "What such statistics take away is something these nets use.");
    sx_print(evidence->cannot_show, sizeof evidence->cannot_show,
             "Statistics of the new recordings can only repair what is a shift of statistics, and they use "
             "all test "
             "recordings at once, which one recording alone cannot.");
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
    evidence->figure = "position-accuracy";
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
    const sx_finding *finding = sx_answer_finding(a->answer, "position");
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
    own_statistics(a);
    position_code(a);
}
