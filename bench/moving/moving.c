/* moving.c: what epochs, momentum and batch size make of a comparison that is scored with moving statistics.
 * Works on the library below the tool, see docs/moving-statistics.md.
 *
 *   moving_bench runs RECORDINGS BATCH SEED   trains every axis with every speaker held out, one seed; a line
 *                                             a (run, epochs, momentum)
 *   moving_bench table                        reads such lines from stdin, prints the tables of the page
 *
 * Moving statistics take no part in training, so one run serves every momentum: the net is built with
 * momentum 0, which leaves each step's own statistics behind, and the averages are kept here with the float
 * arithmetic of the layer. With a constant learning rate a run of 40 epochs passes through the runs of 5 and
 * of 15. */
#include "base/memory.h"
#include "experiment/plan.h"
#include "experiment/verdict.h"
#include "model/net.h"
#include "sonaxis/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AXES = 3, MOMENTA = 3, STOPS = 3, MOST_LAYERS = 4, BATCHES = 2, MOST_SEEDS = 16, MOST_FOLDS = 16 };
static const double momenta[MOMENTA] = {0.9, 0.99, 0.999};
static const int stops[STOPS] = {5, 15, 40}; /* epochs */
static const int batches[BATCHES] = {16, 64};

static int give_up(const sx_error *err) {
    fprintf(stderr, "moving_bench: %s\n", err->text);
    return 1;
}

static void *claim(size_t count, size_t size) {
    void *memory = sx_alloc(count, size);
    if (memory) return memory;
    fprintf(stderr, "moving_bench: out of memory\n");
    exit(1);
}

/* --- runs ------------------------------------------------------------------------------------------- */

/* One run as it goes. */
typedef struct run {
    const sx_run_plan *plan;
    const sx_fold *fold;
    const sx_standardise *standardise;
    sx_model *model;
    size_t axis, statistics_count;
    int seed;
    float *moving[MOMENTA];
    bool seen; /* the last step is in the averages */
    sx_status status;
    sx_error error;
} run;

/* After a step the net, whose own momentum is 0, holds that step's statistics. */
static void take_in(run *r) {
    const float *batch = sx_model_statistics(r->model);
    for (int m = 0; m < MOMENTA && !r->seen; m++) {
        const float momentum = (float)momenta[m], share = (float)(1.0 - momenta[m]);
        for (size_t i = 0; i < r->statistics_count; i++)
            r->moving[m][i] = r->moving[m][i] * momentum + batch[i] * share;
    }
    r->seen = true;
}

/* Asked before every step. */
static bool before_step(void *context) {
    run *r = context;
    take_in(r);
    r->seen = false;
    return r->status != SX_OK;
}

