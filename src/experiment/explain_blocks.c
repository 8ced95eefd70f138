/* explain_blocks.c: what reaches each normalisation, what it equalises, and what it leaves: units that stay
 * unequal, dead or always on. */
#include "experiment/explain_bars.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

enum { KINDS = 3 }; /* of unit: channel, band, frame */
static const char *const kind_names[KINDS] = {"channels", "bands", "frames"};

/* Of one kind of unit in one layer: how different the units are before and after the normalisation. */
typedef struct unit_spread {
    double means_before, means_after; /* deviation of the units' means / deviation of all values */
    double variances_before,
        variances_after; /* largest / smallest variance of a unit, 95th / 5th percentile */
    double dead, always; /* share of units */
} unit_spread;

typedef struct unit_sums {
    double before, before_squares, after, after_squares;
    size_t positive;
} unit_sums;

typedef struct block_look {
    sx_shape shape;
    sx_shares *shares;
    unit_sums *units[KINDS];
    size_t items;
    double *map[2]; /* channels x bands, before and after; the caller's; may be NULL */
} block_look;

static size_t unit_count(sx_shape shape, int kind) {
    return kind == 0 ? shape.channels : kind == 1 ? shape.frequency : shape.time;
}

static void add_value(unit_sums *unit, double before, double after) {
    unit->before += before;
    unit->before_squares += before * before;
    unit->after += after;
    unit->after_squares += after * after;
    unit->positive += after > 0;
}

static void look_at_block(void *context, size_t place, const float *before, const float *after) {
    block_look *look = context;
    const int none[SX_LABELLINGS] = {0, 0};
    (void)place;
    sx_shares_add(look->shares, before, none);
    look->items++;
    for (size_t t = 0, i = 0; t < look->shape.time; t++) {
        for (size_t f = 0; f < look->shape.frequency; f++) {
            for (size_t c = 0; c < look->shape.channels; c++, i++) {
                add_value(&look->units[0][c], before[i], after[i]);
                add_value(&look->units[1][f], before[i], after[i]);
                add_value(&look->units[2][t], before[i], after[i]);
                if (!look->map[0]) continue;
                look->map[0][c * look->shape.frequency + f] += before[i];
                look->map[1][c * look->shape.frequency + f] += after[i];
            }
        }
    }
}

static double variance_of(double sum, double squares, double n) {
    return fmax(squares / n - sum / n * (sum / n), 0);
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* 95th over 5th percentile: a single odd unit decides nothing. values are sorted. */
static double ratio_of(double *values, size_t count) {
    qsort(values, count, sizeof *values, by_value);
    const double low = values[(size_t)(0.05 * (double)(count - 1))];
    const double high = values[(size_t)ceil(0.95 * (double)(count - 1))];
    return high / fmax(low, 1e-12 * fmax(high, 1e-300));
}

static double deviation_of_means(const double *means, size_t count) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += means[i];
    for (size_t i = 0; i < count; i++)
        squares += (means[i] - sum / (double)count) * (means[i] - sum / (double)count);
    return sqrt(squares / (double)count);
}

/* scratch: twice as many doubles as units. */
static unit_spread spread_of(const block_look *look, int kind, double *scratch) {
    const size_t count = unit_count(look->shape, kind);
    const double n = (double)look->items * (double)(sx_shape_count(look->shape) / count);
    const unit_sums *units = look->units[kind];
    unit_spread spread = {0};
    double *means = scratch, *variances = scratch + count;
    for (int after = 0; after < 2; after++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < count; i++) {
            const double s = after ? units[i].after : units[i].before;
            const double q = after ? units[i].after_squares : units[i].before_squares;
            means[i] = s / n;
            variances[i] = variance_of(s, q, n);
            sum += s;
            squares += q;
        }
        const double all = sqrt(variance_of(sum, squares, n * (double)count));
        *(after ? &spread.means_after : &spread.means_before) = deviation_of_means(means, count) / all;
        *(after ? &spread.variances_after : &spread.variances_before) = ratio_of(variances, count);
    }
    for (size_t i = 0; i < count; i++) {
        const double active = (double)units[i].positive / n;
        spread.dead += active < 0.01;
        spread.always += active > 0.99;
    }
    spread.dead /= (double)count;
    spread.always /= (double)count;
    return spread;
}

