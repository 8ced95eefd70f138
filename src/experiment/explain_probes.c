/* explain_probes.c: accuracy against shifts, rolls, gains, equalisers and noise, and how much of each a net
 * bears before it loses one point.
 *
 * Losses are paired: the same net on the same recordings, changed and not. Their interval is over nets, or
 * over recordings where there is one net. */
#include "experiment/explain_nets.h"
#include "experiment/probe.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/watch.h"
#include "stats/resampled.h"

#include <math.h>
#include <string.h>

enum { MOST_AMOUNTS = 13 };
static const double tolerated_loss = 0.01;

typedef struct probe_kind {
    const char *name, *id, *question, *words, *unit, *x_label, *cannot;
    double amounts[MOST_AMOUNTS]; /* ascending */
    size_t count;
    bool one_sided; /* grows from nothing; else 0 is among the amounts */
} probe_kind;

static const probe_kind kinds[SX_PROBE_COUNT] = {
    {"shift",
     "probe-shift",
     "What if a sound comes earlier or later?",
     "Moved in time",
     "ms",
     "shift (ms, later is right)",
     "Shifts of the picture by whole frames, with its quietest frame moved in; a real recording that starts "
     "later also loses its end.",
     {-32, -16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16, 32},
     13,
     false},
    {"roll",
     "probe-roll",
     "What if everything is higher or lower?",
     "Moved in frequency",
     "bands",
     "shift (bands, higher is right)",
     "All bands move by the same number, which no voice and no microphone does exactly.",
     {-8, -4, -2, -1, 0, 1, 2, 4, 8},
     9,
     false},
    {"gain",
     "probe-gain",
     "What if the level changes?",
     "Made louder or softer",
     "dB",
     "gain (dB)",
     "A gain without clipping and without the noise that a real microphone adds at low levels.",
     {-24, -18, -12, -6, -3, -1, 0, 1, 3, 6, 12, 18, 24},
     13,
     false},
    {"tilt",
     "probe-tilt",
     "What if a microphone favours highs or lows?",
     "With a tilted spectrum",
     "dB",
     "tilt from the lowest to the highest band (dB)",
     "A straight tilt stands for many microphones, but not for a band that is missing.",
     {-24, -12, -6, -3, 0, 3, 6, 12, 24},
     9,
     false},
    {"ripple",
     "probe-ripple",
     "What if a room or microphone colours the sound?",
     "With a rippled spectrum",
     "dB",
     "ripple, three periods (dB)",
     "One ripple of one period and phase; others may hurt more or less.",
     {1.5, 3, 6, 9, 12, 18},
     6,
     true},
    {"noise",
     "probe-noise",
     "What if there is noise?",
     "With noise added",
     "dB",
     "noise against the recording's mean power (dB)",
     "Noise that is alike in all bands; that of streets, fans and voices is not.",
     {-60, -50, -40, -30, -20, -10, 0},
     7,
     true}};

/* Loss of an axis at every amount, with its interval. */
typedef struct losses {
    double mean[MOST_AMOUNTS], low[MOST_AMOUNTS], high[MOST_AMOUNTS];
    double unchanged; /* accuracy */
} losses;

/* --- measuring -------------------------------------------------------------------------------------- */

/* A few items as features of their own, to be changed. */
typedef struct changed_items {
    sx_features features;
    size_t *numbers;  /* 0, 1, 2 ... */
    double *right[2]; /* unchanged and changed */
} changed_items;

static void clear_changed(changed_items *changed) {
    sx_free(changed->features.values);
    sx_free(changed->features.labels);
    sx_free(changed->numbers);
    sx_free(changed->right[0]);
    sx_free(changed->right[1]);
}

static sx_status open_changed(const sx_features *features, size_t most, changed_items *changed,
                              sx_error *err) {
    *changed = (changed_items){.features = *features};
    changed->features.paths = NULL;
    changed->features.values = sx_alloc(most * sx_shape_count(features->shape), sizeof(float));
    changed->features.labels = sx_alloc(most, sizeof(int));
    changed->numbers = sx_alloc(most, sizeof(size_t));
    changed->right[0] = sx_alloc(most, sizeof(double));
    changed->right[1] = sx_alloc(most, sizeof(double));
    if (changed->features.values && changed->features.labels && changed->numbers && changed->right[0] &&
        changed->right[1])
        return SX_OK;
    clear_changed(changed);
    return sx_fail_memory(err, most * sx_shape_count(features->shape) * sizeof(float));
}

