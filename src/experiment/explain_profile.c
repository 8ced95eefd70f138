/* explain_profile.c: do recordings of one group (speaker, device) or of one class resemble each other in
 * their long-term spectrum?
 *
 * The profile of a recording is its mean over time, band by band. Its variance over recordings divides into
 * the level (mean over bands) and the shape (the rest); of both, part lies between groups and part between
 * classes. What chance alone would give is taken out (variance_shares.h). Intervals: 200 bootstrap samples of
 * recordings. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "stats/variance_shares.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 200, ASPECTS = 2 };

typedef struct profiles {
    size_t count, bands;
    double *values; /* count * bands */
} profiles;

typedef struct profile_shares {
    double all, level, shape; /* between labels, beyond chance */
} profile_shares;

static sx_status make_profiles(const sx_features *features, profiles *out, sx_error *err) {
    const sx_shape shape = features->shape;
    *out = (profiles){features->count, shape.frequency, NULL};
    out->values = sx_alloc(out->count * out->bands, sizeof *out->values);
    if (!out->values) return sx_fail_memory(err, out->count * out->bands * sizeof *out->values);
    for (size_t i = 0; i < features->count; i++) {
        const float *item = features->values + i * sx_shape_count(shape);
        for (size_t cell = 0; cell < sx_shape_count(shape); cell++)
            out->values[i * shape.frequency + cell / shape.channels % shape.frequency] += item[cell];
        for (size_t f = 0; f < shape.frequency; f++)
            out->values[i * shape.frequency + f] /= (double)(shape.time * shape.channels);
    }
    return SX_OK;
}

/* Squares of the rows' sums about the mean row, and of their means over bands: shape, then level. */
static void add_squares(const double *row, const double *centre, size_t bands, double weight,
                        double squares[ASPECTS]) {
    double level = 0, all = 0;
    for (size_t f = 0; f < bands; f++) {
        const double away = row[f] - centre[f];
        level += away;
        all += away * away;
    }
    level *= level / (double)bands;
    squares[0] += weight * (all - level);
    squares[1] += weight * level;
}

/* Shares between the labels of the recordings `chosen` (count of them). sums: (labels + 1) * bands doubles
 * of scratch, counts: labels. Recordings without a label are passed over. */
