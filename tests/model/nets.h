/* nets.h: nets for the tests of models. */
#ifndef TESTS_MODEL_NETS_H
#define TESTS_MODEL_NETS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/graph.h"

/* Smooth, with a residual branch, an output used three times, one of them twice by the same layer, dropout,
 * and every way of normalising. */
static const char *const branched_net =
    "{\"name\": \"branched\", \"layers\": ["
    "{\"type\": \"conv2d\", \"name\": \"stem\", \"filters\": 4, \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"name\": \"norm_a\", \"axis\": \"$axis\", \"epsilon\": 0.1},"
    "{\"type\": \"activation\", \"name\": \"tanh_a\", \"activation\": \"tanh\"},"
    "{\"type\": \"depthwise_conv2d\", \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"keep\": [\"batch\", \"$axis\"], \"affine\": [\"channels\"], "
    "\"epsilon\": 0.1},"
    "{\"type\": \"dropout\", \"rate\": 0.2},"
    "{\"type\": \"conv2d\", \"name\": \"side\", \"filters\": 4, \"kernel_size\": 1, \"inputs\": "
    "[\"tanh_a\"]},"
    "{\"type\": \"add\", \"name\": \"sum\", \"inputs\": [\"dropout_1\", \"side\", \"tanh_a\", \"tanh_a\"]},"
    "{\"type\": \"activation\", \"activation\": \"silu\"},"
    "{\"type\": \"average_pool\", \"pool_size\": 2, \"padding\": \"same\"},"
    "{\"type\": \"conv2d\", \"filters\": 3, \"kernel_size\": 2, \"strides\": [2, 1]},"
    "{\"type\": \"flatten\"},"
    "{\"type\": \"dense\", \"units\": 6},"
    "{\"type\": \"activation\", \"activation\": \"sigmoid\"},"
    "{\"type\": \"dropout\", \"rate\": 0.1},"
    "{\"type\": \"dense\", \"units\": \"$classes\"},"
    "{\"type\": \"activation\", \"name\": \"scores\", \"activation\": \"softmax\"}]}";

/* The first block of a map of 17x12 goes through an example by rows. */
static const char *const wide_first =
    "{\"name\": \"wide first\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 512, \"kernel_size\": [3, 2], \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"max_pool\"},"
    "{\"type\": \"global_average_pool\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

/* A deferred block without ReLU that feeds one that pools. */
static const char *const fed_pool =
    "{\"name\": \"fed\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 18, \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"conv2d\", \"filters\": 20, \"kernel_size\": 3, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"max_pool\"},"
    "{\"type\": \"flatten\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

/* Maps so large that the second block, which is fed, does its convolution again. */
static const char *const wide_blocks =
    "{\"name\": \"wide\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 544, \"kernel_size\": 2},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"depthwise_conv2d\", \"kernel_size\": 2, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"global_average_pool\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

/* The layers that branched_net has not; for an input of 17x12x2. */
static const char *const many_net =
    "{\"name\": \"many\", \"layers\": ["
    "{\"type\": \"rescaling\", \"scale\": [0.5, 2], \"offset\": 0.25},"
    "{\"type\": \"standardisation\", \"mean\": [0.1, -0.2], \"variance\": [1.5, 4]},"
    "{\"type\": \"gaussian_noise\"},"
    "{\"type\": \"conv1d\", \"filters\": 4, \"kernel_size\": 3, \"padding\": \"causal\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"conv2d\", \"filters\": 8, \"kernel_size\": 3, \"groups\": 2, \"initializer\": "
    "\"he_normal\"},"
    "{\"type\": \"normalisation\", \"axis\": [\"$axis\"]},"
    "{\"type\": \"activation\", \"activation\": \"relu\", \"max_value\": 6},"
    "{\"type\": \"separable_conv2d\", \"name\": \"separable\", \"filters\": 6, \"kernel_size\": 2, "
    "\"padding\": \"same\"},"
    "{\"type\": \"group_normalisation\", \"groups\": 3},"
    "{\"type\": \"prelu\", \"name\": \"map\", \"shared_axes\": [1, 2]},"
    "{\"type\": \"global_average_pool\", \"keepdims\": true},"
    "{\"type\": \"activation\", \"name\": \"gate\", \"activation\": \"hard_sigmoid\"},"
    "{\"type\": \"multiply\", \"name\": \"gated\", \"inputs\": [\"map\", \"gate\"]},"
    "{\"type\": \"subtract\", \"inputs\": [\"map\", \"separable\"]},"
    "{\"type\": \"spatial_dropout\", \"rate\": 0.2},"
    "{\"type\": \"maximum\", \"name\": \"larger\", \"inputs\": [\"gated\", \"spatial_dropout_1\"]},"
    "{\"type\": \"minimum\", \"inputs\": [\"gated\", \"map\"]},"
    "{\"type\": \"average\", \"inputs\": [\"minimum_1\", \"larger\"]},"
    "{\"type\": \"zero_padding\", \"padding\": [1, 0]},"
    "{\"type\": \"cropping\", \"cropping\": [[2, 0], 1]},"
    "{\"type\": \"average_pool\"},"
    "{\"type\": \"up_sampling\", \"interpolation\": \"bilinear\"},"
    "{\"type\": \"activation\", \"name\": \"a\", \"activation\": \"gelu\"},"
    "{\"type\": \"activation\", \"name\": \"b\", \"activation\": \"softmax\", \"axis\": [1, 2], \"inputs\": "
    "[\"a\"]},"
    "{\"type\": \"concatenate\", \"inputs\": [\"a\", \"b\"]},"
    "{\"type\": \"activation\", \"activation\": \"glu\"},"
    "{\"type\": \"permute\", \"dims\": [2, 1, 3]},"
    "{\"type\": \"reshape\", \"target_shape\": [4, -1]},"
    "{\"type\": \"activation\", \"activation\": \"sparsemax\", \"axis\": \"time\"},"
    "{\"type\": \"flatten\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

static inline sx_model_options net_options(sx_shape input, size_t batch, bool training) {
    return (sx_model_options){
        .input = input, .classes = 3, .batch = batch, .training = training, .seed = 42, .threads = 1};
}

/* From JSON or a built-in name, axes filled. */
static inline sx_model *net_build(const char *net, sx_axis axis, const sx_model_options *options) {
    sx_model_spec *spec = NULL;
    sx_model *model = NULL;
    sx_error err = {0};
    sx_status status =
        net[0] == '{' ? sx_model_spec_parse(net, "test", &spec, &err) : sx_model_spec_open(net, &spec, &err);
    if (status == SX_OK && sx_model_spec_needs_axis(spec))
        status = sx_model_spec_set_axis(spec, axis, NULL, &err);
    if (status == SX_OK) status = sx_model_build(spec, options, &model, &err);
    sx_model_spec_free(spec);
    if (status != SX_OK) fail_msg("%s", err.text);
    return model;
}

static inline void net_random(float *values, size_t count, uint32_t layer) {
    const sx_stream stream = {.seed = 9, .purpose = SX_PURPOSE_TEST, .layer = layer};
    for (size_t i = 0; i < count; i++)
        values[i] = (float)sx_random_normal(&stream, i);
}

static inline void net_fill_input(sx_model *model, size_t count) {
    net_random(sx_model_input(model), count * sx_shape_count(sx_model_input_shape(model)), 0);
}

#endif
