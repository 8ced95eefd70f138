/* export.h: a trained net taken to other tools: ONNX, Keras models and code, arrays of weights. */
#ifndef SONAXIS_EXPORT_H
#define SONAXIS_EXPORT_H

#include "sonaxis/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sx_export_norm {
    SX_EXPORT_NORM_FOLD, /* a normalisation that keeps channels goes into the convolution before it, where
                            exact */
    SX_EXPORT_NORM_NODE  /* it stays an operator of its own */
} sx_export_norm;

typedef struct sx_export_options {
    const char *format;     /* one of sx_export_format_names; NULL = by the end of the path */
    bool with_front_end;    /* the file takes samples (N, samples) instead of features; ONNX only */
    sx_export_norm norm;    /* ONNX only; other axes are a multiplication and an addition either way */
    bool logits;            /* the file gives values before softmax or sigmoid instead of probabilities */
    bool as_is;             /* it gives what the net itself ends in: for a net that came from elsewhere */
    const sx_dataset *data; /* what the file is tried on; NULL = noise through the front-end */
    size_t examples;        /* how many of it, 1 to 4096 */
    double tolerance;       /* largest difference by the largest value, 0 to 1 */
} sx_export_options;

/* What the written file was found to give. */
typedef struct sx_export_report {
    const char *format;   /* its name */
    char *weights_path;   /* of the second file, NULL where there is none; free with sx_export_report_clear */
    char *input, *output; /* "features (N, 98, 40, 1)"; free with sx_export_report_clear */
    size_t examples;      /* compared */
    bool noise;           /* they were noise */
    double largest_difference; /* of a value from what sonaxis itself gives */
    double relative;           /* the same by the largest value */
    size_t same_label;         /* examples whose best label is the same */
} sx_export_report;

/* By the path, fold, probabilities, noise, 32 examples, 1e-5. */
SX_API void sx_export_default(sx_export_options *options);
/* NULL at the end. */
SX_API const char *const *sx_export_format_names(void);
/* Writes the net, reads the file back with a reader of its own, runs that on examples and compares. Over the
 * tolerance nothing is left at path and the error (SX_E_NUMERIC) gives the difference. The file takes
 * features as `sonaxis features` writes them: standardisation is inside. The same net gives the same bytes.
 * Layers that the format cannot say are SX_E_UNSUPPORTED, by name. report may be NULL; it is filled on
 * success. Not thread-safe for one model. */
SX_API SX_MUST_USE sx_status sx_export_write(sx_model *model, const sx_model_card *card, const char *path,
                                             const sx_export_options *options, sx_export_report *report,
                                             sx_error *err);
SX_API void sx_export_report_clear(sx_export_report *report);

/* Keras code that builds the net, from `import keras` to the function `build`; without weights. */
SX_API SX_MUST_USE sx_status sx_export_python_code(const sx_model *model, char **code, sx_error *err);

#ifdef __cplusplus
}
#endif
#endif
