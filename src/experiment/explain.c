/* explain.c: every diagnostic in turn. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/watch.h"
#include "experiment/settled.h"

#include <string.h>

void sx_explain_default(sx_explain_options *options) {
    *options = (sx_explain_options){
        .probes = true, .most_nets = 4, .most_items = 256, .seeds = 1, .confidence = 0.95};
    sx_folds_default(&options->folds);
    sx_train_default(&options->train);
}

static sx_status check_options(const sx_explain_options *options, sx_error *err) {
    if (options->most_nets < 1 || options->most_nets > 64)
        return sx_fail(err, SX_E_ARGUMENT, "nets per axis: %zu; it must be 1 to 64", options->most_nets);
    if (options->most_items < 8)
        return sx_fail(err, SX_E_ARGUMENT, "recordings per net: %zu; it must be at least 8",
                       options->most_items);
    if (options->seeds < 1 || options->seeds > 100)
        return sx_fail(err, SX_E_ARGUMENT, "seeds: %d; it must be 1 to 100", options->seeds);
    if (!(options->confidence >= 0.5 && options->confidence < 1))
        return sx_fail(err, SX_E_ARGUMENT, "confidence: %g; it must be 0.5 to below 1", options->confidence);
    return options->deep ? sx_train_check(&options->train, err) : SX_OK;
}

static void describe_nets(sx_explainer *e) {
    const sx_nets *nets = e->nets;
    sx_explanation *out = e->out;
    out->axis_count = nets->axis_count;
    out->net_count = nets->count;
    out->held_out = true;
    for (size_t a = 0; a < nets->axis_count; a++)
        out->axes[a] = nets->axes[a];
    for (size_t i = 0; i < nets->count; i++) {
        out->net_counts[nets->nets[i].axis]++;
        if (!nets->nets[i].has_fold) out->held_out = false;
    }
    if (!out->held_out)
        sx_explanation_note(out, "a single model does not say which recordings it was trained on; if it was "
                                 "these, all accuracies are too good");
}

/* The run has mostly left them; then there is nothing to recompute. */
static bool take_settled(const sx_explainer *e, const sx_net *net) {
    const sx_source source = {net->fast, e->features, &net->standardise};
    const sx_run_id id = {e->nets->axes[net->axis], net->fold, net->repetition};
    if (!sx_settled_take(e->nets->path, id, &source, net->train.items, net->train.count)) return false;
    sx_net_show_statistics(net);
    return true;
}

/* What comes after the drift of the moving statistics is about settled nets, as the verdict is: with averages
 * that trail behind, a net can be too poor for its losses to mean anything. */
static sx_status settle(sx_explainer *e, sx_error *err) {
    for (size_t i = 0; i < e->nets->count; i++) {
        const sx_net *net = &e->nets->nets[i];
        if (!net->has_fold) continue; /* what it was trained on is not known */
        if (take_settled(e, net)) continue;
        sx_status status = sx_net_recompute(net, e->features, net->train, e->watch, err);
        if (status != SX_OK) return status;
    }
    if (e->out->held_out)
        sx_explanation_note(e->out, "but for the question whether statistics fit, the nets have theirs "
                                    "recomputed over their training recordings");
    return SX_OK;
}

static sx_status run_all(sx_explainer *e, sx_error *err) {
    typedef sx_status (*diagnostic)(sx_explainer *, sx_error *);
    const diagnostic always[] = {sx_explain_shares,   sx_explain_drift,   settle,
                                 sx_explain_blocks,   sx_explain_profile, sx_explain_strangers,
                                 sx_explain_position, sx_explain_learnt,  sx_explain_disagreements};
    sx_status status = SX_OK;
    for (size_t i = 0; i < sizeof always / sizeof *always && status == SX_OK; i++) {
        status = always[i](e, err);
        sx_watch_progress(e->watch, "diagnostics", i + 1, sizeof always / sizeof *always);
        if (status == SX_OK && sx_watch_is_cancelled(e->watch))
            status = sx_fail(err, SX_E_CANCELLED, "stopped");
    }
    if (status == SX_OK && e->options->probes) status = sx_explain_probes(e, err);
    if (status == SX_OK && e->options->deep) status = sx_explain_trials(e, err);
    return status;
}

sx_status sx_explain(const char *path, const sx_features *features, const sx_explain_options *options,
                     const sx_watch *watch, sx_explanation **out, sx_error *err) {
    const double start = sx_clock_seconds();
    sx_nets nets;
    sx_status status = check_options(options, err);
    if (status == SX_OK) status = sx_nets_open(path, features, options, watch, &nets, err);
    if (status != SX_OK) return status;
    sx_explanation *explanation = sx_alloc(1, sizeof *explanation);
    if (!explanation) {
        sx_nets_clear(&nets);
        return sx_fail_memory(err, sizeof *explanation);
    }
    sx_explainer e = {explanation, &nets.view, options, watch, &nets};
    describe_nets(&e);
    status = run_all(&e, err);
    if (status == SX_OK && explanation->failed) status = sx_fail_memory(err, sizeof *explanation);
    sx_nets_clear(&nets);
    explanation->wall_s = sx_clock_seconds() - start;
    if (status == SX_OK)
        *out = explanation;
    else
        sx_explanation_free(explanation);
    return status;
}
