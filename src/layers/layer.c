/* layer.c: the list of all layers, and how a batch is cut into shards. */
#include "layers/layer.h"

#include <string.h>

#define SX_LAYER_ADDRESS(id) &sx_layer_##id,
const sx_layer_ops *const sx_layers[] = {SX_LAYER_LIST(SX_LAYER_ADDRESS) NULL};
#undef SX_LAYER_ADDRESS

const sx_layer_ops *sx_layer_find(const char *type) {
    for (size_t i = 0; sx_layers[i]; i++)
        if (strcmp(sx_layers[i]->type, type) == 0) return sx_layers[i];
    return NULL;
}

size_t sx_shard_range(size_t batch, size_t shard, size_t *first) {
    size_t share = batch / SX_SHARDS, extra = batch % SX_SHARDS;
    *first = shard * share + (shard < extra ? shard : extra);
    return share + (shard < extra ? 1 : 0);
}

/* The first shards get the extra examples, so those without any are the last ones. */
void sx_for_shards(const sx_layer_call *call, void (*task)(void *context, size_t shard, int worker),
                   void *context) {
    sx_pool_sweep(call->pool, call->batch < SX_SHARDS ? call->batch : SX_SHARDS, task, context);
}