typedef struct change_call {
    const sx_explainer *e;
    sx_probe probe;
    double amount;
    bool is_off;
    const size_t *chosen;
    float *values;
} change_call;

static void change_task(void *context, size_t index, int worker) {
    const change_call *call = context;
    const size_t row = sx_shape_count(call->e->features->shape);
    const float *values = call->e->features->values + call->chosen[index] * row;
    (void)worker;
    if (call->is_off)
        memcpy(call->values + index * row, values, row * sizeof *values);
    else
        sx_probe_apply(call->e->features, call->probe, call->amount, call->chosen[index], values,
                       call->values + index * row);
}

/* Accuracy and single hits (right) of a net on chosen items, changed or not. */
static sx_status score_changed(const sx_explainer *e, const sx_net *net, const change_call *change,
                               size_t count, changed_items *changed, double *accuracy, double *right,
                               sx_error *err) {
    change_call call = *change;
    call.values = changed->features.values;
    changed->features.count = count;
    sx_pool_run(sx_model_pool(net->fast), count, change_task, &call);
    for (size_t i = 0; i < count; i++) {
        changed->features.labels[i] = e->features->labels[change->chosen[i]];
        changed->numbers[i] = i;
    }
    return sx_net_accuracy(net, &changed->features, (sx_part_items){changed->numbers, count}, accuracy, right,
                           err);
}

static sx_spread loss_of_one_net(const sx_explainer *e, const changed_items *changed, size_t count) {
    for (size_t i = 0; i < count; i++)
        changed->right[1][i] = changed->right[0][i] - changed->right[1][i];
    const sx_resampled known = sx_resampled_from(changed->right[1], count, 0, 0);
    const double half = sx_resampled_half_width(&known, e->options->confidence);
    return (sx_spread){known.mean, known.mean - half, known.mean + half};
}

/* by_net: room for nets * MOST_AMOUNTS losses. */
static sx_status measure_axis(const sx_explainer *e, sx_probe probe, size_t axis, changed_items *changed,
                              size_t *chosen, double *by_net, losses *out, sx_error *err) {
    const probe_kind *kind = &kinds[probe];
    size_t nets = 0, items = 0;
    double single[MOST_AMOUNTS];
    sx_spread only[MOST_AMOUNTS];
    sx_status status = SX_OK;
    out->unchanged = 0;
    for (size_t i = 0; i < e->nets->count && status == SX_OK; i++) {
        const sx_net *net = &e->nets->nets[i];
        if (net->axis != axis) continue;
        double before = 0;
        items = sx_items_spread(net->test, e->options->most_items, chosen);
        change_call call = {.e = e, .probe = probe, .is_off = true, .chosen = chosen};
        status = score_changed(e, net, &call, items, changed, &before, changed->right[0], err);
        call.is_off = false;
        for (size_t k = 0; k < kind->count && status == SX_OK; k++) {
            call.amount = kind->amounts[k];
            status = score_changed(e, net, &call, items, changed, &single[k], changed->right[1], err);
            by_net[k * e->nets->count + nets] = before - single[k];
            only[k] = loss_of_one_net(e, changed, items);
        }
        out->unchanged += before;
        nets++;
        if (status == SX_OK && sx_watch_is_cancelled(e->watch))
            status = sx_fail(err, SX_E_CANCELLED, "stopped");
    }
    out->unchanged /= (double)nets;
    for (size_t k = 0; k < kind->count && status == SX_OK; k++) {
        const sx_spread loss = nets > 1 ? sx_spread_of(e, by_net + k * e->nets->count, nets) : only[k];
        out->mean[k] = loss.mean;
        out->low[k] = loss.low;
        out->high[k] = loss.high;
    }
    return status;
}

