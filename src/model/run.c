/* run.c: a model run forward, backward, and for measuring. Allocates nothing, cannot fail. */
#include "base/finite.h"
#include "model/graph.h"

#include <assert.h>
#include <string.h>

static sx_layer_call call_of(const sx_model *model, const sx_node *node, size_t count, sx_run_mode mode) {
    sx_layer_call call = {.batch = count,
                          .planned = model->options.training ? model->options.batch : 0,
                          .mode = mode,
                          .input_count = node->input_count,
                          .output_shape = node->plan.output,
                          .output = node->output,
                          .saved = node->saved,
                          .scratch = model->scratch,
                          .packed = node->packed,
                          .pool = model->pool,
                          .kernels = model->kernels,
                          .exact = model->options.exact};
    for (int i = 0; i < node->input_count; i++) {
        call.input_shapes[i] = node->input_shapes[i];
        call.inputs[i] = node->inputs[i] < 0 ? model->input : model->nodes[node->inputs[i]].output;
    }
    for (int w = 0; w < node->plan.weight_count; w++) {
        call.weights[w] = node->weights[w];
        call.weight_counts[w] = node->plan.weights[w].count;
    }
    return call;
}

/* Scratch of head, normalisation and block lie one behind the other. */
static sx_block_call block_call_of(const sx_model *model, const sx_node *head, size_t count,
                                   sx_run_mode mode) {
    const sx_node *norm = &model->nodes[head->norm], *tail = &model->nodes[head->tail];
    unsigned char *scratch = model->scratch;
    sx_block_call call = {.lead = call_of(model, head, count, mode),
                          .norm = call_of(model, norm, count, mode),
                          .output = tail->output,
                          .saved = model->options.training ? head->block_saved : NULL};
    call.norm.scratch = scratch + sx_arena_need(head->plan.scratch_bytes, 1);
    call.scratch = (unsigned char *)call.norm.scratch + sx_arena_need(norm->plan.scratch_bytes, 1);
    if (head->feeder >= 0) {
        const sx_node *feeder = &model->nodes[head->feeder];
        call.feeder = (sx_block_feeder){&feeder->block, feeder->output, feeder->block_saved};
    }
    return call;
}

/* First all nodes' packing for forward, then what only a step's backward wants. */
static void prepare_node(void *context, size_t index, int worker) {
    sx_model *model = context;
    sx_node *node = &model->nodes[index % model->run_count];
    sx_run_mode mode = model->ready_for;
    (void)worker;
    if (index >= model->run_count) {
        sx_layer_call call = call_of(model, node, 0, mode);
        if (node->ops->prepare_backward) node->ops->prepare_backward(node->options, &call);
    } else if (node->infers) {
        sx_block_call block = block_call_of(model, node, 0, mode);
        sx_infer_block_prepare(&node->block, &block, node->infer_memory, &node->infer);
    } else if (node->ops->prepare) { /* members of blocks too: none has anything to pack */
        sx_layer_call call = call_of(model, node, 0, mode);
        node->ops->prepare(node->options, &call);
    }
}

/* A step may go other ways than evaluation, so what a model for training packs depends on what comes. */
static void make_ready(sx_model *model, sx_run_mode mode) {
    bool train = model->options.training && mode == SX_RUN_TRAIN;
    sx_run_mode wanted = train ? SX_RUN_TRAIN : SX_RUN_INFER;
    if (model->is_ready && (model->ready_for == wanted || !model->options.training)) return;
    model->is_ready = true;
    model->ready_for = wanted;
    sx_pool_run(model->pool, (train ? 2 : 1) * model->run_count, prepare_node, model);
}

void sx_model_weights_changed(sx_model *model) {
    model->is_ready = false;
    if (!model->options.training) make_ready(model, SX_RUN_INFER);
}

/* --- forward ---------------------------------------------------------------------------------------- */

static void forward_node(const sx_model *model, const sx_node *node, size_t count, sx_run_mode mode,
                         uint32_t step, sx_measure *measure) {
    if (node->infers && mode == SX_RUN_INFER) {
        sx_infer_block_run(&node->infer, model->kernels, model->pool, count);
        return;
    }
    if (node->tail >= 0) {
        sx_block_call block = block_call_of(model, node, count, mode);
        block.norm.measure = measure;
        sx_block_forward(&node->block, &block);
        return;
    }
    sx_layer_call call = call_of(model, node, count, mode);
    call.measure = measure;
    call.stream = sx_graph_stream(model, node, SX_PURPOSE_DROPOUT, step);
    node->ops->forward(node->options, &call);
}

const float *sx_model_forward(sx_model *model, size_t count, sx_run_mode mode, uint32_t step) {
    assert(count > 0 && count <= model->options.batch);
    make_ready(model, mode);
    for (size_t i = 0; i < model->run_count; i++)
        if (!model->nodes[i].is_member) forward_node(model, &model->nodes[i], count, mode, step, NULL);
    return model->nodes[model->run_count - 1].output;
}

void sx_model_measure(sx_model *model, size_t count, size_t layer, sx_measure *measure) {
    assert(count > 0 && count <= model->options.batch);
    assert(layer < model->run_count && model->nodes[layer].plan.has_statistics);
    assert(sx_model_can_measure(model));
    make_ready(model, SX_RUN_MEASURE);
    size_t last = model->nodes[layer].is_member ? (size_t)model->nodes[layer].head : layer;
    for (size_t i = 0; i <= last; i++)
        if (!model->nodes[i].is_member)
            forward_node(model, &model->nodes[i], count, SX_RUN_MEASURE, 0, i == last ? measure : NULL);
}

