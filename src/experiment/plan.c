/* plan.c: see plan.h. */
#include "experiment/plan.h"

#include "experiment/tune.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "model/net.h"

#include <math.h>
#include <stdio.h>

static sx_status check_axes(const sx_compare_options *options, sx_error *err) {
    if (options->axis_count < 2 || options->axis_count > SX_MAX_AXES)
        return sx_fail(err, SX_E_ARGUMENT, "axes: %zu given, a comparison needs 2 or 3", options->axis_count);
    for (size_t i = 0; i < options->axis_count; i++) {
        sx_axis axis = options->axes[i];
        if (axis != SX_AXIS_TIME && axis != SX_AXIS_FREQUENCY && axis != SX_AXIS_CHANNELS)
            return sx_fail(err, SX_E_ARGUMENT, "axes: %d is not channels, frequency or time", (int)axis);
        for (size_t j = 0; j < i; j++)
            if (options->axes[j] == axis)
                return sx_fail(err, SX_E_ARGUMENT, "axes: %s is given twice", sx_axis_name(axis));
    }
    return SX_OK;
}

static sx_status check_growth(const sx_growth_options *growth, sx_error *err) {
    if (growth->add_seeds < 0 || growth->add_seeds > 1000)
        return sx_fail(err, SX_E_ARGUMENT, "add_seeds is %d, must be 0 (none) to 1000", growth->add_seeds);
    if (!(growth->budget_s >= 0 && growth->budget_s < 1e9))
        return sx_fail(err, SX_E_ARGUMENT, "budget_s is %g, must be 0 (none) or some seconds",
                       growth->budget_s);
    if (growth->most_seeds < 0 || growth->most_seeds > 1000)
        return sx_fail(err, SX_E_ARGUMENT, "most_seeds is %d, must be 0 (chosen) to 1000",
                       growth->most_seeds);
    if (!growth->until_decided && (growth->budget_s > 0 || growth->most_seeds > 0))
        return sx_fail(err, SX_E_ARGUMENT,
                       "a budget or a largest number of seeds is for a study that grows until it is decided");
    if (growth->until_decided && growth->add_seeds > 0)
        return sx_fail(err, SX_E_ARGUMENT, "seeds are added until decided or so many: choose one of them");
    bool whole = growth->shard == 0 && growth->shards == 0;
    if (!whole &&
        (growth->shards < 1 || growth->shards > 1000 || growth->shard < 1 || growth->shard > growth->shards))
        return sx_fail(err, SX_E_ARGUMENT, "shard %d of %d: must be 1 to the number of shards, at most 1000",
                       growth->shard, growth->shards);
    if (!whole && (growth->until_decided || growth->add_seeds > 0))
        return sx_fail(err, SX_E_ARGUMENT,
                       "a shard is part of a study of fixed size: say how many seeds it has in all");
    return SX_OK;
}

sx_status sx_compare_check(const sx_compare_options *options, sx_error *err) {
    sx_status status = check_axes(options, err);
    if (status != SX_OK) return status;
    if (!options->model || !*options->model)
        return sx_fail(err, SX_E_ARGUMENT, "model: no name and no path given");
    if (!options->folder || !*options->folder)
        return sx_fail(err, SX_E_ARGUMENT, "folder: no path given, the study needs a place");
    if (options->seeds < 1 || options->seeds > 1000)
        return sx_fail(err, SX_E_ARGUMENT, "seeds is %d, must be 1 to 1000", options->seeds);
    if (!(options->margin > 0 && options->margin <= 0.5))
        return sx_fail(err, SX_E_ARGUMENT, "margin is %g, must be above 0 and at most 0.5 (0.01 = 1 point)",
                       options->margin);
    if (!(options->confidence >= 0.5 && options->confidence <= 0.9999))
        return sx_fail(err, SX_E_ARGUMENT, "confidence is %g, must be 0.5 to 0.9999", options->confidence);
    if ((int)options->statistics < 0 || (int)options->statistics >= SX_STATISTICS_COUNT)
        return sx_fail(err, SX_E_ARGUMENT, "statistics is %d, must be 0 to %d", (int)options->statistics,
                       SX_STATISTICS_COUNT - 1);
    sx_status grown = check_growth(&options->growth, err);
    if (grown != SX_OK) return grown;
    if (options->jobs < 0 || options->jobs > 1024)
        return sx_fail(err, SX_E_ARGUMENT, "jobs is %d, must be 0 (chosen) to 1024", options->jobs);
    if (options->threads < 0 || options->threads > 1024)
        return sx_fail(err, SX_E_ARGUMENT, "threads is %d, must be 0 (all cores) to 1024", options->threads);
    if (!(options->moving_momentum < 1)) /* 1 would never learn them */
        return sx_fail(err, SX_E_ARGUMENT, "moving_momentum is %g, must be below 1 (below 0 = the net's own)",
                       options->moving_momentum);
    status = sx_train_check(&options->train, err);
    return status == SX_OK ? sx_tune_check(options, err) : status;
}

