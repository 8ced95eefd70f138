/* explain_shares.c: which axes carry the variance of the spectrograms. */
#include "experiment/explain_bars.h"

/* The bars of every share figure. */
static const char *const bar_names[SX_SHARE_BARS] = {"clip",
                                                     "time",
                                                     "frequency",
                                                     "channels",
                                                     "time \xC3\x97 frequency",
                                                     "clip \xC3\x97 time",
                                                     "clip \xC3\x97 frequency",
                                                     "clip \xC3\x97 channels",
                                                     "all the rest"};

void sx_share_bars(const sx_shares_result *shares, double bars[SX_SHARE_BARS]) {
    const double known[SX_SHARE_BARS - 1] = {shares->item[0],
                                             shares->fixed[SX_OF_TIME],
                                             shares->fixed[SX_OF_FREQUENCY],
                                             shares->fixed[SX_OF_CHANNELS],
                                             shares->fixed[SX_OF_TIME | SX_OF_FREQUENCY],
                                             shares->item[SX_OF_TIME],
                                             shares->item[SX_OF_FREQUENCY],
                                             shares->item[SX_OF_CHANNELS]};
    bars[SX_SHARE_BARS - 1] = 1;
    for (int i = 0; i < SX_SHARE_BARS - 1; i++) {
        bars[i] = known[i];
        bars[SX_SHARE_BARS - 1] -= known[i];
    }
}

sx_figure *sx_share_figure(sx_explanation *out, sx_finding *finding, const char *id, const char *title) {
    sx_figure *figure =
        sx_figure_add(out, finding, id, title, "part", "share of the variance", SX_FIGURE_BARS);
    for (int i = 0; i < SX_SHARE_BARS; i++)
        sx_figure_name(out, figure, bar_names[i]);
    if (figure) figure->percent = true;
    return figure;
}

sx_status sx_shares_of_shape(sx_shape shape, size_t labels, size_t groups, sx_shares **out, sx_error *err) {
    const size_t extents[3] = {shape.time, shape.frequency, shape.channels};
    const size_t counts[SX_LABELLINGS] = {labels, groups};
    return sx_shares_create(extents, counts, out, err);
}

/* --- the input -------------------------------------------------------------------------------------- */

static void say_input(sx_explanation *out, const sx_shares_result *shares, size_t labels, size_t groups) {
    static const char *const names[SX_OF_SETS] = {
        "clip",     "time",          "frequency",          "time_frequency",
        "channels", "time_channels", "frequency_channels", "time_frequency_channels"};
    sx_finding *finding =
        sx_finding_add(out, "variance-shares", "Which axes carry the variance of the spectrograms?",
                       "Shares say where values differ, not whether the difference tells the classes apart; "
                       "silence that is padded at the end counts as a common course over time.");
    const double time = shares->fixed[SX_OF_TIME], clip_time = shares->item[SX_OF_TIME];
    const double index = time / (time + clip_time);
    for (int set = 0; set < SX_OF_SETS; set++) {
        if (set) sx_finding_set(out, finding, shares->fixed[set], "%s", names[set]);
        sx_finding_set(out, finding, shares->item[set], set ? "clip_%s" : "%s", names[set]);
    }
    sx_finding_set(out, finding, index, "alignment_index");
    sx_finding_set(out, finding,
                   sx_share_beyond_chance(shares->between[0][0] / shares->item[0], labels, shares->items),
                   "class_of_clip");
    sx_finding_set(out, finding,
                   sx_share_beyond_chance(shares->between[1][0] / shares->item[0], groups, shares->items),
                   "group_of_clip");
    sx_finding_set(out, finding,
                   sx_share_beyond_chance(shares->between[0][SX_OF_TIME] / clip_time, labels, shares->items),
                   "class_of_clip_time");
    sx_finding_say(
        finding,
        "Of all variance of the spectrograms %.0f %% is a course over time that all recordings "
        "share, %.0f %% differs from band to band in the same way for all, and %.0f %% is when each "
        "recording is loud: an alignment index of %.2f, where 1 means that the same frame means the "
        "same thing in all recordings and 0 that it means nothing.",
        100 * time, 100 * shares->fixed[SX_OF_FREQUENCY], 100 * clip_time, index);
    double bars[SX_SHARE_BARS];
    sx_share_bars(shares, bars);
    sx_figure *figure = sx_share_figure(out, finding, "shares-input", "Variance of the spectrograms");
    sx_series_add(out, figure, "input", SX_NO_AXIS, SX_SHARE_BARS, NULL, bars, NULL, NULL);
}

sx_status sx_explain_shares(sx_explainer *e, sx_error *err) {
    const sx_features *features = e->features;
    const size_t row = sx_shape_count(features->shape);
    sx_shares *shares = NULL;
    sx_shares_result result;
    sx_status status =
        sx_shares_of_shape(features->shape, features->label_count, features->group_count, &shares, err);
    if (status != SX_OK) return status;
    for (size_t i = 0; i < features->count; i++) {
        const int labels[SX_LABELLINGS] = {features->labels[i], features->groups[i]};
        sx_shares_add(shares, features->values + i * row, labels);
    }
    sx_shares_result_of(shares, &result);
    sx_shares_free(shares);
    say_input(e->out, &result, features->label_count, features->group_count);
    return SX_OK;
}
