/* golden_nets.h: the nets that were exported and run in other tools, with weights and moving statistics that
 * are functions of the net alone. */
#ifndef TESTS_EXCHANGE_GOLDEN_NETS_H
#define TESTS_EXCHANGE_GOLDEN_NETS_H

#include "model/nets.h"

typedef struct golden_net {
    const char *name, *spec;
    sx_axis axis;
    sx_shape input;
    const char *frontend; /* JSON; NULL = trained on arrays */
    double duration_s;
} golden_net;

static const char *const golden_plain =
    "{\"name\": \"plain\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 4, \"kernel_size\": [3, 2], \"padding\": \"same\"},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"max_pool\", \"pool_size\": [2, 3], \"padding\": \"same\"},"
    "{\"type\": \"conv2d\", \"filters\": 5, \"kernel_size\": 2, \"dilation\": 2, \"use_bias\": false},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"leaky_relu\"},"
    "{\"type\": \"global_average_pool\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

static const char *const golden_residual =
    "{\"name\": \"residual\", \"layers\": ["
    "{\"type\": \"conv2d\", \"name\": \"stem\", \"filters\": 4, \"kernel_size\": 3, \"strides\": [2, 1], "
    "\"padding\": \"same\"},"
    "{\"type\": \"activation\", \"name\": \"elu_1\", \"activation\": \"elu\", \"alpha\": 0.7},"
    "{\"type\": \"depthwise_conv2d\", \"kernel_size\": 3, \"depth_multiplier\": 2, \"padding\": \"same\"},"
    "{\"type\": \"normalisation\"},"
    "{\"type\": \"activation\", \"activation\": \"silu\"},"
    "{\"type\": \"conv2d\", \"filters\": 4, \"kernel_size\": 1},"
    "{\"type\": \"normalisation\", \"axis\": \"frequency\"},"
    "{\"type\": \"dropout\", \"rate\": 0.3},"
    "{\"type\": \"add\", \"name\": \"sum\", \"inputs\": [\"dropout_1\", \"elu_1\", \"stem\"]},"
    "{\"type\": \"activation\", \"activation\": \"tanh\"},"
    "{\"type\": \"average_pool\", \"pool_size\": 3, \"strides\": 2, \"padding\": \"same\"},"
    "{\"type\": \"dense\", \"units\": 3},"
    "{\"type\": \"normalisation\"},"
    "{\"type\": \"flatten\"},"
    "{\"type\": \"dense\", \"units\": 5},"
    "{\"type\": \"activation\", \"activation\": \"sigmoid\"},"
    "{\"type\": \"normalisation\", \"scale\": false},"
    "{\"type\": \"dense\", \"units\": \"$classes\"},"
    "{\"type\": \"activation\", \"activation\": \"softmax\"}]}";

static const char *const golden_statistics =
    "{\"name\": \"statistics\", \"layers\": ["
    "{\"type\": \"normalisation\", \"keep\": []},"
    "{\"type\": \"conv2d\", \"filters\": 3, \"kernel_size\": 3},"
    "{\"type\": \"normalisation\", \"keep\": [\"frequency\", \"channels\"]},"
    "{\"type\": \"normalisation\", \"keep\": [\"frequency\"], \"affine\": [\"channels\"]},"
    "{\"type\": \"conv2d\", \"filters\": 4, \"kernel_size\": 2},"
    "{\"type\": \"normalisation\", \"keep\": [\"batch\", \"channels\"], \"affine\": [\"channels\"]},"
    "{\"type\": \"conv2d\", \"filters\": 4, \"kernel_size\": 2},"
    "{\"type\": \"normalisation\", \"keep\": [\"batch\", \"time\", \"frequency\"], \"affine\": "
    "[\"channels\"]},"
    "{\"type\": \"normalisation\", \"keep\": [\"batch\", \"frequency\"], \"center\": false},"
    "{\"type\": \"normalisation\", \"keep\": [\"time\"], \"scale\": false, \"center\": false},"
    "{\"type\": \"global_max_pool\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

static const char *const golden_heard =
    "{\"name\": \"heard\", \"layers\": ["
    "{\"type\": \"conv2d\", \"filters\": 3, \"kernel_size\": 3, \"strides\": 2},"
    "{\"type\": \"normalisation\", \"axis\": \"$axis\"},"
    "{\"type\": \"activation\", \"activation\": \"relu\"},"
    "{\"type\": \"global_average_pool\"},"
    "{\"type\": \"dense\", \"units\": \"$classes\"}]}";