/* What the arena of a model built for training holds, from its layers' plans; an estimate from above. */
static size_t model_bytes(const sx_model *model) {
    size_t batch = sx_model_batch(model), bytes = 0;
    for (size_t i = 0; i < sx_model_layer_count(model); i++) {
        const sx_layer_plan *layer = sx_model_layer_plan(model, i);
        bytes += layer->saved_bytes + layer->scratch_bytes + layer->packed_bytes;
        bytes += 2 * batch * sx_shape_count(layer->output) * sizeof(float);
    }
    /* Weights, gradients by shard, the optimiser's two moments and the best weights so far. */
    return bytes + (SX_SHARDS + 6) * sx_model_parameter_count(model) * sizeof(float);
}

static sx_status probe_axis(sx_run_plan *plan, size_t axis, sx_error *err) {
    const sx_compare_options *options = plan->options;
    sx_status status = sx_net_spec(&plan->net, options->axes[axis], &plan->specs[axis], err);
    if (status != SX_OK) return status;
    sx_model_options build = {.input = plan->features->shape,
                              .classes = plan->features->label_count,
                              .batch = (size_t)options->train.batch,
                              .training = true,
                              .threads = 1,
                              .exact = options->train.exact};
    sx_model *model = NULL;
    status = sx_model_build(plan->specs[axis], &build, &model, err);
    if (status != SX_OK) {
        sx_error_prefix(err, "axis %s", sx_axis_name(options->axes[axis]));
        return status;
    }
    status = sx_net_describe(&plan->net, model, axis, err);
    plan->parameters[axis] = sx_model_parameter_count(model);
    plan->momentum = fmax(plan->momentum, sx_model_moving_momentum(model));
    size_t bytes = model_bytes(model);
    plan->run_bytes = bytes > plan->run_bytes ? bytes : plan->run_bytes;
    sx_model_free(model);
    return status;
}

void sx_run_plan_set_seeds(sx_run_plan *plan, int seeds) {
    plan->seeds = seeds;
    plan->run_count = plan->folds->count * plan->options->axis_count * (size_t)seeds;
}

static sx_status fill_folds(sx_run_plan *plan, sx_error *err) {
    sx_status status = sx_folds_make(plan->features, &plan->options->folds, &plan->folds, err);
    if (status != SX_OK) return status;
    size_t count = plan->folds->count;
    plan->standardise = sx_alloc(count, sizeof *plan->standardise);
    if (!plan->standardise) return sx_fail_memory(err, count * sizeof *plan->standardise);
    for (size_t i = 0; i < count; i++) {
        const sx_fold *fold = &plan->folds->folds[i];
        if (plan->net.keras)
            sx_net_keras_standardise(plan->features, fold->train, fold->train_count, &plan->standardise[i]);
        else
            sx_standardise_fit(plan->features, fold->train, fold->train_count, &plan->standardise[i]);
    }
    sx_run_plan_set_seeds(plan, plan->options->seeds);
    return SX_OK;
}

