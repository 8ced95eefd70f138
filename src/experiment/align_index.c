/* align_index.c: how much of what varies over time is common to all recordings.
 *
 * With r(n, t) the level of recording n in frame t less its mean over t, and a(t) the mean of r over
 * recordings, the sums of squares of a balanced analysis of variance are N sum a^2 for time and sum r^2 - N
 * sum a^2 for clip x time. Drawing recordings again only changes how often each is counted, so a bootstrap
 * costs little. */
#include "sonaxis/align.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/plan.h"
#include "data/shift.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS = 1000 };

static const double partly_from = 0.25, well_from = 0.5;

const char *sx_align_degree_name(sx_align_degree degree) {
    static const char *const names[] = {"not aligned", "partly aligned", "aligned"};
    return names[degree];
}

/* Levels by recording and frame; work that bootstrap and scatter share. */
typedef struct levels {
    size_t count, frames;
    double *level;   /* count * frames */
    double *rest;    /* count * frames: level less its mean over time, perhaps of moved recordings */
    double *square;  /* count: sum of squares of rest */
    double *common;  /* frames */
    double *silence; /* count: what fills what a move leaves open: an item's quietest frame, since
                        digital silence in front of noise would be a step common to all */
} levels;

static double mean_of(const float *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)values[i];
    return sum / (double)count;
}

static void fill_levels(const sx_features *features, levels *l) {
    size_t width = features->shape.frequency * features->shape.channels;
    for (size_t i = 0; i < l->count * l->frames; i++)
        l->level[i] = mean_of(features->values + i * width, width);
    for (size_t n = 0; n < l->count; n++) {
        const double *row = l->level + n * l->frames;
        l->silence[n] = row[0];
        for (size_t t = 1; t < l->frames; t++)
            l->silence[n] = fmin(l->silence[n], row[t]);
    }
}

/* Each recording moved later by its shift; NULL = none. */
static void fill_rest(levels *l, const int *shifts) {
    for (size_t n = 0; n < l->count; n++) {
        const double *level = l->level + n * l->frames;
        double *rest = l->rest + n * l->frames, mean = 0;
        size_t shift = shifts ? (size_t)shifts[n] : 0;
        for (size_t t = 0; t < l->frames; t++) {
            rest[t] = t < shift ? l->silence[n] : level[t - shift];
            mean += rest[t] / (double)l->frames;
        }
        l->square[n] = 0;
        for (size_t t = 0; t < l->frames; t++) {
            rest[t] -= mean;
            l->square[n] += rest[t] * rest[t];
        }
    }
}

/* times: how often each recording counts, `count` in all; NULL = once. *along: time and clip x time together.
 */
static double common_share(const levels *l, const unsigned *times, double *along) {
    double both = 0, common = 0;
    memset(l->common, 0, l->frames * sizeof *l->common);
    for (size_t n = 0; n < l->count; n++) {
        double weight = times ? (double)times[n] : 1;
        if (!(weight > 0)) continue;
        const double *rest = l->rest + n * l->frames;
        both += weight * l->square[n];
        for (size_t t = 0; t < l->frames; t++)
            l->common[t] += weight * rest[t];
    }
    for (size_t t = 0; t < l->frames; t++)
        common += l->common[t] * l->common[t] / (double)l->count;
    *along = both;
    return both > 0 ? common / both : NAN;
}

static void fill_interval(const levels *l, uint64_t seed, unsigned *times, double *drawn,
                          sx_align_index *index) {
    double along, tail = (1 - index->confidence) / 2;
    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        sx_stream stream = {seed, SX_PURPOSE_RESAMPLE, 0, draw};
        memset(times, 0, l->count * sizeof *times);
        for (size_t i = 0; i < l->count; i++)
            times[sx_random_below(&stream, i, l->count)]++;
        drawn[draw] = common_share(l, times, &along);
        if (isnan(drawn[draw])) drawn[draw] = 0; /* the same silent recording, again and again */
    }
    qsort(drawn, DRAWS, sizeof *drawn, sx_compare_doubles);
    index->low = sx_percentile(drawn, DRAWS, tail);
    index->high = sx_percentile(drawn, DRAWS, 1 - tail);
}

/* Ranges that leave at least half of the clip. */
static void fill_scatter(levels *l, uint64_t seed, const size_t *items, int *shifts, sx_align_index *index) {
    static const double ranges[SX_ALIGN_SCATTERS] = {20, 50, 100, 200, 300, 500};
    for (uint32_t i = 0; i < SX_ALIGN_SCATTERS; i++) {
        double frames = index->hop_ms > 0 ? round(ranges[i] / index->hop_ms) : ranges[i] / 10, along;
        if (frames < 1 || frames > 0.5 * (double)l->frames) continue;
        sx_shift_draw((int)frames, seed, SX_SHIFT_INDEX, i, items, l->count, shifts);
        fill_rest(l, shifts);
        index->scatter_ms[index->scatter_count] = index->hop_ms > 0 ? ranges[i] : frames;
        index->scatter[index->scatter_count++] = common_share(l, NULL, &along);
    }
}

