/* train_options.h: the options of training, shared by train and compare. */
#ifndef CLI_TRAIN_OPTIONS_H
#define CLI_TRAIN_OPTIONS_H

#include "options.h"

void cli_add_train_options(cli_line *line, sx_train_options *train);

#endif
