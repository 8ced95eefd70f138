/* explain_position.c: how far a net treats all frames, or all bands, alike.
 *
 * If it did, f(moved x) would be moved f(x). The equivariance error is |f(moved x) - moved f(x)| / |f(x)|
 * after every normalisation, away from the edges, for a move by 8 frames or bands, which pooling by 2, 4 and
 * 8 divides. What is left when gamma and beta are replaced by their means comes from the statistics; what is
 * left when these are replaced too, from the padding at the edges. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/watch.h"

#include <math.h>
#include <string.h>

enum { MOVE = 8, MARGIN = 2, STATES = 3, DIRECTIONS = 2, MOST_ITEMS = 16 };
static const char *const state_names[STATES] = {"as trained", "gamma, beta averaged",
                                                "statistics averaged too"};
static const char *const direction_names[DIRECTIONS] = {"time", "frequency"};

typedef struct position_sums {
    double error[STATES][DIRECTIONS], layers[DIRECTIONS];
    double accuracy[STATES];
    double nets;
} position_sums;

/* --- weights without a place ------------------------------------------------------------------------ */

static double mean_of(const float *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static void fill(float *values, size_t count, double value) {
    for (size_t i = 0; values && i < count; i++)
        values[i] = (float)value;
}

static void average_affine(const sx_net *net, size_t layer) {
    static const char *const names[] = {"gamma", "beta"};
    for (int i = 0; i < 2; i++) {
        size_t count = 0;
        float *values = sx_net_weight(net, layer, names[i], &count);
        if (values) fill(values, count, mean_of(values, count));
    }
}

/* One mean and variance for all: those of the pooled values. */
static void average_statistics(const sx_net *net, size_t layer) {
    size_t count = 0;
    float *means = sx_net_weight(net, layer, "moving_mean", &count);
    float *variances = sx_net_weight(net, layer, "moving_variance", NULL);
    const double mean = mean_of(means, count);
    double between = 0;
    for (size_t i = 0; i < count; i++)
        between += (means[i] - mean) * (means[i] - mean);
    fill(variances, count, mean_of(variances, count) + between / (double)count);
    fill(means, count, mean);
}

/* --- the error -------------------------------------------------------------------------------------- */

/* Items, then the same items moved (in a circle). */
typedef struct moved {
    sx_features features;
    size_t numbers[2 * MOST_ITEMS], count;
} moved;

typedef struct error_look {
    sx_shape shape;
    size_t count, move;
    bool in_time;
    float *plain; /* outputs of the items that were not moved */
    double difference, size;
} error_look;

static void move_item(sx_shape shape, bool in_time, const float *values, float *out) {
    for (size_t t = 0; t < shape.time; t++) {
        for (size_t f = 0; f < shape.frequency; f++) {
            const size_t to_t = in_time ? (t + MOVE) % shape.time : t;
            const size_t to_f = in_time ? f : (f + MOVE) % shape.frequency;
            memcpy(out + (to_t * shape.frequency + to_f) * shape.channels,
                   values + (t * shape.frequency + f) * shape.channels, shape.channels * sizeof *out);
        }
    }
}

static void compare_moved(error_look *look, const float *plain, const float *after) {
    const sx_shape s = look->shape;
    const size_t t_move = look->in_time ? look->move : 0, f_move = look->in_time ? 0 : look->move;
    const size_t t_margin = look->in_time ? MARGIN : 0, f_margin = look->in_time ? 0 : MARGIN;
    for (size_t t = t_move + t_margin; t < s.time - t_margin; t++) {
        for (size_t f = f_move + f_margin; f < s.frequency - f_margin; f++) {
            const float *now = after + (t * s.frequency + f) * s.channels;
            const float *then = plain + ((t - t_move) * s.frequency + f - f_move) * s.channels;
            for (size_t c = 0; c < s.channels; c++) {
                look->difference += ((double)now[c] - then[c]) * ((double)now[c] - then[c]);
                look->size += (double)then[c] * then[c];
            }
        }
    }
}

static void look_at_moved(void *context, size_t place, const float *before, const float *after) {
    error_look *look = context;
    const size_t row = sx_shape_count(look->shape);
    (void)before;
    if (place < look->count)
        memcpy(look->plain + place * row, after, row * sizeof *after);
    else
        compare_moved(look, look->plain + (place - look->count) * row, after);
}

/* Moves at this layer, 0 where MOVE is not a whole number there or nothing would be left to compare. */
static size_t move_at(size_t input, size_t here) {
    const size_t ratio = (input + here / 2) / here;
    return MOVE % ratio == 0 && here > MOVE / ratio + 2 * MARGIN ? MOVE / ratio : 0;
}

/* Root of the ratio of squares over a layer; NaN where it cannot be measured. */
static sx_status error_of(const sx_net *net, const moved *items, size_t n, bool in_time, double *error,
                          sx_error *err) {
    const sx_shape input = sx_model_input_shape(net->model);
    const sx_shape here = sx_model_layer_plan(net->model, net->norms[n])->output;
    error_look look = {.shape = here,
                       .count = items->count,
                       .in_time = in_time,
                       .move = in_time ? move_at(input.time, here.time)
                                       : move_at(input.frequency, here.frequency)};
    *error = (double)NAN;
    if (!look.move) return SX_OK;
    look.plain = sx_alloc(items->count * sx_shape_count(here), sizeof *look.plain);
    if (!look.plain) return sx_fail_memory(err, items->count * sx_shape_count(here) * sizeof(float));
    sx_status status = sx_net_look(net, &items->features, (sx_part_items){items->numbers, 2 * items->count},
                                   net->norms[n], look_at_moved, &look, err);
    if (status == SX_OK) *error = sqrt(look.difference / fmax(look.size, 1e-12));
    sx_free(look.plain);
    return status;
}

static void gather(const sx_explainer *e, const sx_net *net, bool in_time, moved *items) {
    size_t chosen[MOST_ITEMS];
    const size_t row = sx_shape_count(e->features->shape);
    items->count = sx_items_spread(net->test, MOST_ITEMS, chosen);
    items->features.count = 2 * items->count;
    for (size_t i = 0; i < items->count; i++) {
        const float *values = e->features->values + chosen[i] * row;
        memcpy(items->features.values + i * row, values, row * sizeof *values);
        move_item(e->features->shape, in_time, values, items->features.values + (items->count + i) * row);
    }
    for (size_t i = 0; i < 2 * items->count; i++)
        items->numbers[i] = i;
}

static sx_status measure_state(sx_explainer *e, const sx_net *net, int state, moved *items, size_t *chosen,
                               position_sums *sums, sx_error *err) {
    sx_status status = SX_OK;
    for (int direction = 0; direction < DIRECTIONS && status == SX_OK; direction++) {
        gather(e, net, direction == 0, items);
        for (size_t n = 0; n < net->norm_count && status == SX_OK; n++) {
            double error;
            status = error_of(net, items, n, direction == 0, &error, err);
            if (status != SX_OK || isnan(error)) continue;
            sums->error[state][direction] += error;
            if (state == 0) sums->layers[direction]++;
        }
    }
    double accuracy = 0;
    const sx_part_items tested = {chosen, sx_items_spread(net->test, e->options->most_items, chosen)};
    if (status == SX_OK) status = sx_net_accuracy(net, e->features, tested, &accuracy, NULL, err);
    sums->accuracy[state] += accuracy;
    return status;
}

static sx_status measure_net(sx_explainer *e, const sx_net *net, moved *items, size_t *chosen,
                             position_sums *sums, sx_error *err) {
    sx_net_copy copy;
    sx_status status = sx_net_keep(net, &copy, err);
    for (int state = 0; state < STATES && status == SX_OK; state++) {
        for (size_t n = 0; n < net->norm_count && state > 0; n++) {
            if (state == 1) average_affine(net, net->norms[n]);
            if (state == 2) average_statistics(net, net->norms[n]);
        }
        if (state > 0) sx_net_changed(net);
        status = measure_state(e, net, state, items, chosen, sums, err);
    }
    if (copy.weights) sx_net_restore(net, &copy);
    sx_net_copy_clear(&copy);
    sums->nets++;
    return status;
}

/* --- showing ---------------------------------------------------------------------------------------- */

/* The part of what an axis's places add to the error that goes when gamma and beta are averaged. */
static double affine_part(const double errors[STATES]) {
    const double added = errors[0] - errors[2];
    return added > 0.02 ? fmin(fmax((errors[0] - errors[1]) / added, 0), 1) : (double)NAN;
}

static void say_code(sx_finding *finding, sx_axis axis, const double errors[STATES]) {
    const double part = affine_part(errors);
    sx_finding_say(finding,
                   " With %s kept, a move in %s changes the inside of the net by %.0f %% (%.0f %% "
                   "without any table by place)",
                   sx_axis_name(axis), sx_axis_name(axis), 100 * errors[0], 100 * errors[2]);
    if (isnan(part))
        sx_finding_say(finding, ": it hardly uses where it is.");
    else
        sx_finding_say(finding, "; %.0f %% of that is the learnt gamma and beta, the rest the statistics.",
                       100 * part);
}

static void show(sx_explainer *e, const position_sums sums[3]) {
    sx_explanation *out = e->out;
    sx_finding *finding = sx_finding_add(
        out, "position", "Statistics, or a code for the place?",
        "The error says that the net could tell places apart, not that it uses that for the classes; the "
        "accuracy beside it does, but averaged weights also hurt a net that never saw them. Only training "
        "with separate axes for statistics and for gamma and beta (--deep) tells which half wins.");
    sx_figure *figures[DIRECTIONS];
    for (int d = 0; d < DIRECTIONS; d++) {
        figures[d] = sx_figure_add(out, finding, d ? "equivariance-frequency" : "equivariance-time",
                                   d ? "Moved by 8 bands" : "Moved by 8 frames", "net", "equivariance error",
                                   SX_FIGURE_BARS);
    }
    sx_figure *accuracy = sx_figure_add(out, finding, "position-accuracy", "Accuracy without the places' own",
                                        "net", "accuracy", SX_FIGURE_BARS);
    if (accuracy) accuracy->percent = true;
    for (int state = 0; state < STATES; state++) {
        for (int d = 0; d < DIRECTIONS; d++)
            sx_figure_name(out, figures[d], state_names[state]);
        sx_figure_name(out, accuracy, state_names[state]);
    }
    sx_finding_say(finding, "A net that treats all bands and frames alike answers a moved picture with a "
                            "moved picture.");
    for (size_t a = 0; a < e->nets->axis_count; a++) {
        const sx_axis axis = e->nets->axes[a];
        const char *name = sx_axis_name(axis);
        double scores[STATES];
        for (int d = 0; d < DIRECTIONS; d++) {
            double errors[STATES];
            for (int state = 0; state < STATES; state++) {
                errors[state] = sums[a].error[state][d] / sums[a].layers[d];
                sx_finding_set(out, finding, errors[state], "%s_%s_error_%d", name, direction_names[d],
                               state);
            }
            sx_finding_set(out, finding, affine_part(errors), "%s_%s_affine_part", name, direction_names[d]);
            sx_series_add(out, figures[d], name, (int)axis, STATES, NULL, errors, NULL, NULL);
            if (axis == (d ? SX_AXIS_FREQUENCY : SX_AXIS_TIME) && sums[a].layers[d] > 0)
                say_code(finding, axis, errors);
        }
        for (int state = 0; state < STATES; state++) {
            scores[state] = sums[a].accuracy[state] / sums[a].nets;
            sx_finding_set(out, finding, scores[state], "%s_accuracy_%d", name, state);
        }
        sx_series_add(out, accuracy, name, (int)axis, STATES, NULL, scores, NULL, NULL);
    }
}

sx_status sx_explain_position(sx_explainer *e, sx_error *err) {
    moved items = {.features = *e->features};
    position_sums *sums = sx_alloc(3, sizeof *sums);
    size_t *chosen = sx_alloc(e->options->most_items, sizeof *chosen);
    items.features.values = sx_alloc(2 * MOST_ITEMS * sx_shape_count(e->features->shape), sizeof(float));
    sx_status status = sums && chosen && items.features.values ? SX_OK : sx_fail_memory(err, sizeof *sums);
    for (size_t i = 0; i < e->nets->count && status == SX_OK; i++) {
        const sx_net *net = &e->nets->nets[i];
        status = measure_net(e, net, &items, chosen, &sums[net->axis], err);
        sx_watch_progress(e->watch, "places", i + 1, e->nets->count);
    }
    if (status == SX_OK) show(e, sums);
    sx_free(items.features.values);
    sx_free(chosen);
    sx_free(sums);
    return status;
}
