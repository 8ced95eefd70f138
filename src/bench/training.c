/* training.c: a training step as a user gets it, through sx_train_fit: a batch gathered and standardised,
 * forward, loss, backward, Adam. Small batches are timed sixteen steps at a time. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "sonaxis/train.h"

enum { SMALL_BATCH = 16, STEPS_OF_SMALL = 16, WARM_EPOCHS = 2 };

typedef struct steps {
    const sx_bench *bench;
    sx_samples samples;
    size_t epochs, steps_per_epoch;
    double began;
} steps;

static void end_epoch(void *context, size_t epoch, const sx_epoch *values) {
    steps *s = context;
    const double now = sx_clock_seconds();
    (void)epoch, (void)values;
    if (++s->epochs > WARM_EPOCHS) sx_samples_add(&s->samples, (now - s->began) / (double)s->steps_per_epoch);
    s->began = sx_clock_seconds();
}

static bool is_enough(void *context) {
    const steps *s = context;
    return sx_samples_enough(&s->samples, s->bench->options) || sx_bench_cancelled(s->bench);
}

/* Noise with labels in turn, as many items as an epoch shows. */
static sx_status make_features(const sx_bench_net *net, size_t count, sx_features *features, size_t *items,
                               sx_error *err) {
    const size_t floats = net->input.time * net->input.frequency * net->input.channels;
    *features = (sx_features){.count = count, .shape = net->input, .label_count = net->classes};
    features->values = sx_alloc(count * floats, sizeof *features->values);
    features->labels = sx_alloc(count, sizeof *features->labels);
    if (!features->values || !features->labels) return sx_fail_memory(err, count * floats * sizeof(float));
    sx_bench_fill(features->values, count * floats);
    for (size_t i = 0; i < count; i++) {
        features->labels[i] = (int)(i % net->classes);
        items[i] = i;
    }
    return SX_OK;
}

static sx_status fit(const sx_bench *bench, const sx_bench_net *net, sx_model *model, size_t batch,
                     steps *timed, sx_error *err) {
    const size_t count = batch * timed->steps_per_epoch;
    const sx_standardise standardise = {0.0, 0.5};
    const sx_watch watch = {.cancelled = is_enough, .context = timed};
    sx_history history = {0};
    sx_features features = {0};
    sx_train_options options;
    sx_train_default(&options);
    options.epochs = 100000;
    options.batch = (int)batch;
    options.threads = sx_bench_threads(bench);
    size_t *items = sx_alloc(count, sizeof *items);
    if (!items) return sx_fail_memory(err, count * sizeof *items);
    sx_status status = make_features(net, count, &features, items, err);
    timed->began = sx_clock_seconds();
    if (!status) {
        status = sx_train_fit(model, &features, &standardise, items, count, NULL, 0, &options, &watch,
                              end_epoch, timed, &history, err);
    }
    /* Stopping it is how the measurement ends. */
    if (status == SX_E_CANCELLED && !sx_bench_cancelled(bench)) status = SX_OK;
    sx_history_clear(&history);
    sx_free(features.values);
    sx_free(features.labels);
    sx_free(items);
    return status;
}

static sx_status one_batch(const sx_bench *bench, const sx_bench_net *net, size_t batch, sx_error *err) {
    const int threads = sx_bench_threads(bench);
    const sx_model_options building = {
        .input = net->input, .classes = net->classes, .batch = batch, .training = true, .threads = threads};
    steps timed = {.bench = bench, .steps_per_epoch = batch < SMALL_BATCH ? STEPS_OF_SMALL : 1};
    sx_model *model = NULL;
    sx_status status = sx_model_build(net->spec, &building, &model, err);
    if (status) return status;
    status = fit(bench, net, model, batch, &timed, err);
    sx_model_free(model);
    sx_bench_row row = sx_bench_row_for("train_step", net->name, threads);
    row.axis = sx_axis_name(net->axis);
    row.batch = batch;
    if (!status) status = sx_bench_finish(bench, &timed.samples, &row, err);
    sx_samples_clear(&timed.samples);
    return status;
}

static sx_status one_net(const sx_bench *bench, const sx_bench_net *net, sx_error *err) {
    const size_t wanted = bench->options->batch;
    sx_status status = one_batch(bench, net, wanted ? wanted : 64, err);
    if (!status && !wanted) status = one_batch(bench, net, 1, err);
    return status;
}

sx_status sx_bench_training(const sx_bench *bench, sx_error *err) {
    return sx_bench_each_net(bench, one_net, err);
}
