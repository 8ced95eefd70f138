/* infer.c: blocks of a net that only infers. They are made ready when the weights change and then run without
 * a look at specs, statistics or tables; see layers/infer_block.h. */
#include "model/graph.h"

void sx_graph_plan_inference(sx_model *model) {
    int threads = model->options.threads ? model->options.threads : sx_core_count();
    if (model->options.training || model->options.exact || threads < 1) return;
    for (size_t i = 0; i < model->run_count; i++) {
        sx_node *node = &model->nodes[i];
        if (node->tail >= 0) node->infers = sx_infer_block_plan(&node->block, threads, &node->infer);
    }
}

size_t sx_node_inference_bytes(const sx_node *node) { return node->infers ? node->infer.bytes : 0; }
