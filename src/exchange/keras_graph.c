/* keras_graph.c: the layers of a Sequential or functional model, who takes whose output, and an order in
 * which they can run. Both generations of inbound nodes are read: Keras 3's tensors within args, and Keras
 * 2's [name, node, tensor, {}]. The
 * layers of a model within the model stand among the others. */
#include "exchange/keras_job.h"

#include "base/error.h"
#include "base/memory.h"
#include "model/spec.h"

#include <stdio.h>
#include <string.h>

enum { NESTING = 8 };

/* --- layers ----------------------------------------------------------------------------------------- */

static bool is_model_class(const char *class_name) {
    static const char *const names[] = {"Sequential", "Functional", "Model", NULL};
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], class_name) == 0) return true;
    return false;
}

/* "block/conv" of a layer within the model "block". */
static void name_layer(const sx_keras_job *job, sx_keras_layer *layer) {
    if (layer->scope == KERAS_TOP)
        snprintf(layer->name, sizeof layer->name, "%.190s", layer->own);
    else
        snprintf(layer->name, sizeof layer->name, "%.95s/%.95s", job->layers[layer->scope].name, layer->own);
    snprintf(layer->where, sizeof layer->where, "layer \"%.90s\" (%.60s)", layer->name, layer->class_name);
}

/* The next of job->layers. */
static sx_status read_layer(sx_keras_job *job, const sx_json *stored, size_t scope, sx_error *err) {
    sx_keras_layer *layer = &job->layers[job->count];
    layer->stored = stored;
    layer->scope = scope;
    layer->config = sx_json_get(stored, "config");
    layer->class_name = sx_json_text(sx_json_get(stored, "class_name"));
    layer->own = sx_json_text(sx_json_get(layer->config, "name"));
    if (!layer->own) layer->own = sx_json_text(sx_json_get(stored, "name"));
    bool good = layer->class_name && layer->own && *layer->own;
    if (!good || !(sx_json_is_object(layer->config) || is_model_class(layer->class_name)))
        return sx_fail(err, SX_E_FORMAT, "layer %zu has no class_name, config or name", job->count);
    layer->is_model = is_model_class(layer->class_name);
    name_layer(job, layer);
    job->count++;
    return layer->is_model || sx_keras_class_known(layer->class_name) ? SX_OK
                                                                      : sx_keras_refuse_class(layer, err);
}

/* The earliest files hold a Sequential's list itself. */
static const sx_json *list_of(const sx_json *model) {
    const sx_json *config = sx_json_get(model, "config");
    return sx_json_is_array(config) ? config : sx_json_get(config, "layers");
}

/* With those of models within; more than the limit is not counted on. */
static size_t count_layers(const sx_json *model, int depth) {
    const sx_json *list = list_of(model);
    size_t total = sx_json_count(list);
    for (size_t i = 0; i < sx_json_count(list) && total <= SX_SPEC_LAYER_LIMIT; i++) {
        const char *class_name = sx_json_text(sx_json_get(sx_json_at(list, i), "class_name"));
        if (depth > 0 && class_name && is_model_class(class_name))
            total += count_layers(sx_json_at(list, i), depth - 1);
    }
    return total;
}

/* --- edges of a functional model -------------------------------------------------------------------- */

static bool is_input(const sx_keras_layer *layer) { return strcmp(layer->class_name, "InputLayer") == 0; }

/* By its name in the model it lies in; job->count where it is not there. */
static size_t find_layer(const sx_keras_job *job, size_t scope, const char *own) {
    for (size_t i = 0; i < job->count; i++)
        if (job->layers[i].scope == scope && strcmp(job->layers[i].own, own) == 0) return i;
    return job->count;
}

static sx_status add_edge(sx_keras_job *job, sx_keras_layer *layer, const sx_json *history, sx_error *err) {
    const char *from = sx_json_text(sx_json_at(history, 0));
    if (!sx_json_is_array(history) || sx_json_count(history) < 3 || !from)
        return sx_fail(err, SX_E_FORMAT, "%s: where its input comes from is damaged", layer->where);
    size_t source = find_layer(job, layer->scope, from);
    int64_t node = sx_json_integer(sx_json_at(history, 1)), output = sx_json_integer(sx_json_at(history, 2));
    /* A model has a node of its own before it is used. */
    bool first = node == 0 || (node == 1 && source < job->count && job->layers[source].is_model);
    if (!first || output != 0)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: takes a second output of layer \"%.60s\"; a layer used twice cannot be "
                       "translated: give each use a layer of its own",
                       layer->where, from);
    if (layer->input_count == SX_LAYER_INPUTS)
        return sx_fail(err, SX_E_UNSUPPORTED, "%s: has more than %d inputs; join them in two steps",
                       layer->where, SX_LAYER_INPUTS);
    if (source == job->count)
        return sx_fail(err, SX_E_FORMAT, "%s: its input \"%.60s\" is no layer of the model", layer->where,
                       from);
    layer->inputs[layer->input_count++] = source;
    return SX_OK;
}

