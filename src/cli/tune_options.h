/* tune_options.h: what every axis may try before its runs, and the momentum of moving statistics. */
#ifndef CLI_TUNE_OPTIONS_H
#define CLI_TUNE_OPTIONS_H

#include "options.h"

typedef struct cli_tune {
    bool tune;
    const char *rates, *momenta;
    double moving_momentum;
} cli_tune;

void cli_tune_default(cli_tune *tune);
void cli_add_tune_options(cli_line *line, cli_tune *tune);
/* After learning rate and folds of `to` were read. Sets a validation part aside where tuning needs one and
 * none was asked for, and says so. */
SX_MUST_USE sx_status cli_read_tune(cli_session *cli, const cli_tune *tune, sx_compare_options *to,
                                    sx_error *err);

#endif
