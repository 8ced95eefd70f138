/* onnx_run.c: a graph run, operator after operator. */
#include "exchange/onnx_read.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static const sx_onnx_entry *find_in(const sx_onnx_entry *group, sx_bytes op) {
    for (; group->op; group++)
        if (sx_bytes_equal(op, group->op)) return group;
    return NULL;
}

static const sx_onnx_entry *find_operator(sx_bytes op) {
    const sx_onnx_entry *const groups[] = {sx_onnx_map_operators, sx_onnx_element_operators,
                                           sx_onnx_shape_operators, sx_onnx_matrix_operators,
                                           sx_onnx_order_operators};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        const sx_onnx_entry *found = find_in(groups[i], op);
        if (found) return found;
    }
    return NULL;
}

static void round_to_float(sx_tensor *tensor) {
    if (tensor->element != SX_ELEMENT_FLOAT) return;
    for (size_t i = 0; i < tensor->count; i++)
        tensor->values[i] = (double)(float)tensor->values[i];
}

/* values: of each number, made by this run. */
static const sx_tensor *value_at(const sx_onnx_net *net, const sx_tensor *values, int number) {
    return values[number].values ? &values[number] : &net->constants[number];
}

static sx_status run_node(const sx_onnx_net *net, const sx_read_node *node, sx_tensor *values,
                          sx_error *err) {
    const sx_tensor *in[SX_READ_INPUTS] = {NULL};
    const sx_onnx_entry *entry = find_operator(node->op);
    if (!entry)
        return sx_fail(err, SX_E_UNSUPPORTED, "operator '%.*s' is not one this reader knows",
                       (int)node->op.size, (const char *)node->op.at);
    if (node->input_count < entry->least_inputs || value_at(net, values, node->output)->values)
        return sx_fail(err, SX_E_FORMAT, "%s: inputs are missing, or its output is made twice", entry->op);
    for (int i = 0; i < node->input_count; i++) {
        in[i] = value_at(net, values, node->inputs[i]);
        if (!in[i]->values)
            return sx_fail(err, SX_E_FORMAT, "%s: input %d is made by nobody", entry->op, i + 1);
    }
    sx_status status = entry->run(node, in, &values[node->output], err);
    if (status == SX_OK)
        round_to_float(&values[node->output]);
    else
        sx_error_prefix(err, "%s", entry->op);
    return status;
}

static sx_status set_input(const sx_onnx_net *net, const float *x, size_t count, size_t example,
                           sx_tensor *values, sx_error *err) {
    size_t dims[SX_TENSOR_RANK];
    memcpy(dims, net->input_dims, sizeof dims);
    dims[0] = count;
    sx_tensor *input = &values[net->input];
    sx_status status = sx_tensor_create(SX_ELEMENT_FLOAT, dims, net->input_rank, input, err);
    if (status != SX_OK) return status;
    if (input->count != count * example)
        return sx_fail(err, SX_E_SHAPE, "the graph takes %zu values, not %zu", input->count, count * example);
    for (size_t i = 0; i < input->count; i++)
        input->values[i] = (double)x[i];
    return SX_OK;
}

static sx_status give_output(const sx_tensor *output, size_t wanted, float *y, sx_error *err) {
    if (!output->values || output->count != wanted)
        return sx_fail(err, SX_E_SHAPE, "the graph gives %zu values, not %zu", output->count, wanted);
    for (size_t i = 0; i < wanted; i++)
        y[i] = (float)output->values[i];
    return SX_OK;
}

/* Outputs that nobody takes any more. */
static void drop_used(const sx_onnx_net *net, size_t done, sx_tensor *values) {
    const sx_read_node *node = &net->nodes[done];
    for (int i = 0; i < node->input_count; i++)
        if (net->last_use[node->inputs[i]] == done) sx_tensor_clear(&values[node->inputs[i]]);
}

sx_status sx_onnx_run(const sx_onnx_net *net, const float *x, size_t count, size_t example, float *y,
                      size_t width, sx_error *err) {
    sx_tensor *values = sx_alloc(net->value_count, sizeof *values);
    if (!values) return sx_fail_memory(err, net->value_count * sizeof *values);
    sx_status status = set_input(net, x, count, example, values, err);
    for (size_t i = 0; status == SX_OK && i < net->node_count; i++) {
        status = run_node(net, &net->nodes[i], values, err);
        drop_used(net, i, values);
    }
    if (status == SX_OK) status = give_output(value_at(net, values, net->output), count * width, y, err);
    for (size_t i = 0; i < net->value_count; i++)
        sx_tensor_clear(&values[i]);
    sx_free(values);
    return status;
}
