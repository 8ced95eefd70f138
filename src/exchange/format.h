/* format.h: what one way out is. Another format is another entry in format.c's table. */
#ifndef EXCHANGE_FORMAT_H
#define EXCHANGE_FORMAT_H

#include "model/graph.h"
#include "sonaxis/export.h"

typedef struct sx_export_job {
    sx_model *model;
    const sx_model_card *card;
    const sx_export_options *options;
    const char *path; /* where the file will stand at the end, for what it says about itself */
} sx_export_job;

typedef struct sx_export_format {
    const char *name, *suffix, *summary;
    bool takes_front_end;
    const char
        *weights; /* format of a second file with the weights, written and read with this one; NULL = none */
    /* Writes to `path`, a temporary file that is there already and may be replaced. The same bytes for the
     * same job. What the format cannot say is SX_E_UNSUPPORTED and names the layer. */
    sx_status (*write)(const sx_export_job *job, const char *path, sx_error *err);
    /* Reads the file of the weights, or of everything, back and runs it. x: count examples of what the file
     * takes (features that are not standardised, or samples); scores: count * classes of what it gives. */
    sx_status (*predict)(const sx_export_job *job, const char *path, const float *x, size_t count,
                         float *scores, sx_error *err);
} sx_export_format;

extern const sx_export_format *const sx_export_formats[]; /* NULL at the end */
/* By name, or by the end of the path where name is NULL. */
SX_MUST_USE sx_status sx_export_find_format(const char *name, const char *path, const sx_export_format **out,
                                            sx_error *err);

extern const sx_export_format sx_export_onnx, sx_export_keras, sx_export_h5, sx_export_npz, sx_export_python;

/* "softmax" or "sigmoid", what predictions apply to the logits; NULL where nothing is applied. */
const char *sx_export_score(const sx_export_job *job);
/* The same for those who write layers: "linear" where logits are wanted, NULL where the net ends as it does.
 */
const char *sx_export_end(const sx_export_job *job);
/* Axes of the input as its net of Keras had it, the batch counted: 4, or fewer where the spec says "rank". */
int sx_export_input_rank(const sx_model *model);
/* Its extents without the batch; returns how many. */
int sx_export_input_dims(const sx_model *model, size_t dims[3]);
/* That function on rows of values. */
void sx_export_apply_score(const char *score, size_t rows, size_t classes, float *values);
/* path without its suffix, then ".weights.npz"; free with sx_free, NULL when out of memory. */
char *sx_export_weights_path(const char *path);

#endif
