/* lifetime.c: which outputs and gradients live when. Step i is node i's forward, step 2 * nodes - 1 - i its
 * backward. A training model keeps every output until its own layer's backward, the last to read it; then
 * gradients of earlier layers may take its place. So outputs can be looked at, for a NaN too, between forward
 * and backward. The last one, what the net says, stays. */
#include "model/lifetime.h"

#include "base/error.h"

static size_t backward_step(const sx_model *model, size_t node) { return 2 * model->run_count - 1 - node; }

static int add_buffer(sx_lifetimes *lifetimes, const sx_model *model, sx_shape shape, size_t first,
                      size_t last) {
    lifetimes->buffers[lifetimes->count] =
        (sx_buffer){.bytes = sx_arena_need(model->options.batch * sx_shape_count(shape), sizeof(float)),
                    .first = first,
                    .last = last};
    return (int)lifetimes->count++;
}

/* In place of an output that nobody else reads and that its own layer does not need again. */
static bool may_be_in_place(const sx_model *model, const sx_node *node) {
    if (!node->plan.in_place || node->inputs[0] < 0) return false;
    const sx_node *from = &model->nodes[node->inputs[0]];
    return from->consumers == 1 && !from->plan.reads_output;
}

/* A block's head needs its output for backward only, if it does not make it again, and writes the tail's, if
 * that is not deferred; nobody else has one. */
static bool has_output(const sx_model *model, const sx_node *node, size_t index) {
    if (node->tail >= 0) return model->options.training && !node->block.works_again;
    if (!node->is_member) return true;
    const sx_node *head = &model->nodes[node->head];
    return head->tail == (int)index && !head->block.deferred;
}

static void plan_output(sx_model *model, sx_lifetimes *lifetimes, size_t index) {
    sx_node *node = &model->nodes[index];
    lifetimes->outputs[index] = -1;
    if (!has_output(model, node, index)) return;
    size_t first = node->is_member ? (size_t)node->head : index, last = backward_step(model, first);
    if (!model->options.training && index + 1 < model->run_count) last = (size_t)node->last_consumer;
    if (index + 1 == model->run_count) last = 2 * model->run_count;
    node->output_in_place = !node->is_member && may_be_in_place(model, node);
    if (node->output_in_place) {
        lifetimes->outputs[index] = lifetimes->outputs[node->inputs[0]];
        sx_buffer *shared = &lifetimes->buffers[lifetimes->outputs[index]];
        if (last > shared->last) shared->last = last;
        return;
    }
    lifetimes->outputs[index] = add_buffer(lifetimes, model, node->plan.output, first, last);
}

/* The gradient that a flat block gets, whose example goes before that of its input comes: they may share
 * memory, which then stays in the cache. -1: they may not. */
static int gradient_to_replace(const sx_model *model, const sx_lifetimes *lifetimes, size_t tail) {
    if (!model->nodes[tail].is_member) return -1;
    const sx_node *head = &model->nodes[model->nodes[tail].head];
    if (head->tail != (int)tail || !sx_block_may_replace(&head->block) || head->inputs[0] < 0) return -1;
    if (model->nodes[head->inputs[0]].consumers != 1) return -1;
    return lifetimes->gradients[head->inputs[0]];
}

/* The last node's gradient comes from the caller. */
static void plan_gradient(const sx_model *model, sx_lifetimes *lifetimes, size_t index) {
    const sx_node *node = &model->nodes[index];
    lifetimes->gradients[index] = -1;
    if (!model->options.training || !node->wants_gradient || index + 1 == model->run_count) return;
    bool is_tail = node->is_member && model->nodes[node->head].tail == (int)index;
    if (node->tail >= 0 || (node->is_member && !is_tail)) return;
    const size_t first = backward_step(model, (size_t)node->last_consumer);
    lifetimes->gradients[index] = gradient_to_replace(model, lifetimes, index);
    if (lifetimes->gradients[index] >= 0) {
        lifetimes->buffers[lifetimes->gradients[index]].first = first;
        return;
    }
    lifetimes->gradients[index] = add_buffer(lifetimes, model, node->plan.output, first,
                                             backward_step(model, is_tail ? (size_t)node->head : index));
}

