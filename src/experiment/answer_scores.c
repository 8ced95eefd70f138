/* answer_scores.c: the scores that need probabilities: the kept nets run over their test parts once more,
 * with the statistics the verdict rests on. A few of each axis, at most MOST_NETS, evenly spread over its
 * runs. */
#include "experiment/answer_parts.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "data/tally.h"
#include "experiment/align_probe.h"
#include "experiment/settled.h"
#include "stats/resampled.h"
#include "train/metrics.h"

#include <math.h>

enum { MOST_NETS = 12, BATCH = 64, MEASURES = 4 };

typedef struct scorer {
    const sx_answering *a;
    sx_folds *folds;
    sx_tally *tally;  /* asks one thread at a time whether to go on */
    size_t of_axis;   /* nets scored of each axis */
    sx_score *scores; /* axis by axis */
    sx_status statuses[SX_MAX_AXES * MOST_NETS];
    sx_error errors[SX_MAX_AXES * MOST_NETS];
} scorer;

static size_t runs_of_axis(const sx_comparison *comparison) {
    return comparison->run_count / comparison->axis_count;
}

/* Runs are ordered by axis. */
static const sx_run *run_of(const scorer *s, size_t task) {
    const size_t runs = runs_of_axis(s->a->comparison), axis = task / s->of_axis, place = task % s->of_axis;
    return &s->a->comparison->runs[axis * runs + place * runs / s->of_axis];
}

static sx_status give_statistics(const scorer *s, sx_run_id id, sx_model *model, const sx_model_card *card,
                                 const sx_fold *fold, sx_error *err) {
    const sx_source source = {model, s->a->features, &card->standardise};
    if (s->a->comparison->statistics == SX_STATISTICS_MOVING) return SX_OK;
    if (s->a->comparison->statistics == SX_STATISTICS_BATCH)
        return sx_train_recompute(model, s->a->features, &card->standardise, fold->test, fold->test_count,
                                  NULL, err);
    if (!(s->a->how->train.jitter_ms > 0) &&
        sx_settled_take(s->a->how->folder, id, &source, fold->train, fold->train_count))
        return SX_OK;
    sx_train_options options = s->a->how->train;
    options.seed = card->seed;
    return sx_train_recompute_as_fitted(model, s->a->features, &card->standardise, fold->train,
                                        fold->train_count, &options, NULL, err);
}

static sx_status score_net(const scorer *s, const sx_run *run, sx_score *score, sx_error *err) {
    const sx_run_id id = {s->a->comparison->axes[run->axis].axis, run->fold, run->repetition};
    const sx_fold *fold = &s->folds->folds[run->fold];
    sx_model *model = NULL;
    sx_model_card card = {0};
    char *path = sx_run_model_path(s->a->how->folder, id);
    if (!path) return sx_fail_memory(err, 128);
    sx_status status = sx_model_load(path, BATCH, 1, &model, &card, err);
    if (status == SX_OK) status = give_statistics(s, id, model, &card, fold, err);
    if (status == SX_OK)
        status = sx_evaluate(model, s->a->features, &card.standardise, fold->test, fold->test_count,
                             card.sigmoid, NULL, score, err);
    if (status == SX_OK && score->label_count != s->a->features->label_count)
        status = sx_fail(err, SX_E_SHAPE, "%s: it has %zu outputs, the recordings %zu labels", path,
                         score->label_count, s->a->features->label_count);
    sx_model_card_clear(&card);
    sx_model_free(model);
    sx_free(path);
    return status;
}

static void score_task(void *context, size_t index, int worker) {
    scorer *s = context;
    (void)worker;
    s->statuses[index] = sx_tally_go_on(s->tally)
                             ? score_net(s, run_of(s, index), &s->scores[index], &s->errors[index])
                             : sx_fail(&s->errors[index], SX_E_CANCELLED, "stopped");
    sx_tally_step(s->tally);
}

/* --- from nets to an axis --------------------------------------------------------------------------- */

static sx_interval interval_of(const scorer *s, const sx_score *scores, int measure, bool is_share) {
    double values[MOST_NETS];
    for (size_t i = 0; i < s->of_axis; i++) {
        const double all[MEASURES] = {scores[i].auroc, scores[i].average_precision, scores[i].log_loss,
                                      scores[i].calibration_error};
        values[i] = all[measure];
    }
    const sx_resampled known = sx_resampled_from(values, s->of_axis, s->a->comparison->test_train_ratio, 0);
    const double half = sx_resampled_half_width(&known, s->a->comparison->confidence);
    sx_interval interval = {known.mean, known.mean - half, known.mean + half};
    if (interval.low < 0) interval.low = 0;
    if (is_share && interval.high > 1) interval.high = 1;
    return interval;
}

