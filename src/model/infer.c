/* infer.c: blocks of a net that only infers. They are made ready when the weights change and then run without
 * a look at specs, statistics or tables; see layers/infer_block.h. */
#include "model/graph.h"

#include <string.h>

void sx_graph_plan_inference(sx_model *model) {
    int threads = model->options.threads ? model->options.threads : sx_core_count();
    if (sx_model_can_measure(model) || threads < 1) return;
    for (size_t i = 0; i < model->run_count; i++) {
        sx_node *node = &model->nodes[i];
        if (node->tail >= 0) node->infers = sx_infer_block_plan(&node->block, threads, &node->infer);
    }
}

size_t sx_node_inference_bytes(const sx_node *node) { return node->infers ? node->infer.bytes : 0; }

bool sx_model_can_measure(const sx_model *model) {
    return model->options.training || model->options.exact || model->measures;
}

sx_status sx_model_measuring_twin(sx_model *model, sx_model **out, sx_error *err) {
    sx_model *twin = NULL;
    sx_status status = sx_graph_plan_to_measure(model->spec, &model->options, &twin, err);
    if (status != SX_OK) return status;
    status = sx_graph_allocate(twin, err);
    if (status != SX_OK) {
        sx_model_free(twin);
        return status;
    }
    memcpy(twin->weights, model->weights, model->trainable_count * sizeof *twin->weights);
    memcpy(twin->statistics, model->statistics, model->statistics_count * sizeof *twin->statistics);
    sx_model_weights_changed(twin);
    *out = twin;
    return SX_OK;
}
