/* answer.h: what a comparison means: why, whether recordings are aligned, what each axis costs in use, how
 * good its probabilities are, and what to do next.
 *
 * It is made from the comparison and the nets it kept in FOLDER/models; no net is trained. */
#ifndef SONAXIS_ANSWER_H
#define SONAXIS_ANSWER_H

#include "sonaxis/align.h"
#include "sonaxis/explain.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Evidence that changed something in the nets and counted the accuracy comes before evidence that only looked
 * at them. */
typedef enum sx_evidence_kind { SX_EVIDENCE_CHANGED, SX_EVIDENCE_SEEN } sx_evidence_kind;

/* One piece of evidence on why the axes score as they do. The rule, in plain words: docs/verdict.md. */
typedef struct sx_evidence {
    const char *id;      /* "moving-statistics", "new-groups", "position-code", ... */
    const char *finding; /* id of the finding it rests on; NULL = the comparison's own scores */
    const char *figure;  /* id of the figure that shows it, in the explanation; NULL = none */
    sx_evidence_kind kind;
    sx_axis axis; /* whose nets it speaks of */
    double size;  /* changed: accuracy won or lost, 0.31 = 31 points; seen: times the least that counts */
    char title[128], sentence[512];
    char cannot_show[512];
} sx_evidence;

enum { SX_MOST_EVIDENCE = 12, SX_SHOWN_EVIDENCE = 3 };

/* What a trained net of an axis asks for when it is used. */
typedef struct sx_axis_cost {
    sx_axis axis;
    bool known;            /* a net was there to be looked at; else only axis is filled */
    size_t normalisations; /* with moving statistics */
    size_t folded;         /* of these, how many go into the weights of the layer before, exactly */
    size_t parameters;     /* as trained */
    size_t parameters_folded;
    double multiply_adds;       /* of convolutions and dense layers, one recording */
    double extra_multiply_adds; /* what the normalisations that stay add: one for each of their outputs */
    size_t file_bytes;          /* of the model file */
    char time_fixed_by[64], bands_fixed_by[64]; /* the first layer that allows no other number of frames or
                                                   bands; "" = any number will do */
    bool streams;   /* frames already computed can be kept when the window moves on */
    char text[512]; /* a sentence or two */
} sx_axis_cost;

/* Scores that need the nets' probabilities, by the verdict's statistics, on the test parts. */
typedef struct sx_axis_scores {
    sx_axis axis;
    size_t nets; /* 0 = none could be scored; the rest is then NaN */
    sx_interval auroc, average_precision, log_loss, calibration_error;
    sx_label_score *labels; /* by label of the features: precision, recall and F1 of all runs together; AUROC
                               and average precision means over the nets */
} sx_axis_scores;

typedef struct sx_step {
    char why[384];
    char *command; /* NULL: there is no command for it */
} sx_step;

enum { SX_MOST_STEPS = 6 };

typedef struct sx_answer {
    sx_axis_order order;                    /* of the words for axes */
    sx_evidence evidence[SX_MOST_EVIDENCE]; /* strongest first */
    size_t evidence_count;
    sx_explanation *explanation; /* the cheap diagnostics; NULL = they could not be made, see note */
    bool has_alignment;
    sx_align_index alignment;
    char alignment_text[768]; /* what the index means for an axis that keeps time */
    sx_axis_cost costs[SX_MAX_AXES];
    sx_axis_scores scores[SX_MAX_AXES];
    size_t axis_count, label_count;
    sx_step steps[SX_MOST_STEPS];
    size_t step_count;
    char note[512]; /* "" or what is missing, and why */
    double wall_s;
} sx_answer;

/* For the commands of the steps, all as a shell takes them. */
typedef struct sx_answer_options {
    const char
        *data; /* the recordings, and what it takes to list them: "recordings --name '{label}_{take}'" */
    const char *folder; /* of the comparison */
    const char *model;
    const char
        *features; /* what gives other commands the same spectrograms: "--frontend out/frontend.json" */
    const char *training; /* and the same training: "--epochs 15 --batch 64" */
} sx_answer_options;

/* comparison->answer is made, in place of one that is there. how: what the comparison was made with. Nets
 * that are missing or cannot be read leave parts out and a note behind; that is no error. */
SX_API SX_MUST_USE sx_status sx_answer_add(sx_comparison *comparison, const sx_features *features,
                                           const sx_compare_options *how, const sx_answer_options *options,
                                           const sx_watch *watch, sx_error *err);
SX_API void sx_answer_free(sx_answer *answer); /* sx_comparison_free does it for its own */

#ifdef __cplusplus
}
#endif
#endif
