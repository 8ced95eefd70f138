/* explain_nets.c: see explain_nets.h: model files found, read, and joined to their recordings. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- which files ------------------------------------------------------------------------------------ */

typedef struct found_model {
    char *path;
    bool has_name; /* <axis>-fold<k>-rep<r>.sxm */
    sx_axis axis;
    size_t fold;
    int repetition;
} found_model;

static int axis_rank(sx_axis axis) { return (int)SX_AXIS_CHANNELS - (int)axis; }

static bool read_name(const char *name, found_model *found) {
    char axis[16], end[8];
    unsigned fold, repetition;
    if (sscanf(name, "%15[a-z]-fold%9u-rep%9u.%7s", axis, &fold, &repetition, end) != 4 ||
        strcmp(end, "sxm") != 0 || sx_axis_parse(axis, &found->axis, NULL) != SX_OK)
        return false;
    found->fold = fold;
    found->repetition = (int)repetition;
    return found->has_name = true;
}

static int by_axis_and_repetition(const void *a, const void *b) {
    const found_model *x = a, *y = b;
    if (x->axis != y->axis) return axis_rank(x->axis) - axis_rank(y->axis);
    if (x->repetition != y->repetition) return x->repetition < y->repetition ? -1 : 1;
    return x->fold < y->fold ? -1 : x->fold > y->fold;
}

static void free_found(found_model *found, size_t count) {
    for (size_t i = 0; i < count; i++)
        sx_free(found[i].path);
    sx_free(found);
}

static sx_status find_in_folder(const char *folder, found_model **out, size_t *out_count, sx_error *err) {
    char **names = NULL;
    size_t count = 0, kept = 0;
    char *models = sx_path_join(folder, "models");
    if (!models) return sx_fail_memory(err, strlen(folder) + 8);
    sx_status status = sx_file_look(models, NULL) == SX_FILE_FOLDER
                           ? sx_folder_list(models, &names, &count, err)
                           : sx_fail(err, SX_E_FILE, "%s: there is no folder \"models\" in it", folder);
    found_model *found = status == SX_OK ? sx_alloc(count, sizeof *found) : NULL;
    if (status == SX_OK && !found) status = sx_fail_memory(err, count * sizeof *found);
    for (size_t i = 0; i < count && status == SX_OK; i++) {
        if (!read_name(names[i], &found[kept])) continue;
        found[kept].path = sx_path_join(models, names[i]);
        if (!found[kept++].path) status = sx_fail_memory(err, strlen(names[i]));
    }
    if (status == SX_OK && kept == 0)
        status = sx_fail(err, SX_E_FILE,
                         "%s: there is no model in it; models are called channels-fold0-rep0.sxm", models);
    sx_names_free(names, count);
    sx_free(models);
    if (status != SX_OK) {
        free_found(found, kept);
        return status;
    }
    qsort(found, kept, sizeof *found, by_axis_and_repetition);
    *out = found;
    *out_count = kept;
    return SX_OK;
}

static sx_status find_models(const char *path, found_model **out, size_t *count, sx_error *err) {
    if (sx_file_look(path, NULL) == SX_FILE_FOLDER) return find_in_folder(path, out, count, err);
    found_model *found = sx_alloc(1, sizeof *found);
    if (found) found->path = sx_copy_text(path);
    if (!found || !found->path) {
        sx_free(found);
        return sx_fail_memory(err, strlen(path));
    }
    read_name(sx_path_base(path), found);
    *out = found;
    *count = 1;
    return SX_OK;
}

sx_status sx_explain_first_model(const char *path, char **model, sx_error *err) {
    found_model *found = NULL;
    size_t count = 0;
    sx_status status = find_models(path, &found, &count, err);
    if (status != SX_OK) return status;
    *model = found[0].path;
    found[0].path = NULL;
    free_found(found, count);
    return SX_OK;
}

/* Of every axis the first `most`. */
static size_t keep_some(found_model *found, size_t count, size_t most) {
    size_t kept = 0, of_axis = 0;
    for (size_t i = 0; i < count; i++) {
        of_axis = i > 0 && found[i].axis == found[i - 1].axis ? of_axis + 1 : 1;
        if (of_axis > most) {
            sx_free(found[i].path);
            found[i].path = NULL;
        } else if (kept == i) {
            kept++;
        } else {
            found[kept++] = found[i];
            found[i].path = NULL;
        }
    }
    return kept;
}

/* --- one net ---------------------------------------------------------------------------------------- */

