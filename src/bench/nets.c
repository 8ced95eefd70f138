/* nets.c: the nets that are measured, each for every axis, on the inputs they are meant for. */
#include "bench/bench.h"

#include "base/error.h"

#include <string.h>

typedef struct known_net {
    const char *name;
    sx_shape input;
    size_t classes;
} known_net;

static const known_net known_nets[] = {
    {"small", {98, 40, 1}, 10}, {"kws", {98, 40, 1}, 12},   {"kwsL", {98, 64, 1}, 35},
    {"esc", {216, 64, 1}, 50},  {"dscnn", {49, 10, 1}, 12},
};

static known_net look_up(const char *name) {
    for (size_t i = 0; i < sizeof known_nets / sizeof known_nets[0]; i++) {
        if (strcmp(known_nets[i].name, name) == 0) return known_nets[i];
    }
    return (known_net){name, {98, 40, 1}, 10};
}

/* The nets of all wanted axes; their specs are to be freed in any case. */
static sx_status make_nets(const sx_bench *bench, const sx_model_spec *spec, const known_net *known,
                           sx_bench_net nets[SX_BENCH_AXES], size_t *count, sx_error *err) {
    static const sx_axis order[SX_BENCH_AXES] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};
    const sx_bench_options *options = bench->options;
    sx_status status = SX_OK;
    for (size_t i = 0; i < SX_BENCH_AXES && !status; i++) {
        if (options->axes && !(options->axes & 1u << order[i])) continue;
        sx_model_spec *own = sx_model_spec_copy(spec);
        if (!own) return sx_fail(err, SX_E_MEMORY, "out of memory for the spec of %s", known->name);
        if (sx_model_spec_needs_axis(own)) status = sx_model_spec_set_axis(own, order[i], NULL, err);
        nets[(*count)++] = (sx_bench_net){.name = sx_model_spec_name(spec),
                                          .spec = own,
                                          .axis = order[i],
                                          .input = options->input.time ? options->input : known->input,
                                          .classes = known->classes};
    }
    return status;
}

static sx_status one_net(const sx_bench *bench, const char *name, sx_bench_case *run, sx_error *err) {
    const known_net known = look_up(name);
    sx_bench_net nets[SX_BENCH_AXES];
    size_t count = 0;
    sx_model_spec *spec = NULL;
    sx_status status = sx_model_spec_open(name, &spec, err);
    if (status) return status;
    status = make_nets(bench, spec, &known, nets, &count, err);
    if (!status && count > 0) status = run(bench, nets, count, err);
    for (size_t i = 0; i < count; i++)
        sx_model_spec_free(nets[i].spec);
    sx_model_spec_free(spec);
    return status;
}

sx_status sx_bench_each_net(const sx_bench *bench, sx_bench_case *run, sx_error *err) {
    if (bench->options->net) return one_net(bench, bench->options->net, run, err);
    const char *const *names = sx_model_builtin_names();
    sx_status status = SX_OK;
    for (size_t i = 0; names[i] && !status; i++)
        status = one_net(bench, names[i], run, err);
    return status;
}
