/* align.h: must recordings be aligned in time? How well they are, what it costs each axis when they are not,
 * and recordings moved so that they are. */
#ifndef SONAXIS_ALIGN_H
#define SONAXIS_ALIGN_H

#include "sonaxis/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- the index: no labels, no training ------------------------------------------------------------- */

typedef enum sx_align_degree {
    SX_ALIGN_NOT,    /* index below 0.25 */
    SX_ALIGN_PARTLY, /* 0.25 to 0.5 */
    SX_ALIGN_WELL    /* 0.5 and more: most of what varies over time is common to all recordings */
} sx_align_degree;

enum { SX_ALIGN_SCATTERS = 6 };

/* Level of recording n in frame t = mean over bands (and channels) of the input. Its variance along time has
 * a part common to all recordings (time) and a part of each recording's own (clip x time). */
typedef struct sx_align_index {
    double index;     /* time / (time + clip x time), 0 to 1; 1 / recordings where nothing is common */
    double low, high; /* percentile bootstrap over recordings */
    double confidence;
    double time_share, clip_time_share; /* of all the variance of the input */
    size_t recordings, frames;
    double hop_ms;        /* 0 for arrays: scatter_ms is then in frames */
    size_t scatter_count; /* the index these recordings would have, each moved later by up to so much */
    double scatter_ms[SX_ALIGN_SCATTERS], scatter[SX_ALIGN_SCATTERS];
    sx_align_degree degree;
    char text[768]; /* what it means */
} sx_align_index;

/* Costs about as much as reading the tensor a few times. seed: of the bootstrap and the scatter. Fewer than 2
 * recordings or frames, or levels that do not vary along time, are SX_E_DATA. */
SX_API SX_MUST_USE sx_status sx_align_index_compute(const sx_features *features, double confidence,
                                                    uint64_t seed, sx_align_index *out, sx_error *err);
SX_API const char *sx_align_degree_name(sx_align_degree degree); /* "not aligned", "partly aligned", ... */

/* --- the study: nets trained as is and with jitter, tested as is, jittered and late ---------------- */

enum { SX_ALIGN_MOST_LAGS = 24 };
typedef enum sx_align_state { SX_ALIGN_AS_IS, SX_ALIGN_JITTERED } sx_align_state;
enum { SX_ALIGN_STATES = 2 };

typedef struct sx_align_options {
    sx_compare_options
        compare;      /* its folder holds two studies, "as-is" and "jittered"; its train.jitter_ms is
                         0; statistics are moving or recomputed; margin is the loss that counts */
    double jitter_ms; /* in training and test: every recording up to so much later; 300 */
    double lag_ms;    /* the longest lag of the test recordings; 300 */
} sx_align_options;

/* The lag at which the accuracy has lost the margin. INFINITY = not up to the longest lag. */
typedef struct sx_tolerance {
    double ms;              /* of the mean loss, linear between lags */
    double low_ms, high_ms; /* where the interval's upper and lower ends reach the margin: not before low_ms,
                               certainly by high_ms */
} sx_tolerance;

/* Differences are between the same run's scores, or between runs of the same fold and seed. */
typedef struct sx_align_axis {
    sx_axis axis;
    sx_interval accuracy[SX_ALIGN_STATES][SX_ALIGN_STATES]; /* [trained][tested] */
    sx_interval drop[SX_ALIGN_STATES];                      /* [trained]: tested as is less tested jittered */
    sx_interval cured;     /* drop[as is] - drop[jittered]: what jitter in training gives back */
    sx_interval cost;      /* accuracy tested as is: trained as is less trained jittered */
    sx_interval drop_more; /* drop[as is] less that of the first axis; NaN for the first axis */
    sx_interval loss[SX_ALIGN_STATES][SX_ALIGN_MOST_LAGS]; /* [trained][lag]: tested as is less tested late */
    sx_tolerance tolerance[SX_ALIGN_STATES];
    char tolerance_text[512], jitter_text[640]; /* a sentence or two each */
} sx_align_axis;

