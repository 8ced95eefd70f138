/* window.h: what convolutions and pools share: pairs of sizes read from JSON, and Keras's two paddings. */
#ifndef LAYERS_WINDOW_H
#define LAYERS_WINDOW_H

#include "layers/layer.h"

typedef struct sx_pair {
    size_t time, frequency;
} sx_pair;

typedef struct sx_window {
    sx_pair size, stride, dilation;
    bool same;   /* padding 'same' instead of 'valid' */
    bool causal; /* with same: all of time's padding before the first frame */
} sx_window;

/* Where a window sits on one example. */
typedef struct sx_window_fit {
    sx_pair out, pad; /* positions; zeros before the first element */
} sx_window_fit;

enum { SX_WINDOW_LIMIT = 65536 };

/* An integer or [time, frequency], each 1 to SX_WINDOW_LIMIT; left alone where the key is missing. */
SX_MUST_USE sx_status sx_read_pair(const sx_json *spec, const char *key, const char *where, sx_pair *value,
                                   sx_error *err);
/* "padding": "same" or "valid"; left alone where missing. */
SX_MUST_USE sx_status sx_read_padding(const sx_json *spec, const char *where, bool *same, sx_error *err);
/* A convolution's kernel_size (needed), strides, dilation and padding; Keras's defaults. */
SX_MUST_USE sx_status sx_window_read(const sx_json *spec, const char *where, sx_window *window,
                                     sx_error *err);
/* A count that must be there, 1 to high. */
SX_MUST_USE sx_status sx_read_count(const sx_json *spec, const char *key, size_t high, const char *where,
                                    size_t *value, sx_error *err);

/* "padding" of a layer along time, which may also be "causal". */
SX_MUST_USE sx_status sx_read_time_padding(const sx_json *spec, const char *where, sx_window *window,
                                           sx_error *err);

/* 'same': ceil(in / stride) positions, the padding's odd element at the end; 'valid': whole windows only. */
sx_window_fit sx_window_place(const sx_window *window, sx_shape input);
/* As the kernels want it. */
sx_conv_sizes sx_window_conv_sizes(const sx_window *window, sx_shape input, size_t out_channels);
/* As sx_window_place, where a map too small for one window is SX_E_SHAPE; verb: "convolution", "pooling". */
SX_MUST_USE sx_status sx_window_check(const sx_window *window, sx_shape input, const char *verb,
                                      sx_window_fit *fit, sx_error *err);
/* SX_E_SHAPE where one example would hold more than 2^31 - 1 values. */
SX_MUST_USE sx_status sx_shape_check(sx_shape shape, sx_error *err);

#endif
