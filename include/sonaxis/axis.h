/* axis.h: the four axes of a tensor (batch, time, frequency, channels), by name and by Keras number. */
#ifndef SONAXIS_AXIS_H
#define SONAXIS_AXIS_H

#include "sonaxis/status.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sx_axis {
    SX_AXIS_BATCH = 0,
    SX_AXIS_TIME = 1,
    SX_AXIS_FREQUENCY = 2,
    SX_AXIS_CHANNELS = 3 /* Keras's default, -1 */
} sx_axis;

enum { SX_AXIS_COUNT = 4 };

/* A set of axes: bit (1 << axis). The axes a normalisation keeps; it pools over the others. */
typedef unsigned sx_axes;

/* Shape of one example. Channels are contiguous, then frequency, then time. */
typedef struct sx_shape {
    size_t time, frequency, channels;
} sx_shape;

/* Reads "channels", "frequency", "time" or Keras's -1, 3, 2, -2, 1, -3; anything else is SX_E_ARGUMENT and
 * names the nearest name. "batch"/0 is refused: Keras has no such setting. */
SX_API SX_MUST_USE sx_status sx_axis_parse(const char *text, sx_axis *axis, sx_error *err);
/* "batch", "time", "frequency" or "channels". */
SX_API const char *sx_axis_name(sx_axis axis);
/* As Keras users write it: -1 for channels, 2 for frequency, 1 for time. */
SX_API int sx_axis_keras(sx_axis axis);

/* Which is which of the first two axes of (batch, first, second, channels): a net of somebody else may have
 * frequency first. Numbers stay what they are; words follow the order. */
typedef enum sx_axis_order {
    SX_ORDER_TIME_FREQUENCY, /* as everywhere else here */
    SX_ORDER_FREQUENCY_TIME,
    SX_ORDER_UNKNOWN
} sx_axis_order;

/* "time,frequency", "frequency,time" or "unknown"; anything else is SX_E_ARGUMENT. */
SX_API SX_MUST_USE sx_status sx_axis_order_parse(const char *text, sx_axis_order *order, sx_error *err);
SX_API const char *sx_axis_order_name(sx_axis_order order);
/* The user's word for an axis: as sx_axis_name, with time and frequency the other way round in
 * FREQUENCY_TIME, "first axis" and "second axis" where the order is not known. */
SX_API const char *sx_axis_word(sx_axis_order order, sx_axis axis);
/* As sx_axis_parse, for a word of a user with that order: "frequency" is axis 1 where frequency is first. In
 * UNKNOWN time and frequency are refused, numbers are not. */
SX_API SX_MUST_USE sx_status sx_axis_parse_word(sx_axis_order order, const char *text, sx_axis *axis,
                                                sx_error *err);

#ifdef __cplusplus
}
#endif
#endif
