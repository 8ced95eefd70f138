/* onnx_conv.c: convolutions and dense layers, with the normalisation that their weights take in. ONNX wants
 * the output channel first: (out, in / groups, time, frequency). */
#include "exchange/onnx_layers.h"

#include "base/error.h"
#include "exchange/fold.h"
#include "layers/conv.h"

#include <string.h>

/* A layer's kernel and bias on their way: Keras's layout, the output channel last, `rows` weights for each.
 */
typedef struct linear {
    size_t rows, channels;
    float *kernel, *bias, *turned; /* turned: output channel first */
} linear;

static void linear_clear(linear *l) { sx_free(l->kernel); }

static sx_status take_in(const sx_node *norm, linear *l, sx_error *err) {
    sx_fold fold = {0};
    sx_status status = sx_fold_tables(norm, &fold, err);
    if (status == SX_OK) sx_fold_into(&fold, l->rows, l->channels, l->kernel, l->bias);
    sx_fold_clear(&fold);
    return status;
}

static sx_status linear_init(const sx_onnx_writer *writer, size_t index, size_t channels, linear *l,
                             sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    size_t count = node->plan.weights[0].count;
    float *block = sx_alloc(2 * count + channels, sizeof *block);
    if (!block) return sx_fail_memory(err, (2 * count + channels) * sizeof *block);
    *l = (linear){count / channels, channels, block, block + count, block + count + channels};
    memcpy(l->kernel, node->weights[0], count * sizeof *block);
    if (node->plan.weight_count > 1) memcpy(l->bias, node->weights[1], channels * sizeof *block);
    int norm = writer->folded[index];
    sx_status status = norm < 0 ? SX_OK : take_in(&writer->model->nodes[norm], l, err);
    if (status != SX_OK) {
        linear_clear(l);
        return status;
    }
    for (size_t row = 0; row < l->rows; row++)
        for (size_t c = 0; c < channels; c++)
            l->turned[c * l->rows + row] = l->kernel[row * channels + c];
    return SX_OK;
}

/* (time, frequency, in) of each output channel -> (in, time, frequency). */
static void put_channels_first(linear *l, size_t places, size_t in) {
    for (size_t c = 0; c < l->channels; c++) {
        float *from = l->turned + c * l->rows, *to = l->kernel + c * l->rows;
        for (size_t place = 0; place < places; place++)
            for (size_t k = 0; k < in; k++)
                to[k * places + place] = from[place * in + k];
    }
    memcpy(l->turned, l->kernel, l->rows * l->channels * sizeof *l->turned);
}

static bool has_bias(const sx_onnx_writer *writer, size_t index) {
    return writer->model->nodes[index].plan.weight_count > 1 || writer->folded[index] >= 0;
}

static int64_t end_padding(size_t in, size_t out, size_t size, size_t stride, size_t dilation, size_t begin) {
    int64_t reach = (int64_t)((out - 1) * stride + (size - 1) * dilation + 1);
    int64_t rest = reach - (int64_t)in - (int64_t)begin;
    return rest > 0 ? rest : 0;
}

void sx_onnx_window(sx_onnx_node *node, const sx_window *window, sx_shape in) {
    sx_window_fit fit = sx_window_place(window, in);
    const int64_t size[] = {(int64_t)window->size.time, (int64_t)window->size.frequency};
    const int64_t stride[] = {(int64_t)window->stride.time, (int64_t)window->stride.frequency};
    const int64_t dilation[] = {(int64_t)window->dilation.time, (int64_t)window->dilation.frequency};
    const int64_t pads[] = {(int64_t)fit.pad.time, (int64_t)fit.pad.frequency,
                            end_padding(in.time, fit.out.time, window->size.time, window->stride.time,
                                        window->dilation.time, fit.pad.time),
                            end_padding(in.frequency, fit.out.frequency, window->size.frequency,
                                        window->stride.frequency, window->dilation.frequency,
                                        fit.pad.frequency)};
    sx_onnx_ints(node, "kernel_shape", size, 2);
    sx_onnx_ints(node, "strides", stride, 2);
    if (dilation[0] != 1 || dilation[1] != 1) sx_onnx_ints(node, "dilations", dilation, 2);
    sx_onnx_ints(node, "pads", pads, 4);
}