/* Keras 3: tensors may lie in lists within lists of the arguments. */
static sx_status add_tensors(sx_keras_job *job, sx_keras_layer *layer, const sx_json *value, int depth,
                             sx_error *err) {
    const char *class_name = sx_json_text(sx_json_get(value, "class_name"));
    if (sx_json_is_object(value) && class_name && strcmp(class_name, "__keras_tensor__") == 0)
        return add_edge(job, layer, sx_json_get(sx_json_get(value, "config"), "keras_history"), err);
    if (sx_json_is_null(value)) return SX_OK;
    if (!sx_json_is_array(value) || depth > 4)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: is called with something that is not the output of a layer", layer->where);
    for (size_t i = 0; i < sx_json_count(value); i++) {
        sx_status status = add_tensors(job, layer, sx_json_at(value, i), depth + 1, err);
        if (status != SX_OK) return status;
    }
    return SX_OK;
}

/* training=True would keep dropout on in predictions. */
static sx_status check_arguments(const sx_keras_layer *layer, const sx_json *arguments, sx_error *err) {
    for (size_t i = 0; i < sx_json_count(arguments); i++) {
        sx_json *value = NULL;
        const char *key = sx_json_key_at(arguments, i, &value);
        bool off = sx_json_is_null(value) || (sx_json_is_bool(value) && !sx_json_bool(value));
        if (off && (strcmp(key, "training") == 0 || strcmp(key, "mask") == 0)) continue;
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: is called with the argument %.60s, which is not translated", layer->where, key);
    }
    return SX_OK;
}

static sx_status add_old_node(sx_keras_job *job, sx_keras_layer *layer, const sx_json *node, sx_error *err) {
    sx_status status = SX_OK;
    for (size_t i = 0; status == SX_OK && i < sx_json_count(node); i++) {
        const sx_json *edge = sx_json_at(node, i);
        status = check_arguments(layer, sx_json_at(edge, 3), err);
        if (status == SX_OK) status = add_edge(job, layer, edge, err);
    }
    return status;
}

static sx_status read_edges(sx_keras_job *job, sx_keras_layer *layer, sx_error *err) {
    const sx_json *nodes = sx_json_get(layer->stored, "inbound_nodes"), *node = sx_json_at(nodes, 0);
    size_t count = sx_json_count(nodes);
    if (is_input(layer) && count == 0) return SX_OK;
    if (!sx_json_is_array(nodes) || count < 1)
        return sx_fail(err, SX_E_FORMAT, "%s: has no input", layer->where);
    if (count > 1)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: is used %zu times; a shared layer cannot be translated: give each use a layer of "
                       "its own",
                       layer->where, count);
    sx_status status = SX_OK;
    if (sx_json_is_object(node)) {
        status = check_arguments(layer, sx_json_get(node, "kwargs"), err);
        if (status == SX_OK) status = add_tensors(job, layer, sx_json_get(node, "args"), 0, err);
    } else {
        status = add_old_node(job, layer, node, err);
    }
    if (status == SX_OK && layer->input_count == 0)
        status = sx_fail(err, SX_E_FORMAT, "%s: has no input", layer->where);
    return status;
}

/* The one layer that ["name", 0, 0] or [["name", 0, 0]] names. */
static sx_status read_end(const sx_keras_job *job, size_t scope, const sx_json *list, const char *what,
                          size_t *index, sx_error *err) {
    const sx_json *one = sx_json_is_array(sx_json_at(list, 0)) ? sx_json_at(list, 0) : list;
    bool single = sx_json_is_array(list) && (one == list || sx_json_count(list) == 1);
    const char *name = sx_json_text(sx_json_at(one, 0));
    if (!single || !name)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "the model has not exactly one %s; split it into one model each", what);
    *index = find_layer(job, scope, name);
    if (*index < job->count) return SX_OK;
    return sx_fail(err, SX_E_FORMAT, "the model's %s \"%.60s\" is no layer of it", what, name);
}

/* --- order ------------------------------------------------------------------------------------------ */

static bool is_ready(const sx_keras_layer *layer, const size_t *place) {
    for (int k = 0; k < layer->input_count; k++)
        if (place[layer->inputs[k]] == SIZE_MAX) return false;
    return true;
}

