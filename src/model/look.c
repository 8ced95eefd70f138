/* look.c: what a model lets others see of itself. */
#include "model/graph.h"

#include <assert.h>

float *sx_model_weights(sx_model *model) { return model->weights; }
float *sx_model_gradients(sx_model *model) { return model->gradients; }
size_t sx_model_trainable_count(const sx_model *model) { return model->trainable_count; }
float *sx_model_statistics(sx_model *model) { return model->statistics; }
size_t sx_model_statistics_count(const sx_model *model) { return model->statistics_count; }
size_t sx_model_layer_count(const sx_model *model) { return model->node_count; }
sx_pool *sx_model_pool(sx_model *model) { return model->pool; }
size_t sx_model_batch(const sx_model *model) { return model->options.batch; }
uint64_t sx_model_seed(const sx_model *model) { return model->options.seed; }
const sx_model_spec *sx_model_get_spec(const sx_model *model) { return model->spec; }
float *sx_model_input(sx_model *model) { return model->input; }
size_t sx_model_class_count(const sx_model *model) { return model->options.classes; }
sx_shape sx_model_input_shape(const sx_model *model) { return model->options.input; }

size_t sx_model_parameter_count(const sx_model *model) {
    return model->trainable_count + model->statistics_count;
}

double sx_model_moving_momentum(const sx_model *model) {
    double slowest = 0;
    for (size_t i = 0; i < model->node_count; i++) {
        const sx_layer_plan *plan = sx_model_layer_plan(model, i);
        if (plan->has_statistics && plan->momentum > slowest) slowest = plan->momentum;
    }
    return slowest;
}

const char *sx_model_layer_name(const sx_model *model, size_t layer) {
    assert(layer < model->node_count);
    return model->nodes[layer].name;
}

const sx_layer_plan *sx_model_layer_plan(const sx_model *model, size_t layer) {
    assert(layer < model->node_count);
    return &model->nodes[layer].plan;
}

float *sx_model_layer_weight(sx_model *model, size_t layer, int weight) {
    assert(layer < model->node_count && weight < model->nodes[layer].plan.weight_count);
    return model->nodes[layer].weights[weight];
}

sx_shape sx_model_layer_input_shape(const sx_model *model, size_t layer) {
    assert(layer < model->node_count);
    return model->nodes[layer].input_shapes[0];
}

const float *sx_model_layer_input(const sx_model *model, size_t layer) {
    assert(layer < model->node_count);
    const int from = model->nodes[layer].inputs[0];
    return from < 0 ? model->input : model->nodes[from].output;
}

const float *sx_model_layer_output(const sx_model *model, size_t layer) {
    assert(layer < model->node_count && model->options.exact);
    return model->nodes[layer].output;
}
