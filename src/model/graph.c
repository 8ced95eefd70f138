/* graph.c: a spec becomes nodes with shapes and plans; nothing here takes memory that grows with them. */
#include "model/graph.h"

#include "base/error.h"
#include "base/parallel.h"
#include "layers/axes.h"

#include <string.h>

static sx_status check_options(const sx_model_options *options, sx_error *err) {
    const sx_shape in = options->input;
    const size_t limit = (size_t)1 << 20;
    if (in.time < 1 || in.frequency < 1 || in.channels < 1 || in.time > limit || in.frequency > limit ||
        in.channels > limit || sx_shape_count(in) > INT32_MAX)
        return sx_fail(err, SX_E_SHAPE,
                       "an input of %zux%zux%zu (time x frequency x channels) cannot be used: each must be 1 "
                       "to %zu, all together at most 2^31 - 1",
                       in.time, in.frequency, in.channels, limit);
    if (options->classes == 1 || options->classes > 65536)
        return sx_fail(err, SX_E_ARGUMENT, "%zu classes: must be 2 to 65536, or 0 for the net's own",
                       options->classes);
    if (options->batch < 1 || options->batch > 65536)
        return sx_fail(err, SX_E_ARGUMENT, "batch of %zu: must be 1 to 65536", options->batch);
    return SX_OK;
}

static void connect(sx_model *model, size_t index) {
    sx_node *node = &model->nodes[index];
    node->name = sx_spec_layer_name(model->filled, index);
    node->ops = sx_spec_layer_ops(model->filled, index);
    node->last_consumer = (int)index;
    node->input_count = sx_spec_inputs(model->filled, index, node->inputs);
    for (int i = 0; i < node->input_count; i++) {
        if (node->inputs[i] < 0) {
            node->input_shapes[i] = model->options.input;
            continue;
        }
        sx_node *from = &model->nodes[node->inputs[i]];
        node->input_shapes[i] = from->plan.output;
        from->consumers++;
        from->last_consumer = (int)index;
        node->wants_gradient = node->wants_gradient || from->wants_gradient;
    }
}

bool sx_node_is_trainable(const sx_node *node) {
    for (int w = 0; w < node->plan.weight_count; w++)
        if (node->plan.weights[w].trainable) return true;
    return false;
}

/* No more slots are in use at a time than there are threads. */
static void fit_slots(const sx_model *model, sx_layer_plan *plan) {
    int threads = model->options.threads ? model->options.threads : sx_core_count();
    if (plan->slot_bytes > 0 && threads >= 1 && threads < SX_SHARDS)
        plan->scratch_bytes = (size_t)threads * plan->slot_bytes;
}

static sx_status plan_node(sx_model *model, size_t index, sx_error *err) {
    char where[SX_WHERE_CHARS];
    sx_node *node = &model->nodes[index];
    connect(model, index);
    sx_spec_where(model->filled, index, where);
    node->options = sx_alloc(1, node->ops->options_size);
    if (!node->options) return sx_fail_memory(err, node->ops->options_size);
    sx_status status = node->ops->read(sx_spec_layer(model->filled, index), where, node->options, err);
    if (status != SX_OK) return status;
    status = node->ops->plan(node->options, node->input_shapes, node->input_count, model->options.batch,
                             &node->plan, err);
    if (status != SX_OK) {
        sx_error_prefix(err, "%s", where);
        return status;
    }
    fit_slots(model, &node->plan);
    node->wants_gradient = node->wants_gradient || sx_node_is_trainable(node);
    return SX_OK;
}

/* Losses and predictions apply their own softmax or sigmoid. A softmax along other axes is another thing. */
static bool is_score(const sx_model *model, size_t index) {
    const sx_json *layer = sx_spec_layer(model->filled, index);
    const char *function = sx_json_text(sx_json_get(layer, "activation"));
    sx_axes axes = 1U << SX_AXIS_CHANNELS;
    if (strcmp(model->nodes[index].ops->type, "activation") != 0 || !function ||
        sx_read_axes(layer, "axis", "", false, &axes, NULL) != SX_OK)
        return false;
    return strcmp(function, "sigmoid") == 0 ||
           (strcmp(function, "softmax") == 0 && (axes >> SX_AXIS_CHANNELS & 1U));
}

