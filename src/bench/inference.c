/* inference.c: the logits of one example at a time; nets that differ in the kept axis in turns. */
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

static sx_status make(const sx_bench *bench, const sx_bench_net *net, run_one *one, sx_error *err) {
    const size_t floats = net->input.time * net->input.frequency * net->input.channels;
    const sx_model_options building = {.input = net->input,
                                       .classes = net->classes,
                                       .batch = 1,
                                       .training = false,
                                       .threads = sx_bench_threads(bench)};
    *one = (run_one){.x = sx_alloc(floats, sizeof(float)), .logits = sx_alloc(net->classes, sizeof(float))};
    if (!one->x || !one->logits) return sx_fail_memory(err, floats * sizeof(float));
    sx_bench_fill(one->x, floats);
    return sx_model_build(net->spec, &building, &one->model, err);
}

static sx_status all_axes(const sx_bench *bench, const sx_bench_net *nets, size_t count, sx_error *err) {
    run_one each[SX_BENCH_AXES] = {{0}};
    void *contexts[SX_BENCH_AXES];
    sx_bench_row rows[SX_BENCH_AXES];
    sx_status status = SX_OK;
    for (size_t i = 0; i < count && !status; i++) {
        status = make(bench, &nets[i], &each[i], err);
        contexts[i] = &each[i];
        rows[i] = sx_bench_row_for("inference", nets[i].name, sx_bench_threads(bench));
        rows[i].axis = sx_axis_name(nets[i].axis);
        rows[i].batch = 1;
    }
    if (!status) status = sx_bench_measure_in_turns(bench, infer, contexts, rows, count, err);
    for (size_t i = 0; i < count; i++) {
        sx_model_free(each[i].model);
        sx_free(each[i].x);
        sx_free(each[i].logits);
    }
    return status;
}

sx_status sx_bench_inference(const sx_bench *bench, sx_error *err) {
    return sx_bench_each_net(bench, all_axes, err);
}
