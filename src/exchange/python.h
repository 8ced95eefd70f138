/* python.h: a net as Keras 3 code.
 *
 * Between layers a value is what Keras makes of it: a map (time, frequency, channels), or a row of channels
 * after flatten, a global pool, or dense on a row. Where a layer needs a map, a Reshape stands before it. */
#ifndef EXCHANGE_PYTHON_H
#define EXCHANGE_PYTHON_H

#include "base/text.h"
#include "exchange/format.h"

/* One layer's call: layers.CLASS(ARGUMENTS, name=...)(x). */
typedef struct sx_python_call {
    const char *class_name; /* of keras.layers */
    sx_text arguments;      /* sx_text_clear, also on failure */
    bool wants_map;
    bool gives_row; /* whatever comes in; else the output is as the input */
    bool is_own;    /* class_name is sx_python_own_class, not one of Keras */
} sx_python_call;

/* What Keras cannot say is SX_E_UNSUPPORTED. */
SX_MUST_USE sx_status sx_python_describe(const sx_node *node, const sx_json *spec, sx_python_call *call,
                                         sx_error *err);
/* The same of normalisations. */
void sx_python_describe_norm(const sx_node *node, const sx_json *spec, sx_python_call *call);
extern const char sx_python_own_class[], sx_python_own_code[];

/* "name", quoted. */
void sx_python_quote(sx_text *text, const char *name);
/* A list as a tuple, true as True. */
void sx_python_value(sx_text *text, const sx_json *value);
/* ", " where there is something already, then "name=". */
void sx_python_argument(sx_text *arguments, const char *name);
/* name=value for a member that is in the spec; nothing otherwise. */
void sx_python_copy(sx_text *arguments, const char *name, const sx_json *spec, const char *key);

/* The functions that build the net: imports, own classes, build(). standardise: what stands before the net,
 * NULL = nothing; score: what stands behind it instead of the net's own last softmax or sigmoid, NULL = as
 * the spec says. Free with sx_free. */
SX_MUST_USE sx_status sx_python_code(const sx_model *model, const sx_standardise *standardise,
                                     const char *score, char **code, sx_error *err);

#endif
