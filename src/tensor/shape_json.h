/* shape_json.h: a shape in a JSON document. */
#ifndef TENSOR_SHAPE_JSON_H
#define TENSOR_SHAPE_JSON_H

#include "base/json.h"
#include "sonaxis/axis.h"

/* [time, frequency, channels]; NULL when out of memory, as sx_json_array. */
sx_json *sx_shape_json(sx_shape shape);

#endif
