/* variance_shares.c: see variance_shares.h.
 *
 * For every set S of an item's axes there is a table of sums over the other axes. With N values behind a
 * cell, M(S) = sum of sum^2 / N over the cells; the part of S is the sum of (-1)^(|S| - |U|) M(U) over its
 * subsets U. The item tables need not be kept: their M is added up item by item. */
#include "stats/variance_shares.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { FULL = SX_OF_SETS - 1 };

struct sx_shares {
    size_t extents[3];
    size_t sizes[SX_OF_SETS], starts[SX_OF_SETS]; /* of each set's table in a block */
    size_t block, short_block;                    /* doubles with and without the full set */
    double centre;
    size_t items;
    double item_m[SX_OF_SETS];          /* of the item tables */
    double *one, *all;                  /* a block each */
    size_t label_counts[SX_LABELLINGS]; /* with the unknown label; 0 = no labelling */
    double *tables[SX_LABELLINGS];      /* short blocks, one a label */
    size_t *counts[SX_LABELLINGS];      /* items a label */
};

static void plan_blocks(sx_shares *shares) {
    size_t start = 0;
    for (unsigned set = 0; set < SX_OF_SETS; set++) {
        shares->sizes[set] = 1;
        for (unsigned axis = 0; axis < 3; axis++)
            if (set >> axis & 1U) shares->sizes[set] *= shares->extents[axis];
        shares->starts[set] = start;
        start += shares->sizes[set];
    }
    shares->block = start;
    shares->short_block = shares->starts[FULL];
}

sx_status sx_shares_create(const size_t extents[3], const size_t label_counts[SX_LABELLINGS], sx_shares **out,
                           sx_error *err) {
    sx_shares *shares = sx_alloc(1, sizeof *shares);
    if (!shares) return sx_fail_memory(err, sizeof *shares);
    memcpy(shares->extents, extents, sizeof shares->extents);
    plan_blocks(shares);
    shares->one = sx_alloc(shares->block, sizeof *shares->one);
    shares->all = sx_alloc(shares->block, sizeof *shares->all);
    bool good = shares->one && shares->all;
    for (int l = 0; l < SX_LABELLINGS && good; l++) {
        if (!label_counts[l]) continue;
        shares->label_counts[l] = label_counts[l] + 1;
        shares->tables[l] = sx_alloc(shares->label_counts[l] * shares->short_block, sizeof(double));
        shares->counts[l] = sx_alloc(shares->label_counts[l], sizeof(size_t));
        good = shares->tables[l] && shares->counts[l];
    }
    if (!good) {
        const size_t bytes = shares->block * sizeof(double);
        sx_shares_free(shares);
        return sx_fail_memory(err, bytes);
    }
    *out = shares;
    return SX_OK;
}

void sx_shares_free(sx_shares *shares) {
    if (!shares) return;
    for (int l = 0; l < SX_LABELLINGS; l++) {
        sx_free(shares->tables[l]);
        sx_free(shares->counts[l]);
    }
    sx_free(shares->one);
    sx_free(shares->all);
    sx_free(shares);
}

/* --- one item --------------------------------------------------------------------------------------- */

