/* batch.c: rows are gathered and standardised in one pass, the batch cut as the layers cut it. */
#include "train/batch.h"

#include "base/error.h"
#include "data/shift.h"

static sx_status check_label(const sx_source *source, size_t item, sx_error *err) {
    const sx_features *features = source->features;
    const size_t classes = sx_model_class_count(source->model);
    const int label = features->labels[item];
    const char *path = features->paths ? features->paths[item] : NULL;
    if (label >= 0 && (size_t)label < classes) return SX_OK;
    if (label < 0)
        return sx_fail(err, SX_E_DATA, "item %zu (%s) has no label", item, path ? path : "no path");
    return sx_fail(err, SX_E_DATA, "item %zu (%s) has label number %d, but the net has %zu classes", item,
                   path ? path : "no path", label, classes);
}

sx_status sx_source_check(const sx_source *source, const size_t *items, size_t count, bool need_labels,
                          sx_error *err) {
    const sx_shape have = source->features->shape, want = sx_model_input_shape(source->model);
    if (have.time != want.time || have.frequency != want.frequency || have.channels != want.channels)
        return sx_fail(err, SX_E_SHAPE,
                       "the net wants %zu x %zu x %zu (time, frequency, channels), the features have %zu x "
                       "%zu x %zu",
                       want.time, want.frequency, want.channels, have.time, have.frequency, have.channels);
    for (size_t i = 0; i < count; i++) {
        if (items[i] >= source->features->count)
            return sx_fail(err, SX_E_ARGUMENT, "item %zu does not exist: there are %zu", items[i],
                           source->features->count);
        sx_status status = need_labels ? check_label(source, items[i], err) : SX_OK;
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

typedef struct load_call {
    const sx_source *source;
    const size_t *items;
    size_t count, floats;
    float *input;
} load_call;

/* Only a moved example is copied before it is standardised. */
static void load_item(const load_call *call, size_t item, float *input) {
    const sx_features *features = call->source->features;
    const float *values = features->values + item * call->floats;
    if (features->shifts && features->shifts[item] != 0) {
        sx_shift_take(features, item, input);
        values = input;
    }
    sx_standardise_apply(call->source->standardise, values, call->floats, input);
}

static void load_task(void *context, size_t shard, int worker) {
    const load_call *call = context;
    size_t first;
    const size_t count = sx_shard_range(call->count, shard, &first);
    (void)worker;
    for (size_t row = first; row < first + count; row++)
        load_item(call, call->items[row], call->input + row * call->floats);
}

void sx_source_load(const sx_source *source, const size_t *items, size_t count) {
    load_call call = {.source = source,
                      .items = items,
                      .count = count,
                      .floats = sx_shape_count(source->features->shape),
                      .input = sx_model_input(source->model)};
    sx_pool_run(sx_model_pool(source->model), SX_SHARDS, load_task, &call);
}