/* --- tolerance -------------------------------------------------------------------------------------- */

/* Amount at which a loss passes the tolerated one, going from index `from` (nothing, at 0 or before the
 * first) by step; the last amount, and *at_least, where it never does. */
static double crossing(const probe_kind *kind, const double *loss, long from, int step, bool *at_least) {
    double last_amount = from >= 0 ? kind->amounts[from] : kind->amounts[0], last_loss = 0;
    if (from < 0 && kind->amounts[0] > 0) last_amount = 0;
    for (long k = from + step; k >= 0 && k < (long)kind->count; k += step) {
        if (loss[k] > tolerated_loss) {
            const double share = (tolerated_loss - last_loss) / (loss[k] - last_loss);
            return last_amount + share * (kind->amounts[k] - last_amount);
        }
        last_amount = kind->amounts[k];
        last_loss = fmax(loss[k], 0);
    }
    *at_least = true;
    return last_amount;
}

/* The nearer side of a two-sided probe. */
static double tolerance(const probe_kind *kind, const double *loss, bool *at_least) {
    *at_least = false;
    if (isnan(loss[0])) return (double)NAN;
    if (kind->one_sided) return crossing(kind, loss, -1, 1, at_least);
    long zero = 0;
    while (kind->amounts[zero] < 0)
        zero++;
    bool open_up = false, open_down = false;
    const double up = crossing(kind, loss, zero, 1, &open_up);
    const double down = -crossing(kind, loss, zero, -1, &open_down);
    *at_least = open_up && open_down;
    if (open_up != open_down) return open_up ? down : up;
    return fmin(up, down);
}

/* --- showing ---------------------------------------------------------------------------------------- */

static double smallest_amount(const probe_kind *kind) {
    double smallest = INFINITY;
    for (size_t i = 0; i < kind->count && !kind->one_sided; i++)
        if (kind->amounts[i] > 0) smallest = fmin(smallest, kind->amounts[i]);
    return kind->one_sided ? kind->amounts[0] : smallest;
}

/* A tolerance and its interval, which are at or beyond the amounts tried where they say so. */
typedef struct bearing {
    double best, low, high;
    bool best_beyond, low_beyond, high_beyond;
} bearing;

static bearing bearing_of(const probe_kind *kind, const losses *loss, double unit) {
    bearing b;
    b.best = unit * tolerance(kind, loss->mean, &b.best_beyond);
    b.low = unit * tolerance(kind, loss->high, &b.low_beyond);
    b.high = unit * tolerance(kind, loss->low, &b.high_beyond);
    return b;
}

static void amount_words(const probe_kind *kind, double amount, bool beyond, double unit, char words[32]) {
    if (isnan(amount))
        sx_print(words, 32, "?");
    else if (beyond)
        sx_print(words, 32, "over %.3g", amount);
    else if (amount < unit * smallest_amount(kind))
        sx_print(words, 32, "under %.3g", unit * smallest_amount(kind));
    else
        sx_print(words, 32, fabs(amount) < 10 ? "%.1f" : "%.0f", amount);
}

static void say_bearing(sx_explainer *e, sx_finding *finding, const probe_kind *kind, size_t a, bearing b,
                        double unit, const char *unit_name) {
    const char *axis = sx_axis_name(e->nets->axes[a]);
    char best[32], low[32], high[32];
    sx_finding_set(e->out, finding, b.best, "%s_tolerance_%s", axis, unit_name[0] == 'd' ? "db" : unit_name);
    sx_finding_set(e->out, finding, b.low, "%s_tolerance_low", axis);
    sx_finding_set(e->out, finding, b.high, "%s_tolerance_high", axis);
    sx_finding_set(e->out, finding, b.best_beyond, "%s_tolerance_is_at_least", axis);
    sx_finding_set(e->out, finding, b.high_beyond, "%s_tolerance_high_is_at_least", axis);
    amount_words(kind, b.best, b.best_beyond, unit, best);
    amount_words(kind, b.low, b.low_beyond, unit, low);
    amount_words(kind, b.high, b.high_beyond, unit, high);
    sx_finding_say(finding, "%s %s kept %s (interval %s to %s)", a ? ";" : "", axis, best, low, high);
}