typedef struct sx_align_study {
    sx_align_axis axes[SX_MAX_AXES];
    size_t axis_count;
    double lags_ms[SX_ALIGN_MOST_LAGS];
    size_t lag_count;
    double jitter_ms, hop_ms, margin, confidence;
    sx_statistics statistics;
    size_t runs; /* of one axis and training */
    int seeds;
    size_t fold_count;
    char model[128];
    double
        *scores; /* accuracy [trained][axis][run][as is, jittered, each lag]; runs by repetition, then fold */
    double wall_s;
    char text[2048]; /* the answer */
} sx_align_study;

SX_API void sx_align_default(sx_align_options *options);
/* Trains what the folder does not hold yet and scores all nets. The clips should have room behind the
 * recordings (room_ms of sx_features_options), or lags cut their ends off. Arrays are SX_E_ARGUMENT: they do
 * not tell how long a frame is. */
SX_API SX_MUST_USE sx_status sx_align_study_run(const sx_features *features, const sx_align_options *options,
                                                const sx_watch *watch, sx_align_study **out, sx_error *err);
SX_API void sx_align_study_free(sx_align_study *study);

/* --- moving: recordings brought to one place ------------------------------------------------------- */

typedef enum sx_align_to {
    SX_ALIGN_LOUDEST,    /* the middle of the loudest 100 ms */
    SX_ALIGN_ONSET,      /* where the sound begins: 30 dB below its peak, or 10 dB above its quiet parts */
    SX_ALIGN_CORRELATION /* where its level fits the mean level of all recordings best */
} sx_align_to;

typedef struct sx_align_move {
    long shift_samples; /* > 0: so much silence in front; < 0: so much cut from its beginning */
    double shift_ms;
    int rate_hz;     /* the recording's own; 0 = it could not be read and is left out */
    double onset_ms; /* of the sound, from the item's start */
} sx_align_move;

typedef struct sx_align_moves {
    sx_align_to to;
    sx_align_move *moves; /* by item of the data set */
    size_t count, usable;
    double least_ms, median_ms, most_ms; /* of the shifts */
    double place_ms;                     /* where the aligned moment comes to lie */
    size_t cut_count;                    /* recordings whose sound loses more than 10 ms of its beginning */
    sx_skip *skips;                      /* recordings that could not be read, those of the data set first */
    size_t skip_count;
} sx_align_moves;

/* Labels are not looked at. Arrays are SX_E_ARGUMENT. threads 0 = all cores. */
SX_API SX_MUST_USE sx_status sx_align_find(const sx_dataset *dataset, sx_align_to to, int threads,
                                           const sx_watch *watch, sx_align_moves **out, sx_error *err);
SX_API void sx_align_moves_free(sx_align_moves *moves);
/* Writes folder/shifts.csv and folder/manifest.csv, which names the same recordings with their start moved
 * (below 0 = silence in front); with wav the moved recordings as 16-bit WAV in folder/wav, and the manifest
 * names those. Labels, groups, folds, splits and weights stay. */
SX_API SX_MUST_USE sx_status sx_align_write(const sx_dataset *dataset, const sx_align_moves *moves,
                                            const char *folder, bool wav, const sx_watch *watch,
                                            sx_error *err);
/* "loudest", "onset", "correlation". */
SX_API const char *sx_align_to_name(sx_align_to to);

/* --- all of it ------------------------------------------------------------------------------------- */

/* What one call found; members may be NULL, but not index. */
typedef struct sx_alignment {
    const sx_align_index *index;
    const sx_align_index *index_after; /* of the moved recordings, at the same clip length */
    const sx_align_study *study;
    const sx_align_moves *moves;
} sx_alignment;

/* "schema": "sonaxis-align-1", and the text of the terminal. Free with sx_free_text; NULL when out of memory.
 */
SX_API char *sx_alignment_json(const sx_alignment *alignment, const sx_features *features);
SX_API char *sx_alignment_text(const sx_alignment *alignment);

#ifdef __cplusplus
}
#endif
#endif
