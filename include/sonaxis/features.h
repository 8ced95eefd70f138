/* features.h: a data set as one tensor (count, time, frequency, channels), ready for a net. */
#ifndef SONAXIS_FEATURES_H
#define SONAXIS_FEATURES_H

#include "sonaxis/axis.h"
#include "sonaxis/dataset.h"
#include "sonaxis/frontend.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sx_clip_policy {
    SX_CLIP_PAD_END, /* short: silence behind; long: its beginning */
    SX_CLIP_CENTRE,
    SX_CLIP_RANDOM, /* offset drawn per item from the seed */
    SX_CLIP_LOUDEST /* the window with most energy; short clips are padded so that their energy sits centred
                     */
} sx_clip_policy;

typedef struct sx_features_options {
    sx_frontend_options frontend;
    bool rate_is_fixed; /* false: when every recording has one rate below frontend.rate_hz, that rate is kept
                           instead of upsampling empty bands into the picture; noted through the watch */
    double duration_s;  /* 0 = 95th percentile of the recordings */
    sx_clip_policy clip;
    sx_channel_policy channels;
    int channel_index; /* for SX_CHANNELS_PICK, from 0 */
    uint64_t seed;     /* for SX_CLIP_RANDOM */
    int threads;       /* 0 = all cores; results do not depend on it */
} sx_features_options;

typedef struct sx_features {
    size_t count;
    sx_shape shape;
    float *values; /* count * time * frequency * channels */
    int *labels;   /* -1 = unknown */
    int *groups;   /* -1 = none */
    int *folds;    /* official, -1 = none */
    sx_part *parts;
    float *weights;
    char **paths;
    char **label_names;
    size_t label_count;
    char **group_names;
    size_t group_count;
    sx_skip *skips; /* every input that could not be used, with the reason */
    size_t skip_count;
    bool from_arrays;             /* then front-end, clip and duration mean nothing */
    sx_frontend_options frontend; /* as used, rate and defaults resolved */
    sx_clip_policy clip;
    double duration_s;
    sx_channel_policy channels;
    int channel_index;
    uint64_t content_hash; /* of values, labels and groups */
    char *
        *notes; /* what was decided: rate kept or resampled (how many, from what to what), duration, policy */
    size_t note_count;
} sx_features;

SX_API void sx_features_default(sx_features_options *options); /* preset sonaxis, pad-end, mix */
/* Decodes, resamples, cuts or pads, and runs the front-end on all cores. Bad files become skips; none left is
 * SX_E_DATA. For array data sets the arrays are converted to float32 and checked for NaN. */
SX_API SX_MUST_USE sx_status sx_features_compute(const sx_dataset *dataset,
                                                 const sx_features_options *options, const sx_watch *watch,
                                                 sx_features **out, sx_error *err);
SX_API void sx_features_free(sx_features *features);
/* "pad-end", "centre", "random", "loudest" and back. */
SX_API const char *sx_clip_policy_name(sx_clip_policy policy);
SX_API SX_MUST_USE sx_status sx_clip_policy_parse(const char *text, sx_clip_policy *policy, sx_error *err);

/* One recording at a time, for `features` and pictures: full length, not cut. *values is (time, frequency,
 * channels), free with sx_free_text((char *)*values). source_rate_hz may be NULL. */
SX_API SX_MUST_USE sx_status sx_recording_features(const char *path, const sx_features_options *options,
                                                   float **values, sx_shape *shape, int *source_rate_hz,
                                                   sx_error *err);
/* float32 .npy in C order; rank dims. Atomic. */
SX_API SX_MUST_USE sx_status sx_npy_write(const char *path, const float *values, const size_t *dims, int rank,
                                          sx_error *err);

/* --- folds ---------------------------------------------------------------------------------------- */

typedef enum sx_fold_kind {
    SX_FOLDS_AUTO, /* official if the manifest has them, else by group if there are groups, else stratified */
    SX_FOLDS_OFFICIAL,
    SX_FOLDS_GROUP,     /* whole groups stay on one side; count 0 = one fold a group */
    SX_FOLDS_STRATIFIED /* each fold has the same label shares */
} sx_fold_kind;

typedef struct sx_fold_options {
    sx_fold_kind kind;
    int count;     /* 0 = one a group (at most 10, then groups are joined) or 5 stratified; else 2 to 100 */
    uint64_t seed; /* of the shuffling; one seed = one division */
    double validation; /* share of each training part set aside for validation, 0 to 0.5, stratified; whole
                          groups where at least 3 training groups exist and `validation_by_group` */
    bool validation_by_group;
} sx_fold_options;

typedef struct sx_fold {
    char *name;                        /* "jackson", "fold 3", "official 2" */
    size_t *train, *validation, *test; /* indices into features, ascending */
    size_t train_count, validation_count, test_count;
} sx_fold;

typedef struct sx_folds {
    sx_fold_kind kind; /* never AUTO */
    sx_fold *folds;
    size_t count;
} sx_folds;

SX_API void sx_folds_default(sx_fold_options *options); /* auto, 0, seed 0, validation 0, by group false */
/* A group on both sides, a label missing from a training part, or fewer groups than folds is SX_E_DATA naming
 * it. */
SX_API SX_MUST_USE sx_status sx_folds_make(const sx_features *features, const sx_fold_options *options,
                                           sx_folds **out, sx_error *err);
SX_API void sx_folds_free(sx_folds *folds);

/* --- standardisation ------------------------------------------------------------------------------ */

/* One scalar mean and deviation over all values of the chosen items: the same for every variant compared. */
typedef struct sx_standardise {
    double mean, deviation; /* deviation > 0; 1 where the values do not vary */
} sx_standardise;

SX_API void sx_standardise_fit(const sx_features *features, const size_t *items, size_t count,
                               sx_standardise *out);
/* out[i] = (values[i] - mean) / deviation; may be in place. */
SX_API void sx_standardise_apply(const sx_standardise *standardise, const float *values, size_t count,
                                 float *out);

/* --- built-in recordings -------------------------------------------------------------------------- */

typedef struct sx_synth_options {
    char kind[16]; /* "speech", "bands", "onsets", "nothing" */
    uint64_t seed;
    int label_count;   /* 2 to 10 */
    int group_count;   /* 1 to 50 speakers */
    int takes;         /* recordings per label and group, 1 to 1000 */
    int rate_hz;       /* 8000 to 48000 */
    double duration_s; /* longest recording, 0.2 to 10 */
} sx_synth_options;

SX_API const char *const *sx_synth_kinds(void);          /* NULL at the end */
SX_API const char *sx_synth_kind_help(const char *kind); /* one line; NULL if unknown */
SX_API SX_MUST_USE sx_status sx_synth_default(const char *kind, sx_synth_options *options, sx_error *err);
/* Writes FOLDER/<label>_<group>_<take>.wav (16 bit) and FOLDER/manifest.csv. The same options give the same
 * bytes. */
SX_API SX_MUST_USE sx_status sx_synth_write(const sx_synth_options *options, const char *folder,
                                            const sx_watch *watch, sx_error *err);

#ifdef __cplusplus
}
#endif
#endif
