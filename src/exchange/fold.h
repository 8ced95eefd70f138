/* fold.h: what a trained normalisation does to a value, and when a convolution can do it in its place.
 *
 * With moving statistics it is y = x * scale[u] + shift[u], u running over the axes it keeps. A convolution
 * before it can take that over exactly where u is the convolution's output channel: kernel and bias of a
 * channel are multiplied by its scale and the shift is added to the bias, whatever stride, dilation and
 * padding (the padding's zeros lie before the sum). A normalisation that keeps frequency or time would need
 * other weights in every row or column, which is no convolution. One that stands before a convolution is
 * never folded: the zeros of "same" padding would have to be -shift / scale. */
#ifndef EXCHANGE_FOLD_H
#define EXCHANGE_FOLD_H

#include "exchange/fold_lead.h"
#include "layers/norm.h"
#include "model/graph.h"

typedef struct sx_fold {
    sx_norm_sizes joint; /* u of (time, frequency, channel) by its steps; groups of them */
    float *scale, *shift;
} sx_fold;

/* Of a normalisation that does not keep the batch. Clear with sx_fold_clear. */
SX_MUST_USE sx_status sx_fold_tables(const sx_node *norm, sx_fold *out, sx_error *err);
void sx_fold_clear(sx_fold *fold);
/* kernel: rows of one weight for every output channel (Keras's layout of every convolution and of dense);
 * bias: one a channel, zeros where the layer has none. Both in place. */
void sx_fold_into(const sx_fold *fold, size_t rows, size_t channels, float *kernel, float *bias);

#endif
