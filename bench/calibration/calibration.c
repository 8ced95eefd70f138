/* calibration.c: does the verdict keep its promises? Works on the library below the tool, see README.md.
 *
 *   calibration runs DATA NET FOLDER   trains two axes with many seeds; a line a run: axis fold seed accuracy
 *                                      test/train test
 *   calibration judge                  reads studies of such lines from stdin, an empty line between two,
 * deals out the seeds of one axis among three names, and counts verdicts calibration interval HITS COUNT
 * exact 95 % interval of a share
 */
#include "base/memory.h"
#include "experiment/plan.h"
#include "experiment/verdict.h"
#include "sonaxis/compare.h"
#include "stats/binomial.h"
#include "stats/power.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES = 3, FOLDS = 4, SEEDS = 8, DEALT = NAMES * SEEDS, TRAINED_AXES = 2, MOST_STUDIES = 4096 };

static int give_up(const sx_error *err) {
    fprintf(stderr, "calibration: %s\n", err->text);
    return 1;
}

/* --- runs ------------------------------------------------------------------------------------------- */

static sx_status load(const char *path, sx_features **out, sx_error *err) {
    sx_dataset_options listing;
    sx_features_options making;
    sx_dataset *dataset = NULL;
    sx_dataset_default(&listing);
    sx_features_default(&making);
    making.frontend.band_count = 20;
    making.threads = 1;
    sx_status status = sx_dataset_open(path, &listing, &dataset, err);
    if (status == SX_OK) status = sx_features_compute(dataset, &making, NULL, out, err);
    sx_dataset_free(dataset);
    return status;
}

static sx_compare_options options_for(const char *net, const char *folder) {
    sx_compare_options options;
    sx_compare_default(&options);
    options.model = net;
    options.folder = folder;
    options.axis_count = TRAINED_AXES; /* channels and frequency */
    options.folds.kind = SX_FOLDS_GROUP;
    options.folds.count = FOLDS;
    options.seeds = DEALT;
    options.train.epochs = 8;
    options.train.batch = 16;
    options.train.learning_rate = 0.005;
    options.threads = 1;
    return options;
}

static void print_runs(const sx_comparison *made, size_t items) {
    double test = (double)items / (double)made->fold_count;
    for (size_t i = 0; i < made->run_count; i++) {
        const sx_run *run = &made->runs[i];
        printf("%zu %zu %d %.9f %.9f %.3f\n", run->axis, run->fold, run->repetition,
               run->scores[made->statistics].accuracy, made->test_train_ratio, test);
    }
    puts("");
}

static int make_runs(const char *data, const char *net, const char *folder) {
    sx_error err = {0};
    sx_features *features = NULL;
    sx_comparison *made = NULL;
    const sx_compare_options options = options_for(net, folder);
    sx_status status = load(data, &features, &err);
    if (status == SX_OK) status = sx_compare(features, &options, NULL, &made, &err);
    if (status == SX_OK) print_runs(made, features->count);
    sx_comparison_free(made);
    sx_features_free(features);
    return status == SX_OK ? 0 : give_up(&err);
}

/* --- judge ------------------------------------------------------------------------------------------ */

/* Accuracies of one axis on one data set, which are dealt out as three names. */
typedef struct study {
    double accuracy[FOLDS][DEALT];
    sx_basis basis;
    size_t split; /* the fold that is taken where only one is wanted */
} study;

/* Which part of a study is looked at, and what is added to the second name. */
typedef struct look {
    const char *what;
    size_t folds;
    int seeds;
} look;

static const look looks[] = {
    {"4 folds, 2 seeds", FOLDS, 2}, {"4 folds, 8 seeds", FOLDS, SEEDS}, {"1 split, 8 seeds", 1, SEEDS}};

static double accuracy_at(const study *from, const look *how, size_t name, size_t fold, int seed) {
    size_t row = how->folds == 1 ? from->split : fold;
    return from->accuracy[row][name * SEEDS + (size_t)seed];
}

static void fill_runs(const study *from, const look *how, double planted, sx_comparison *made) {
    size_t each = how->folds * (size_t)how->seeds;
    for (size_t i = 0; i < made->run_count; i++) {
        sx_run *run = &made->runs[i];
        *run = (sx_run){.axis = i / each,
                        .fold = i / (size_t)how->seeds % how->folds,
                        .repetition = (int)(i % (size_t)how->seeds)};
        double accuracy = accuracy_at(from, how, run->axis, run->fold, run->repetition);
        if (run->axis == 1) accuracy += planted;
        for (int s = 0; s < SX_STATISTICS_COUNT; s++)
            run->scores[s] = (sx_scores){.accuracy = accuracy};
    }
}

/* The verdict as `compare` reaches it. made->runs must be freed. */
static void judge(const study *from, const look *how, double planted, sx_comparison *made) {
    static const sx_axis names[NAMES] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};
    sx_error err = {0};
    *made = (sx_comparison){.axis_count = NAMES,
                            .fold_count = how->folds,
                            .seeds = how->seeds,
                            .statistics = SX_STATISTICS_RECOMPUTED,
                            .margin = 0.01,
                            .confidence = 0.95,
                            .run_count = NAMES * how->folds * (size_t)how->seeds};
    for (size_t i = 0; i < NAMES; i++)
        made->axes[i].axis = names[i];
    made->runs = sx_alloc(made->run_count, sizeof *made->runs);
    if (!made->runs) exit(1);
    fill_runs(from, how, planted, made);
    if (sx_results_fill(made, &from->basis, &err) != SX_OK ||
        sx_verdict_fill(made, &from->basis, &err) != SX_OK)
        exit(give_up(&err));
}

