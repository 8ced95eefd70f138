/* keras_pack.c: weights as Keras's HDF5: layers/conv2d_1/vars/0 of a .keras archive, where layers are counted
 * by class, and model_weights/conv1/conv1/kernel of a whole-model file, where they are listed by name. */
#include "exchange/keras_config.h"

#include "arrays/h5.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/text.h"
#include "exchange/keras_job.h"

#include <string.h>

enum { PATH_CHARS = 320 };

static void add_values(sx_h5_writer *writer, const char *path, const sx_out_weight *weight, float *ones) {
    sx_h5_add_floats(writer, path, weight->dims, weight->rank, weight->values ? weight->values : ones);
}

/* Ones for the largest weight that has no values of its own. */
static float *make_ones(const sx_out_net *net) {
    size_t most = 1;
    for (size_t i = 0; i < net->count; i++)
        for (int w = 0; w < net->layers[i].weight_count; w++)
            if (!net->layers[i].weights[w].values && net->layers[i].weights[w].count > most)
                most = net->layers[i].weights[w].count;
    float *ones = sx_alloc(most, sizeof *ones);
    for (size_t i = 0; ones && i < most; i++)
        ones[i] = 1;
    return ones;
}

/* The second Conv2D is conv2d_1. */
static void group_of(const sx_out_net *net, size_t index, char out[PATH_CHARS]) {
    char base[KERAS_NAME_CHARS];
    size_t before = 0;
    for (size_t i = 0; i < index; i++)
        before += strcmp(net->layers[i].class_name, net->layers[index].class_name) == 0;
    sx_keras_snake_case(net->layers[index].class_name, base);
    if (before > 0)
        sx_print(out, PATH_CHARS, "layers/%s_%zu", base, before);
    else
        sx_print(out, PATH_CHARS, "layers/%s", base);
}

/* Keras makes a group for every layer, and says its name there. */
static void put_layer(sx_h5_writer *writer, const sx_out_net *net, size_t index, float *ones) {
    char group[PATH_CHARS], path[PATH_CHARS + 32];
    const sx_out_layer *layer = &net->layers[index];
    group_of(net, index, group);
    sx_h5_add_group(writer, group);
    sx_print(path, sizeof path, "%s/vars", group);
    sx_h5_add_group(writer, path);
    sx_h5_add_text(writer, path, "name", layer->name);
    for (int w = 0; w < layer->weight_count; w++) {
        sx_print(path, sizeof path, "%s/vars/%d", group, w);
        add_values(writer, path, &layer->weights[w], ones);
    }
}

static void put_old_layer(sx_h5_writer *writer, const sx_out_layer *layer, float *ones) {
    char group[PATH_CHARS], path[2 * PATH_CHARS], names[SX_LAYER_WEIGHTS][2 * SX_OUT_NAME];
    const char *list[SX_LAYER_WEIGHTS];
    sx_print(group, sizeof group, "model_weights/%s", layer->name);
    sx_h5_add_group(writer, group);
    for (int w = 0; w < layer->weight_count; w++) {
        sx_print(names[w], sizeof names[w], "%s/%s:0", layer->name, layer->weights[w].name);
        list[w] = names[w];
    }
    sx_h5_add_texts(writer, group, "weight_names", list, (size_t)layer->weight_count);
    if (layer->weight_count == 0) return;
    sx_print(path, sizeof path, "%s/%s", group, layer->name);
    sx_h5_add_group(writer, path);
    for (int w = 0; w < layer->weight_count; w++) {
        sx_print(path, sizeof path, "%s/%s", group, names[w]);
        add_values(writer, path, &layer->weights[w], ones);
    }
}

static void put_old_head(sx_h5_writer *writer, const char *config, const char *about) {
    sx_h5_add_text(writer, "", "keras_version", SX_KERAS_VERSION);
    sx_h5_add_text(writer, "", "backend", "tensorflow");
    sx_h5_add_text(writer, "", "model_config", config);
    sx_h5_add_text(writer, "", "sonaxis", about);
    sx_h5_add_group(writer, "model_weights");
    sx_h5_add_text(writer, "model_weights", "keras_version", SX_KERAS_VERSION);
    sx_h5_add_text(writer, "model_weights", "backend", "tensorflow");
}

static sx_status start(const sx_out_net *net, sx_h5_writer **writer, float **ones, const char ***names,
                       sx_error *err) {
    *ones = make_ones(net);
    *names = sx_alloc(net->count, sizeof **names);
    sx_status status =
        *ones && *names ? sx_h5_writer_open(writer, err) : sx_fail_memory(err, net->count * sizeof **names);
    if (status == SX_OK) return SX_OK;
    sx_free(*ones);
    sx_free(*names);
    return status;
}

/* config NULL: model.weights.h5. */
static sx_status pack(const sx_out_net *net, const char *config, const char *about, unsigned char **bytes,
                      size_t *size, sx_error *err) {
    sx_h5_writer *writer = NULL;
    const char **names = NULL;
    float *ones = NULL;
    sx_status status = start(net, &writer, &ones, &names, err);
    if (status != SX_OK) return status;
    for (size_t i = 0; i < net->count; i++)
        names[i] = net->layers[i].name;
    if (config) {
        put_old_head(writer, config, about);
        sx_h5_add_texts(writer, "model_weights", "layer_names", names, net->count);
    } else {
        sx_h5_add_group(writer, "layers");
    }
    for (size_t i = 0; i < net->count; i++) {
        if (config)
            put_old_layer(writer, &net->layers[i], ones);
        else
            put_layer(writer, net, i, ones);
    }
    status = sx_h5_writer_finish(writer, bytes, size, err);
    sx_free(ones);
    sx_free(names);
    return status;
}

/* The library of HDF5 takes one caller at a time. */
static sx_status pack_alone(const sx_out_net *net, const char *config, const char *about,
                            unsigned char **bytes, size_t *size, sx_error *err) {
    sx_library_lock_take();
    sx_status status = pack(net, config, about, bytes, size, err);
    sx_library_lock_give();
    return status;
}

sx_status sx_keras_pack_weights(const sx_out_net *net, unsigned char **bytes, size_t *size, sx_error *err) {
    return pack_alone(net, NULL, NULL, bytes, size, err);
}

sx_status sx_keras_pack_old(const sx_out_net *net, const char *config, const char *about,
                            unsigned char **bytes, size_t *size, sx_error *err) {
    return pack_alone(net, config, about, bytes, size, err);
}
