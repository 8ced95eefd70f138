/* explain_drift.c: the statistics a net keeps against those of the recordings it meets; and how noisy the
 * statistics of a small batch are.
 *
 * Noise: with m_i the mean of item i at a kept place and s its deviation over items, the mean of a batch of B
 * items is off by s / sqrt(B). Given in deviations of the values themselves and as a root mean square over
 * the kept places, 1 / sqrt(B) times the noise of one item. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

enum { MOST_GROUPS = 8, FIXED_PARTS = 3, MOST_PARTS = FIXED_PARTS + MOST_GROUPS, BATCH_SIZES = 9 };
static const char *const part_names[FIXED_PARTS] = {"training", "validation", "test"};
/* A tenth of a deviation moves few values across a ReLU's zero. */
static const double tolerable_noise = 0.1;

/* Means and mean squares of every item at every kept place. */
typedef struct moments {
    sx_shape shape;
    sx_axes kept;
    size_t groups, per_group;
    double *mean, *square; /* items * groups */
} moments;

static size_t strides_of(const moments *m, size_t strides[3]) {
    const size_t extents[3] = {m->shape.time, m->shape.frequency, m->shape.channels};
    size_t groups = 1;
    for (int axis = 2; axis >= 0; axis--) {
        strides[axis] = m->kept >> (axis + SX_AXIS_TIME) & 1U ? groups : 0;
        if (strides[axis]) groups *= extents[axis];
    }
    return groups;
}

static void look_at_moments(void *context, size_t place, const float *before, const float *after) {
    moments *m = context;
    size_t strides[3];
    const size_t groups = strides_of(m, strides);
    double *mean = m->mean + place * groups, *square = m->square + place * groups;
    (void)after;
    for (size_t t = 0, i = 0; t < m->shape.time; t++) {
        for (size_t f = 0; f < m->shape.frequency; f++) {
            const size_t at = t * strides[0] + f * strides[1];
            for (size_t c = 0; c < m->shape.channels; c++, i++) {
                mean[at + c * strides[2]] += before[i];
                square[at + c * strides[2]] += (double)before[i] * before[i];
            }
        }
    }
    for (size_t g = 0; g < groups; g++) {
        mean[g] /= (double)m->per_group;
        square[g] /= (double)m->per_group;
    }
}

static sx_status open_moments(const sx_net *net, size_t layer, size_t items, moments *m, sx_error *err) {
    size_t strides[3];
    *m = (moments){.shape = sx_model_layer_input_shape(net->model, layer),
                   .kept = sx_model_layer_plan(net->model, layer)->statistics_kept};
    m->groups = strides_of(m, strides);
    m->per_group = sx_shape_count(m->shape) / m->groups;
    m->mean = sx_alloc(items * m->groups, sizeof *m->mean);
    m->square = sx_alloc(items * m->groups, sizeof *m->square);
    return m->mean && m->square ? SX_OK : sx_fail_memory(err, items * m->groups * sizeof *m->mean);
}

static void clear_moments(moments *m) {
    sx_free(m->mean);
    sx_free(m->square);
}

/* --- drift ------------------------------------------------------------------------------------------ */

typedef struct drift_sums {
    double shift[MOST_PARTS], spread[MOST_PARTS], count[MOST_PARTS];
    double noise[SX_MOST_NORMS]; /* of one item, squared */
    double nets;
    size_t norm_count;
} drift_sums;

/* Root mean square of (moving mean - mean) / deviation and mean |ln(moving variance / variance)| over the
 * kept places, over the items that are marked. False where none is. */
static bool drift_of(const moments *m, const float *moving_mean, const float *moving_variance,
                     const bool *marked, size_t items, double *shift, double *spread) {
    double squares = 0, ratios = 0;
    size_t count = 0;
    for (size_t i = 0; i < items; i++)
        count += marked[i];
    if (!count) return false;
    for (size_t g = 0; g < m->groups; g++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < items; i++) {
            mean += marked[i] ? m->mean[i * m->groups + g] : 0;
            square += marked[i] ? m->square[i * m->groups + g] : 0;
        }
        mean /= (double)count;
        const double variance = fmax(square / (double)count - mean * mean, 1e-12);
        squares += (moving_mean[g] - mean) * (moving_mean[g] - mean) / variance;
        ratios += fabs(log(fmax(moving_variance[g], 1e-12) / variance));
    }
    *shift = sqrt(squares / (double)m->groups);
    *spread = ratios / (double)m->groups;
    return true;
}

