/* report.h: what a person reads: the page, and pictures of spectrograms. */
#ifndef SONAXIS_REPORT_H
#define SONAXIS_REPORT_H

#include "sonaxis/align.h"
#include "sonaxis/compare.h"
#include "sonaxis/explain.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sx_report_options {
    const char *title;               /* e.g. the data set's name */
    const char *command;             /* the exact command that repeats it */
    const sx_inspection *inspection; /* may be NULL (arrays) */
    const sx_dataset *dataset;       /* to play recordings from; NULL = pictures alone */
} sx_report_options;

/* One self-contained HTML file: no network, no script needed to read it, light and dark, phone and desk.
 * Atomic. */
SX_API SX_MUST_USE sx_status sx_report_write(const sx_comparison *comparison, const sx_features *features,
                                             const sx_report_options *options, const char *path,
                                             sx_error *err);

/* folder/report.html as above, the same in words as folder/report.md, and every table of it as CSV (numbers
 * in full, shares between 0 and 1) and LaTeX (booktabs) in folder/tables. */
SX_API SX_MUST_USE sx_status sx_report_write_all(const sx_comparison *comparison, const sx_features *features,
                                                 const sx_report_options *options, const char *folder,
                                                 sx_error *err);

/* The same for alignment: index, loss against lag, the two-by-two, moves. title: the data set's name;
 * command: the one that repeats it. */
SX_API SX_MUST_USE sx_status sx_align_report_write(const sx_alignment *alignment, const sx_features *features,
                                                   const char *title, const char *command, const char *path,
                                                   sx_error *err);

typedef struct sx_explain_page {
    const char *title, *command;
    const sx_dataset *dataset; /* to play the recordings from; NULL = pictures alone */
} sx_explain_page;

/* The page of an explanation, as self-contained as a report. features: those that were explained. Atomic. */
SX_API SX_MUST_USE sx_status sx_report_explain(const sx_explanation *explanation, const sx_features *features,
                                               const sx_explain_page *options, const char *path,
                                               sx_error *err);

typedef struct sx_picture_options {
    const char *title;     /* the file's name */
    double hop_s;          /* seconds a frame */
    const double *band_hz; /* centre of each band, or NULL: bands are numbered */
    const char *unit;      /* of the colour bar: "ln power", "dB" */
} sx_picture_options;

/* PNG of one spectrogram (time, frequency, channels), one channel: axes with ticks and units, colour bar,
 * title. Atomic. */
SX_API SX_MUST_USE sx_status sx_picture_write(const float *values, sx_shape shape, size_t channel,
                                              const sx_picture_options *options, const char *path,
                                              sx_error *err);

#ifdef __cplusplus
}
#endif
#endif
