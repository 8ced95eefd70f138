/* whole.c: everything a comparison does, from making its recordings to the page: the net `small`, two folds,
 * three epochs. Each repetition has a folder of its own, so that nothing is continued. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "sonaxis/report.h"
#include "sonaxis/synth.h"

enum { MOST_REPETITIONS = 3 };

typedef struct job {
    char *recordings, *study, *page;
    sx_dataset *dataset;
    sx_features *features;
    sx_comparison *comparison;
} job;

static void clear(job *j) {
    sx_comparison_free(j->comparison);
    sx_features_free(j->features);
    sx_dataset_free(j->dataset);
    sx_free(j->recordings);
    sx_free(j->study);
    sx_free(j->page);
}

static sx_status name_places(const sx_bench *bench, int repetition, job *j, sx_error *err) {
    sx_text name = {0};
    sx_text_format(&name, "whole-%d", repetition);
    char *part = sx_text_take(&name), *own = part ? sx_path_join(bench->options->folder, part) : NULL;
    j->recordings = own ? sx_path_join(own, "recordings") : NULL;
    j->study = own ? sx_path_join(own, "study") : NULL;
    j->page = j->study ? sx_path_join(j->study, "report.html") : NULL;
    sx_free(part);
    sx_free(own);
    return j->recordings && j->page ? SX_OK : sx_fail(err, SX_E_MEMORY, "out of memory for a path");
}

static sx_status load(const sx_bench *bench, job *j, sx_error *err) {
    sx_synth_options synth;
    sx_dataset_options listing;
    sx_features_options making;
    sx_status status = sx_synth_default("speech", &synth, err);
    sx_dataset_default(&listing);
    sx_features_default(&making);
    making.threads = sx_bench_threads(bench);
    if (!status) status = sx_synth_write(&synth, j->recordings, bench->watch, err);
    if (!status) status = sx_dataset_open(j->recordings, &listing, &j->dataset, err);
    if (!status) status = sx_features_compute(j->dataset, &making, bench->watch, &j->features, err);
    return status;
}

static sx_status compare(const sx_bench *bench, job *j, sx_error *err) {
    const sx_report_options about = {.title = "bench", .command = "sonaxis bench whole"};
    sx_compare_options options;
    sx_compare_default(&options);
    options.model = "small";
    options.seeds = 1;
    options.train.epochs = 3;
    options.folds.count = 2;
    options.threads = sx_bench_threads(bench);
    options.folder = j->study;
    sx_status status = sx_compare(j->features, &options, bench->watch, &j->comparison, err);
    if (!status) status = sx_report_write(j->comparison, j->features, &about, j->page, err);
    return status;
}

sx_status sx_bench_whole(const sx_bench *bench, sx_error *err) {
    sx_bench_row row =
        sx_bench_row_for("whole_job", "speech, small, 2 folds, 3 epochs", sx_bench_threads(bench));
    sx_samples samples = {0};
    sx_status status = SX_OK;
    if (!bench->options->folder)
        return sx_fail(err, SX_E_ARGUMENT, "folder: the whole job needs a place to write");
    const int most =
        bench->options->repetitions < MOST_REPETITIONS ? bench->options->repetitions : MOST_REPETITIONS;
    for (int i = 0; i < most && !status; i++) {
        job j = {0};
        const double start = sx_clock_seconds();
        status = name_places(bench, i, &j, err);
        if (!status) status = load(bench, &j, err);
        if (!status) status = compare(bench, &j, err);
        sx_samples_add(&samples, sx_clock_seconds() - start);
        clear(&j);
    }
    if (!status) status = sx_bench_finish(bench, &samples, &row, err);
    sx_samples_clear(&samples);
    return status;
}