/* What is known of one axis's nets, added up over them. */
typedef struct block_sums {
    double nets;
    double bars[SX_MOST_NORMS][SX_SHARE_BARS];
    unit_spread units[SX_MOST_NORMS][KINDS];
    size_t norm_count;
    double kept_share; /* main effect of the kept axis, mean over layers */
} block_sums;

static void add_spread(unit_spread *to, const unit_spread *spread) {
    to->means_before += spread->means_before;
    to->means_after += spread->means_after;
    to->variances_before += spread->variances_before;
    to->variances_after += spread->variances_after;
    to->dead += spread->dead;
    to->always += spread->always;
}

static void clear_look(block_look *look) {
    sx_shares_free(look->shares);
    for (int kind = 0; kind < KINDS; kind++)
        sx_free(look->units[kind]);
}

static sx_status open_look(sx_shape shape, block_look *look, sx_error *err) {
    *look = (block_look){.shape = shape};
    sx_status status = sx_shares_of_shape(shape, 0, 0, &look->shares, err);
    for (int kind = 0; kind < KINDS && status == SX_OK; kind++) {
        look->units[kind] = sx_alloc(unit_count(shape, kind), sizeof(unit_sums));
        if (!look->units[kind]) status = sx_fail_memory(err, unit_count(shape, kind) * sizeof(unit_sums));
    }
    return status;
}

/* Mean over items of every channel and band, before and after, of an axis's first net. */
static sx_status add_maps(sx_explainer *e, sx_finding *finding, const sx_net *net, const block_look *look) {
    const size_t rows = look->shape.channels, columns = look->shape.frequency;
    const char *axis = sx_axis_name(e->nets->axes[net->axis]);
    char title[128];
    for (int after = 0; after < 2; after++) {
        for (size_t i = 0; i < rows * columns; i++)
            look->map[after][i] /= (double)look->items * (double)look->shape.time;
        sx_print(title, sizeof title, "%s kept: %s %s the normalisation", axis,
                 sx_model_layer_name(net->model, net->norms[0]), after ? "after" : "before");
        sx_map_add(e->out, finding, title, "channel", "band", rows, columns, look->map[after]);
    }
    return SX_OK;
}

static sx_status look_at_layer(sx_explainer *e, const sx_net *net, size_t n, sx_part_items items,
                               sx_finding *map_finding, block_sums *sums, sx_error *err) {
    const sx_shape shape = sx_model_layer_input_shape(net->model, net->norms[n]);
    const size_t cells = shape.channels * shape.frequency;
    block_look look;
    double *scratch = NULL;
    sx_status status = open_look(shape, &look, err);
    if (status == SX_OK) {
        scratch = sx_alloc(2 * (cells + shape.time), sizeof *scratch);
        if (!scratch) status = sx_fail_memory(err, 2 * (cells + shape.time) * sizeof *scratch);
    }
    if (status == SX_OK && map_finding) {
        look.map[0] = scratch;
        look.map[1] = scratch + cells;
    }
    if (status == SX_OK)
        status = sx_net_look(net, e->features, items, net->norms[n], look_at_block, &look, err);
    if (status == SX_OK) {
        if (map_finding) status = add_maps(e, map_finding, net, &look);
        sx_shares_result shares;
        sx_shares_result_of(look.shares, &shares);
        double bars[SX_SHARE_BARS];
        sx_share_bars(&shares, bars);
        for (int i = 0; i < SX_SHARE_BARS; i++)
            sums->bars[n][i] += bars[i];
        const sx_axis axis = e->nets->axes[net->axis];
        sums->kept_share += shares.fixed[axis == SX_AXIS_TIME        ? SX_OF_TIME
                                         : axis == SX_AXIS_FREQUENCY ? SX_OF_FREQUENCY
                                                                     : SX_OF_CHANNELS];
        for (int kind = 0; kind < KINDS; kind++) {
            const unit_spread spread = spread_of(&look, kind, scratch);
            add_spread(&sums->units[n][kind], &spread);
        }
    }
    sx_free(scratch);
    clear_look(&look);
    return status;
}

