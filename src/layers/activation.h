/* activation.h: the parts of the activation layer: options, functions of single values, and functions along
 * axes. */
#ifndef LAYERS_ACTIVATION_H
#define LAYERS_ACTIVATION_H

#include "layers/axes.h"
#include "layers/shard.h"

/* Numbers of a function; what a function does not take is not used. */
typedef struct sx_activation_numbers {
    float alpha;     /* elu, celu; slope below 0 of leaky_relu and relu */
    float threshold; /* relu, hard_shrink, soft_shrink, threshold */
    float maximum;   /* relu; infinity where there is none */
    float otherwise; /* threshold: what stands below */
    float b;         /* squareplus */
} sx_activation_numbers;

/* One value and the slope there. NaN gives NaN. */
typedef struct sx_value_function {
    float (*value)(const sx_activation_numbers *numbers, float x);
    float (*slope)(const sx_activation_numbers *numbers, float x);
} sx_value_function;

extern const sx_value_function sx_relu_function, sx_relu6_function, sx_hard_tanh_function,
    sx_hard_sigmoid_function, sx_hard_silu_function, sx_hard_shrink_function, sx_soft_shrink_function,
    sx_threshold_function, sx_sparse_plus_function, sx_sparse_sigmoid_function; /* activation_pieces.c */
extern const sx_value_function sx_celu_function, sx_selu_function, sx_gelu_function, sx_gelu_tanh_function,
    sx_mish_function, sx_exponential_function, sx_log_sigmoid_function, sx_softplus_function,
    sx_softsign_function, sx_squareplus_function, sx_tanh_shrink_function; /* activation_smooth.c */

/* softmax, or its logarithm, along the axes that sizes (sx_kept_groups of the others) does not keep, of one
 * example. work: two floats a group. */
void sx_softmax(const sx_norm_sizes *sizes, bool logarithm, const float *x, float *y, float *work);
void sx_softmax_backward(const sx_norm_sizes *sizes, bool logarithm, const float *y, const float *dy,
                         float *dx, float *work);

/* Along one axis of one example. work: view.length floats. glu's view is its input's. */
void sx_sparsemax(sx_axis_view view, const float *x, float *y, float *work);
void sx_sparsemax_backward(sx_axis_view view, const float *x, const float *y, const float *dy, float *dx,
                           float *work);
void sx_glu(sx_axis_view view, const float *x, float *y);
void sx_glu_backward(sx_axis_view view, const float *x, const float *dy, float *dx);

#endif
