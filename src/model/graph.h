/* graph.h: inside of a model: its layers as nodes, and the one arena that holds every number.
 *
 * The arena holds, in this order: trainable weights, their gradients, moving statistics, the input, packed
 * weights, what forward saves for backward, sums of gradients by shard, scratch, and last the outputs and
 * output gradients, which share memory where their lifetimes allow (memory.h). */
#ifndef MODEL_GRAPH_H
#define MODEL_GRAPH_H

#include "base/memory.h"
#include "layers/infer_block.h"
#include "model/net.h"
#include "model/spec.h"

typedef struct sx_node {
    const sx_layer_ops *ops;
    const char *name; /* inside the model's spec */
    void *options;
    sx_layer_plan plan;
    int inputs[SX_LAYER_INPUTS]; /* nodes, -1 = the model's input */
    int input_count;
    sx_shape input_shapes[SX_LAYER_INPUTS];
    int consumers;        /* how many inputs take this output */
    int last_consumer;    /* node, or itself */
    bool wants_gradient;  /* it or something before it learns */
    bool output_in_place; /* output is the memory of input 0 */
    float *output, *gradient;
    /* Where backward writes: the input's own gradient for its last consumer, which runs first; memory of this
     * node for any other, which is then added. NULL where nothing before learns. */
    float *input_gradients[SX_LAYER_INPUTS];
    float *weights[SX_LAYER_WEIGHTS], *weight_gradients[SX_LAYER_WEIGHTS];
    void *saved, *packed;
    int tail, norm; /* of the block this node heads: last member, normalisation; -1 = it heads none */
    int head;       /* of the block this node is a member of, -1 = none */
    bool is_member;
    int feeder; /* head of the deferred block that feeds the block this node heads, -1 = none */
    sx_block block;
    void *block_saved; /* in training */
    bool infers;       /* heads a block that is run as infer says */
    sx_infer_block infer;
    void *infer_memory;
} sx_node;

struct sx_model {
    sx_model_spec *spec;   /* as given, axes filled, "$classes" not */
    sx_model_spec *filled; /* nothing left to fill; owns the nodes' names */
    sx_model_options options;
    bool measures; /* only infers, but by ways that keep its normalisations where they can be measured */
    sx_node *nodes;
    size_t node_count;
    size_t run_count; /* nodes that run: without a trailing softmax or sigmoid */
    size_t trainable_count, statistics_count, shard_gradient_count; /* floats */
    size_t scratch_bytes;
    bool is_ready;         /* nodes' packed weights are those of now, for `ready_for` */
    sx_run_mode ready_for; /* SX_RUN_TRAIN, or SX_RUN_INFER for the others too */
    sx_arena arena;
    sx_pool *pool;
    const sx_kernels *kernels;
    float *weights, *gradients, *statistics, *input, *shard_gradients;
    void *scratch;
};

/* Nodes, shapes and plans; takes no memory that grows with them. Free with sx_model_free. */
SX_MUST_USE sx_status sx_graph_plan(const sx_model_spec *spec, const sx_model_options *options,
                                    sx_model **out, sx_error *err);
/* The same for a net that shall be measured (sx_model_can_measure) though it is not built for training. */
SX_MUST_USE sx_status sx_graph_plan_to_measure(const sx_model_spec *spec, const sx_model_options *options,
                                               sx_model **out, sx_error *err);
/* Finds blocks; before anything is counted. */
void sx_graph_fuse(sx_model *model);
/* Blocks of a net that only infers; after fusing. Bytes they want for themselves; 0 for other nodes. */
void sx_graph_plan_inference(sx_model *model);
size_t sx_node_inference_bytes(const sx_node *node);
/* Bytes of scratch a node's call takes; a block's head takes those of all. */
size_t sx_node_scratch_bytes(const sx_model *model, const sx_node *node);
/* Arena, pool and pointers; weights are still zero. */
SX_MUST_USE sx_status sx_graph_allocate(sx_model *model, sx_error *err);
/* Keras's initial values, drawn by (seed, layer name, weight, place). */
void sx_graph_draw_weights(sx_model *model);
/* Random numbers of a layer; by its name, so that nets that share a layer share its draws. */
sx_stream sx_graph_stream(const sx_model *model, const sx_node *node, sx_purpose purpose, uint32_t step);
bool sx_node_is_trainable(const sx_node *node);

#endif