/* dims: of the kernel in ONNX's order. */
static sx_onnx_value add_conv(sx_onnx_writer *writer, size_t index, const linear *l, const size_t dims[4],
                              const sx_window *window, const sx_onnx_value *input) {
    const sx_node *node = &writer->model->nodes[index];
    sx_onnx_value map = sx_onnx_as_map(&writer->graph, input);
    sx_onnx_value kernel = sx_onnx_floats(&writer->graph, "kernel", l->turned, dims, 4);
    sx_onnx_node conv = sx_onnx_begin("Conv");
    sx_onnx_input(&conv, &map);
    sx_onnx_input(&conv, &kernel);
    if (has_bias(writer, index)) {
        sx_onnx_value bias = sx_onnx_floats(&writer->graph, "bias", l->bias, &l->channels, 1);
        sx_onnx_input(&conv, &bias);
    }
    size_t groups = node->input_shapes[0].channels / dims[1];
    if (groups > 1) sx_onnx_integer(&conv, "group", (int64_t)groups);
    sx_onnx_window(&conv, window, node->input_shapes[0]);
    return sx_onnx_end(&writer->graph, &conv);
}

static sx_status read_window(const sx_onnx_writer *writer, size_t index, sx_window *window, sx_error *err) {
    return sx_window_read(sx_spec_layer(writer->model->filled, index), writer->model->nodes[index].name,
                          window, err);
}

sx_status sx_onnx_write_conv(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                             sx_onnx_value *output, sx_error *err) {
    const sx_weight_plan *weight = &writer->model->nodes[index].plan.weights[0];
    const size_t dims[4] = {weight->dims[3], weight->dims[2], weight->dims[0], weight->dims[1]};
    sx_window window;
    linear l;
    sx_status status = read_window(writer, index, &window, err);
    if (status == SX_OK) status = linear_init(writer, index, dims[0], &l, err);
    if (status != SX_OK) return status;
    put_channels_first(&l, dims[2] * dims[3], dims[1]);
    *output = add_conv(writer, index, &l, dims, &window, inputs);
    linear_clear(&l);
    return SX_OK;
}

/* Every input channel is a group; the kernel's (in, multiplier) is the output channel already. */
sx_status sx_onnx_write_depthwise(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                  sx_onnx_value *output, sx_error *err) {
    const sx_weight_plan *weight = &writer->model->nodes[index].plan.weights[0];
    const size_t dims[4] = {weight->dims[2] * weight->dims[3], 1, weight->dims[0], weight->dims[1]};
    sx_window window;
    linear l;
    sx_status status = read_window(writer, index, &window, err);
    if (status == SX_OK) status = linear_init(writer, index, dims[0], &l, err);
    if (status != SX_OK) return status;
    *output = add_conv(writer, index, &l, dims, &window, inputs);
    linear_clear(&l);
    return SX_OK;
}

/* A kernel one band wide. */
sx_status sx_onnx_write_conv1d(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                               sx_onnx_value *output, sx_error *err) {
    const sx_weight_plan *weight = &writer->model->nodes[index].plan.weights[0];
    const sx_conv_options *options = writer->model->nodes[index].options;
    const size_t dims[4] = {weight->dims[2], weight->dims[1], weight->dims[0], 1};
    linear l;
    sx_status status = linear_init(writer, index, dims[0], &l, err);
    if (status != SX_OK) return status;
    put_channels_first(&l, dims[2], dims[1]);
    *output = add_conv(writer, index, &l, dims, &options->window, inputs);
    linear_clear(&l);
    return SX_OK;
}

/* (rows, columns) -> (columns, rows) */
static void turn(const float *from, size_t rows, size_t columns, float *to) {
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            to[c * rows + r] = from[r * columns + c];
}

