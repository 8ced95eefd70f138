/* plain.h: the plain kernels, one by one, for the table in plain.c. Contracts are in kernels.h. */
#ifndef KERNELS_PLAIN_H
#define KERNELS_PLAIN_H

#include "kernels/kernels.h"

void sx_plain_conv_pack(const sx_conv_sizes *s, const float *weights, float *packed);
void sx_plain_conv_forward(const sx_conv_sizes *s, size_t examples, const float *x, const float *packed,
                           const float *bias, float *y, float *scratch);
void sx_plain_conv_backward(const sx_conv_sizes *s, size_t examples, const float *dy, const float *packed,
                            float *dx, float *scratch);
void sx_plain_conv_gradient(const sx_conv_sizes *s, size_t examples, const float *x, const float *dy,
                            float *dw, float *db, float *scratch);

void sx_plain_depthwise_forward(const sx_conv_sizes *s, size_t examples, const float *x, const float *weights,
                                const float *bias, float *y);
void sx_plain_depthwise_backward(const sx_conv_sizes *s, size_t examples, const float *dy,
                                 const float *weights, float *dx);
void sx_plain_depthwise_gradient(const sx_conv_sizes *s, size_t examples, const float *x, const float *dy,
                                 float *dw, float *db);

void sx_plain_norm_sums(const sx_norm_sizes *s, size_t examples, const float *x, const float *centres,
                        double *sum, double *sum_of_squares);
void sx_plain_norm_apply(const sx_norm_sizes *s, size_t examples, const float *x, const float *scale,
                         const float *shift, float *y);
void sx_plain_norm_gradient_sums(const sx_norm_sizes *s, size_t examples, const float *x, const float *dy,
                                 const float *mean, const float *inv_std, double *sum_dy,
                                 double *sum_dy_xhat);
void sx_plain_norm_backward(const sx_norm_sizes *s, size_t examples, const float *x, const float *dy,
                            const float *a, const float *b, const float *c, float *dx);

void sx_plain_norm_relu_forward(const sx_norm_sizes *s, size_t examples, const float *x,
                                const sx_norm_relu *by, float *y);
void sx_plain_norm_relu_gradient_sums(const sx_norm_sizes *s, size_t examples, const float *x,
                                      const float *dy, const sx_norm_relu *by, double *sum_dy,
                                      double *sum_dy_xhat);
void sx_plain_norm_relu_backward(const sx_norm_sizes *s, size_t examples, const float *x, const float *dy,
                                 const sx_norm_relu *by, float *dx);

void sx_plain_max_pool_forward(const sx_pool_sizes *s, size_t examples, const float *x, float *y,
                               uint32_t *winner);
void sx_plain_max_pool_backward(const sx_pool_sizes *s, size_t examples, const float *dy,
                                const uint32_t *winner, float *dx);
void sx_plain_average_pool_forward(const sx_pool_sizes *s, size_t examples, const float *x, float *y);
void sx_plain_average_pool_backward(const sx_pool_sizes *s, size_t examples, const float *dy, float *dx);

void sx_plain_block_forward(const sx_block_sizes *s, size_t examples, const float *x, const float *scale,
                            const float *shift, const float *mean, float *y, float *deviation,
                            uint8_t *winner);
void sx_plain_block_gradient_sums(const sx_block_sizes *s, size_t examples, const float *dy,
                                  const float *deviation, const uint8_t *winner, const float *inv_std,
                                  double *sum_dy, double *sum_dy_xhat);
void sx_plain_block_backward(const sx_block_sizes *s, size_t examples, const float *x, const float *dy,
                             const uint8_t *winner, const float *a, const float *b, const float *c,
                             float *dx);

void sx_plain_image_products(const sx_image_sizes *s, size_t examples, const float *x, double *sums,
                             double *scratch);
void sx_plain_winner_gradient(const sx_conv_sizes *s, const sx_block_sizes *block, size_t examples,
                              const float *x, const float *dy, const uint8_t *winner, const float *a,
                              float *dw, float *db, float *scratch);

void sx_plain_conv_finish(const sx_conv_sizes *s, const sx_finish *finish, size_t examples, const float *x,
                          const float *packed, const float *bias, float *y, float *middle, float *scratch);
void sx_plain_depthwise_finish(const sx_conv_sizes *s, const sx_finish *finish, size_t examples,
                               const float *x, const float *weights, const float *bias, float *y,
                               float *middle);

void sx_plain_dense_forward(size_t rows, size_t in, size_t out, const float *x, const float *w,
                            const float *bias, float *y);
void sx_plain_dense_backward(size_t rows, size_t in, size_t out, const float *dy, const float *w, float *dx);
void sx_plain_dense_gradient(size_t rows, size_t in, size_t out, const float *x, const float *dy, float *dw,
                             float *db);

#endif