static void scale_spread(unit_spread *spread, double by) {
    spread->means_before *= by;
    spread->means_after *= by;
    spread->variances_before *= by;
    spread->variances_after *= by;
    spread->dead *= by;
    spread->always *= by;
}

static void average(block_sums *sums) {
    for (size_t n = 0; n < sums->norm_count; n++) {
        for (int i = 0; i < SX_SHARE_BARS; i++)
            sums->bars[n][i] /= sums->nets;
        for (int kind = 0; kind < KINDS; kind++)
            scale_spread(&sums->units[n][kind], 1 / sums->nets);
    }
    sums->kept_share /= sums->nets * (double)sums->norm_count;
}

/* Mean over the layers of one kind of unit. */
static unit_spread over_layers(const block_sums *sums, int kind) {
    unit_spread mean = {0};
    for (size_t n = 0; n < sums->norm_count; n++)
        add_spread(&mean, &sums->units[n][kind]);
    scale_spread(&mean, 1 / (double)sums->norm_count);
    return mean;
}

static void show_shares(sx_explainer *e, const block_sums sums[3]) {
    sx_explanation *out = e->out;
    sx_finding *finding =
        sx_finding_add(out, "block-shares", "What reaches each normalisation, and what can an axis equalise?",
                       "The nets were trained with their own axis, so their filters are already adapted to "
                       "it; a large share of the kept axis means that much is taken away, not that this is "
                       "good.");
    sx_finding_say(finding, "A normalisation takes away the differences along the axis it keeps. Before it, "
                            "those are");
    for (size_t a = 0; a < e->nets->axis_count; a++) {
        const char *axis = sx_axis_name(e->nets->axes[a]);
        sx_finding_set(out, finding, sums[a].kept_share, "%s_kept_share", axis);
        sx_finding_say(finding,
                       a ? ", %.0f %% where %s %s kept" : " %.0f %% of the variance where %s %s kept",
                       100 * sums[a].kept_share, axis, e->nets->axes[a] == SX_AXIS_CHANNELS ? "are" : "is");
        char id[48], title[128];
        sx_print(id, sizeof id, "shares-%s", axis);
        sx_print(title, sizeof title, "Before each normalisation, %s kept", axis);
        sx_figure *figure = sx_share_figure(out, finding, id, title);
        const sx_net *net = e->nets->nets;
        while (net->axis != a)
            net++;
        for (size_t n = 0; n < sums[a].norm_count; n++)
            sx_series_add(out, figure, sx_model_layer_name(net->model, net->norms[n]), (int)e->nets->axes[a],
                          SX_SHARE_BARS, NULL, sums[a].bars[n], NULL, NULL);
    }
    sx_finding_say(finding, " (mean over layers); everything else stays as it was.");
}