/* The net of a file, and once more so that no layer runs into another. */
static sx_status open_models(const char *path, int threads, sx_net *net, sx_model_card *card, sx_error *err) {
    sx_model *read = NULL, *exact = NULL;
    sx_status status = sx_model_load(path, SX_NET_BATCH, threads, &read, card, err);
    if (status != SX_OK) return status;
    if (sx_model_spec_order(sx_model_get_spec(read)) == SX_ORDER_FREQUENCY_TIME) {
        sx_model_card_clear(card);
        sx_model_free(read);
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "%s: takes frequency before time; what looks into nets knows time first only", path);
    }
    sx_model_options options = {.input = sx_model_input_shape(read),
                                .classes = sx_model_class_count(read),
                                .batch = SX_NET_BATCH,
                                .seed = sx_model_seed(read),
                                .threads = threads,
                                .exact = true};
    status = sx_model_build(sx_model_get_spec(read), &options, &exact, err);
    if (status == SX_OK) {
        memcpy(sx_model_weights(exact), sx_model_weights(read),
               sx_model_trainable_count(read) * sizeof(float));
        memcpy(sx_model_statistics(exact), sx_model_statistics(read),
               sx_model_statistics_count(read) * sizeof(float));
        sx_model_weights_changed(exact);
        net->model = exact;
        net->fast = read;
    } else {
        sx_model_card_clear(card);
        sx_model_free(read);
    }
    return status;
}

static void find_norms(sx_net *net) {
    for (size_t layer = 0; layer < sx_model_layer_count(net->model); layer++)
        if (sx_model_layer_plan(net->model, layer)->has_statistics && net->norm_count < SX_MOST_NORMS)
            net->norms[net->norm_count++] = layer;
}

/* The one axis its first normalisation keeps. */
static sx_status axis_of_net(const sx_net *net, const char *path, sx_axis *axis, sx_error *err) {
    if (net->norm_count == 0)
        return sx_fail(err, SX_E_DATA, "%s: the net has no normalisation with moving statistics", path);
    const sx_axes kept = sx_model_layer_plan(net->model, net->norms[0])->statistics_kept;
    for (int candidate = SX_AXIS_TIME; candidate <= SX_AXIS_CHANNELS; candidate++) {
        if (kept != 1U << candidate) continue;
        *axis = (sx_axis)candidate;
        return SX_OK;
    }
    return sx_fail(err, SX_E_DATA, "%s: the first normalisation does not keep one axis", path);
}

static sx_status check_shape(const sx_net *net, const char *path, const sx_features *features,
                             sx_error *err) {
    const sx_shape takes = sx_model_input_shape(net->model), has = features->shape;
    if (takes.time == has.time && takes.frequency == has.frequency && takes.channels == has.channels)
        return SX_OK;
    return sx_fail(err, SX_E_SHAPE,
                   "%s: the net takes %zu frames x %zu bands x %zu channels, the data has %zu x %zu x %zu",
                   path, takes.time, takes.frequency, takes.channels, has.time, has.frequency, has.channels);
}

/* Labels as the first net counts them. */
static sx_status translate_labels(sx_nets *nets, const sx_features *features, sx_error *err) {
    const sx_model_card *card = &nets->card;
    nets->view = *features;
    nets->view.labels = sx_alloc(features->count, sizeof *nets->view.labels);
    nets->view.label_names = card->label_names;
    nets->view.label_count = card->label_count;
    if (!nets->view.labels) return sx_fail_memory(err, features->count * sizeof(int));
    for (size_t i = 0; i < features->count; i++) {
        const char *name = features->labels[i] < 0 ? "" : features->label_names[features->labels[i]];
        nets->view.labels[i] = -1;
        for (size_t label = 0; label < card->label_count; label++)
            if (strcmp(card->label_names[label], name) == 0) nets->view.labels[i] = (int)label;
        if (nets->view.labels[i] < 0)
            return sx_fail(err, SX_E_DATA, "%s: its label '%s' is not among the model's %zu labels",
                           features->paths[i], name, card->label_count);
    }
    return SX_OK;
}

/* Same labels as the first net; takes the card's ownership. */
static sx_status check_card(sx_nets *nets, const char *path, sx_model_card *card, sx_error *err) {
    bool same = card->label_count == nets->card.label_count;
    for (size_t i = 0; i < card->label_count && same; i++)
        same = strcmp(card->label_names[i], nets->card.label_names[i]) == 0;
    sx_model_card_clear(card);
    return same ? SX_OK : sx_fail(err, SX_E_DATA, "%s: it has other labels than the first model", path);
}