/* True where one amount lies in all the axes' intervals. */
static bool overlap(const bearing *bearings, size_t count) {
    double low = -INFINITY, high = INFINITY;
    for (size_t a = 0; a < count; a++) {
        low = fmax(low, bearings[a].low);
        high = fmin(high, bearings[a].high);
    }
    return low <= high;
}

static void show(sx_explainer *e, sx_probe probe, const losses of_axes[3]) {
    const probe_kind *kind = &kinds[probe];
    const double hop = sx_features_hop_ms(e->features);
    const double unit = probe == SX_PROBE_SHIFT && hop > 0 ? hop : 1;
    const bool in_frames = probe == SX_PROBE_SHIFT && !(hop > 0);
    sx_finding *finding = sx_finding_add(e->out, kind->id, kind->question, kind->cannot);
    sx_figure *figure = sx_figure_add(e->out, finding, kind->id, kind->words,
                                      in_frames ? "shift (frames, later is right)" : kind->x_label,
                                      "accuracy", SX_FIGURE_LINES);
    if (figure) figure->percent = true;
    const char *unit_name = in_frames ? "frames" : kind->unit;
    bearing bearings[3];
    sx_finding_say(finding, "%s, one point of accuracy is lost at (%s):", kind->words, unit_name);
    for (size_t a = 0; a < e->nets->axis_count; a++) {
        const losses *loss = &of_axes[a];
        double x[MOST_AMOUNTS], y[MOST_AMOUNTS], low[MOST_AMOUNTS], high[MOST_AMOUNTS];
        for (size_t k = 0; k < kind->count; k++) {
            x[k] = unit * kind->amounts[k];
            y[k] = loss->unchanged - loss->mean[k];
            low[k] = loss->unchanged - loss->high[k];
            high[k] = loss->unchanged - loss->low[k];
        }
        bearings[a] = bearing_of(kind, loss, unit);
        say_bearing(e, finding, kind, a, bearings[a], unit, unit_name);
        sx_finding_set(e->out, finding, loss->unchanged, "%s_accuracy_unchanged",
                       sx_axis_name(e->nets->axes[a]));
        sx_series_add(e->out, figure, sx_axis_name(e->nets->axes[a]), (int)e->nets->axes[a], kind->count, x,
                      y, low, high);
    }
    if (e->nets->axis_count > 1 && overlap(bearings, e->nets->axis_count))
        sx_finding_say(finding, ". The intervals overlap: these nets do not tell the axes apart in this");
    sx_finding_say(finding, ".%s",
                   e->out->held_out ? "" : " Recordings may be those the net was trained on.");
}

sx_status sx_explain_probes(sx_explainer *e, sx_error *err) {
    changed_items changed;
    const size_t most = e->options->most_items;
    sx_status status = open_changed(e->features, most, &changed, err);
    if (status != SX_OK) return status;
    size_t *chosen = sx_alloc(most, sizeof *chosen);
    double *by_net = sx_alloc(e->nets->count * MOST_AMOUNTS, sizeof *by_net);
    if (!chosen || !by_net) status = sx_fail_memory(err, most * sizeof *chosen);
    for (int probe = 0; probe < SX_PROBE_COUNT && status == SX_OK; probe++) {
        losses of_axes[3];
        if (!sx_probe_is_possible(e->features, (sx_probe)probe)) {
            sx_explanation_note(e->out, "%s: not measured, as the spectra's power is not known",
                                kinds[probe].words);
            continue;
        }
        for (size_t a = 0; a < e->nets->axis_count && status == SX_OK; a++)
            status = measure_axis(e, (sx_probe)probe, a, &changed, chosen, by_net, &of_axes[a], err);
        if (status == SX_OK) show(e, (sx_probe)probe, of_axes);
        sx_watch_progress(e->watch, "probes", (uint64_t)probe + 1, SX_PROBE_COUNT);
    }
    sx_free(chosen);
    sx_free(by_net);
    clear_changed(&changed);
    return status;
}