static void print_share(const char *what, size_t hits, size_t count, double promised) {
    sx_range range = sx_binomial_range(hits, count, 0.95);
    printf("%-52s %4zu of %4zu = %5.1f %% (%.1f to %.1f)  %s %.1f %%\n", what, hits, count,
           100 * (double)hits / (double)count, 100 * range.low, 100 * range.high,
           promised < 0.5 && strstr(what, "false") ? "at most" : "promised", 100 * promised);
}

/* False winners, and how much paired runs spread: the root of the mean variance. */
static double judge_alike(const study *studies, size_t count, const look *how) {
    size_t winners = 0, equivalent = 0, pairs = 0;
    double variance = 0;
    for (size_t i = 0; i < count; i++) {
        sx_comparison made;
        judge(&studies[i], how, 0, &made);
        winners += made.verdict.kind == SX_VERDICT_WINNER;
        equivalent += made.verdict.kind == SX_VERDICT_EQUIVALENT;
        for (size_t p = 0; p < made.pair_count; p++, pairs++)
            variance += made.pairs[p].deviation * made.pairs[p].deviation;
        sx_free(made.runs);
    }
    char what[96];
    snprintf(what, sizeof what, "A/A, %s: false winner", how->what);
    print_share(what, winners, count, 0.05);
    printf("    equivalent %zu, undecided %zu; paired runs spread by %.2f points\n", equivalent,
           count - winners - equivalent, 100 * sqrt(variance / (double)pairs));
    return sqrt(variance / (double)pairs);
}

/* Adds what the study promised to find, half of it and half as much again. */
static void judge_planted(const study *studies, size_t count, const look *how, double deviation) {
    const sx_study_design design = {.folds = how->folds,
                                    .seeds = how->seeds,
                                    .axes = NAMES,
                                    .test_train_ratio = studies[0].basis.test_train_ratio,
                                    .deviation = deviation,
                                    .confidence = 0.95};
    const double smallest = sx_study_resolves(&design);
    const sx_pairs_design pairs = {how->folds * (size_t)how->seeds,
                                   how->folds == 1 ? 0 : design.test_train_ratio, deviation, 0.05 / 3};
    for (int half = 1; half <= 3; half++) {
        double planted = half * smallest / 2;
        size_t found = 0;
        for (size_t i = 0; i < count; i++) {
            sx_comparison made;
            judge(&studies[i], how, planted, &made);
            found += made.pairs[0].p_holm < 0.05 && made.pairs[0].difference < 0;
            sx_free(made.runs);
        }
        char what[96];
        snprintf(what, sizeof what, "planted %.1f points, %s: found", 100 * planted, how->what);
        print_share(what, found, count, sx_power_of(&pairs, planted));
    }
}

/* Lines of two axes up to an empty one; false at the end. */
static bool read_studies(study two[TRAINED_AXES], size_t index) {
    char line[160];
    bool any = false;
    while (fgets(line, sizeof line, stdin) && line[0] != '\n') {
        size_t axis, fold;
        int seed;
        double accuracy, ratio, test;
        if (sscanf(line, "%zu %zu %d %lf %lf %lf", &axis, &fold, &seed, &accuracy, &ratio, &test) != 6 ||
            axis >= TRAINED_AXES || fold >= FOLDS || seed < 0 || seed >= DEALT) {
            fprintf(stderr, "calibration: not a run: %s", line);
            exit(2);
        }
        two[axis].accuracy[fold][seed] = accuracy;
        two[axis].basis = (sx_basis){.test_train_ratio = ratio, .test_count = test};
        two[axis].split = index % FOLDS;
        any = true;
    }
    return any;
}

static int judge_all(void) {
    study *studies = sx_alloc(MOST_STUDIES, sizeof *studies);
    size_t count = 0;
    if (!studies) return 1;
    while (count + TRAINED_AXES <= MOST_STUDIES && read_studies(studies + count, count / TRAINED_AXES))
        count += TRAINED_AXES;
    if (count == 0) {
        fprintf(stderr, "calibration: no runs on stdin\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        double deviation = judge_alike(studies, count, &looks[i]);
        judge_planted(studies, count, &looks[i], deviation);
    }
    sx_free(studies);
    return 0;
}

static int interval(const char *hits, const char *count) {
    sx_range range =
        sx_binomial_range((size_t)strtoul(hits, NULL, 10), (size_t)strtoul(count, NULL, 10), 0.95);
    printf("%.1f to %.1f %%\n", 100 * range.low, 100 * range.high);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 5 && strcmp(argv[1], "runs") == 0) return make_runs(argv[2], argv[3], argv[4]);
    if (argc == 2 && strcmp(argv[1], "judge") == 0) return judge_all();
    if (argc == 4 && strcmp(argv[1], "interval") == 0) return interval(argv[2], argv[3]);
    fprintf(stderr, "usage: calibration runs DATA NET FOLDER | judge | interval HITS COUNT\n");
    return 2;
}
