/* data_options.h: the options that say which recordings and which spectrograms: shared by all who read data.
 */
#ifndef CLI_DATA_OPTIONS_H
#define CLI_DATA_OPTIONS_H

#include "frontend_options.h"

typedef struct cli_data {
    const char *name, *labels, *groups; /* of sx_dataset_options */
    const char *channels;               /* mix, keep or a number from 1 */
    double duration_s;                  /* NaN = 95th percentile */
    int clip;                           /* sx_clip_policy */
    double random_offset_ms;            /* 0 = none */
    uint64_t clip_seed;
} cli_data;

void cli_data_default(cli_data *data);
void cli_add_source_options(cli_line *line, cli_data *data); /* --name --labels --groups */
void cli_add_clip_options(cli_line *line, cli_data *data); /* --channels --duration --clip --random-offset */

sx_dataset_options cli_dataset_options(const cli_data *data);
/* Everything together, checked; an error names the option. */
SX_MUST_USE sx_status cli_features_options(const cli_data *data, const cli_frontend *frontend,
                                           sx_features_options *options, sx_error *err);

#endif