/* Square of one item's noise, mean over the kept places. */
static double noise_of(const moments *m, size_t items) {
    double noise = 0;
    for (size_t g = 0; g < m->groups; g++) {
        double mean = 0, square = 0, between = 0;
        for (size_t i = 0; i < items; i++) {
            mean += m->mean[i * m->groups + g];
            square += m->square[i * m->groups + g];
        }
        mean /= (double)items;
        for (size_t i = 0; i < items; i++) {
            const double away = m->mean[i * m->groups + g] - mean;
            between += away * away;
        }
        const double variance = square / (double)items - mean * mean;
        if (variance > 1e-12 && items > 1) noise += between / (double)(items - 1) / variance;
    }
    return noise / (double)m->groups;
}

static bool is_among(sx_part_items part, size_t item) {
    for (size_t i = 0; i < part.count; i++)
        if (part.items[i] == item) return true;
    return false;
}

/* The first 3 parts are the net's; then groups, most frequent names first as the features have them. */
static void mark(const sx_explainer *e, const sx_net *net, sx_part_items items, int part, bool *marked) {
    const sx_part_items parts[FIXED_PARTS] = {net->train, net->validation, net->test};
    for (size_t i = 0; i < items.count; i++)
        marked[i] = part < FIXED_PARTS ? is_among(parts[part], items.items[i])
                                       : e->features->groups[items.items[i]] == part - FIXED_PARTS;
}

static size_t part_count(const sx_explainer *e) {
    const size_t groups = e->features->group_count;
    return FIXED_PARTS + (groups > MOST_GROUPS ? MOST_GROUPS : groups);
}

static sx_status add_layer(sx_explainer *e, const sx_net *net, size_t n, sx_part_items items, bool *marked,
                           drift_sums *sums, sx_error *err) {
    const size_t layer = net->norms[n];
    moments m;
    sx_status status = open_moments(net, layer, items.count, &m, err);
    if (status == SX_OK) status = sx_net_look(net, e->features, items, layer, look_at_moments, &m, err);
    const float *mean = sx_net_weight(net, layer, "moving_mean", NULL);
    const float *variance = sx_net_weight(net, layer, "moving_variance", NULL);
    for (size_t part = 0; part < part_count(e) && status == SX_OK; part++) {
        double shift, spread;
        mark(e, net, items, (int)part, marked);
        if (!drift_of(&m, mean, variance, marked, items.count, &shift, &spread)) continue;
        sums->shift[part] += shift;
        sums->spread[part] += spread;
        sums->count[part]++;
    }
    if (status == SX_OK) sums->noise[n] += noise_of(&m, items.count);
    clear_moments(&m);
    return status;
}

static void show_drift(sx_explainer *e, const drift_sums sums[3]) {
    sx_explanation *out = e->out;
    const size_t parts = part_count(e);
    sx_finding *finding = sx_finding_add(
        out, "statistics-drift", "Do the statistics a net keeps fit the recordings it meets?",
        "A shift of the statistics need not cost accuracy, and recordings may differ in ways that leave the "
        "statistics alone. Statistics of a few dozen recordings are themselves noisy.");
    sx_figure *shift =
        sx_figure_add(out, finding, "drift-mean", "Kept mean against the recordings' own", "recordings",
                      "difference in deviations (root mean square)", SX_FIGURE_BARS);
    sx_figure *spread =
        sx_figure_add(out, finding, "drift-variance", "Kept variance against the recordings' own",
                      "recordings", "mean |ln ratio|", SX_FIGURE_BARS);
    for (size_t part = 0; part < parts; part++) {
        const char *name =
            part < FIXED_PARTS ? part_names[part] : e->features->group_names[part - FIXED_PARTS];
        sx_figure_name(out, shift, name);
        sx_figure_name(out, spread, name);
    }
    sx_finding_say(finding, "On recordings that were not trained on, the means inside the net lie");
    for (size_t a = 0; a < e->nets->axis_count; a++) {
        const char *axis = sx_axis_name(e->nets->axes[a]);
        double shifts[MOST_PARTS], spreads[MOST_PARTS];
        for (size_t part = 0; part < parts; part++) {
            shifts[part] = sums[a].shift[part] / sums[a].count[part]; /* NaN where there is none */
            spreads[part] = sums[a].spread[part] / sums[a].count[part];
            if (part >= FIXED_PARTS) continue;
            sx_finding_set(out, finding, shifts[part], "%s_%s_mean_shift", axis, part_names[part]);
            sx_finding_set(out, finding, spreads[part], "%s_%s_variance_log_ratio", axis, part_names[part]);
        }
        sx_finding_say(finding, "%s %.2f deviations from the kept ones with %s kept (training: %.2f)",
                       a ? "," : "", shifts[2], axis, shifts[0]);
        sx_series_add(out, shift, axis, (int)e->nets->axes[a], parts, NULL, shifts, NULL, NULL);
        sx_series_add(out, spread, axis, (int)e->nets->axes[a], parts, NULL, spreads, NULL, NULL);
    }
    sx_finding_say(finding, ": the larger the number, the more every later layer gets other values than it "
                            "learnt on.");
}

