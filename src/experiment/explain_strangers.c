/* explain_strangers.c: what a new group (speaker, device) costs, how much of that is a shift of statistics,
 * and what helps without training: all on the test parts, whose groups the nets never heard.
 *
 * The remedies see the test recordings without their labels. "A minute" is at most half of them and is not
 * scored; the score with the net's own statistics is then repeated on the same rest, so that both are
 * comparable. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/watch.h"

#include <math.h>
#include <string.h>

typedef enum remedy {
    KNOWN,   /* recordings of known groups: validation, or training where there is none */
    NOTHING, /* new groups, statistics of the training part */
    OWN,     /* statistics of all test recordings */
    MINUTE,  /* of a minute of them, on the rest */
    REST,    /* nothing, on the same rest */
    LEVEL,   /* every recording's mean brought to that of the training recordings */
    PROFILE, /* every band's */
    REMEDIES
} remedy;

static const char *const remedy_names[REMEDIES] = {
    "known recordings", "new group",           "statistics of the new group", "one minute to recalibrate",
    "same, without",    "level per recording", "bands per recording"};
static const char *const remedy_ids[REMEDIES] = {"known",          "new",   "own_statistics", "one_minute",
                                                 "without_minute", "level", "bands"};

typedef struct stranger_work {
    sx_explainer *e;
    sx_features changed; /* test items with another level or profile */
    size_t *numbers;     /* 0, 1, 2 ... */
    size_t *order;       /* test items in random order */
    double *profiles;    /* items x bands: each recording's mean over time */
    double *profile;     /* bands: of the training part */
} stranger_work;

static const double *profile_of(const stranger_work *work, size_t item) {
    return work->profiles + item * work->e->features->shape.frequency;
}

static void mean_profile(const sx_features *features, size_t item, double *profile) {
    const sx_shape s = features->shape;
    const float *cell = features->values + item * sx_shape_count(s);
    for (size_t t = 0; t < s.time; t++)
        for (size_t f = 0; f < s.frequency; f++)
            for (size_t c = 0; c < s.channels; c++)
                profile[f] += *cell++ / (double)(s.time * s.channels);
}

static void train_profile(stranger_work *work, sx_part_items items) {
    const size_t bands = work->e->features->shape.frequency;
    memset(work->profile, 0, bands * sizeof *work->profile);
    for (size_t i = 0; i < items.count; i++)
        for (size_t f = 0; f < bands; f++)
            work->profile[f] += profile_of(work, items.items[i])[f] / (double)items.count;
}

/* The item with each band brought to that of the training part, or all of them by what they lack in the mean.
 */
static void bring_item(const stranger_work *work, size_t item, bool level_only, float *to) {
    const sx_features *features = work->e->features;
    const sx_shape s = features->shape;
    const float *from = features->values + item * sx_shape_count(s);
    const double *own = profile_of(work, item);
    double level = 0;
    for (size_t f = 0; f < s.frequency; f++)
        level += (work->profile[f] - own[f]) / (double)s.frequency;
    for (size_t t = 0; t < s.time; t++) {
        for (size_t f = 0; f < s.frequency; f++) {
            const double lacks = level_only ? level : work->profile[f] - own[f];
            for (size_t c = 0; c < s.channels; c++)
                *to++ = (float)(*from++ + lacks);
        }
    }
}

static void bring_to_profile(stranger_work *work, sx_part_items items, bool level_only) {
    const sx_features *features = work->e->features;
    for (size_t i = 0; i < items.count; i++) {
        bring_item(work, items.items[i], level_only,
                   work->changed.values + i * sx_shape_count(features->shape));
        work->changed.labels[i] = features->labels[items.items[i]];
        work->numbers[i] = i;
    }
    work->changed.count = items.count;
}

static sx_status score_changed(stranger_work *work, const sx_net *net, double scores[REMEDIES],
                               sx_error *err) {
    sx_status status = SX_OK;
    train_profile(work, net->train);
    for (int which = LEVEL; which <= PROFILE && status == SX_OK; which++) {
        bring_to_profile(work, net->test, which == LEVEL);
        status = sx_net_accuracy(net, &work->changed, (sx_part_items){work->numbers, net->test.count},
                                 &scores[which], NULL, err);
    }
    return status;
}

/* Statistics of `from`, accuracy on `scored`. */
static sx_status score_recomputed(stranger_work *work, const sx_net *net, sx_part_items from,
                                  sx_part_items scored, const sx_net_copy *copy, double *accuracy,
                                  sx_error *err) {
    sx_status status = sx_net_recompute(net, work->e->features, from, NULL, err);
    if (status == SX_OK) status = sx_net_accuracy(net, work->e->features, scored, accuracy, NULL, err);
    sx_net_restore(net, copy);
    return status;
}

