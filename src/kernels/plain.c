/* plain.c: the table that defines what is right: simple loops, any processor. */
#include "kernels/plain.h"

#include "kernels/elementwise.inc"
#include "kernels/tables.h"

static const sx_kernels table = {
    .name = "plain",
    .conv_pack = sx_plain_conv_pack,
    .conv_forward = sx_plain_conv_forward,
    .conv_pack_backward = sx_plain_conv_pack, /* the same weights, walked the other way */
    .conv_backward = sx_plain_conv_backward,
    .conv_gradient = sx_plain_conv_gradient,
    .depthwise_forward = sx_plain_depthwise_forward,
    .depthwise_backward = sx_plain_depthwise_backward,
    .depthwise_gradient = sx_plain_depthwise_gradient,
    .norm_sums = sx_plain_norm_sums,
    .norm_apply = sx_plain_norm_apply,
    .norm_gradient_sums = sx_plain_norm_gradient_sums,
    .norm_backward = sx_plain_norm_backward,
    .norm_relu_forward = sx_plain_norm_relu_forward,
    .norm_relu_gradient_sums = sx_plain_norm_relu_gradient_sums,
    .norm_relu_backward = sx_plain_norm_relu_backward,
    .activation_forward = activation_forward,
    .activation_backward = activation_backward,
    .add = add,
    .multiply = multiply,
    .max_pool_forward = sx_plain_max_pool_forward,
    .max_pool_backward = sx_plain_max_pool_backward,
    .average_pool_forward = sx_plain_average_pool_forward,
    .average_pool_backward = sx_plain_average_pool_backward,
    .block_forward = sx_plain_block_forward,
    .block_gradient_sums = sx_plain_block_gradient_sums,
    .block_backward = sx_plain_block_backward,
    .image_products = sx_plain_image_products,
    .winner_gradient = sx_plain_winner_gradient,
    .conv_finish = sx_plain_conv_finish,
    .depthwise_finish = sx_plain_depthwise_finish,
    .dense_forward = sx_plain_dense_forward,
    .dense_backward = sx_plain_dense_backward,
    .dense_gradient = sx_plain_dense_gradient,
    .gradient_sum = gradient_sum,
    .adam = adam,
    .sgd = sgd,
    .scale_shift = scale_shift,
};

const sx_kernels *const sx_kernels_plain_table = &table;