static sx_onnx_value add_pointwise(sx_onnx_writer *writer, const sx_node *node, const float *kernel,
                                   const sx_onnx_value *x) {
    const size_t filters = node->plan.output.channels, between = node->plan.weights[1].dims[2];
    const size_t dims[4] = {filters, between, 1, 1};
    sx_onnx_value weights = sx_onnx_floats(&writer->graph, "pointwise_kernel", kernel, dims, 4);
    sx_onnx_node conv = sx_onnx_begin("Conv");
    sx_onnx_input(&conv, x);
    sx_onnx_input(&conv, &weights);
    if (node->plan.weight_count > 2) {
        sx_onnx_value bias = sx_onnx_floats(&writer->graph, "bias", node->weights[2], &filters, 1);
        sx_onnx_input(&conv, &bias);
    }
    return sx_onnx_end(&writer->graph, &conv);
}

static sx_onnx_value add_spread(sx_onnx_writer *writer, const sx_node *node, const sx_window *window,
                                const float *kernel, const sx_onnx_value *x) {
    const sx_weight_plan *plan = &node->plan.weights[0];
    const size_t dims[4] = {plan->dims[2] * plan->dims[3], 1, plan->dims[0], plan->dims[1]};
    sx_onnx_value map = sx_onnx_as_map(&writer->graph, x);
    sx_onnx_value weights = sx_onnx_floats(&writer->graph, "depthwise_kernel", kernel, dims, 4);
    sx_onnx_node conv = sx_onnx_begin("Conv");
    sx_onnx_input(&conv, &map);
    sx_onnx_input(&conv, &weights);
    sx_onnx_integer(&conv, "group", (int64_t)node->input_shapes[0].channels);
    sx_onnx_window(&conv, window, node->input_shapes[0]);
    return sx_onnx_end(&writer->graph, &conv);
}

sx_status sx_onnx_write_separable(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                                  sx_onnx_value *output, sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    const sx_weight_plan *first = &node->plan.weights[0], *second = &node->plan.weights[1];
    size_t between = second->dims[2], filters = second->dims[3];
    sx_window window;
    sx_status status = read_window(writer, index, &window, err);
    if (status != SX_OK) return status;
    float *turned = sx_alloc(first->count + second->count, sizeof *turned);
    if (!turned) return sx_fail_memory(err, (first->count + second->count) * sizeof *turned);
    turn(node->weights[0], first->count / between, between, turned);
    turn(node->weights[1], between, filters, turned + first->count);
    sx_onnx_value spread = add_spread(writer, node, &window, turned, &inputs[0]);
    *output = add_pointwise(writer, node, turned + first->count, &spread);
    sx_free(turned);
    return SX_OK;
}

/* Gemm on a row, a 1x1 convolution where there are several places. */
sx_status sx_onnx_write_dense(sx_onnx_writer *writer, size_t index, const sx_onnx_value *inputs,
                              sx_onnx_value *output, sx_error *err) {
    const sx_node *node = &writer->model->nodes[index];
    const size_t *kernel_dims = node->plan.weights[0].dims;
    const sx_window one = {.size = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}};
    const size_t dims[4] = {kernel_dims[1], kernel_dims[0], 1, 1};
    linear l;
    sx_status status = linear_init(writer, index, dims[0], &l, err);
    if (status != SX_OK) return status;
    if (node->input_shapes[0].time * node->input_shapes[0].frequency > 1) {
        *output = add_conv(writer, index, &l, dims, &one, inputs);
        linear_clear(&l);
        return SX_OK;
    }
    sx_onnx_value row = sx_onnx_as_row(&writer->graph, inputs);
    sx_onnx_value kernel = sx_onnx_floats(&writer->graph, "kernel", l.kernel, kernel_dims, 2);
    sx_onnx_node gemm = sx_onnx_begin("Gemm");
    sx_onnx_input(&gemm, &row);
    sx_onnx_input(&gemm, &kernel);
    if (has_bias(writer, index)) {
        sx_onnx_value bias = sx_onnx_floats(&writer->graph, "bias", l.bias, &l.channels, 1);
        sx_onnx_input(&gemm, &bias);
    }
    *output = sx_onnx_end(&writer->graph, &gemm);
    output->is_row = true;
    linear_clear(&l);
    return SX_OK;
}
