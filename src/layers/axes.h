/* axes.h: axes as options of layers, and one example seen along an axis or as the groups that axes keep. */
#ifndef LAYERS_AXES_H
#define LAYERS_AXES_H

#include "layers/layer.h"

enum { SX_AXES_OF_EXAMPLE = 1U << SX_AXIS_TIME | 1U << SX_AXIS_FREQUENCY | 1U << SX_AXIS_CHANNELS };

/* "axis": a name or Keras's number for tensors of rank 4; left alone where the key is missing. "$axis" that
 * is not filled is SX_E_ARGUMENT. */
SX_MUST_USE sx_status sx_read_axis(const sx_json *spec, const char *key, const char *where, sx_axis *axis,
                                   sx_error *err);
/* The same of a value; key is said in errors. */
SX_MUST_USE sx_status sx_axis_of_json(const sx_json *value, const char *key, const char *where, sx_axis *axis,
                                      sx_error *err);
/* A list of axes, or a single one; "batch" only where it may be there. */
SX_MUST_USE sx_status sx_read_axes(const sx_json *spec, const char *key, const char *where, bool with_batch,
                                   sx_axes *axes, sx_error *err);

/* An example as outer x length x inner values, `length` along the axis. */
typedef struct sx_axis_view {
    size_t outer, length, inner;
} sx_axis_view;

sx_axis_view sx_axis_view_of(sx_shape shape, sx_axis axis);
size_t sx_axis_extent(sx_shape shape, sx_axis axis);

/* An example as groups, one for each place on the kept axes; the last of time, frequency, channels runs
 * fastest. */
sx_norm_sizes sx_kept_groups(sx_shape shape, sx_axes kept);
/* Group of channel 0 at a position (time * frequencies + frequency); channel c adds c * step_channels. */
static inline size_t sx_group_of_row(const sx_norm_sizes *sizes, size_t position) {
    return position / sizes->frequency * sizes->step_time +
           position % sizes->frequency * sizes->step_frequency;
}

/* A weight of zeros, not trained, with a number for every group; its dims are the kept axes, (1) where none
 * is. */
sx_weight_plan sx_kept_weight(const char *name, sx_axes kept, sx_shape shape);

#endif