static size_t items_of_a_minute(const sx_features *features, size_t test) {
    const double seconds = features->from_arrays ? 1 : features->duration_s;
    const double wanted = ceil(60 / fmax(seconds, 0.01));
    return wanted < (double)(test / 2) ? (size_t)wanted : test / 2;
}

static sx_status score_net(stranger_work *work, const sx_net *net, double scores[REMEDIES], sx_error *err) {
    const sx_features *features = work->e->features;
    const sx_stream stream = {.seed = net->fold, .purpose = SX_PURPOSE_ORDER, .layer = 77};
    const size_t minute = items_of_a_minute(features, net->test.count);
    sx_net_copy copy;
    sx_random_permutation(&stream, net->test.count, work->order);
    for (size_t i = 0; i < net->test.count; i++)
        work->order[i] = net->test.items[work->order[i]];
    const sx_part_items heard = {work->order, minute},
                        rest = {work->order + minute, net->test.count - minute};
    const sx_part_items known = net->validation.count ? net->validation : net->train;
    sx_status status = sx_net_keep(net, &copy, err);
    if (status != SX_OK) return status;
    status = sx_net_accuracy(net, features, known, &scores[KNOWN], NULL, err);
    if (status == SX_OK) status = sx_net_accuracy(net, features, net->test, &scores[NOTHING], NULL, err);
    if (status == SX_OK) status = sx_net_accuracy(net, features, rest, &scores[REST], NULL, err);
    if (status == SX_OK) status = score_recomputed(work, net, net->test, net->test, &copy, &scores[OWN], err);
    if (status == SX_OK && minute)
        status = score_recomputed(work, net, heard, rest, &copy, &scores[MINUTE], err);
    if (status == SX_OK) status = score_changed(work, net, scores, err);
    sx_net_copy_clear(&copy);
    return status;
}

/* --- showing ---------------------------------------------------------------------------------------- */

/* One remedy against another, net by net. */
static sx_spread paired(const sx_explainer *e, const double *scores, remedy with, remedy without,
                        size_t nets) {
    double differences[64]; /* most nets an axis may have */
    for (size_t i = 0; i < nets; i++)
        differences[i] =
            scores[(size_t)with * e->nets->count + i] - scores[(size_t)without * e->nets->count + i];
    return sx_spread_of(e, differences, nets);
}

/* What a remedy gives back against none, net by net. */
static sx_spread give_back(sx_explainer *e, sx_finding *finding, const char *axis, const char *with,
                           const double *scores, remedy one, remedy without, size_t nets) {
    const sx_spread back = paired(e, scores, one, without, nets);
    sx_finding_set(e->out, finding, back.mean, "%s_back_with_%s", axis, with);
    sx_finding_set(e->out, finding, back.low, "%s_back_with_%s_low", axis, with);
    sx_finding_set(e->out, finding, back.high, "%s_back_with_%s_high", axis, with);
    return back;
}

static void show_axis(sx_explainer *e, sx_finding *finding, sx_figure *figure, size_t a, const double *scores,
                      size_t nets) {
    const char *name = sx_axis_name(e->nets->axes[a]);
    double mean[REMEDIES], low[REMEDIES], high[REMEDIES];
    for (int r = 0; r < REMEDIES; r++) {
        const sx_spread spread = sx_spread_of(e, scores + (size_t)r * e->nets->count, nets);
        mean[r] = spread.mean;
        low[r] = isnan(spread.low) ? NAN : fmax(spread.low, 0); /* one net has no interval */
        high[r] = isnan(spread.high) ? NAN : fmin(spread.high, 1);
        sx_finding_set(e->out, finding, mean[r], "%s_%s", name, remedy_ids[r]);
    }
    const double lost = mean[KNOWN] - mean[NOTHING];
    const sx_spread back = give_back(e, finding, name, "own_statistics", scores, OWN, NOTHING, nets);
    give_back(e, finding, name, "one_minute", scores, MINUTE, REST, nets);
    give_back(e, finding, name, "level", scores, LEVEL, NOTHING, nets);
    give_back(e, finding, name, "bands", scores, PROFILE, NOTHING, nets);
    sx_finding_set(e->out, finding, lost, "%s_lost", name);
    sx_finding_say(finding, "%s with %s kept %.0f %% (known recordings: %.0f %%)", a ? ";" : "", name,
                   100 * mean[NOTHING], 100 * mean[KNOWN]);
    if (lost > 0.02) { /* a share of next to nothing would be noise */
        sx_finding_set(e->out, finding, back.mean / lost, "%s_shift_share_of_loss", name);
        sx_finding_say(finding, ", and of the %.0f points lost ", 100 * lost);
        if (back.mean > 0)
            sx_finding_say(finding, "%.0f", 100 * back.mean);
        else
            sx_finding_say(finding, "none");
        if (!isnan(back.low)) sx_finding_say(finding, " (%.0f to %.0f)", 100 * back.low, 100 * back.high);
        sx_finding_say(finding, " come back with the new group's own statistics");
    }
    sx_series_add(e->out, figure, name, (int)e->nets->axes[a], REMEDIES, NULL, mean, low, high);
}

