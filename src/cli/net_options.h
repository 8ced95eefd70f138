/* net_options.h: which net, which of its layers vary, how it begins, how it was trained. */
#ifndef CLI_NET_OPTIONS_H
#define CLI_NET_OPTIONS_H

#include "options.h"

typedef struct cli_net {
    const char *model, *vary, *order;
    bool from_weights;
    sx_keras *keras;    /* the model's file, read once; NULL = the net is none of Keras */
    char *notes;        /* what training took from it */
    sx_axis_order axes; /* what --order says */
} cli_net;

void cli_net_default(cli_net *net);
void cli_net_clear(cli_net *net);
/* compares: with --from-weights. */
void cli_add_net_options(cli_line *line, cli_net *net, bool compares);
/* As cli_parse; where the net is a file of Keras it is read and `train` then holds what that was compiled
 * with, but for what the command line or --config says, which is said through notes. */
int cli_net_parse(cli_line *line, int argc, char **argv, cli_net *net, sx_train_options *train);
/* Order of the words; time,frequency where neither --order nor the file says it. */
sx_axis_order cli_net_order(const cli_net *net);
/* Net, order, first weights and notes into the options of a comparison; net must outlive them. */
void cli_net_apply(const cli_net *net, sx_compare_options *to);

#endif