static sx_status place_in_folds(sx_nets *nets, sx_net *net, const char *path, sx_error *err) {
    const sx_part_items all = {nets->all, nets->view.count};
    net->train = net->test = all;
    if (!net->has_fold) return SX_OK;
    if (net->fold >= nets->folds->count)
        return sx_fail(err, SX_E_ARGUMENT,
                       "%s: fold %zu, but these recordings divide into %zu folds; give the study's --folds",
                       path, net->fold, nets->folds->count);
    const sx_fold *fold = &nets->folds->folds[net->fold];
    net->train = (sx_part_items){fold->train, fold->train_count};
    net->validation = (sx_part_items){fold->validation, fold->validation_count};
    net->test = (sx_part_items){fold->test, fold->test_count};
    nets->ratio += (double)fold->test_count / (double)fold->train_count;
    return SX_OK;
}

static void note_axis(sx_nets *nets, sx_net *net, sx_axis axis) {
    for (net->axis = 0; net->axis < nets->axis_count; net->axis++)
        if (nets->axes[net->axis] == axis) return;
    nets->axes[nets->axis_count++] = axis;
}

static sx_status open_net(sx_nets *nets, const found_model *found, const sx_features *features, int threads,
                          sx_error *err) {
    sx_net *net = &nets->nets[nets->count];
    sx_model_card card = {0};
    sx_axis axis = found->axis;
    sx_status status = open_models(found->path, threads, net, &card, err);
    if (status != SX_OK) return status;
    net->standardise = card.standardise;
    net->sigmoid = card.sigmoid;
    net->has_fold = found->has_name && nets->folds;
    net->fold = found->fold;
    net->repetition = found->repetition;
    find_norms(net);
    if (nets->count++ == 0) {
        nets->card = card;
        status = translate_labels(nets, features, err);
    } else {
        status = check_card(nets, found->path, &card, err);
    }
    if (status == SX_OK) status = check_shape(net, found->path, features, err);
    if (status == SX_OK && (!found->has_name || net->norm_count == 0))
        status = axis_of_net(net, found->path, &axis, err);
    if (status == SX_OK) status = place_in_folds(nets, net, found->path, err);
    if (status == SX_OK) note_axis(nets, net, axis);
    return status;
}

static sx_status open_all(sx_nets *nets, const found_model *found, size_t count, const sx_features *features,
                          const sx_explain_options *options, const sx_watch *watch, sx_error *err) {
    nets->nets = sx_alloc(count, sizeof *nets->nets);
    nets->all = sx_alloc(features->count, sizeof *nets->all);
    if (!nets->nets || !nets->all) return sx_fail_memory(err, features->count * sizeof *nets->all);
    for (size_t i = 0; i < features->count; i++)
        nets->all[i] = i;
    sx_status status = SX_OK;
    /* A lone model whose recordings are known to no division is looked at on all of them. */
    if (found[0].has_name) {
        status = sx_folds_make(features, &options->folds, &nets->folds, err);
        if (status != SX_OK) sx_error_prefix(err, "the folds of the study");
    }
    for (size_t i = 0; i < count && status == SX_OK; i++) {
        status = open_net(nets, &found[i], features, options->threads, err);
        sx_watch_progress(watch, "models", i + 1, count);
    }
    nets->ratio /= (double)count;
    return status;
}

sx_status sx_nets_open(const char *path, const sx_features *features, const sx_explain_options *options,
                       const sx_watch *watch, sx_nets *nets, sx_error *err) {
    found_model *found = NULL;
    size_t count = 0;
    *nets = (sx_nets){.path = path};
    sx_status status = find_models(path, &found, &count, err);
    if (status != SX_OK) return status;
    const size_t kept = keep_some(found, count, options->most_nets);
    status = open_all(nets, found, kept, features, options, watch, err);
    free_found(found, kept);
    if (status != SX_OK) sx_nets_clear(nets);
    return status;
}

void sx_nets_clear(sx_nets *nets) {
    for (size_t i = 0; i < nets->count; i++) {
        sx_model_free(nets->nets[i].model);
        sx_model_free(nets->nets[i].fast);
    }
    if (nets->count) sx_model_card_clear(&nets->card);
    sx_free(nets->view.labels);
    sx_free(nets->nets);
    sx_free(nets->all);
    sx_folds_free(nets->folds);
    *nets = (sx_nets){0};
}