static sx_finding *open_finding(sx_explainer *e, bool validated, sx_figure **figure) {
    sx_finding *finding = sx_finding_add(
        e->out, "strangers", "What does a new speaker or device cost, and what helps?",
        validated
            ? "Statistics of the new recordings can only repair what is a shift of statistics. Recomputing "
              "over the test recordings uses them all at once, which one recording alone cannot."
            : "Without a validation part the known recordings are those trained on, so the cost of a new "
              "group is shown too large (compare with --validation 0.1 for a fair one). Recomputing over the "
              "test recordings uses them all at once, which one recording alone cannot.");
    *figure = sx_figure_add(e->out, finding, "strangers", "New groups, and remedies without training",
                            "scored on", "accuracy", SX_FIGURE_BARS);
    if (*figure) (*figure)->percent = true;
    for (int r = 0; r < REMEDIES; r++)
        sx_figure_name(e->out, *figure, remedy_names[r]);
    sx_finding_say(finding, "On groups that were not trained on, the nets name");
    return finding;
}

static sx_status score_all(stranger_work *work, double *scores, sx_error *err) {
    sx_explainer *e = work->e;
    sx_figure *figure;
    sx_status status = SX_OK;
    sx_finding *finding = open_finding(e, e->nets->nets[0].validation.count > 0, &figure);
    for (size_t a = 0; a < e->nets->axis_count && status == SX_OK; a++) {
        size_t nets = 0;
        for (size_t i = 0; i < e->nets->count && status == SX_OK; i++) {
            double one[REMEDIES] = {0};
            if (e->nets->nets[i].axis != a) continue;
            status = score_net(work, &e->nets->nets[i], one, err);
            for (int r = 0; r < REMEDIES; r++)
                scores[(size_t)r * e->nets->count + nets] = one[r];
            nets++;
            if (status == SX_OK && sx_watch_is_cancelled(e->watch))
                status = sx_fail(err, SX_E_CANCELLED, "stopped");
        }
        if (status == SX_OK) show_axis(e, finding, figure, a, scores, nets);
        sx_watch_progress(e->watch, "new groups", a + 1, e->nets->axis_count);
    }
    sx_finding_say(finding, ". What the new group's own statistics give back was a shift of statistics; the "
                            "rest was not.");
    return status;
}

sx_status sx_explain_strangers(sx_explainer *e, sx_error *err) {
    const sx_features *features = e->features;
    if (!e->nets->folds || e->nets->folds->kind != SX_FOLDS_GROUP) {
        sx_explanation_note(e->out, "what a new group costs needs a study whose folds hold out whole groups "
                                    "(--folds group)");
        return SX_OK;
    }
    stranger_work work = {.e = e, .changed = *features};
    work.changed.paths = NULL;
    work.changed.values = sx_alloc(features->count * sx_shape_count(features->shape), sizeof(float));
    work.changed.labels = sx_alloc(features->count, sizeof(int));
    work.numbers = sx_alloc(features->count, sizeof(size_t));
    work.order = sx_alloc(features->count, sizeof(size_t));
    work.profile = sx_alloc(features->shape.frequency, sizeof(double));
    work.profiles = sx_alloc(features->count * features->shape.frequency, sizeof(double));
    double *scores = sx_alloc(REMEDIES * e->nets->count, sizeof *scores);
    const bool good = work.changed.values && work.changed.labels && work.numbers && work.order &&
                      work.profile && work.profiles && scores;
    for (size_t i = 0; good && i < features->count; i++)
        mean_profile(features, i, work.profiles + i * features->shape.frequency);
    sx_status status =
        good ? score_all(&work, scores, err)
             : sx_fail_memory(err, features->count * sx_shape_count(features->shape) * sizeof(float));
    sx_free(work.changed.values);
    sx_free(work.changed.labels);
    sx_free(work.numbers);
    sx_free(work.order);
    sx_free(work.profile);
    sx_free(work.profiles);
    sx_free(scores);
    return status;
}