/* True where this input is the first, in backward order, to bring its node a gradient. */
static bool is_first_edge(const sx_model *model, size_t index, int input) {
    const sx_node *node = &model->nodes[index];
    int from = node->inputs[input];
    if (model->nodes[from].last_consumer != (int)index) return false;
    for (int i = 0; i < input; i++)
        if (node->inputs[i] == from) return false;
    return true;
}

static void plan_edges(const sx_model *model, sx_lifetimes *lifetimes, size_t index) {
    const sx_node *node = &model->nodes[index];
    size_t step = backward_step(model, index);
    for (int i = 0; i < SX_LAYER_INPUTS; i++) {
        int *edge = &lifetimes->edges[index * SX_LAYER_INPUTS + (size_t)i];
        *edge = -1;
        if (i >= node->input_count || node->inputs[i] < 0) continue;
        if (lifetimes->gradients[node->inputs[i]] < 0 || is_first_edge(model, index, i)) continue;
        *edge = add_buffer(lifetimes, model, node->input_shapes[i], step, step);
    }
}

sx_status sx_lifetimes_plan(sx_model *model, sx_lifetimes *lifetimes, sx_error *err) {
    size_t nodes = model->run_count, limit = nodes * (2 + SX_LAYER_INPUTS);
    *lifetimes = (sx_lifetimes){.buffers = sx_alloc(limit, sizeof *lifetimes->buffers),
                                .order = sx_alloc(limit, sizeof *lifetimes->order),
                                .outputs = sx_alloc(nodes, sizeof *lifetimes->outputs),
                                .gradients = sx_alloc(nodes, sizeof *lifetimes->gradients),
                                .edges = sx_alloc(nodes * SX_LAYER_INPUTS, sizeof *lifetimes->edges)};
    if (!lifetimes->buffers || !lifetimes->order || !lifetimes->outputs || !lifetimes->gradients ||
        !lifetimes->edges)
        return sx_fail_memory(err, limit * sizeof *lifetimes->buffers);
    for (size_t i = 0; i < nodes; i++) {
        plan_output(model, lifetimes, i);
        plan_gradient(model, lifetimes, i);
        plan_edges(model, lifetimes, i);
    }
    lifetimes->bytes = sx_buffers_place(lifetimes->buffers, lifetimes->count, lifetimes->order);
    return SX_OK;
}

static float *buffer_at(const sx_lifetimes *lifetimes, int buffer, unsigned char *block) {
    return buffer < 0 ? NULL : (float *)(void *)(block + lifetimes->buffers[buffer].offset);
}

void sx_lifetimes_wire(sx_model *model, const sx_lifetimes *lifetimes, unsigned char *block) {
    for (size_t i = 0; i < model->run_count; i++) {
        sx_node *node = &model->nodes[i];
        node->output = buffer_at(lifetimes, lifetimes->outputs[i], block);
        node->gradient = buffer_at(lifetimes, lifetimes->gradients[i], block);
        for (int k = 0; k < node->input_count; k++) {
            int edge = lifetimes->edges[i * SX_LAYER_INPUTS + (size_t)k];
            int own = node->inputs[k] < 0 ? -1 : lifetimes->gradients[node->inputs[k]];
            node->input_gradients[k] = buffer_at(lifetimes, edge >= 0 ? edge : own, block);
        }
    }
}

void sx_lifetimes_clear(sx_lifetimes *lifetimes) {
    sx_free(lifetimes->buffers);
    sx_free(lifetimes->order);
    sx_free(lifetimes->outputs);
    sx_free(lifetimes->gradients);
    sx_free(lifetimes->edges);
    *lifetimes = (sx_lifetimes){0};
}
