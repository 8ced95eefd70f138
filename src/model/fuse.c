/* fuse.c: the pass that finds blocks: a layer that convolves, then normalisation, perhaps ReLU, perhaps max
 * pooling, where nobody else takes what is between.
 *
 * A spec says nothing about blocks, and nothing about a net's numbers depends on them but the rounding of its
 * statistics. The first layer of a block, its head, runs for all; the others, its members, are passed over.
 * Only the last member's output has memory, unless it is deferred (block.h), and, in training, the head's,
 * which backward reads. */
#include "model/graph.h"

/* The one layer that takes this output, -1 where there are none or several, or where the net ends. */
static int only_consumer(const sx_model *model, int index) {
    const sx_node *node = &model->nodes[index];
    if (node->consumers != 1 || node->last_consumer >= (int)model->run_count) return -1;
    return node->last_consumer;
}

static sx_block_part part_of(const sx_model *model, int index) {
    return (sx_block_part){model->nodes[index].ops, model->nodes[index].options};
}

static void take_member(sx_model *model, sx_node *head, int member, bool keeps_saved) {
    sx_node *node = &model->nodes[member];
    node->is_member = true;
    node->head = (int)(head - model->nodes);
    if (!keeps_saved) node->plan.saved_bytes = 0;
    head->tail = member;
}

static void extend(sx_model *model, sx_node *head) {
    int next = only_consumer(model, head->tail);
    if (next >= 0 && sx_block_takes_relu(part_of(model, next))) {
        head->block.relu = true;
        take_member(model, head, next, false);
        next = only_consumer(model, next);
    }
    if (next >= 0 && sx_block_takes_pool(part_of(model, next), head->block.middle)) {
        head->block.pool_options = model->nodes[next].options;
        take_member(model, head, next, false);
    }
}

static void fuse_at(sx_model *model, int index) {
    sx_node *head = &model->nodes[index];
    int norm = only_consumer(model, index);
    if (!sx_block_can_lead(part_of(model, index)) || norm < 0 || !sx_block_takes_norm(part_of(model, norm)))
        return;
    head->block = (sx_block){.ops = head->ops,
                             .options = head->options,
                             .norm_options = model->nodes[norm].options,
                             .input = head->input_shapes[0],
                             .middle = head->plan.output};
    head->block.first = head->input_count == 1 && head->inputs[0] < 0;
    head->norm = norm;
    take_member(model, head, norm, true);
    extend(model, head);
    head->block.output = model->nodes[head->tail].plan.output;
    head->block.works_again = sx_block_works_again(&head->plan, model->options.batch);
}

/* A training model keeps the convolution's output anyway: the block that follows makes the rest of it. */
static void defer_at(sx_model *model, int index) {
    sx_node *head = &model->nodes[index];
    int next = only_consumer(model, head->tail);
    if (!model->options.training || head->block.pool_options || next < 0 || model->nodes[next].tail < 0)
        return;
    head->block.deferred = true;
    head->block.works_again = false;
    model->nodes[next].block.fed = true;
    model->nodes[next].feeder = index;
}

void sx_graph_fuse(sx_model *model) {
    for (size_t i = 0; i < model->node_count; i++)
        model->nodes[i].head = model->nodes[i].tail = model->nodes[i].norm = model->nodes[i].feeder = -1;
    for (size_t i = 0; i < model->run_count && !model->options.exact; i++) {
        model->nodes[i].tail = (int)i;
        if (!model->nodes[i].is_member) fuse_at(model, (int)i);
        if (model->nodes[i].tail == (int)i) model->nodes[i].tail = -1;
    }
    for (size_t i = 0; i < model->run_count; i++)
        if (model->nodes[i].tail >= 0) defer_at(model, (int)i);
    for (size_t i = 0; i < model->run_count; i++)
        if (model->nodes[i].tail >= 0) sx_block_plan(&model->nodes[i].block, model->options.batch);
}
