/* explain.h: why an axis wins: trained nets looked into, on the recordings they were trained and tested on.
 *
 * An explanation is a list of findings. A finding is one diagnostic: named numbers, figures, one plain
 * sentence, and what it cannot show. The same findings become JSON, the text of the terminal and a page
 * (report.h). The ids of findings and of their numbers are stable, so that other code can ask for them. */
#ifndef SONAXIS_EXPLAIN_H
#define SONAXIS_EXPLAIN_H

#include "sonaxis/folds.h"
#include "sonaxis/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- what is found ---------------------------------------------------------------------------------- */

enum { SX_NO_AXIS = -1 };

/* One line or one row of bars. Arrays have `count` values; low and high may be NULL: no interval. NaN = no
 * value. */
typedef struct sx_series {
    char name[64];
    int axis; /* sx_axis, for the colour; SX_NO_AXIS */
    size_t count;
    double *x, *y, *low, *high; /* x: place on the axis, or index into the figure's names */
} sx_series;

typedef enum sx_figure_kind {
    SX_FIGURE_LINES, /* x is a number */
    SX_FIGURE_BARS   /* x are names */
} sx_figure_kind;

typedef struct sx_figure {
    char id[48]; /* unique in the explanation; letters, digits, hyphens */
    char title[128], x_label[64], y_label[64];
    sx_figure_kind kind;
    bool percent; /* y is a share */
    bool x_is_log;
    char **names; /* of bars */
    size_t name_count;
    sx_series *series;
    size_t series_count;
} sx_figure;

/* A matrix as a picture. values: rows * columns; row 0 is drawn at the bottom. */
typedef struct sx_map {
    char title[128], row_label[64], column_label[64];
    size_t rows, columns;
    float *values;
} sx_map;

typedef struct sx_number {
    char name[64]; /* snake_case, with the unit where there is one */
    double value;  /* NaN = could not be computed */
} sx_number;

typedef struct sx_finding {
    const char *id;    /* "variance-shares", "statistics-drift", ... */
    const char *title; /* a question */
    char sentence[640];
    const char *cannot_show;
    sx_number *numbers;
    size_t number_count;
    sx_figure **figures;
    size_t figure_count;
    sx_map **maps;
    size_t map_count;
} sx_finding;

/* A recording on which the axes disagree. Names are cut to fit. */
typedef struct sx_disagreement {
    size_t item; /* index into the features */
    char label[64];
    char guesses[3][64]; /* of the explanation's axes, in their order */
    bool right[3];
    double probabilities[3]; /* mean over nets, of the guess */
} sx_disagreement;

typedef struct sx_explanation {
    sx_axis axes[3];
    size_t axis_count;
    size_t net_count, net_counts[3]; /* nets looked into, and of each axis */
    bool held_out;                   /* nets were judged on recordings they were not trained on */
    sx_finding **findings;           /* most telling first */
    size_t finding_count;
    sx_disagreement *disagreements;
    size_t disagreement_count;
    char **notes; /* what was left out, and why */
    size_t note_count;
    double wall_s;
    bool failed; /* while it is being made: memory ran out */
} sx_explanation;

/* NULL where there is none. */
SX_API const sx_finding *sx_explanation_find(const sx_explanation *explanation, const char *id);
/* NaN where there is none, and for a finding that is NULL. */
SX_API double sx_finding_number(const sx_finding *finding, const char *name);
SX_API void sx_explanation_free(sx_explanation *explanation);

/* ("schema": "sonaxis-explain-1"), and the main sentences. Free with sx_free_text; NULL when out of memory.
 */
SX_API char *sx_explanation_json(const sx_explanation *explanation, const sx_features *features);
SX_API char *sx_explanation_text(const sx_explanation *explanation);

/* --- how it is found -------------------------------------------------------------------------------- */

typedef struct sx_explain_options {
    sx_fold_options folds;   /* as the study had them: fold k of a model's name is fold k of these */
    bool probes;             /* shifts, rolls, gains, equalisers, noise: many forward passes, no training */
    bool deep;               /* what needs training: factorial, and cures for new speakers */
    size_t most_nets;        /* looked into per axis, 1 to 64 */
    size_t most_items;       /* recordings looked at per net where all would be slow, at least 8 */
    sx_train_options train;  /* of the deep part; its seed is the base seed */
    int seeds;               /* of the deep part, on each of at most 4 folds; 1 to 100 */
    const sx_features *pcen; /* the same recordings through PCEN, for the cures; NULL = left out. Borrowed */
    double confidence;       /* 0.95 */
    int threads;             /* 0 = all cores */
} sx_explain_options;

SX_API void sx_explain_default(sx_explain_options *options); /* probes true, deep false, 4 nets, 256 items */

/* path: one model file; or a folder of a study, whose nets are models/<axis>-fold<k>-rep<r>.sxm. The features
 * must be made as the models' card says. A model outside a study was perhaps trained on these very
 * recordings: the findings then say so. SX_E_FILE where there is no model, SX_E_SHAPE, SX_E_DATA where models
 * and features do not fit. */
SX_API SX_MUST_USE sx_status sx_explain(const char *path, const sx_features *features,
                                        const sx_explain_options *options, const sx_watch *watch,
                                        sx_explanation **out, sx_error *err);

/* The file itself; or the first model, by name, of a study folder, whose card says how features are made.
 * Free with sx_free_text. */
SX_API SX_MUST_USE sx_status sx_explain_first_model(const char *path, char **model, sx_error *err);

#ifdef __cplusplus
}
#endif
#endif
