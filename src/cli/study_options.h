/* study_options.h: what commands that train every axis read alike from their command lines. */
#ifndef CLI_STUDY_OPTIONS_H
#define CLI_STUDY_OPTIONS_H

#include "cli.h"

/* format holds one %s for the value. */
SX_MUST_USE sx_status cli_bad_option(sx_error *err, const char *format, const char *value);
SX_MUST_USE sx_status cli_out_of_memory(sx_error *err);
/* "channels,frequency,time": two or three, each once; order is that of the words. */
SX_MUST_USE sx_status cli_read_axes(const char *list, sx_axis_order order, sx_compare_options *to,
                                    sx_error *err);
/* "auto", "5", "group", "group:4". */
SX_MUST_USE sx_status cli_read_folds(const char *text, sx_fold_options *to, sx_error *err);
/* "fsdd/recordings" of "../data/fsdd/recordings/". Free with free. */
char *cli_title_of(const char *path);

#endif
