/* cli.h: what every subcommand gets, and how it ends. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "sonaxis/sonaxis.h"

#include <stdbool.h>

/* Exit statuses. */
enum {
    CLI_OK = 0,
    CLI_FAILED = 1,
    CLI_MISUSE = 2,
    CLI_SKIPPED = 3,  /* finished, some inputs were skipped */
    CLI_STOPPED = 130 /* after Ctrl-C; what was finished is saved */
};

typedef struct cli_session {
    int argc; /* the whole command line, for the page that repeats it */
    char **argv;
    bool quiet, verbose, no_color;
    sx_progress_bar *bar;
    sx_watch watch; /* progress and notes to stderr, stopped by Ctrl-C */
} cli_session;

typedef struct cli_command {
    const char *name;
    const char *summary;   /* one line */
    const char *arguments; /* after "sonaxis NAME" */
    const char *examples;  /* lines, the command each without indentation */
    const char *about;     /* a paragraph or two, lines of at most 80 characters */
    int (*run)(cli_session *cli, int argc, char **argv); /* argv[0] is the command's name */
} cli_command;

extern const cli_command cli_features, cli_synth, cli_inspect, cli_model, cli_train, cli_evaluate,
    cli_predict, cli_compare, cli_align, cli_explain, cli_export, cli_bench, cli_study;

#endif