static double mean_of(const float *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

/* The full table and the three of two axes from the values, the others from those. */
static void sum_item(sx_shares *shares, const float *values) {
    const size_t times = shares->extents[0], bands = shares->extents[1], channels = shares->extents[2];
    double *sums[SX_OF_SETS];
    for (int set = 0; set < SX_OF_SETS; set++)
        sums[set] = shares->one + shares->starts[set];
    memset(shares->one, 0, shares->short_block * sizeof(double));
    for (size_t t = 0; t < times; t++) {
        for (size_t f = 0; f < bands; f++) {
            const size_t row = (t * bands + f) * channels;
            double total = 0;
            for (size_t c = 0; c < channels; c++) {
                const double value = values[row + c] - shares->centre;
                sums[FULL][row + c] = value;
                sums[SX_OF_TIME | SX_OF_CHANNELS][t * channels + c] += value;
                sums[SX_OF_FREQUENCY | SX_OF_CHANNELS][f * channels + c] += value;
                total += value;
            }
            sums[SX_OF_TIME | SX_OF_FREQUENCY][t * bands + f] = total;
            sums[SX_OF_TIME][t] += total;
            sums[SX_OF_FREQUENCY][f] += total;
        }
        sums[0][0] += sums[SX_OF_TIME][t];
        for (size_t c = 0; c < channels; c++)
            sums[SX_OF_CHANNELS][c] += sums[SX_OF_TIME | SX_OF_CHANNELS][t * channels + c];
    }
}

static double squares(const double *sums, size_t count) {
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += sums[i] * sums[i];
    return total;
}

/* Values of one item behind a cell of the set's table. */
static double values_behind(const sx_shares *shares, int set) {
    return (double)(shares->sizes[FULL] / shares->sizes[set]);
}

static void add_block(double *to, const double *block, size_t count) {
    for (size_t i = 0; i < count; i++)
        to[i] += block[i];
}

void sx_shares_add(sx_shares *shares, const float *values, const int labels[SX_LABELLINGS]) {
    if (shares->items == 0) shares->centre = mean_of(values, shares->sizes[FULL]);
    sum_item(shares, values);
    shares->items++;
    for (int set = 0; set < SX_OF_SETS; set++)
        shares->item_m[set] +=
            squares(shares->one + shares->starts[set], shares->sizes[set]) / values_behind(shares, set);
    add_block(shares->all, shares->one, shares->block);
    for (int l = 0; l < SX_LABELLINGS; l++) {
        if (!shares->label_counts[l]) continue;
        size_t label = labels[l] < 0 ? shares->label_counts[l] - 1 : (size_t)labels[l];
        add_block(shares->tables[l] + label * shares->short_block, shares->one, shares->short_block);
        shares->counts[l][label]++;
    }
}

/* --- the parts -------------------------------------------------------------------------------------- */

static int bits(unsigned set) { return (int)((set & 1U) + (set >> 1 & 1U) + (set >> 2 & 1U)); }

/* Sum over the subsets of `set` of (-1)^(|set| - |subset|) m[subset]. */
static double part_of(const double m[SX_OF_SETS], unsigned set) {
    double part = 0;
    for (unsigned subset = 0; subset <= set; subset++) {
        if ((subset & set) != subset) continue;
        part += (bits(set) - bits(subset)) % 2 ? -m[subset] : m[subset];
    }
    return part;
}

static void label_m(const sx_shares *shares, int l, double m[SX_OF_SETS]) {
    for (int set = 0; set < FULL; set++) {
        m[set] = 0;
        for (size_t label = 0; label < shares->label_counts[l]; label++) {
            if (!shares->counts[l][label]) continue;
            const double *table = shares->tables[l] + label * shares->short_block + shares->starts[set];
            m[set] += squares(table, shares->sizes[set]) /
                      (values_behind(shares, set) * (double)shares->counts[l][label]);
        }
    }
}

void sx_shares_result_of(const sx_shares *shares, sx_shares_result *result) {
    double all[SX_OF_SETS], beyond[SX_OF_SETS];
    const double items = (double)shares->items;
    for (int set = 0; set < SX_OF_SETS; set++) {
        all[set] = shares->items ? squares(shares->all + shares->starts[set], shares->sizes[set]) /
                                       (values_behind(shares, set) * items)
                                 : 0;
        beyond[set] = shares->item_m[set] - all[set];
    }
    const double total = shares->item_m[FULL] - all[0];
    const double scale = total > 1e-12 * fabs(all[0]) && total > 0 ? 1 / total : (double)NAN;
    *result = (sx_shares_result){
        .items = shares->items,
        .variance = shares->items ? fmax(total, 0) / (items * (double)shares->sizes[FULL]) : (double)NAN};
    for (unsigned set = 0; set < SX_OF_SETS; set++) {
        result->fixed[set] = set ? part_of(all, set) * scale : 0;
        result->item[set] = part_of(beyond, set) * scale;
    }
    for (int l = 0; l < SX_LABELLINGS; l++) {
        double m[SX_OF_SETS] = {0};
        if (shares->label_counts[l]) label_m(shares, l, m);
        for (unsigned set = 0; set < SX_OF_SETS; set++) {
            const bool known = shares->label_counts[l] && set != FULL;
            result->between[l][set] = known ? (part_of(m, set) - part_of(all, set)) * scale : (double)NAN;
        }
    }
}

double sx_share_beyond_chance(double share, size_t labels, size_t items) {
    if (items <= labels || labels == 0) return (double)NAN;
    return 1 - (1 - share) * ((double)items - 1) / ((double)items - (double)labels);
}
