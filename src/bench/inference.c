/* inference.c: the logits of one example at a time. */
#include "bench/bench.h"

#include "base/error.h"
#include "base/memory.h"

typedef struct run_one {
    sx_model *model;
    float *x, *logits;
} run_one;

static void infer(void *context) {
    run_one *one = context;
    sx_model_run(one->model, one->x, 1, one->logits);
}

static sx_status one_net(const sx_bench *bench, const sx_bench_net *net, sx_error *err) {
    const size_t floats = net->input.time * net->input.frequency * net->input.channels;
    const int threads = sx_bench_threads(bench);
    const sx_model_options building = {
        .input = net->input, .classes = net->classes, .batch = 1, .training = false, .threads = threads};
    run_one one = {.x = sx_alloc(floats, sizeof(float)), .logits = sx_alloc(net->classes, sizeof(float))};
    sx_status status = one.x && one.logits ? SX_OK : sx_fail_memory(err, floats * sizeof(float));
    if (!status) status = sx_model_build(net->spec, &building, &one.model, err);
    if (!status) {
        sx_bench_row row = sx_bench_row_for("inference", net->name, threads);
        row.axis = sx_axis_name(net->axis);
        row.batch = 1;
        sx_bench_fill(one.x, floats);
        status = sx_bench_measure(bench, infer, &one, &row, err);
    }
    sx_model_free(one.model);
    sx_free(one.x);
    sx_free(one.logits);
    return status;
}

sx_status sx_bench_inference(const sx_bench *bench, sx_error *err) {
    return sx_bench_each_net(bench, one_net, err);
}
