/* npz_read.c: weights of an .npz put into a new net, and the format .npz. */
#include "exchange/npz.h"

#include "arrays/npz.h"
#include "base/error.h"
#include "base/text.h"

#include <string.h>

static sx_status take_weight(sx_node *node, int w, const char *path, sx_error *err) {
    const sx_weight_plan *plan = &node->plan.weights[w];
    char name[160];
    sx_npy array = {0};
    sx_print(name, sizeof name, "%s/%s", node->name, plan->name);
    sx_status status = sx_npz_read(path, name, &array, err);
    if (status != SX_OK) return status;
    bool fits = sx_npy_is_number(&array) && array.rank == plan->rank;
    for (int i = 0; fits && i < plan->rank; i++)
        fits = array.dims[i] == plan->dims[i];
    if (fits)
        sx_npy_floats(&array, 0, plan->count, node->weights[w]);
    else
        status = sx_fail(err, SX_E_SHAPE, "%s: %s has another shape than the net's", path, name);
    sx_npy_clear(&array);
    return status;
}

sx_status sx_npz_open_net(const sx_model *like, const char *path, sx_model **out, sx_error *err) {
    sx_model_options options = like->options;
    sx_model *model = NULL;
    options.training = false;
    if (options.classes == 1) options.classes = 0; /* one output is the net's own only */
    options.seed = like->options.seed + 1;         /* what is not read must not be there already */
    sx_status status = sx_model_build(like->spec, &options, &model, err);
    for (size_t i = 0; status == SX_OK && i < model->node_count; i++)
        for (int w = 0; status == SX_OK && w < model->nodes[i].plan.weight_count; w++)
            status = take_weight(&model->nodes[i], w, path, err);
    if (status != SX_OK) {
        sx_model_free(model);
        return status;
    }
    sx_model_weights_changed(model);
    *out = model;
    return SX_OK;
}

static sx_status write_file(const sx_export_job *job, const char *path, sx_error *err) {
    return sx_npz_write_weights(job->model, path, err);
}

static sx_status predict_file(const sx_export_job *job, const char *path, const float *x, size_t count,
                              float *scores, sx_error *err) {
    size_t example = sx_shape_count(job->model->options.input), classes = job->model->options.classes;
    sx_model *net = NULL;
    sx_status status = sx_npz_open_net(job->model, path, &net, err);
    if (status != SX_OK) return status;
    sx_standardise_apply(&job->card->standardise, x, count * example, net->input);
    memcpy(scores, sx_model_forward(net, count, SX_RUN_INFER, 0), count * classes * sizeof *scores);
    sx_export_apply_score(sx_export_score(job), count, classes, scores);
    sx_model_free(net);
    return SX_OK;
}

const sx_export_format sx_export_npz = {.name = "npz",
                                        .suffix = ".npz",
                                        .summary = "weights as NumPy arrays",
                                        .write = write_file,
                                        .predict = predict_file};