/* order[i] = layer that runs as number i, place the other way round; both count long. */
static sx_status find_order(const sx_keras_job *job, size_t output, size_t *order, size_t *place,
                            sx_error *err) {
    size_t done = 0;
    for (size_t i = 0; i < job->count; i++)
        place[i] = SIZE_MAX;
    for (bool moved = true; moved && done < job->count;) {
        moved = false;
        for (size_t i = 0; i < job->count; i++) {
            bool last = i == output && done + 1 < job->count;
            if (place[i] != SIZE_MAX || last || !is_ready(&job->layers[i], place)) continue;
            place[i] = done;
            order[done++] = i;
            moved = true;
        }
    }
    if (done == job->count) return SX_OK;
    return sx_fail(err, SX_E_FORMAT,
                   "the model's layers run in a circle, or some take the output of the last one");
}

static sx_status sort_layers(sx_keras_job *job, size_t output, sx_error *err) {
    size_t *order = sx_alloc(job->count, 2 * sizeof *order), *place = order ? order + job->count : NULL;
    sx_keras_layer *sorted = sx_alloc(job->count, sizeof *sorted);
    sx_status status = order && sorted ? find_order(job, output, order, place, err)
                                       : sx_fail_memory(err, job->count * sizeof *sorted);
    for (size_t i = 0; status == SX_OK && i < job->count; i++) {
        sorted[i] = job->layers[order[i]];
        for (int k = 0; k < sorted[i].input_count; k++)
            sorted[i].inputs[k] = place[sorted[i].inputs[k]];
        if (sorted[i].scope != KERAS_TOP) sorted[i].scope = place[sorted[i].scope];
    }
    if (status == SX_OK) {
        sx_free(job->layers);
        job->layers = sorted;
        sorted = NULL;
    }
    sx_free(sorted);
    sx_free(order);
    return status;
}

/* --- models, and models within them ----------------------------------------------------------------- */

/* Whoever takes a model's output takes that of its last layer; what it takes goes to its first. */
static sx_status attach(sx_keras_job *job, size_t index, sx_error *err) {
    sx_keras_layer *model = &job->layers[index], *entry = &job->layers[model->entry];
    if (model->input_count > 1)
        return sx_fail(
            err, SX_E_UNSUPPORTED,
            "%s: a model within the model, of %d inputs; one can be translated: put its layers into "
            "the outer one",
            model->where, model->input_count);
    entry->input_count = model->input_count;
    entry->inputs[0] = model->inputs[0];
    model->input_count = 1;
    model->inputs[0] = model->exit;
    return SX_OK;
}

static sx_status join_functional(sx_keras_job *job, size_t scope, const sx_json *config, size_t *entry,
                                 size_t *exit, sx_error *err) {
    sx_status status = SX_OK;
    size_t inputs = 0;
    for (size_t i = 0; status == SX_OK && i < job->count; i++) {
        if (job->layers[i].scope != scope) continue;
        status = read_edges(job, &job->layers[i], err);
        inputs += is_input(&job->layers[i]);
    }
    if (status == SX_OK)
        status = read_end(job, scope, sx_json_get(config, "input_layers"), "input", entry, err);
    if (status == SX_OK)
        status = read_end(job, scope, sx_json_get(config, "output_layers"), "output", exit, err);
    if (status == SX_OK && inputs != 1)
        status = sx_fail(err, SX_E_UNSUPPORTED, "the model has %zu inputs; one can be read", inputs);
    return status;
}

static sx_status join_sequential(sx_keras_job *job, size_t scope, size_t *entry, size_t *exit,
                                 sx_error *err) {
    *exit = SIZE_MAX;
    for (size_t i = 0; i < job->count; i++) {
        sx_keras_layer *layer = &job->layers[i];
        if (layer->scope != scope) continue;
        if (*exit == SIZE_MAX) {
            *entry = layer->is_model ? layer->entry : i;
        } else if (is_input(layer)) {
            return sx_fail(err, SX_E_FORMAT, "%s: is not at the beginning", layer->where);
        } else {
            layer->inputs[layer->input_count++] = *exit;
        }
        *exit = i;
    }
    return SX_OK;
}

static sx_status read_model(sx_keras_job *job, const sx_json *model, size_t scope, int depth, size_t *entry,
                            size_t *exit, sx_error *err);

static sx_status read_members(sx_keras_job *job, const sx_json *list, size_t scope, int depth,
                              sx_error *err) {
    sx_status status = SX_OK;
    for (size_t i = 0; status == SX_OK && i < sx_json_count(list); i++) {
        size_t index = job->count;
        status = read_layer(job, sx_json_at(list, i), scope, err);
        if (status != SX_OK || !job->layers[index].is_model) continue;
        sx_keras_layer *inner = &job->layers[index];
        status = read_model(job, inner->stored, index, depth - 1, &inner->entry, &inner->exit, err);
    }
    return status;
}

