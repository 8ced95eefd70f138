/* training.c: a training step as a user gets it, through sx_train_fit: a batch gathered and standardised,
 * forward, loss, backward, Adam. Small batches are timed sixteen steps at a time; nets that differ in the
 * kept axis take turns. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "sonaxis/train.h"

enum { SMALL_BATCH = 16, STEPS_OF_SMALL = 16, WARM_EPOCHS = 2 };

/* One net's steps: measured in turns, of which each is a fit of its own. */
typedef struct steps {
    const sx_bench *bench;
    const sx_bench_net *net;
    sx_model *model;
    sx_samples samples;
    size_t warm; /* epochs to go before times count */
    size_t steps_per_epoch, samples_before;
    double turn, began;
} steps;

/* What all nets train on. */
typedef struct noise {
    sx_features features;
    size_t *items;
} noise;

static void end_epoch(void *context, size_t epoch, const sx_epoch *values) {
    steps *s = context;
    const double now = sx_clock_seconds();
    (void)epoch, (void)values;
    if (s->warm > 0)
        s->warm--;
    else
        sx_samples_add(&s->samples, (now - s->began) / (double)s->steps_per_epoch);
    s->began = sx_clock_seconds();
}

static bool is_enough(void *context) {
    const steps *s = context;
    const bool turned = s->samples.count > s->samples_before && s->samples.sum >= s->turn;
    return turned || sx_samples_enough(&s->samples, s->bench->options) || sx_bench_cancelled(s->bench);
}

/* Noise with labels in turn, as many items as an epoch shows. */
static sx_status make_features(const sx_bench_net *net, size_t count, noise *out, sx_error *err) {
    sx_features *features = &out->features;
    const size_t floats = net->input.time * net->input.frequency * net->input.channels;
    *features = (sx_features){.count = count, .shape = net->input, .label_count = net->classes};
    features->values = sx_alloc(count * floats, sizeof *features->values);
    features->labels = sx_alloc(count, sizeof *features->labels);
    out->items = sx_alloc(count, sizeof *out->items);
    if (!features->values || !features->labels || !out->items)
        return sx_fail_memory(err, count * floats * sizeof(float));
    sx_bench_fill(features->values, count * floats);
    for (size_t i = 0; i < count; i++) {
        features->labels[i] = (int)(i % net->classes);
        out->items[i] = i;
    }
    return SX_OK;
}

static sx_status build(steps *s, size_t batch, sx_error *err) {
    const sx_model_options building = {.input = s->net->input,
                                       .classes = s->net->classes,
                                       .batch = batch,
                                       .training = true,
                                       .threads = sx_bench_threads(s->bench)};
    s->warm = WARM_EPOCHS - 1;
    return sx_model_build(s->net->spec, &building, &s->model, err);
}

static sx_status take_turn(steps *s, size_t batch, size_t compared, const noise *on, sx_error *err) {
    const sx_standardise standardise = {0.0, 0.5};
    const sx_watch watch = {.cancelled = is_enough, .context = s};
    sx_history history = {0};
    sx_train_options options;
    sx_train_default(&options);
    options.epochs = 100000;
    options.batch = (int)batch;
    options.threads = sx_bench_threads(s->bench);
    s->warm++;
    s->samples_before = s->samples.count;
    s->turn = sx_samples_turn(&s->samples, s->bench->options, compared);
    s->began = sx_clock_seconds();
    sx_status status = sx_train_fit(s->model, &on->features, &standardise, on->items, on->features.count,
                                    NULL, 0, &options, &watch, end_epoch, s, &history, err);
    sx_history_clear(&history);
    /* Stopping it is how a turn ends. */
    return status == SX_E_CANCELLED && !sx_bench_cancelled(s->bench) ? SX_OK : status;
}

static sx_status take_turns(steps *each, size_t count, size_t batch, sx_error *err) {
    noise on = {0};
    sx_status status = make_features(each->net, batch * each->steps_per_epoch, &on, err);
    for (bool more = true; more && !status;) {
        more = false;
        for (size_t i = 0; i < count && !status; i++) {
            if (sx_samples_enough(&each[i].samples, each->bench->options)) continue;
            status = take_turn(&each[i], batch, count, &on, err);
            more = true;
        }
    }
    sx_free(on.features.values);
    sx_free(on.features.labels);
    sx_free(on.items);
    return status;
}

static sx_status one_batch(const sx_bench *bench, const sx_bench_net *nets, size_t count, size_t batch,
                           sx_error *err) {
    steps each[SX_BENCH_AXES] = {{0}};
    sx_status status = SX_OK;
    for (size_t i = 0; i < count && !status; i++) {
        each[i] = (steps){
            .bench = bench, .net = &nets[i], .steps_per_epoch = batch < SMALL_BATCH ? STEPS_OF_SMALL : 1};
        status = build(&each[i], batch, err);
    }
    if (!status) status = take_turns(each, count, batch, err);
    for (size_t i = 0; i < count; i++) {
        sx_bench_row row = sx_bench_row_for("train_step", nets[i].name, sx_bench_threads(bench));
        row.axis = sx_axis_name(nets[i].axis);
        row.batch = batch;
        if (!status) status = sx_bench_finish(bench, &each[i].samples, &row, err);
        sx_samples_clear(&each[i].samples);
        sx_model_free(each[i].model);
    }
    return status;
}

static sx_status all_axes(const sx_bench *bench, const sx_bench_net *nets, size_t count, sx_error *err) {
    const size_t wanted = bench->options->batch;
    sx_status status = one_batch(bench, nets, count, wanted ? wanted : 64, err);
    if (!status && !wanted) status = one_batch(bench, nets, count, 1, err);
    return status;
}

sx_status sx_bench_training(const sx_bench *bench, sx_error *err) {
    return sx_bench_each_net(bench, all_axes, err);
}
