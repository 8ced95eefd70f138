/* shape_json.c: see shape_json.h. */
#include "shape_json.h"

sx_json *sx_shape_json(sx_shape shape) {
    sx_json *list = sx_json_array();
    sx_json_append_integer(list, (int64_t)shape.time);
    sx_json_append_integer(list, (int64_t)shape.frequency);
    sx_json_append_integer(list, (int64_t)shape.channels);
    return list;
}