void sx_model_forward_to(sx_model *model, size_t count, size_t layer) {
    assert(count > 0 && count <= model->options.batch);
    assert(model->options.exact && layer < model->run_count);
    make_ready(model, SX_RUN_INFER);
    for (size_t i = 0; i <= layer; i++)
        forward_node(model, &model->nodes[i], count, SX_RUN_INFER, 0, NULL);
}

void sx_model_run(sx_model *model, const float *x, size_t count, float *logits) {
    memcpy(model->input, x, count * sx_shape_count(model->options.input) * sizeof(float));
    const float *result = sx_model_forward(model, count, SX_RUN_INFER, 0);
    memcpy(logits, result, count * model->options.classes * sizeof(float));
}

/* The normalisation of a deferred block. */
static bool is_broken_norm(const sx_model *model, size_t index) {
    if (!model->nodes[index].is_member) return false;
    const sx_node *head = &model->nodes[model->nodes[index].head];
    return head->norm == (int)index && head->block.deferred &&
           !sx_block_is_finite(&head->block, head->block_saved);
}

/* A model built without training reuses its outputs' memory: only the last is still there. What a block's
 * normalisation makes of finite numbers is seen in the block's output, or, where that is deferred, in the
 * block's tables; a head whose output is not kept answers for its whole block. */
const char *sx_model_find_nonfinite(const sx_model *model, size_t count) {
    for (size_t i = model->options.training ? 0 : model->run_count - 1; i < model->run_count; i++) {
        const sx_node *node = &model->nodes[i];
        if (is_broken_norm(model, i)) return node->name;
        if (!node->output || sx_all_finite(node->output, count * sx_shape_count(node->plan.output))) continue;
        const sx_node *head = node->is_member ? &model->nodes[node->head] : node;
        return node->is_member && head->output ? model->nodes[head->norm].name : head->name;
    }
    return NULL;
}

/* --- backward --------------------------------------------------------------------------------------- */

/* Shards that hold examples: the first ones. */
static size_t used_shards(size_t count) { return count < SX_SHARDS ? count : SX_SHARDS; }

/* Blocks of the shards in use, weight after weight, cleared, in the memory all nodes share, from `used` on;
 * a single shard's gradient is the sum already. Returns floats used. */
static size_t lend_shard_gradients(const sx_model *model, const sx_node *node, size_t used,
                                   sx_layer_call *call) {
    size_t shards = used_shards(call->batch);
    for (int w = 0; w < node->plan.weight_count; w++) {
        size_t floats = shards * node->plan.weights[w].count;
        if (!node->plan.weights[w].trainable) continue;
        call->shard_gradients[w] = shards == 1 ? node->weight_gradients[w] : model->shard_gradients + used;
        memset(call->shard_gradients[w], 0, floats * sizeof(float));
        used += floats;
    }
    return used;
}

static void collect_shard_gradients(const sx_model *model, const sx_node *node, const sx_layer_call *call) {
    size_t shards = used_shards(call->batch);
    if (shards == 1) return;
    for (int w = 0; w < node->plan.weight_count; w++)
        if (node->plan.weights[w].trainable)
            model->kernels->gradient_sum(node->plan.weights[w].count, shards, call->shard_gradients[w],
                                         node->weight_gradients[w]);
}

/* Inputs that are not the first to bring their layer a gradient wrote beside it: add theirs, in order. */
static void add_edges(const sx_model *model, const sx_node *node, size_t count) {
    for (int i = 0; i < node->input_count; i++) {
        if (node->inputs[i] < 0 || !node->input_gradients[i]) continue;
        float *total = model->nodes[node->inputs[i]].gradient;
        if (node->input_gradients[i] == total) continue;
        model->kernels->add(count * sx_shape_count(node->input_shapes[i]), total, node->input_gradients[i],
                            total);
    }
}

static void backward_node(const sx_model *model, const sx_node *node, size_t count, const float *gradient,
                          uint32_t step) {
    sx_layer_call call = call_of(model, node, count, SX_RUN_TRAIN);
    call.output_gradient = gradient;
    call.stream = sx_graph_stream(model, node, SX_PURPOSE_DROPOUT, step);
    memcpy(call.input_gradients, node->input_gradients, sizeof call.input_gradients);
    (void)lend_shard_gradients(model, node, 0, &call);
    node->ops->backward(node->options, &call);
    collect_shard_gradients(model, node, &call);
    add_edges(model, node, count);
}

static void backward_block(const sx_model *model, const sx_node *head, size_t count, const float *gradient) {
    const sx_node *norm = &model->nodes[head->norm];
    sx_block_call call = block_call_of(model, head, count, SX_RUN_TRAIN);
    call.output_gradient = gradient;
    memcpy(call.lead.input_gradients, head->input_gradients, sizeof call.lead.input_gradients);
    size_t floats = lend_shard_gradients(model, head, 0, &call.lead);
    (void)lend_shard_gradients(model, norm, floats, &call.norm);
    sx_block_backward(&head->block, &call);
    collect_shard_gradients(model, head, &call.lead);
    collect_shard_gradients(model, norm, &call.norm);
    add_edges(model, head, count);
}

void sx_model_backward(sx_model *model, size_t count, const float *logit_gradient, uint32_t step) {
    assert(model->options.training);
    for (size_t i = model->run_count; i-- > 0;) {
        const sx_node *node = &model->nodes[i];
        size_t end = node->tail >= 0 ? (size_t)node->tail : i;
        const float *gradient = end + 1 == model->run_count ? logit_gradient : model->nodes[end].gradient;
        if (node->is_member || !node->wants_gradient) continue;
        if (node->tail >= 0)
            backward_block(model, node, count, gradient);
        else
            backward_node(model, node, count, gradient, step);
    }
}
