/* conv.h: the parts of convolutions: Conv2D, Conv1D, which is one of kernels one band wide, and grouped ones.
 */
#ifndef LAYERS_CONV_H
#define LAYERS_CONV_H

#include "layers/initialiser.h"
#include "layers/shard.h"
#include "layers/window.h"

typedef struct sx_conv_options {
    size_t filters, groups;
    sx_window window;
    bool use_bias;
    bool along_time; /* Conv1D: the kernel's dims leave the frequency out */
    sx_initialiser kernel, bias;
} sx_conv_options;

/* filters, groups, use_bias and initialisers; Keras's defaults. */
SX_MUST_USE sx_status sx_conv_read(const sx_json *spec, const char *where, sx_conv_options *options,
                                   sx_error *err);
/* Output, weights and multiply-adds; *plan is changed even where a kernel then needs too much. */
SX_MUST_USE sx_status sx_conv_plan_weights(const sx_conv_options *options, sx_shape in, sx_layer_plan *plan,
                                           sx_error *err);
SX_MUST_USE sx_status sx_conv_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                                   sx_layer_plan *plan, sx_error *err);
bool sx_conv_lead(const void *options, sx_shape in, sx_lead *lead);
void sx_conv_prepare(const void *options, const sx_layer_call *call);
void sx_conv_prepare_backward(const void *options, const sx_layer_call *call);
void sx_conv_forward(const void *options, const sx_layer_call *call);
void sx_conv_backward(const void *options, const sx_layer_call *call);
void sx_conv_forward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part);
void sx_conv_backward_part(const void *options, const sx_layer_call *call, size_t shard, sx_shard part);

/* More than one group: plain loops that take nothing but the weights. */
void sx_conv_groups_forward(const sx_conv_options *options, const sx_layer_call *call, sx_shard part);
void sx_conv_groups_backward(const sx_conv_options *options, const sx_layer_call *call, size_t shard,
                             sx_shard part);

#endif
