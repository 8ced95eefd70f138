/* spec.h: the recipe of a net, checked. Kept as JSON in which every layer has a name; "$axis" and "$classes"
 * are filled in a copy. */
#ifndef MODEL_SPEC_H
#define MODEL_SPEC_H

#include "base/json.h"
#include "layers/layer.h"
#include "sonaxis/model.h"

struct sx_model_spec {
    sx_json *root;
};

enum { SX_SPEC_LAYER_LIMIT = 512, SX_SPEC_NAME_LIMIT = 63, SX_WHERE_CHARS = 160 };

extern const char *const sx_spec_axis;    /* "$axis" */
extern const char *const sx_spec_classes; /* "$classes" */

size_t sx_spec_layer_count(const sx_model_spec *spec);
sx_json *sx_spec_layer(const sx_model_spec *spec, size_t index);
const char *sx_spec_layer_name(const sx_model_spec *spec, size_t index);
const sx_layer_ops *sx_spec_layer_ops(const sx_model_spec *spec, size_t index);
/* "layers[7] max_pool 'pool4'". */
void sx_spec_where(const sx_model_spec *spec, size_t index, char where[SX_WHERE_CHARS]);
/* Layers the inputs come from, -1 = the model's input. Cannot fail on a checked spec. Returns how many. */
int sx_spec_inputs(const sx_model_spec *spec, size_t index, int inputs[SX_LAYER_INPUTS]);

bool sx_spec_has(const sx_json *layer, const char *placeholder);
/* Every member, and every element of a list, that is the placeholder becomes `text`, or `number` where text
 * is NULL. */
void sx_spec_fill(sx_json *layer, const char *placeholder, const char *text, int64_t number);
/* A copy in which both placeholders are filled where they occur; axis NULL leaves "$axis". */
SX_MUST_USE sx_status sx_spec_filled(const sx_model_spec *spec, const char *axis, size_t classes,
                                     sx_model_spec **out, sx_error *err);
/* Names, types, keys, inputs and option values; fills in missing names. */
SX_MUST_USE sx_status sx_spec_check(sx_model_spec *spec, sx_error *err);
/* The changed copy in place of the spec, so that a failure half way leaves it as it was. Frees the copy. */
SX_MUST_USE sx_status sx_spec_take(sx_model_spec *spec, sx_model_spec *copy, sx_error *err);
/* JSON of a built-in net, to be freed with sx_free; NULL where unknown or out of memory. */
char *sx_builtin_json(const char *name);

#endif
