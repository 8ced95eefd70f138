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
    double duration_s;  /* 0 = 95th percentile of the recordings, random_offset_ms and room_ms together */
    double room_ms;     /* 0 to 60000: room behind the recordings, for what will be moved later */
    sx_clip_policy clip;
    double random_offset_ms; /* 0 to 60000: each item then begins up to so much later, drawn from the seed */
    sx_channel_policy channels;
    int channel_index; /* for SX_CHANNELS_PICK, from 0 */
    int channel_count; /* for SX_CHANNELS_KEEP: how many a recording must have, such as a model takes; 0 = as
                          many as most have. Others are skipped */
    uint64_t seed;     /* for SX_CLIP_RANDOM and random_offset_ms: the same places whatever is compared */
    int threads;       /* 0 = all cores; results do not depend on it */
} sx_features_options;

typedef struct sx_features {
    size_t count;
    sx_shape shape;
    float *values; /* count * time * frequency * channels; what is written to them reaches no file */
    void *mapped;  /* the library's: what values are mapped from, NULL = allocated */
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
    double random_offset_ms;
    double duration_s;
    sx_channel_policy channels;
    int channel_index;
    const int *shifts; /* NULL, or frames by which each item is moved later (< 0: earlier) whenever a net
                          sees it; borrowed, so that a copy of this struct is another view of the values */
    float *silence;    /* frequency * channels: the front-end's answer to silence, which fills what a shift
                          leaves open; NULL = an item's own quietest frame */
    uint64_t content_hash; /* of values, labels and groups */
    char *
        *notes; /* what was decided: rate kept or resampled (how many, from what to what), duration, policy */
    size_t note_count;
} sx_features;

SX_API void sx_features_default(sx_features_options *options); /* preset sonaxis, pad-end, mix */
/* Decodes, resamples, cuts or pads, and runs the front-end on all cores. Bad files become skips; none left is
 * SX_E_DATA. Spectrograms are kept for the next call in $SONAXIS_CACHE ("off" = not), else in the user's
 * cache folder, and found by the recordings' bytes and the options; a note tells. For array data sets the
 * arrays are converted to float32 and checked for NaN. */
SX_API SX_MUST_USE sx_status sx_features_compute(const sx_dataset *dataset,
                                                 const sx_features_options *options, const sx_watch *watch,
                                                 sx_features **out, sx_error *err);
SX_API void sx_features_free(sx_features *features);
/* Milliseconds from frame to frame; 0 for arrays, which do not tell. */
SX_API double sx_features_hop_ms(const sx_features *features);
/* "pad-end", "centre", "random", "loudest" and back. */
SX_API const char *sx_clip_policy_name(sx_clip_policy policy);
SX_API SX_MUST_USE sx_status sx_clip_policy_parse(const char *text, sx_clip_policy *policy, sx_error *err);

/* One item at a time, for `features` and pictures: from its start to its end, not cut or padded to a clip.
 * *values is (time, frequency, channels), free with sx_free_text((char *)*values). source_rate_hz may be
 * NULL. */
SX_API SX_MUST_USE sx_status sx_item_features(const sx_item *item, const sx_features_options *options,
                                              float **values, sx_shape *shape, int *source_rate_hz,
                                              sx_error *err);
/* One item as sx_items_features hands it over. */
typedef struct sx_item_made {
    const float *values; /* (time, frequency, channels); NULL where the recording cannot be used, */
    const char *reason;  /* which this then says; both are gone after the call */
    sx_shape shape;
    int rate_hz; /* the recording's own */
} sx_item_made;
/* Called from several threads at once, once an item, in any order. Anything but SX_OK ends the whole. */
typedef sx_status sx_item_taker(void *context, size_t item, const sx_item_made *made, sx_error *err);
/* sx_item_features for all items, on options->threads threads; the first error of a taker is the result. A
 * note tells time and size. */
SX_API SX_MUST_USE sx_status sx_items_features(const sx_dataset *dataset, const sx_features_options *options,
                                               const sx_watch *watch, sx_item_taker *take, void *context,
                                               sx_error *err);
/* True where recordings that all have rate_hz keep it instead of being upsampled to the front-end's rate. */
SX_API bool sx_features_keep_rate(const sx_features_options *options, int rate_hz);
/* float32 .npy in C order; rank dims. Atomic. */
SX_API SX_MUST_USE sx_status sx_npy_write(const char *path, const float *values, const size_t *dims, int rank,
                                          sx_error *err);

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

#ifdef __cplusplus
}
#endif
#endif