static sx_status check_logits(sx_model *model, sx_error *err) {
    char where[SX_WHERE_CHARS];
    sx_shape out = model->nodes[model->run_count - 1].plan.output;
    if (model->options.classes == 0) model->options.classes = out.channels;
    if (out.time == 1 && out.frequency == 1 && out.channels == model->options.classes) return SX_OK;
    sx_spec_where(model->filled, model->run_count - 1, where);
    return sx_fail(err, SX_E_SHAPE,
                   "%s: the net ends in %zux%zux%zu values, but %zu classes need 1x1x%zu; end it with a pool "
                   "over everything or flatten, and dense with units \"$classes\"",
                   where, out.time, out.frequency, out.channels, model->options.classes,
                   model->options.classes);
}

static size_t trainable_floats(const sx_node *node) {
    size_t count = 0;
    for (int w = 0; w < node->plan.weight_count; w++)
        count += node->plan.weights[w].trainable ? node->plan.weights[w].count : 0;
    return count;
}

size_t sx_node_scratch_bytes(const sx_model *model, const sx_node *node) {
    if (node->is_member) return 0;
    if (node->tail < 0) return node->plan.scratch_bytes;
    if (node->infers) return node->infer.scratch_bytes;
    return sx_arena_need(node->plan.scratch_bytes, 1) +
           sx_arena_need(model->nodes[node->norm].plan.scratch_bytes, 1) + node->block.scratch_bytes;
}

static void count_floats(sx_model *model) {
    for (size_t i = 0; i < model->node_count; i++) {
        const sx_layer_plan *plan = &model->nodes[i].plan;
        for (int w = 0; w < plan->weight_count; w++)
            model->statistics_count += plan->weights[w].trainable ? 0 : plan->weights[w].count;
        model->trainable_count += trainable_floats(&model->nodes[i]);
    }
    for (size_t i = 0; i < model->run_count; i++) {
        const sx_node *node = &model->nodes[i];
        size_t scratch = sx_node_scratch_bytes(model, node), trainable = trainable_floats(node);
        if (node->tail >= 0) trainable += trainable_floats(&model->nodes[node->norm]);
        if (trainable > model->shard_gradient_count) model->shard_gradient_count = trainable;
        if (scratch > model->scratch_bytes) model->scratch_bytes = scratch;
    }
}

static sx_status plan_model(sx_model *model, const sx_model_spec *spec, sx_error *err) {
    model->spec = sx_model_spec_copy(spec);
    if (!model->spec) return sx_fail_memory(err, 4096);
    sx_status status = sx_spec_filled(spec, NULL, model->options.classes, &model->filled, err);
    if (status != SX_OK) return status;
    size_t count = sx_spec_layer_count(model->filled);
    model->nodes = sx_alloc(count, sizeof *model->nodes);
    if (!model->nodes) return sx_fail_memory(err, count * sizeof *model->nodes);
    model->node_count = count;
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = plan_node(model, i, err);
    if (status != SX_OK) return status;
    model->run_count = count > 1 && is_score(model, count - 1) ? count - 1 : count;
    if (model->run_count < count && model->nodes[count - 1].inputs[0] != (int)count - 2)
        return sx_fail(err, SX_E_FORMAT, "the last layer must take its input from the one before it");
    sx_graph_fuse(model);
    sx_graph_plan_inference(model);
    count_floats(model);
    return check_logits(model, err);
}

static sx_status plan(const sx_model_spec *spec, const sx_model_options *options, bool measures,
                      sx_model **out, sx_error *err) {
    sx_status status = check_options(options, err);
    if (status != SX_OK) return status;
    sx_model *model = sx_alloc(1, sizeof *model);
    if (!model) return sx_fail_memory(err, sizeof *model);
    model->options = *options;
    model->measures = measures;
    status = plan_model(model, spec, err);
    if (status != SX_OK) {
        sx_error_prefix(err, "net \"%s\"", sx_model_spec_name(spec));
        sx_model_free(model);
        return status;
    }
    *out = model;
    return SX_OK;
}

sx_status sx_graph_plan(const sx_model_spec *spec, const sx_model_options *options, sx_model **out,
                        sx_error *err) {
    return plan(spec, options, false, out, err);
}

sx_status sx_graph_plan_to_measure(const sx_model_spec *spec, const sx_model_options *options, sx_model **out,
                                   sx_error *err) {
    return plan(spec, options, true, out, err);
}

void sx_model_free(sx_model *model) {
    if (!model) return;
    for (size_t i = 0; i < model->node_count; i++)
        sx_free(model->nodes[i].options);
    sx_free(model->nodes);
    sx_arena_clear(&model->arena);
    sx_pool_free(model->pool);
    sx_model_spec_free(model->filled);
    sx_model_spec_free(model->spec);
    sx_free(model);
}
