/* split.h: which recordings train and which validate when one net is trained. */
#ifndef CLI_SPLIT_H
#define CLI_SPLIT_H

#include "cli.h"

typedef struct cli_split {
    size_t *train, *validation; /* indices into features */
    size_t train_count, validation_count;
} cli_split;

/* Official parts where the data has them (the test part is left out), else one in round(1 / share) of each
 * label, or of the groups; share 0 = all train. */
SX_MUST_USE sx_status cli_split_make(cli_session *cli, const sx_features *features, double share,
                                     bool by_group, uint64_t seed, cli_split *out, sx_error *err);
void cli_split_clear(cli_split *split);

#endif
