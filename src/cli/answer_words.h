/* answer_words.h: what a comparison was asked for, as words of further commands. */
#ifndef CLI_ANSWER_WORDS_H
#define CLI_ANSWER_WORDS_H

#include "data_options.h"

#include "sonaxis/answer.h"

/* See sx_answer_options; all for a shell. */
typedef struct cli_answer_words {
    char *data, *folder, *model, *features, *training;
} cli_answer_words;

cli_answer_words cli_answer_words_of(const char *path, const cli_data *data,
                                     const sx_compare_options *compare, const sx_features *features);
void cli_answer_words_clear(cli_answer_words *words);

#endif