static profile_shares shares_of(const profiles *p, const int *labels, size_t label_count,
                                const size_t *chosen, double *sums, size_t *counts) {
    double total[ASPECTS] = {0}, between[ASPECTS] = {0};
    double *centre = sums + label_count * p->bands;
    size_t used = 0, seen = 0;
    memset(sums, 0, (label_count + 1) * p->bands * sizeof *sums);
    memset(counts, 0, label_count * sizeof *counts);
    for (size_t i = 0; i < p->count; i++) {
        const int label = labels[chosen[i]];
        if (label < 0) continue;
        counts[label]++;
        used++;
        for (size_t f = 0; f < p->bands; f++) {
            sums[(size_t)label * p->bands + f] += p->values[chosen[i] * p->bands + f];
            centre[f] += p->values[chosen[i] * p->bands + f];
        }
    }
    for (size_t f = 0; f < p->bands; f++)
        centre[f] /= (double)used;
    for (size_t i = 0; i < p->count; i++)
        if (labels[chosen[i]] >= 0) add_squares(p->values + chosen[i] * p->bands, centre, p->bands, 1, total);
    for (size_t label = 0; label < label_count; label++) {
        if (!counts[label]) continue;
        seen++;
        for (size_t f = 0; f < p->bands; f++)
            sums[label * p->bands + f] /= (double)counts[label];
        add_squares(sums + label * p->bands, centre, p->bands, (double)counts[label], between);
    }
    return (profile_shares){
        .all = sx_share_beyond_chance((between[0] + between[1]) / (total[0] + total[1]), seen, used),
        .level = sx_share_beyond_chance(between[1] / total[1], seen, used),
        .shape = sx_share_beyond_chance(between[0] / total[0], seen, used)};
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* low and high of sorted-on-the-spot samples at a confidence. */
static void bounds(double *samples, double confidence, double *low, double *high) {
    qsort(samples, SAMPLES, sizeof *samples, by_value);
    const double tail = (1 - confidence) / 2;
    *low = samples[(size_t)(tail * (SAMPLES - 1))];
    *high = samples[(size_t)ceil((1 - tail) * (SAMPLES - 1))];
}

enum { GROUP, CLASS, SIDES, MEASURES = 3 };

typedef struct profile_result {
    double share[SIDES][MEASURES], low[SIDES][MEASURES], high[SIDES][MEASURES]; /* all, level, shape */
    double difference_low, difference_high; /* group - class, of the shape */
} profile_result;

static sx_status measure(const sx_explainer *e, const profiles *p, profile_result *result, sx_error *err) {
    const sx_features *features = e->features;
    const int *labels[SIDES] = {features->groups, features->labels};
    const size_t counts[SIDES] = {features->group_count, features->label_count};
    const size_t most = counts[0] > counts[1] ? counts[0] : counts[1];
    const sx_stream stream = {.seed = 1, .purpose = SX_PURPOSE_RUN};
    double *sums = sx_alloc((most + 1) * p->bands, sizeof *sums);
    double *samples = sx_alloc((SIDES * MEASURES + 1) * SAMPLES, sizeof *samples);
    size_t *numbers = sx_alloc(most, sizeof *numbers), *chosen = sx_alloc(p->count, sizeof *chosen);
    sx_status status = sums && samples && numbers && chosen ? SX_OK : sx_fail_memory(err, p->count * 8);
    for (int sample = -1; sample < SAMPLES && status == SX_OK; sample++) {
        for (size_t i = 0; i < p->count; i++)
            chosen[i] =
                sample < 0 ? i : (size_t)sx_random_below(&stream, (uint64_t)sample * p->count + i, p->count);
        double shape[SIDES];
        for (int side = 0; side < SIDES; side++) {
            const profile_shares s = shares_of(p, labels[side], counts[side], chosen, sums, numbers);
            const double values[MEASURES] = {s.all, s.level, s.shape};
            shape[side] = s.shape;
            for (int m = 0; m < MEASURES; m++) {
                if (sample < 0)
                    result->share[side][m] = values[m];
                else
                    samples[(side * MEASURES + m) * SAMPLES + sample] = values[m];
            }
        }
        if (sample >= 0) samples[SIDES * MEASURES * SAMPLES + sample] = shape[GROUP] - shape[CLASS];
    }
    for (int side = 0; side < SIDES && status == SX_OK; side++)
        for (int m = 0; m < MEASURES; m++)
            bounds(samples + (side * MEASURES + m) * SAMPLES, e->options->confidence, &result->low[side][m],
                   &result->high[side][m]);
    if (status == SX_OK)
        bounds(samples + SIDES * MEASURES * SAMPLES, e->options->confidence, &result->difference_low,
               &result->difference_high);
    sx_free(sums);
    sx_free(samples);
    sx_free(numbers);
    sx_free(chosen);
    return status;
}

static void show(sx_explainer *e, const profile_result *result) {
    static const char *const measures[MEASURES] = {"all", "level", "shape"};
    static const char *const sides[SIDES] = {"group", "class"};
    sx_explanation *out = e->out;
    sx_finding *finding = sx_finding_add(
        out, "profile", "Do the recordings ask for normalisation per recording?",
        "The long-term spectrum is only one thing a class may be told by, and groups that each speak only "
        "some classes mix the two up. The interval holds for these groups; other groups may differ more.");
    sx_figure *figure =
        sx_figure_add(out, finding, "profile-shares", "What recordings of one group, or class, share",
                      "of the mean spectrum", "share explained beyond chance", SX_FIGURE_BARS);
    for (int m = 0; m < MEASURES; m++)
        sx_figure_name(out, figure, measures[m]);
    if (figure) figure->percent = true;
    for (int side = 0; side < SIDES; side++) {
        sx_series_add(out, figure, sides[side], SX_NO_AXIS, MEASURES, NULL, result->share[side],
                      result->low[side], result->high[side]);
        for (int m = 0; m < MEASURES; m++)
            sx_finding_set(out, finding, result->share[side][m], "%s_share_%s", sides[side], measures[m]);
    }
    sx_finding_set(out, finding, result->difference_low, "group_minus_class_shape_low");
    sx_finding_set(out, finding, result->difference_high, "group_minus_class_shape_high");
    sx_finding_say(finding,
                   "Who or what recorded explains %.0f %% of the level and %.0f %% of the shape of a "
                   "recording's mean spectrum; what is said explains %.0f %% and %.0f %%",
                   100 * fmax(result->share[GROUP][1], 0), 100 * fmax(result->share[GROUP][2], 0),
                   100 * fmax(result->share[CLASS][1], 0), 100 * fmax(result->share[CLASS][2], 0));
    sx_finding_say(
        finding, "%s",
        result->difference_low > 0
            ? ": the spectrum's colour says more about the group than about the class, so taking it "
              "away per recording (per-recording frequency normalisation, PCEN) may help on new groups."
        : result->difference_high < 0
            ? ": the spectrum's colour carries the class, so taking it away per recording would "
              "throw away what tells the classes apart."
            : ": neither clearly prevails, so only trying tells whether per-recording "
              "normalisation helps.");
}

sx_status sx_explain_profile(sx_explainer *e, sx_error *err) {
    if (e->features->group_count < 2) {
        sx_explanation_note(e->out, "without groups (speakers, devices) nothing can be said on new ones");
        return SX_OK;
    }
    profiles p;
    profile_result result;
    sx_status status = make_profiles(e->features, &p, err);
    if (status == SX_OK) status = measure(e, &p, &result, err);
    if (status == SX_OK) show(e, &result);
    sx_free(p.values);
    return status;
}