static void show_spread(sx_explainer *e, sx_finding *finding, const block_sums sums[3]) {
    sx_explanation *out = e->out;
    sx_figure *means =
        sx_figure_add(out, finding, "spread-means", "Still unequal after the normalisation", "units",
                      "deviation of the units' means, in deviations of all values", SX_FIGURE_BARS);
    sx_figure *dead = sx_figure_add(out, finding, "units-dead", "Units a ReLU never lets through", "units",
                                    "share of units active for under 1 % of values", SX_FIGURE_BARS);
    sx_figure *always =
        sx_figure_add(out, finding, "units-always", "Units a ReLU always lets through", "units",
                      "share of units active for over 99 % of values", SX_FIGURE_BARS);
    if (dead) dead->percent = true;
    if (always) always->percent = true;
    for (int kind = 0; kind < KINDS; kind++) {
        sx_figure_name(out, means, kind_names[kind]);
        sx_figure_name(out, dead, kind_names[kind]);
        sx_figure_name(out, always, kind_names[kind]);
    }
    sx_finding_say(finding, "After the normalisation the channels' variances still differ by a factor of");
    for (size_t a = 0; a < e->nets->axis_count; a++) {
        const char *axis = sx_axis_name(e->nets->axes[a]);
        double y[3][KINDS];
        for (int kind = 0; kind < KINDS; kind++) {
            const unit_spread mean = over_layers(&sums[a], kind);
            y[0][kind] = mean.means_after;
            y[1][kind] = mean.dead;
            y[2][kind] = mean.always;
            sx_finding_set(out, finding, mean.means_before, "%s_%s_mean_spread_before", axis,
                           kind_names[kind]);
            sx_finding_set(out, finding, mean.means_after, "%s_%s_mean_spread_after", axis, kind_names[kind]);
            sx_finding_set(out, finding, mean.variances_before, "%s_%s_variance_ratio_before", axis,
                           kind_names[kind]);
            sx_finding_set(out, finding, mean.variances_after, "%s_%s_variance_ratio_after", axis,
                           kind_names[kind]);
            sx_finding_set(out, finding, mean.dead, "%s_%s_dead", axis, kind_names[kind]);
            sx_finding_set(out, finding, mean.always, "%s_%s_always_on", axis, kind_names[kind]);
        }
        const unit_spread channels = over_layers(&sums[a], 0);
        sx_finding_say(finding, "%s %.1f with %s kept (%.0f %% dead or always on)", a ? "," : "",
                       channels.variances_after, axis, 100 * (channels.dead + channels.always));
        sx_series_add(out, means, axis, (int)e->nets->axes[a], KINDS, NULL, y[0], NULL, NULL);
        sx_series_add(out, dead, axis, (int)e->nets->axes[a], KINDS, NULL, y[1], NULL, NULL);
        sx_series_add(out, always, axis, (int)e->nets->axes[a], KINDS, NULL, y[2], NULL, NULL);
    }
    sx_finding_say(finding, ": a channel that is always or never active is a filter the net cannot use to "
                            "tell recordings apart.");
}

sx_status sx_explain_blocks(sx_explainer *e, sx_error *err) {
    const size_t most = e->options->most_items / 4 < 8 ? 8 : e->options->most_items / 4;
    size_t *chosen = sx_alloc(most, sizeof *chosen);
    block_sums *sums = sx_alloc(3, sizeof *sums);
    sx_status status = chosen && sums ? SX_OK : sx_fail_memory(err, 3 * sizeof *sums);
    sx_finding *units =
        sx_finding_add(e->out, "unit-spread", "What does each axis leave unequal?",
                       "Dead and always-on units are counted on the recordings looked at; where no ReLU "
                       "follows, they only say that values keep their sign.");
    for (size_t i = 0; i < e->nets->count && status == SX_OK; i++) {
        const sx_net *net = &e->nets->nets[i];
        const size_t count = sx_items_spread(net->train, most, chosen);
        block_sums *of_axis = &sums[net->axis];
        of_axis->norm_count = net->norm_count;
        for (size_t n = 0; n < net->norm_count && status == SX_OK; n++) {
            sx_finding *maps = n == 0 && of_axis->nets < 1 ? units : NULL;
            status = look_at_layer(e, net, n, (sx_part_items){chosen, count}, maps, of_axis, err);
        }
        of_axis->nets++;
    }
    for (size_t a = 0; a < e->nets->axis_count && status == SX_OK; a++)
        average(&sums[a]);
    if (status == SX_OK) {
        show_shares(e, sums);
        show_spread(e, units, sums);
    }
    sx_free(chosen);
    sx_free(sums);
    return status;
}