/* Sum of squares of the whole input about its mean. */
static double all_squares(const sx_features *features) {
    size_t row = features->shape.time * features->shape.frequency * features->shape.channels;
    double mean = 0, squares = 0;
    for (size_t n = 0; n < features->count; n++)
        mean += mean_of(features->values + n * row, row) / (double)features->count;
    for (size_t n = 0; n < features->count; n++) {
        double sum = 0;
        for (size_t i = 0; i < row; i++) {
            double distance = (double)features->values[n * row + i] - mean;
            sum += distance * distance;
        }
        squares += sum;
    }
    return squares;
}

static void write_words(sx_align_index *index) {
    static const char *const meaning[] = {
        "the recordings have hardly anything in common in time: what a frame number holds differs from one "
        "to "
        "the next",
        "the recordings share some of their timing",
        "most of it is shared: a frame number means much the same in every recording"};
    int written = snprintf(
        index->text, sizeof index->text,
        "%s, index %.2f (%g %% interval %.2f to %.2f): of the variance of the level along time, %.0f %% is "
        "common to all recordings and %.0f %% is each recording's own; %s.",
        sx_align_degree_name(index->degree), index->index, 100 * index->confidence, index->low, index->high,
        100 * index->index, 100 * (1 - index->index), meaning[index->degree]);
    if (index->text[0] >= 'a' && index->text[0] <= 'z') index->text[0] = (char)(index->text[0] - 'a' + 'A');
    if (index->scatter_count == 0 || written < 0 || (size_t)written >= sizeof index->text) return;
    size_t last = index->scatter_count - 1;
    snprintf(index->text + written, sizeof index->text - (size_t)written,
             " Each moved later at random by up to %g %s, they would have %.2f.", index->scatter_ms[last],
             index->hop_ms > 0 ? "ms" : "frames", index->scatter[last]);
}

static sx_status allocate(const sx_features *features, levels *l, sx_error *err) {
    *l = (levels){.count = features->count, .frames = features->shape.time};
    size_t cells = l->count * l->frames;
    l->level = sx_alloc(cells, sizeof *l->level);
    l->rest = sx_alloc(cells, sizeof *l->rest);
    l->square = sx_alloc(l->count, sizeof *l->square);
    l->common = sx_alloc(l->frames, sizeof *l->common);
    l->silence = sx_alloc(l->count, sizeof *l->silence);
    if (l->level && l->rest && l->square && l->common && l->silence) return SX_OK;
    return sx_fail_memory(err, 2 * cells * sizeof *l->level);
}

static void release(levels *l) {
    sx_free(l->level);
    sx_free(l->rest);
    sx_free(l->square);
    sx_free(l->common);
    sx_free(l->silence);
}

/* items, shifts, times: `count` each; drawn: DRAWS. */
static sx_status compute(const sx_features *features, levels *l, uint64_t seed, size_t *items, int *shifts,
                         unsigned *times, double *drawn, sx_align_index *index, sx_error *err) {
    double along, all = all_squares(features);
    double width = (double)(features->shape.frequency * features->shape.channels);
    fill_levels(features, l);
    fill_rest(l, NULL);
    index->index = common_share(l, NULL, &along);
    if (isnan(index->index))
        return sx_fail(err, SX_E_DATA, "the level of the recordings does not vary along time");
    index->time_share = width * along * index->index / all;
    index->clip_time_share = width * along * (1 - index->index) / all;
    fill_interval(l, seed, times, drawn, index);
    for (size_t i = 0; i < l->count; i++)
        items[i] = i;
    fill_scatter(l, seed, items, shifts, index);
    index->degree = index->index >= well_from     ? SX_ALIGN_WELL
                    : index->index >= partly_from ? SX_ALIGN_PARTLY
                                                  : SX_ALIGN_NOT;
    write_words(index);
    return SX_OK;
}

sx_status sx_align_index_compute(const sx_features *features, double confidence, uint64_t seed,
                                 sx_align_index *out, sx_error *err) {
    if (features->count < 2 || features->shape.time < 2)
        return sx_fail(err, SX_E_DATA,
                       "alignment needs at least 2 recordings of 2 frames; here are %zu of %zu",
                       features->count, features->shape.time);
    if (!(confidence >= 0.5 && confidence <= 0.9999))
        return sx_fail(err, SX_E_ARGUMENT, "confidence is %g, must be 0.5 to 0.9999", confidence);
    sx_align_index index = {.confidence = confidence,
                            .recordings = features->count,
                            .frames = features->shape.time,
                            .hop_ms = sx_features_hop_ms(features)};
    levels l;
    sx_status status = allocate(features, &l, err);
    size_t *items = sx_alloc(features->count, sizeof *items);
    int *shifts = sx_alloc(features->count, sizeof *shifts);
    unsigned *times = sx_alloc(features->count, sizeof *times);
    double *drawn = sx_alloc(DRAWS, sizeof *drawn);
    if (status == SX_OK && (!items || !shifts || !times || !drawn))
        status = sx_fail_memory(err, features->count * sizeof *items);
    if (status == SX_OK) status = compute(features, &l, seed, items, shifts, times, drawn, &index, err);
    if (status == SX_OK) *out = index;
    sx_free(drawn);
    sx_free(times);
    sx_free(shifts);
    sx_free(items);
    release(&l);
    return status;
}