static void show_noise(sx_explainer *e, const drift_sums sums[3]) {
    sx_explanation *out = e->out;
    sx_finding *finding =
        sx_finding_add(out, "batch-noise", "How large must a batch be for each axis?",
                       "Noise in training is not only harm: some of it regularises. The threshold of a tenth "
                       "of a deviation is a rule of thumb, and batches are taken as drawn at random.");
    sx_figure *figure = sx_figure_add(out, finding, "noise-batch", "Noise of a batch's mean", "batch size",
                                      "deviations (root mean square)", SX_FIGURE_LINES);
    if (figure) figure->x_is_log = true;
    sx_finding_say(finding, "For a batch's means to be within a tenth of a deviation of the true ones, a "
                            "batch needs");
    for (size_t a = 0; a < e->nets->axis_count; a++) {
        const char *axis = sx_axis_name(e->nets->axes[a]);
        double worst = 0, x[BATCH_SIZES], y[BATCH_SIZES];
        for (size_t n = 0; n < sums[a].norm_count; n++)
            worst = fmax(worst, sums[a].noise[n] / sums[a].nets);
        for (int i = 0; i < BATCH_SIZES; i++) {
            x[i] = ldexp(1, i);
            y[i] = sqrt(worst / x[i]);
        }
        const double smallest = fmax(ceil(worst / (tolerable_noise * tolerable_noise) - 1e-9), 1);
        sx_finding_set(out, finding, sqrt(worst), "%s_noise_of_one", axis);
        sx_finding_set(out, finding, smallest, "%s_smallest_batch", axis);
        sx_finding_say(finding, "%s %.0f recording%s with %s kept", a ? "," : "", smallest,
                       smallest > 1 ? "s" : "", axis);
        sx_series_add(out, figure, axis, (int)e->nets->axes[a], BATCH_SIZES, x, y, NULL, NULL);
    }
    sx_finding_say(finding, " (worst layer).");
}

sx_status sx_explain_drift(sx_explainer *e, sx_error *err) {
    const size_t most = e->options->most_items;
    size_t *chosen = sx_alloc(most, sizeof *chosen);
    bool *marked = sx_alloc(most, sizeof *marked);
    drift_sums *sums = sx_alloc(3, sizeof *sums);
    sx_status status = chosen && marked && sums ? SX_OK : sx_fail_memory(err, most * sizeof *chosen);
    const sx_part_items all = {e->nets->all, e->features->count};
    for (size_t i = 0; i < e->nets->count && status == SX_OK; i++) {
        const sx_net *net = &e->nets->nets[i];
        const sx_part_items items = {chosen, sx_items_spread(all, most, chosen)};
        sums[net->axis].norm_count = net->norm_count;
        for (size_t n = 0; n < net->norm_count && status == SX_OK; n++)
            status = add_layer(e, net, n, items, marked, &sums[net->axis], err);
        sums[net->axis].nets++;
    }
    if (status == SX_OK) {
        show_drift(e, sums);
        show_noise(e, sums);
    }
    sx_free(chosen);
    sx_free(marked);
    sx_free(sums);
    return status;
}
