/* model.h: a net as a list of layers: read, printed, saved, loaded.
 *
 * A spec is the recipe (JSON, docs/model-spec.md). A model is a built net: shapes checked, every buffer
 * planned into one arena, weights drawn. Running it allocates nothing and gives the same bits for any number
 * of threads. */
#ifndef SONAXIS_MODEL_H
#define SONAXIS_MODEL_H

#include "sonaxis/axis.h"
#include "sonaxis/features.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sx_model_spec sx_model_spec;
typedef struct sx_model sx_model;

/* Built-in nets: "small", "kws", "kwsL", "esc", "dscnn"; NULL at the end. */
SX_API const char *const *sx_model_builtin_names(void);
/* A built-in name or the path of a JSON spec. */
SX_API SX_MUST_USE sx_status sx_model_spec_open(const char *name_or_path, sx_model_spec **out, sx_error *err);
/* `source` names the text in errors. Strict: unknown layers, options and inputs are errors that name the
 * layer. */
SX_API SX_MUST_USE sx_status sx_model_spec_parse(const char *json, const char *source, sx_model_spec **out,
                                                 sx_error *err);
SX_API sx_model_spec *sx_model_spec_copy(const sx_model_spec *spec); /* NULL when out of memory */
SX_API void sx_model_spec_free(sx_model_spec *spec);
SX_API const char *sx_model_spec_name(const sx_model_spec *spec);
/* Which of its first two axes is time, for words about it; time,frequency unless the spec says "order". */
SX_API sx_axis_order sx_model_spec_order(const sx_model_spec *spec);
/* Free with sx_free_text; NULL when out of memory. */
SX_API char *sx_model_spec_json(const sx_model_spec *spec);
/* Fills every "$axis". layer_names: only these layers, comma separated; NULL = all. A spec without "$axis",
 * or a name that has none, is SX_E_ARGUMENT. The other placeholder, "$classes", is filled by sx_model_build.
 */
SX_API SX_MUST_USE sx_status sx_model_spec_set_axis(sx_model_spec *spec, sx_axis axis,
                                                    const char *layer_names, sx_error *err);
/* One momentum, 0 to 1, for the moving statistics of every normalisation, whatever the spec says. */
SX_API SX_MUST_USE sx_status sx_model_spec_set_momentum(sx_model_spec *spec, double momentum, sx_error *err);
/* True while an "$axis" is not filled. */
SX_API bool sx_model_spec_needs_axis(const sx_model_spec *spec);

typedef struct sx_model_options {
    sx_shape input; /* one example */
    size_t classes; /* fills "$classes"; 2 to 65536, or 0 for as many as a spec without "$classes" gives */
    size_t batch;   /* largest batch one call may bring, 1 to 65536 */
    bool training;  /* plan gradients too */
    uint64_t seed;  /* of the initial weights: value = f(seed, layer, index), so nets that share a layer share
                       its weights */
    int threads;    /* 0 = all cores */
    bool exact;     /* every layer by itself, by its definition: slower, for comparison */
} sx_model_options;

SX_API SX_MUST_USE sx_status sx_model_build(const sx_model_spec *spec, const sx_model_options *options,
                                            sx_model **out, sx_error *err);
SX_API void sx_model_free(sx_model *model);
/* Like Keras's summary(): layer, output shape, parameters, multiply-adds; kept and pooled axes of each
 * normalisation. Free with sx_free_text. */
SX_API char *sx_model_summary(const sx_model *model);
SX_API char *sx_model_summary_json(const sx_model *model);
SX_API size_t sx_model_parameter_count(const sx_model *model); /* trainable and not */
/* Of the moving statistics, the slowest normalisation's; 0 where none keeps any. */
SX_API double sx_model_moving_momentum(const sx_model *model);
SX_API size_t sx_model_class_count(const sx_model *model);
SX_API sx_shape sx_model_input_shape(const sx_model *model);

/* x: count examples (count <= batch), standardised. logits: count * classes, before softmax. Uses the moving
 * statistics. Not thread-safe for one model. */
SX_API void sx_model_run(sx_model *model, const float *x, size_t count, float *logits);

/* --- model file (.sxm) ---------------------------------------------------------------------------- */

/* What travels beside the weights, so that a model meets the features it was trained on. */
typedef struct sx_model_card {
    char **label_names; /* owned by the card */
    size_t label_count;
    bool from_arrays; /* no front-end: fed with arrays */
    sx_frontend_options frontend;
    sx_clip_policy clip;
    double random_offset_ms; /* of the recordings it was trained on; others are taken as they are */
    double duration_s;
    sx_channel_policy channels;
    int channel_index;
    sx_standardise standardise;
    bool sigmoid; /* loss was sigmoid cross-entropy: scores are independent */
    uint64_t data_hash;
    uint64_t seed;
    char provenance[256]; /* version, net, axis, epochs; one line */
} sx_model_card;

SX_API SX_MUST_USE sx_status sx_model_card_from_features(const sx_features *features,
                                                         const sx_standardise *standardise,
                                                         sx_model_card *card, sx_error *err);
/* Of a net trained elsewhere, on arrays that were not standardised; its labels are "0", "1" and so on. */
SX_API SX_MUST_USE sx_status sx_model_card_for_arrays(size_t label_count, bool sigmoid, sx_model_card *card,
                                                      sx_error *err);
SX_API void sx_model_card_clear(sx_model_card *card);
/* Atomic; magic, version, sizes and checksums are inside. */
SX_API SX_MUST_USE sx_status sx_model_save(const sx_model *model, const sx_model_card *card, const char *path,
                                           sx_error *err);
/* A truncated, flipped or newer file is refused with the reason, before anything is allocated for its claims.
 */
SX_API SX_MUST_USE sx_status sx_model_load(const char *path, size_t batch, int threads, sx_model **model,
                                           sx_model_card *card, sx_error *err);

#ifdef __cplusplus
}
#endif
#endif
