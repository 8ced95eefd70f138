/* growth_options.h: how a comparison grows, and its share of the work. */
#ifndef CLI_GROWTH_OPTIONS_H
#define CLI_GROWTH_OPTIONS_H

#include "options.h"

typedef struct cli_growth {
    int add_seeds, most_seeds;          /* 0 = not given */
    const char *until, *budget, *shard; /* "decided", "30m", "2/5" */
} cli_growth;

void cli_add_growth_options(cli_line *line, cli_growth *growth);
SX_MUST_USE sx_status cli_read_growth(const cli_growth *growth, sx_growth_options *options, sx_error *err);

#endif