static double accuracy_of(run *r) {
    sx_score score = {0};
    if (r->status == SX_OK)
        r->status = sx_evaluate(r->model, r->plan->features, r->standardise, r->fold->test,
                                r->fold->test_count, false, NULL, &score, &r->error);
    const double accuracy = score.accuracy;
    sx_score_clear(&score);
    return accuracy;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, size_t count) {
    qsort(values, count, sizeof *values, by_size);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static size_t place_of(const run *r, size_t layer, const char *name, size_t *count) {
    const sx_layer_plan *plan = sx_model_layer_plan(r->model, layer);
    for (int w = 0; w < plan->weight_count; w++) {
        if (strcmp(plan->weights[w].name, name) != 0) continue;
        *count = plan->weights[w].count;
        return (size_t)(sx_model_layer_weight(r->model, layer, w) - sx_model_statistics(r->model));
    }
    exit(1); /* the caller asks for a layer that has both */
}

/* Median over the kept indices of how far the moving mean lies from the exact one, in exact deviations, layer
 * by layer. */
static void print_lags(run *r, const float *exact, const float *moving) {
    for (size_t layer = 0; layer < sx_model_layer_count(r->model); layer++) {
        size_t count = 0;
        if (!sx_model_layer_plan(r->model, layer)->has_statistics) continue;
        const size_t mean = place_of(r, layer, "moving_mean", &count);
        const size_t variance = place_of(r, layer, "moving_variance", &count);
        double *away = claim(count, sizeof *away);
        for (size_t g = 0; g < count; g++)
            away[g] = fabs((double)moving[mean + g] - (double)exact[mean + g]) /
                      sqrt((double)exact[variance + g] + 1e-12);
        printf(" %.4f", median_of(away, count));
        sx_free(away);
    }
    puts("");
}

/* Exact statistics first, then each momentum's: the next step overwrites what lies there. */
static void score(run *r, int epochs) {
    const size_t bytes = r->statistics_count * sizeof(float);
    float *exact = claim(r->statistics_count, sizeof *exact);
    r->status = sx_train_recompute(r->model, r->plan->features, r->standardise, r->fold->train,
                                   r->fold->train_count, NULL, &r->error);
    memcpy(exact, sx_model_statistics(r->model), bytes);
    const double recomputed = accuracy_of(r);
    for (int m = 0; m < MOMENTA; m++) {
        memcpy(sx_model_statistics(r->model), r->moving[m], bytes);
        sx_model_weights_changed(r->model);
        const double moving = accuracy_of(r);
        printf("%zu %zu %d %d %d %d %.6f %.6f %.6f %zu", r->axis, (size_t)(r->fold - r->plan->folds->folds),
               r->seed, r->plan->options->train.batch, epochs, m, moving, recomputed,
               sx_run_plan_test_train_ratio(r->plan), r->fold->test_count);
        print_lags(r, exact, r->moving[m]);
    }
    fflush(stdout);
    sx_free(exact);
}

static void after_epoch(void *context, size_t epoch, const sx_epoch *values) {
    run *r = context;
    (void)values;
    take_in(r);
    for (int i = 0; i < STOPS; i++)
        if ((int)epoch + 1 == stops[i] && r->status == SX_OK) score(r, stops[i]);
}

/* Moving means begin at 0 and variances at 1, as the net has them before its first step. */
static void begin_averages(run *r) {
    r->statistics_count = sx_model_statistics_count(r->model);
    for (int m = 0; m < MOMENTA; m++) {
        r->moving[m] = claim(r->statistics_count, sizeof(float));
        memcpy(r->moving[m], sx_model_statistics(r->model), r->statistics_count * sizeof(float));
    }
    r->seen = true;
}

static sx_status train(run *r, sx_error *err) {
    sx_train_options options = r->plan->options->train;
    options.seed = sx_run_plan_seed(r->plan, (size_t)(r->fold - r->plan->folds->folds), r->seed);
    const sx_model_options build = {.input = r->plan->features->shape,
                                    .classes = r->plan->features->label_count,
                                    .batch = (size_t)options.batch,
                                    .training = true,
                                    .seed = options.seed,
                                    .threads = 1};
    sx_status status = sx_model_spec_set_momentum(r->plan->specs[r->axis], 0, err);
    if (status == SX_OK) status = sx_model_build(r->plan->specs[r->axis], &build, &r->model, err);
    if (status != SX_OK) return status;
    const sx_watch watch = {.cancelled = before_step, .context = r};
    sx_history history = {0};
    begin_averages(r);
    status = sx_train_fit(r->model, r->plan->features, r->standardise, r->fold->train, r->fold->train_count,
                          NULL, 0, &options, &watch, after_epoch, r, &history, err);
    if (r->status != SX_OK) *err = r->error;
    sx_history_clear(&history);
    for (int m = 0; m < MOMENTA; m++)
        sx_free(r->moving[m]);
    sx_model_free(r->model);
    return r->status != SX_OK ? r->status : status;
}

/* The spectrograms of docs/fsdd.md. */
static sx_status load(const char *path, sx_features **out, sx_error *err) {
    sx_dataset_options listing;
    sx_features_options making;
    sx_dataset *dataset = NULL;
    sx_dataset_default(&listing);
    listing.name_pattern = "{label}_{group}_{take}";
    sx_features_default(&making);
    making.duration_s = 1;
    making.frontend.fft_size = 256;
    making.frontend.window_samples = 200;
    making.frontend.hop_samples = 80;
    making.frontend.frame_is_fft = true;
    making.frontend.band_count = 40;
    making.threads = 1;
    sx_status status = sx_dataset_open(path, &listing, &dataset, err);
    if (status == SX_OK) status = sx_features_compute(dataset, &making, NULL, out, err);
    sx_dataset_free(dataset);
    return status;
}

static sx_status train_all(const sx_run_plan *plan, int seed, sx_error *err) {
    sx_status status = SX_OK;
    for (size_t fold = 0; fold < plan->folds->count; fold++)
        for (size_t axis = 0; axis < AXES && status == SX_OK; axis++) {
            run r = {.plan = plan, .fold = &plan->folds->folds[fold], .axis = axis, .seed = seed};
            r.standardise = &plan->standardise[fold];
            status = train(&r, err);
        }
    return status;
}

static int make_runs(const char *data, int batch, int seed) {
    sx_error err = {0};
    sx_features *features = NULL;
    sx_run_plan *plan = NULL;
    sx_compare_options options;
    sx_compare_default(&options);
    options.folds.kind = SX_FOLDS_GROUP;
    options.seeds = MOST_SEEDS;
    options.train.epochs = stops[STOPS - 1];
    options.train.batch = batch;
    sx_status status = load(data, &features, &err);
    if (status == SX_OK) status = sx_run_plan_create(features, &options, &plan, &err);
    if (status == SX_OK) status = train_all(plan, seed, &err);
    sx_run_plan_free(plan);
    sx_features_free(features);
    return status == SX_OK ? 0 : give_up(&err);
}

/* --- table ------------------------------------------------------------------------------------------ */

/* Runs of one batch size and number of epochs. */
typedef struct cell {
    double moving[MOMENTA][AXES][MOST_FOLDS][MOST_SEEDS], recomputed[AXES][MOST_FOLDS][MOST_SEEDS];
    double lag[MOMENTA][AXES][MOST_LAYERS], lines[MOMENTA][AXES];
    size_t layers, folds, steps;
    int seeds;
    sx_basis basis;
} cell;

static int index_of(const int *list, int count, int value) {
    for (int i = 0; i < count; i++)
        if (list[i] == value) return i;
    return -1;
}

static bool take_line(cell cells[BATCHES][STOPS], const char *line) {
    size_t axis, fold, test;
    int seed, batch, epochs, m, used = 0;
    double moving, recomputed, ratio;
    if (sscanf(line, "%zu %zu %d %d %d %d %lf %lf %lf %zu%n", &axis, &fold, &seed, &batch, &epochs, &m,
               &moving, &recomputed, &ratio, &test, &used) != 10)
        return false;
    const int b = index_of(batches, BATCHES, batch), stop = index_of(stops, STOPS, epochs);
    if (axis >= AXES || fold >= MOST_FOLDS || seed < 0 || seed >= MOST_SEEDS || b < 0 || stop < 0 || m < 0 ||
        m >= MOMENTA)
        return false;
    cell *c = &cells[b][stop];
    c->moving[m][axis][fold][seed] = moving;
    c->recomputed[axis][fold][seed] = recomputed;
    c->basis = (sx_basis){.test_train_ratio = ratio, .test_count = (double)test};
    if (fold >= c->folds) c->folds = fold + 1;
    if (seed >= c->seeds) c->seeds = seed + 1;
    c->steps = (size_t)epochs * (((size_t)((double)test / ratio + 0.5) + (size_t)batch - 1) / (size_t)batch);
    c->lines[m][axis]++;
    char *rest = (char *)line + used, *end = rest;
    for (size_t layer = 0; layer < MOST_LAYERS; layer++, rest = end) {
        const double lag = strtod(rest, &end);
        if (end == rest) break;
        c->lag[m][axis][layer] += lag;
        c->layers = layer + 1;
    }
    return true;
}

static sx_scores scores_at(const cell *c, int momentum, size_t axis, size_t fold, size_t seed) {
    return (sx_scores){.accuracy = momentum < 0 ? c->recomputed[axis][fold][seed]
                                                : c->moving[momentum][axis][fold][seed]};
}

/* momentum < 0: recomputed. What `compare` would have said. */
static void print_verdict(const cell *c, int momentum) {
    static const sx_axis axes[AXES] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};
    sx_error err = {0};
    sx_comparison made = {.axis_count = AXES,
                          .fold_count = c->folds,
                          .seeds = c->seeds,
                          .statistics = SX_STATISTICS_RECOMPUTED,
                          .margin = 0.01,
                          .confidence = 0.95,
                          .run_count = AXES * c->folds * (size_t)c->seeds};
    const size_t seeds = (size_t)c->seeds;
    made.runs = claim(made.run_count, sizeof *made.runs);
    for (size_t i = 0; i < AXES; i++)
        made.axes[i].axis = axes[i];
    for (size_t i = 0; i < made.run_count; i++) {
        sx_run *one = &made.runs[i];
        one->axis = i / seeds / c->folds;
        one->fold = i / seeds % c->folds;
        one->repetition = (int)(i % seeds);
        for (int s = 0; s < SX_STATISTICS_COUNT; s++)
            one->scores[s] = scores_at(c, momentum, one->axis, one->fold, i % seeds);
    }
    if (sx_results_fill(&made, &c->basis, &err) != SX_OK || sx_verdict_fill(&made, &c->basis, &err) != SX_OK)
        exit(give_up(&err));
    for (size_t i = 0; i < AXES; i++)
        printf(" %.3f |", made.axes[i].accuracy.mean);
    const sx_pair_result *pair = &made.pairs[0]; /* channels - frequency */
    printf(" %+.1f (%+.1f to %+.1f) |", -100 * pair->difference, -100 * pair->high, -100 * pair->low);
    if (made.verdict.kind == SX_VERDICT_WINNER)
        printf(" **%s wins**", sx_axis_name(made.verdict.axis));
    else if (made.verdict.kind == SX_VERDICT_EQUIVALENT)
        printf(" equivalent");
    else
        printf(" undecided, %s first", sx_axis_name(made.verdict.axis));
    sx_free(made.runs);
}

