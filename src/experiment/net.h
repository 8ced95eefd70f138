/* net.h: a net from a name, a spec file or a Keras file, with what varies in it.
 *
 * In a spec the layers with "$axis" vary. In a Keras file the BatchNormalizations do, of (batch, first,
 * second, channels) and with one axis, as long as no layer before them has moved the axes; the others keep
 * what they have. A varied normalisation begins anew on every axis, also with the file's weights, so that no
 * axis has an advantage there. */
#ifndef EXPERIMENT_NET_H
#define EXPERIMENT_NET_H

#include "base/text.h"
#include "exchange/keras.h"
#include "sonaxis/compare.h"

typedef struct sx_study_net {
    sx_model_spec *spec;   /* "$axis" where it varies; its order is that of the words */
    const char *vary;      /* layers of a spec that vary; NULL = all */
    const sx_keras *keras; /* NULL = a spec */
    sx_keras *owned;       /* the same where it was read here */
    uint64_t hash;         /* of what the file holds: net, weights, training; 0 = a spec */
    sx_shape input;        /* an example as the net takes it; the bytes are those of the features */
    bool from_weights;
    sx_net_about *about; /* NULL = a spec */
} sx_study_net;

/* Errors name the net, the layer, and what the data is. options and features are not kept, but
 * options->keras, which must outlive the net. */
SX_MUST_USE sx_status sx_net_open(const sx_compare_options *options, const sx_features *features,
                                  sx_study_net *out, sx_error *err);
void sx_net_clear(sx_study_net *net);
/* A copy of the spec in which what varies keeps `axis`. */
SX_MUST_USE sx_status sx_net_spec(const sx_study_net *net, sx_axis axis, sx_model_spec **out, sx_error *err);
/* The file's weights into a model of sx_net_spec, where they are asked for. */
SX_MUST_USE sx_status sx_net_begin(const sx_study_net *net, sx_model *model, sx_error *err);

/* --- net_norms.c --- */
/* What the file has of normalisations into about, and "$axis" into spec where they vary. */
SX_MUST_USE sx_status sx_net_find_norms(const sx_keras *keras, const sx_features *features, const char *vary,
                                        sx_model_spec *spec, sx_net_about *about, sx_error *err);
/* True for a normalisation that varies. */
bool sx_net_varies(const sx_net_about *about, const char *layer);

/* --- net_dropped.c --- */
/* What the file's layers have that a training here leaves out, a sentence a line; nothing where there is
 * none. */
void sx_net_say_dropped(const sx_keras *keras, sx_text *text);

/* --- net_about.c --- */
/* Names of the layers that took the file's weights and of those that did not; Keras code of one axis. */
SX_MUST_USE sx_status sx_net_describe(const sx_study_net *net, sx_model *model, size_t axis, sx_error *err);
/* One more holder, each of which frees; NULL gives NULL. Holders share one thread. */
sx_net_about *sx_net_about_share(sx_net_about *about);
void sx_net_about_free(sx_net_about *about); /* NULL is fine */

/* --- net_words.c --- */
/* One line of the script. */
typedef struct sx_net_change {
    const sx_net_norm *norm;
    bool changes; /* the verdict's axis is another one than the script's */
    char to[16];  /* "axis=2" */
} sx_net_change;
/* Normalisation number `index` of the comparison's net; false where it was not varied. */
bool sx_net_change_at(const sx_comparison *comparison, size_t index, sx_net_change *out);
size_t sx_net_change_count(const sx_comparison *comparison);
/* What the lines are: "In your script, change axis= in these 3 lines:". */
void sx_net_say_head(const sx_comparison *comparison, sx_text *text);
/* What beginning with the file's weights means; nothing where that was not done. */
void sx_net_say_weights(const sx_comparison *comparison, sx_text *text);
/* Code of the verdict's axis; NULL where there is none. */
const char *sx_net_code(const sx_comparison *comparison);
/* All of it for the terminal; nothing where the net is not of Keras. */
void sx_net_say(const sx_comparison *comparison, sx_text *text);
sx_json *sx_net_json(const sx_comparison *comparison);

#endif
