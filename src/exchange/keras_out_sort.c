/* keras_out_sort.c: layers in the order in which Keras will have them (keras.src.ops.function.map_graph): by
 * falling distance from the output, and among equals as a walk from the output through the inputs meets them.
 * A weight file names the second Conv2D "conv2d_1", second in this order. */
#include "exchange/keras_out.h"

#include "base/error.h"

#include <stdlib.h>

typedef struct place {
    size_t layer, depth, met;
} place;

/* Numbers layers as they are met; inputs of one layer from the first on. */
static void number(const sx_out_net *net, size_t layer, size_t *next, bool *seen, place *places) {
    if (seen[layer]) return;
    seen[layer] = true;
    places[layer].met = (*next)++;
    for (int i = 0; i < net->layers[layer].input_count; i++)
        number(net, net->layers[layer].inputs[i], next, seen, places);
}

static int compare(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->depth != y->depth) return x->depth > y->depth ? -1 : 1;
    return x->met < y->met ? -1 : x->met > y->met;
}

/* Layers stand in an order in which they can run, so those behind are final when their inputs are seen. */
static void measure(const sx_out_net *net, place *places) {
    for (size_t i = net->count; i-- > 0;) {
        places[i].layer = i;
        for (int k = 0; k < net->layers[i].input_count; k++) {
            place *input = &places[net->layers[i].inputs[k]];
            if (input->depth < places[i].depth + 1) input->depth = places[i].depth + 1;
        }
    }
}

static void rearrange(sx_out_net *net, const place *places, size_t *now_at, sx_out_layer *sorted) {
    for (size_t i = 0; i < net->count; i++)
        now_at[places[i].layer] = i;
    for (size_t i = 0; i < net->count; i++) {
        sorted[i] = net->layers[places[i].layer];
        for (int k = 0; k < sorted[i].input_count; k++)
            sorted[i].inputs[k] = now_at[sorted[i].inputs[k]];
    }
    for (size_t i = 0; i < net->model->node_count; i++)
        net->outputs[i] = now_at[net->outputs[i]];
}

sx_status sx_out_net_sort(sx_out_net *net, sx_error *err) {
    place *places = sx_alloc(net->count, sizeof *places);
    bool *seen = sx_alloc(net->count, sizeof *seen);
    size_t *now_at = sx_alloc(net->count, sizeof *now_at), next = 0;
    sx_out_layer *sorted = sx_alloc(net->count, sizeof *sorted);
    bool good = places && seen && now_at && sorted;
    if (good) {
        measure(net, places);
        number(net, net->count - 1, &next, seen, places);
        qsort(places, net->count, sizeof *places, compare);
        rearrange(net, places, now_at, sorted);
        sx_free(net->layers);
        net->layers = sorted;
        sorted = NULL;
    }
    sx_free(sorted);
    sx_free(now_at);
    sx_free(seen);
    sx_free(places);
    return good ? SX_OK : sx_fail_memory(err, net->count * sizeof *sorted);
}