static const golden_net golden_nets[] = {
    {"channels", golden_plain, SX_AXIS_CHANNELS, {11, 8, 2}, NULL, 0},
    {"frequency", golden_plain, SX_AXIS_FREQUENCY, {11, 8, 2}, NULL, 0},
    {"time", golden_plain, SX_AXIS_TIME, {11, 8, 2}, NULL, 0},
    {"residual", golden_residual, SX_AXIS_CHANNELS, {9, 6, 1}, NULL, 0},
    {"statistics", golden_statistics, SX_AXIS_CHANNELS, {10, 7, 2}, NULL, 0},
    {"log",
     golden_heard,
     SX_AXIS_FREQUENCY,
     {8, 20, 1},
     "{\"preset\": \"sonaxis\", \"rate_hz\": 8000, \"band_count\": 20, \"high_hz\": 4000}",
     0.1},
    {"librosa",
     golden_heard,
     SX_AXIS_FREQUENCY,
     {5, 24, 1},
     "{\"preset\": \"librosa\", \"rate_hz\": 8000, \"band_count\": 24, \"fft_size\": 512, "
     "\"window_samples\": "
     "512, \"hop_samples\": 200, \"high_hz\": 4000}",
     0.1},
    {"torchaudio",
     golden_heard,
     SX_AXIS_TIME,
     {5, 20, 1},
     "{\"preset\": \"torchaudio\", \"rate_hz\": 8000, \"band_count\": 20, \"high_hz\": 4000}",
     0.1},
    {"pcen",
     golden_heard,
     SX_AXIS_CHANNELS,
     {8, 20, 1},
     "{\"preset\": \"sonaxis\", \"rate_hz\": 8000, \"band_count\": 20, \"high_hz\": 4000, \"compression\": "
     "\"pcen\", \"power\": 1}",
     0.1},
    {"linear",
     golden_heard,
     SX_AXIS_FREQUENCY,
     {8, 97, 2},
     "{\"preset\": \"sonaxis\", \"rate_hz\": 8000, \"bands\": \"linear\", \"low_hz\": 500, \"high_hz\": "
     "3500}",
     0.1},
};
enum { GOLDEN_NETS = sizeof golden_nets / sizeof *golden_nets };

/* Kernels as drawn; everything else at no special value. */
static inline void golden_fill_weights(sx_model *model) {
    for (size_t i = 0; i < model->node_count; i++)
        for (int w = 0; w < model->nodes[i].plan.weight_count; w++) {
            const sx_weight_plan *plan = &model->nodes[i].plan.weights[w];
            const sx_stream stream = {
                .seed = 4, .purpose = SX_PURPOSE_TEST, .layer = (uint32_t)i, .step = (uint32_t)w};
            float *values = model->nodes[i].weights[w];
            for (size_t k = 0; strcmp(plan->name, "kernel") != 0 && k < plan->count; k++) {
                double u = sx_random_uniform(&stream, k);
                values[k] = (float)(strstr(plan->name, "variance") ? 0.3 + u : 2 * u - 0.8);
            }
        }
    sx_model_weights_changed(model);
}

/* Free both. */
static inline sx_model *golden_build(const golden_net *net, sx_model_card *card) {
    static const char *const labels[] = {"left", "\"right\"", "h\xc3\xb6her"};
    const sx_model_options options = net_options(net->input, 8, false);
    sx_error err = {0};
    sx_model *model = net_build(net->spec, net->axis, &options);
    golden_fill_weights(model);
    *card = (sx_model_card){.label_count = 3,
                            .from_arrays = net->frontend == NULL,
                            .duration_s = net->duration_s,
                            .standardise = {-3.5, 2.25}};
    card->channels = net->input.channels > 1 ? SX_CHANNELS_KEEP : SX_CHANNELS_MIX;
    card->label_names = sx_alloc(3, sizeof *card->label_names);
    for (int i = 0; i < 3; i++)
        card->label_names[i] = sx_copy_text(labels[i]);
    if (net->frontend && sx_frontend_from_json(net->frontend, &card->frontend, &err) != SX_OK)
        fail_msg("%s", err.text);
    return model;
}

#endif
