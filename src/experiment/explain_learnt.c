/* explain_learnt.c: the scale and offset that nets learnt for every band and every frame.
 *
 * Shown is what a net in use applies to a centred value: gamma, and beta, place by place, over Hz or seconds.
 * A place deeper in the net covers several bands; it is drawn at their middle. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>

/* Place i of `here` places at depth, in units of the input's `input` places. */
static double place_in_input(size_t i, size_t here, size_t input) {
    return ((double)i + 0.5) * (double)input / (double)here - 0.5;
}

static double at(const double *values, size_t count, double place) {
    if (place <= 0) return values[0];
    if (place >= (double)(count - 1)) return values[count - 1];
    const size_t below = (size_t)place;
    return values[below] + (place - (double)below) * (values[below + 1] - values[below]);
}

/* Where the places of a layer lie: Hz (or band), or ms (or frame). */
static void places(const sx_explainer *e, sx_axis axis, const double *band_hz, size_t here, double *x) {
    const sx_shape input = e->features->shape;
    const double hop = sx_features_hop_ms(e->features);
    for (size_t i = 0; i < here; i++) {
        if (axis == SX_AXIS_FREQUENCY) {
            const double band = place_in_input(i, here, input.frequency);
            x[i] = band_hz ? at(band_hz, input.frequency, band) : band;
        } else {
            const double frame = place_in_input(i, here, input.time);
            x[i] = hop > 0 ? frame * hop : frame;
        }
    }
}

/* Mean over an axis's nets with the spread between them. low = mean - deviation. */
static sx_status add_weight(sx_explainer *e, sx_figure *figure, size_t a, size_t n, const char *weight,
                            const double *band_hz, sx_error *err) {
    const sx_net *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < e->nets->count && !first; i++)
        if (e->nets->nets[i].axis == a) first = &e->nets->nets[i];
    if (n >= first->norm_count || !sx_net_weight(first, first->norms[n], weight, &count)) return SX_OK;
    double *x = sx_alloc(5 * count, sizeof *x);
    if (!x) return sx_fail_memory(err, 5 * count * sizeof *x);
    double *sum = x + count, *square = sum + count, *low = square + count, *high = low + count, nets = 0;
    for (size_t i = 0; i < e->nets->count; i++) {
        const sx_net *net = &e->nets->nets[i];
        if (net->axis != a) continue;
        const float *values = sx_net_weight(net, net->norms[n], weight, NULL);
        for (size_t g = 0; g < count; g++) {
            sum[g] += values[g];
            square[g] += (double)values[g] * values[g];
        }
        nets++;
    }
    places(e, e->nets->axes[a], band_hz, count, x);
    for (size_t g = 0; g < count; g++) {
        sum[g] /= nets;
        const double deviation = sqrt(fmax(square[g] / nets - sum[g] * sum[g], 0));
        low[g] = sum[g] - deviation;
        high[g] = sum[g] + deviation;
    }
    sx_series_add(e->out, figure, sx_model_layer_name(first->model, first->norms[n]), (int)e->nets->axes[a],
                  count, x, sum, nets > 1 ? low : NULL, nets > 1 ? high : NULL);
    sx_free(x);
    return SX_OK;
}

/* How much of the variance of the values over places is alike in all nets: 1 = the same curve, 0 = no more
 * than the mean of `nets` curves without anything in common has. */
static double agreement(const sx_figure *figure, double nets) {
    double within = 0, between = 0;
    for (size_t s = 0; figure && s < figure->series_count; s++) {
        const sx_series *series = &figure->series[s];
        double mean = 0;
        if (!series->low) continue;
        for (size_t i = 0; i < series->count; i++)
            mean += series->y[i] / (double)series->count;
        for (size_t i = 0; i < series->count; i++) {
            const double deviation = (series->high[i] - series->low[i]) / 2;
            within += deviation * deviation;
            between += (series->y[i] - mean) * (series->y[i] - mean);
        }
    }
    if (!(between + within > 0) || nets < 2) return (double)NAN;
    return fmax((between / (between + within) - 1 / nets) / (1 - 1 / nets), 0);
}

static sx_status add_axis(sx_explainer *e, sx_finding *finding, size_t a, const double *band_hz,
                          sx_error *err) {
    static const char *const weights[] = {"gamma", "beta"};
    const sx_axis axis = e->nets->axes[a];
    const bool over_bands = axis == SX_AXIS_FREQUENCY;
    const bool known = over_bands ? band_hz != NULL : sx_features_hop_ms(e->features) > 0;
    sx_status status = SX_OK;
    for (int w = 0; w < 2 && status == SX_OK; w++) {
        char id[48], title[128];
        sx_print(id, sizeof id, "learnt-%s-%s", sx_axis_name(axis), weights[w]);
        sx_print(title, sizeof title, "%s by %s", w ? "Offset (beta)" : "Scale (gamma)",
                 over_bands ? "frequency" : "time");
        sx_figure *figure = sx_figure_add(e->out, finding, id, title,
                                          over_bands ? (known ? "Hz" : "band") : (known ? "ms" : "frame"),
                                          weights[w], SX_FIGURE_LINES);
        if (figure) figure->x_is_log = over_bands && known;
        for (size_t n = 0; n < SX_MOST_NORMS && status == SX_OK; n++)
            status = add_weight(e, figure, a, n, weights[w], band_hz, err);
        const double alike = agreement(figure, (double)e->out->net_counts[a]);
        sx_finding_set(e->out, finding, alike, "%s_%s_alike", sx_axis_name(axis), weights[w]);
        if (w == 1 && !isnan(alike))
            sx_finding_say(finding,
                           " With %s kept, %.0f %% of the offset's course is the same in every net%s",
                           sx_axis_name(axis), 100 * alike,
                           alike > 0.5 ? ": most of it belongs to the recordings."
                                       : ": most of it is the chance of one training.");
    }
    return status;
}

sx_status sx_explain_learnt(sx_explainer *e, sx_error *err) {
    sx_frontend *frontend = NULL;
    const double *band_hz = NULL;
    sx_status status = SX_OK;
    if (!e->features->from_arrays) status = sx_frontend_create(&e->features->frontend, &frontend, err);
    if (frontend && sx_frontend_band_count(frontend) == e->features->shape.frequency)
        band_hz = sx_frontend_band_hz(frontend);
    sx_finding *finding = NULL;
    for (size_t a = 0; a < e->nets->axis_count && status == SX_OK; a++) {
        if (e->nets->axes[a] == SX_AXIS_CHANNELS) continue;
        if (!finding) {
            finding = sx_finding_add(
                e->out, "learnt", "What did the nets learn for every band and frame?",
                "A large scale need not matter: later layers can undo it. Channels have no order, so theirs "
                "are not drawn. Nets of different folds share most of their recordings, so that what they "
                "agree "
                "on may be those recordings' own. The shaded range is one deviation between nets.");
            sx_finding_say(finding, "Scale and offset by place are a code for the place: the net can tell "
                                    "where it is by them.");
        }
        status = add_axis(e, finding, a, band_hz, err);
    }
    sx_frontend_free(frontend);
    return status;
}
