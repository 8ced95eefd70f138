/* output.c: the softmax or sigmoid at a net's end, which running it leaves out, applied as Keras does. */
#include "model/graph.h"
#include "sonaxis/exchange.h"

#include <math.h>
#include <string.h>

sx_output sx_model_output(const sx_model *model) {
    if (model->run_count == model->node_count) return SX_OUTPUT_RAW;
    const sx_json *last = sx_spec_layer(model->filled, model->node_count - 1);
    const char *function = sx_json_text(sx_json_get(last, "activation"));
    return function && strcmp(function, "sigmoid") == 0 ? SX_OUTPUT_SIGMOID : SX_OUTPUT_SOFTMAX;
}

static void softmax(float *row, size_t count) {
    double most = -INFINITY, sum = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, (double)row[i]);
    for (size_t i = 0; i < count; i++)
        sum += exp((double)row[i] - most);
    for (size_t i = 0; i < count; i++)
        row[i] = (float)(exp((double)row[i] - most) / sum);
}

static void sigmoid(float *row, size_t count) {
    for (size_t i = 0; i < count; i++)
        row[i] = (float)(1 / (1 + exp(-(double)row[i])));
}

void sx_output_apply(sx_output output, float *values, size_t count, size_t classes) {
    if (output == SX_OUTPUT_SIGMOID) sigmoid(values, count * classes);
    for (size_t i = 0; output == SX_OUTPUT_SOFTMAX && i < count; i++)
        softmax(values + i * classes, classes);
}
