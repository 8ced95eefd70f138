/* explain_nets.h: the trained nets of an explanation, each with the recordings it was trained and tested on,
 * and the ways in which every diagnostic uses them. */
#ifndef EXPERIMENT_EXPLAIN_NETS_H
#define EXPERIMENT_EXPLAIN_NETS_H

#include "experiment/finding.h"
#include "model/net.h"

enum { SX_NET_BATCH = 32, SX_MOST_NORMS = 32 };

typedef struct sx_part_items {
    const size_t *items; /* indices into the features */
    size_t count;
} sx_part_items;

typedef struct sx_net {
    sx_model *model; /* exact, so that every layer can be looked into */
    sx_model *fast;  /* the same weights, for scoring */
    sx_standardise standardise;
    bool sigmoid;
    size_t axis;   /* index into sx_nets.axes */
    bool has_fold; /* false: not known what it was trained on; train and test are then all items */
    size_t fold;
    int repetition;
    sx_part_items train, validation, test; /* borrowed from the folds */
    size_t norms[SX_MOST_NORMS];           /* its normalisation layers that keep moving statistics */
    size_t norm_count;
} sx_net;

typedef struct sx_nets {
    const char *path; /* of the study's folder or the model; borrowed */
    sx_net *nets;     /* ordered by axis, repetition, fold */
    size_t count;
    sx_axis axes[3]; /* channels, frequency, time: those that occur */
    size_t axis_count;
    sx_folds *folds;    /* NULL where no model has one */
    size_t *all;        /* every item */
    sx_features view;   /* the features with labels as the nets count them; owns its labels only */
    sx_model_card card; /* of the first net */
    double ratio;       /* test items for each training item, mean over nets; 0 where not known */
} sx_nets;

/* What every diagnostic works with. */
typedef struct sx_explainer {
    sx_explanation *out;
    const sx_features *features; /* &nets->view */
    const sx_explain_options *options;
    const sx_watch *watch;
    sx_nets *nets;
} sx_explainer;

SX_MUST_USE sx_status sx_nets_open(const char *path, const sx_features *features,
                                   const sx_explain_options *options, const sx_watch *watch, sx_nets *nets,
                                   sx_error *err);
void sx_nets_clear(sx_nets *nets);

/* At most `most` of the items, evenly spread. Returns how many. chosen: room for that many. */
size_t sx_items_spread(sx_part_items items, size_t most, size_t *chosen);

/* Runs the items up to a layer; what goes in and comes out is shown item by item. place: index into items. */
typedef void (*sx_look)(void *context, size_t place, const float *before, const float *after);
SX_MUST_USE sx_status sx_net_look(const sx_net *net, const sx_features *features, sx_part_items items,
                                  size_t layer, sx_look look, void *context, sx_error *err);

/* Share of the items that are named rightly;
 * features of the net's shape and labels, such as changed ones; right: NULL, or count flags. */
SX_MUST_USE sx_status sx_net_accuracy(const sx_net *net, const sx_features *features, sx_part_items items,
                                      double *accuracy, double *right, sx_error *err);

/* Weight of a layer by name; NULL where it has none. *count may be NULL. */
float *sx_net_weight(const sx_net *net, size_t layer, const char *name, size_t *count);
/* Every weight and moving statistic of the net, kept and put back. */
typedef struct sx_net_copy {
    float *weights, *statistics;
} sx_net_copy;
SX_MUST_USE sx_status sx_net_keep(const sx_net *net, sx_net_copy *copy, sx_error *err);
/* After weights or statistics of `model` were changed: both models work with them. */
void sx_net_changed(const sx_net *net);
/* After statistics of `fast` were changed: both models work with them. */
void sx_net_show_statistics(const sx_net *net);
/* Exact statistics of these items, for both models; needs the weights of both to be the same. */
SX_MUST_USE sx_status sx_net_recompute(const sx_net *net, const sx_features *features, sx_part_items items,
                                       const sx_watch *watch, sx_error *err);
void sx_net_restore(const sx_net *net, const sx_net_copy *copy);
void sx_net_copy_clear(sx_net_copy *copy);

/* A mean over nets (or folds and seeds) of one axis with its interval; NaN bounds below 2 values. */
typedef struct sx_spread {
    double mean, low, high;
} sx_spread;
sx_spread sx_spread_of(const sx_explainer *e, const double *values, size_t count);

/* The diagnostics, in the order of a page. Each adds findings. */
SX_MUST_USE sx_status sx_explain_shares(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_blocks(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_drift(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_position(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_trials(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_probes(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_profile(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_strangers(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_learnt(sx_explainer *e, sx_error *err);
SX_MUST_USE sx_status sx_explain_disagreements(sx_explainer *e, sx_error *err);

#endif