/* Which of the models within the model it is about. */
static sx_status say_where(const sx_keras_job *job, size_t scope, sx_status status, sx_error *err) {
    if (status != SX_OK && scope != KERAS_TOP) sx_error_prefix(err, "%s", job->layers[scope].where);
    return status;
}

/* entry: the layer that takes the model's input, exit: the one whose output is the model's. */
static sx_status read_model(sx_keras_job *job, const sx_json *model, size_t scope, int depth, size_t *entry,
                            size_t *exit, sx_error *err) {
    const sx_json *config = sx_json_get(model, "config"), *list = list_of(model);
    bool sequential = strcmp(sx_json_text(sx_json_get(model, "class_name")), "Sequential") == 0;
    if (depth == 0)
        return say_where(
            job, scope, sx_fail(err, SX_E_UNSUPPORTED, "models lie within models more than %d deep", NESTING),
            err);
    if (!sx_json_is_array(list) || sx_json_count(list) < 1)
        return say_where(job, scope, sx_fail(err, SX_E_FORMAT, "the model has no layers"), err);
    sx_status status = read_members(job, list, scope, depth, err);
    if (status != SX_OK) return status;
    sx_keras_name_groups(job, scope);
    status = sequential ? join_sequential(job, scope, entry, exit, err)
                        : join_functional(job, scope, config, entry, exit, err);
    status = say_where(job, scope, status, err);
    for (size_t i = 0; status == SX_OK && i < job->count; i++)
        if (job->layers[i].scope == scope && job->layers[i].is_model) status = attach(job, i, err);
    return status;
}

static sx_status read_whole(sx_keras_job *job, const sx_json *model, sx_error *err) {
    size_t count = count_layers(model, NESTING), entry = 0, exit = 0;
    if (count < 1 || count > SX_SPEC_LAYER_LIMIT)
        return sx_fail(err, SX_E_FORMAT, "the model has %zu layers; 1 to %d can be read", count,
                       SX_SPEC_LAYER_LIMIT);
    job->layers = sx_alloc(count, sizeof *job->layers);
    if (!job->layers) return sx_fail_memory(err, count * sizeof *job->layers);
    sx_status status = read_model(job, model, KERAS_TOP, NESTING, &entry, &exit, err);
    return status == SX_OK ? sort_layers(job, exit, err) : status;
}

/* --- the input's shape ------------------------------------------------------------------------------ */

static const sx_json *shape_of(const sx_keras_job *job) {
    const sx_json *config = job->layers[0].config;
    const sx_json *shape = sx_json_get(config, "batch_shape");
    if (!shape) shape = sx_json_get(config, "batch_input_shape");
    if (!shape) shape = sx_json_get(sx_json_get(job->layers[0].stored, "build_config"), "input_shape");
    if (!shape) shape = sx_json_get(sx_json_get(job->source->model, "build_config"), "input_shape");
    if (!shape) shape = sx_json_get(sx_json_get(job->source->model, "config"), "build_input_shape");
    return shape;
}

static sx_status read_input_shape(sx_keras_job *job, sx_error *err) {
    const sx_json *shape = shape_of(job);
    size_t rank = sx_json_count(shape);
    if (!sx_json_is_array(shape))
        return sx_fail(err, SX_E_FORMAT,
                       "the model does not know its input's shape; begin it with keras.Input(shape), or call "
                       "it once before saving");
    if (rank < 2 || rank > KERAS_AXES + 1)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "the model's input has %zu axes, batch counted; spectrograms have 3 or 4", rank);
    job->input_rank = (int)rank;
    for (size_t i = 1; i < rank; i++) {
        const sx_json *dim = sx_json_at(shape, i);
        int64_t size = sx_json_is_null(dim) ? -1 : sx_json_integer(dim);
        if (size != -1 && (size < 1 || size > 1 << 20))
            return sx_fail(err, SX_E_FORMAT, "axis %zu of the model's input has %lld places", i,
                           (long long)size);
        job->input_dims[i - 1] = size;
    }
    return SX_OK;
}

sx_status sx_keras_graph_read(sx_keras_job *job, sx_error *err) {
    const sx_json *model = job->source->model, *config = sx_json_get(model, "config");
    const char *class_name = sx_json_text(sx_json_get(model, "class_name"));
    if (!class_name || !config) return sx_fail(err, SX_E_FORMAT, "the model has no class_name and config");
    if (!is_model_class(class_name))
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "the model is a class of its own, \"%.80s\", which is a program; build it as "
                       "keras.Sequential or keras.Model(inputs, outputs) and save it again",
                       class_name);
    sx_status status = read_whole(job, model, err);
    if (status == SX_OK) status = read_input_shape(job, err);
    return status;
}