static sx_status fill_plan(sx_run_plan *plan, sx_error *err) {
    sx_status status = sx_net_open(plan->options, plan->features, &plan->net, err);
    if (status == SX_OK && plan->options->moving_momentum >= 0)
        status = sx_model_spec_set_momentum(plan->net.spec, plan->options->moving_momentum, err);
    if (status != SX_OK) return status;
    plan->view = *plan->features;
    plan->view.shape = plan->net.input;
    plan->features = &plan->view;
    status = fill_folds(plan, err);
    for (size_t i = 0; status == SX_OK && i < plan->options->axis_count; i++)
        status = probe_axis(plan, i, err);
    return status;
}

sx_status sx_run_plan_create(const sx_features *features, const sx_compare_options *options,
                             sx_run_plan **out, sx_error *err) {
    sx_run_plan *plan = sx_alloc(1, sizeof *plan);
    if (!plan) return sx_fail_memory(err, sizeof *plan);
    plan->features = features;
    plan->options = options;
    sx_status status = fill_plan(plan, err);
    if (status != SX_OK) {
        sx_run_plan_free(plan);
        return status;
    }
    *out = plan;
    return SX_OK;
}

void sx_run_plan_free(sx_run_plan *plan) {
    if (!plan) return;
    for (size_t i = 0; i < SX_MAX_AXES; i++)
        sx_model_spec_free(plan->specs[i]);
    sx_net_clear(&plan->net);
    sx_folds_free(plan->folds);
    sx_free(plan->standardise);
    sx_free(plan->trials);
    sx_free(plan);
}

sx_run_id sx_run_plan_at(const sx_run_plan *plan, size_t index, size_t *axis) {
    size_t axes = plan->options->axis_count, folds = plan->folds->count;
    *axis = index % axes;
    return (sx_run_id){.axis = plan->options->axes[*axis],
                       .fold = index / axes % folds,
                       .repetition = (int)(index / axes / folds)};
}

bool sx_run_plan_is_ours(const sx_run_plan *plan, size_t index) {
    const sx_growth_options *growth = &plan->options->growth;
    if (growth->shards < 2) return true;
    return index / plan->options->axis_count % (size_t)growth->shards == (size_t)growth->shard - 1;
}

uint64_t sx_run_plan_seed(const sx_run_plan *plan, size_t fold, int repetition) {
    return sx_random_seed(plan->options->train.seed, SX_PURPOSE_RUN, (uint32_t)fold, (uint32_t)repetition);
}

size_t sx_run_plan_steps(const sx_run_plan *plan, size_t fold) {
    size_t batch = (size_t)plan->options->train.batch, items = plan->folds->folds[fold].train_count;
    return (size_t)plan->options->train.epochs * ((items + batch - 1) / batch);
}

double sx_run_plan_test_train_ratio(const sx_run_plan *plan) {
    double sum = 0;
    for (size_t i = 0; i < plan->folds->count; i++) {
        const sx_fold *fold = &plan->folds->folds[i];
        sum += (double)fold->test_count / (double)fold->train_count;
    }
    return sum / (double)plan->folds->count;
}

double sx_run_plan_test_count(const sx_run_plan *plan) {
    double sum = 0;
    for (size_t i = 0; i < plan->folds->count; i++)
        sum += (double)plan->folds->folds[i].test_count;
    return sum / (double)plan->folds->count;
}

char *sx_run_plan_checkpoint(const sx_run_plan *plan, sx_run_id id) {
    char name[96];
    snprintf(name, sizeof name, "run-%s-fold%zu-seed%d.checkpoint", sx_axis_name(id.axis), id.fold + 1,
             id.repetition + 1);
    return sx_path_join(plan->options->folder, name);
}

/* One that stays behind does no harm: it is never read again, and the next call removes it. */
void sx_run_plan_drop_checkpoint(const sx_run_plan *plan, sx_run_id id) {
    char *path = sx_run_plan_checkpoint(plan, id);
    sx_status status = path ? sx_file_remove(path, NULL) : SX_OK;
    (void)status;
    sx_free(path);
}