/* Over the nets that have a value. */
static void mean_ranks(const scorer *s, const sx_score *scores, size_t label, sx_label_score *out) {
    double sums[2] = {0}, counts[2] = {0};
    for (size_t i = 0; i < s->of_axis; i++) {
        const double values[2] = {scores[i].labels[label].auroc, scores[i].labels[label].average_precision};
        for (int k = 0; k < 2; k++) {
            if (isnan(values[k])) continue;
            sums[k] += values[k];
            counts[k]++;
        }
    }
    out->auroc = counts[0] > 0 ? sums[0] / counts[0] : (double)NAN;
    out->average_precision = counts[1] > 0 ? sums[1] / counts[1] : (double)NAN;
}

static void collect(const scorer *s, size_t axis, sx_axis_scores *out) {
    const sx_score *scores = s->scores + axis * s->of_axis;
    out->nets = s->of_axis;
    out->auroc = interval_of(s, scores, 0, true);
    out->average_precision = interval_of(s, scores, 1, true);
    out->log_loss = interval_of(s, scores, 2, false);
    out->calibration_error = interval_of(s, scores, 3, true);
    for (size_t label = 0; label < s->a->answer->label_count; label++)
        mean_ranks(s, scores, label, &out->labels[label]);
}

/* Precision, recall and F1 from the confusion tables of all runs; these are there without nets. */
static sx_status count_labels(const sx_answering *a, size_t axis, sx_axis_scores *out, sx_error *err) {
    const size_t labels = a->answer->label_count, cells = labels * labels;
    uint32_t *sum = sx_alloc(cells, sizeof *sum);
    out->labels = sx_alloc(labels, sizeof *out->labels);
    if (!sum || !out->labels) {
        sx_free(sum);
        return sx_fail_memory(err, cells * sizeof *sum);
    }
    for (size_t i = 0; i < a->comparison->run_count; i++) {
        const sx_run *run = &a->comparison->runs[i];
        for (size_t k = 0; k < cells && run->axis == axis; k++)
            sum[k] += run->confusion[k];
    }
    sx_count_labels(sum, labels, out->labels);
    for (size_t label = 0; label < labels; label++)
        out->labels[label].auroc = out->labels[label].average_precision = (double)NAN;
    const sx_interval none = {(double)NAN, (double)NAN, (double)NAN};
    out->auroc = out->average_precision = out->log_loss = out->calibration_error = none;
    sx_free(sum);
    return SX_OK;
}

static sx_status score_all(scorer *s, sx_error *err) {
    const size_t tasks = s->of_axis * s->a->answer->axis_count;
    sx_pool *pool = NULL;
    sx_status status = sx_folds_make(s->a->features, &s->a->how->folds, &s->folds, err);
    if (status == SX_OK) status = sx_pool_create(s->a->how->threads, &pool, err);
    if (status == SX_OK) status = sx_tally_create(s->a->watch, "nets scored again", tasks, &s->tally, err);
    if (status == SX_OK) sx_pool_run(pool, tasks, score_task, s);
    for (size_t i = 0; i < tasks && status == SX_OK; i++) {
        status = s->statuses[i];
        if (status != SX_OK && err) *err = s->errors[i];
    }
    for (size_t axis = 0; axis < s->a->answer->axis_count && status == SX_OK; axis++)
        collect(s, axis, &s->a->answer->scores[axis]);
    for (size_t i = 0; i < tasks; i++)
        sx_score_clear(&s->scores[i]);
    sx_tally_free(s->tally);
    sx_pool_free(pool);
    sx_folds_free(s->folds);
    return status;
}

sx_status sx_answer_scores(const sx_answering *a, sx_error *err) {
    const size_t runs = runs_of_axis(a->comparison);
    sx_status status = SX_OK;
    for (size_t axis = 0; axis < a->answer->axis_count && status == SX_OK; axis++)
        status = count_labels(a, axis, &a->answer->scores[axis], err);
    if (status != SX_OK) return status;
    scorer *s = sx_alloc(1, sizeof *s);
    if (!s) return sx_fail_memory(err, sizeof *s);
    s->a = a;
    s->of_axis = sx_answer_nets(a, 0.8, 80, runs < MOST_NETS ? runs : MOST_NETS);
    s->scores = sx_alloc(SX_MAX_AXES * MOST_NETS, sizeof *s->scores);
    status = s->scores ? score_all(s, err) : sx_fail_memory(err, SX_MAX_AXES * MOST_NETS * sizeof *s->scores);
    sx_free(s->scores);
    sx_free(s);
    return status;
}