static void print_lag(const cell *c, int m) {
    for (size_t axis = 0; axis < AXES; axis++) {
        printf(" |");
        for (size_t layer = 0; layer < c->layers; layer++)
            printf(" %.2f", c->lag[m][axis][layer] / c->lines[m][axis]);
    }
}

static void print_cell(const cell *c, int batch, int epochs) {
    char steps[64], left[32];
    snprintf(steps, sizeof steps, "%d | %d | %zu", batch, epochs, c->steps);
    for (int m = 0; m < MOMENTA; m++) {
        const double share = 100 * pow(momenta[m], (double)c->steps);
        if (share < 0.001)
            snprintf(left, sizeof left, "< 0.001");
        else
            snprintf(left, sizeof left, "%.2g", share);
        printf("| %s | %g | %s %% |", steps, momenta[m], left);
        print_verdict(c, m);
        puts(" |");
    }
    printf("| %s | recomputed | |", steps);
    print_verdict(c, -1);
    puts(" |");
}

static void print_tables(cell cells[BATCHES][STOPS]) {
    puts("| batch | epochs | steps | momentum | first value left | channels | frequency | time | frequency - "
         "channels | verdict |\n|---|---|---|---|---|---|---|---|---|---|");
    for (int i = 0; i < BATCHES * STOPS; i++)
        if (cells[i / STOPS][i % STOPS].seeds)
            print_cell(&cells[i / STOPS][i % STOPS], batches[i / STOPS], stops[i % STOPS]);
    puts("\n| batch | epochs | momentum | channels | frequency | time |\n|---|---|---|---|---|---|");
    for (int i = 0; i < BATCHES * STOPS; i++)
        for (int m = 0; m < MOMENTA && cells[i / STOPS][i % STOPS].seeds; m++) {
            printf("| %d | %d | %g", batches[i / STOPS], stops[i % STOPS], momenta[m]);
            print_lag(&cells[i / STOPS][i % STOPS], m);
            puts(" |");
        }
}

static int make_tables(void) {
    static cell cells[BATCHES][STOPS];
    char line[512];
    while (fgets(line, sizeof line, stdin))
        if (!take_line(cells, line)) {
            fprintf(stderr, "moving_bench: not a run: %s", line);
            return 2;
        }
    print_tables(cells);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 5 && strcmp(argv[1], "runs") == 0) return make_runs(argv[2], atoi(argv[3]), atoi(argv[4]));
    if (argc == 2 && strcmp(argv[1], "table") == 0) return make_tables();
    fprintf(stderr, "usage: moving_bench runs RECORDINGS BATCH SEED | table\n");
    return 2;
}
