/* options.h: one table of options a subject; parsing, help and settings files are made from it. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli.h"

#include <stddef.h>

typedef enum cli_kind {
    CLI_FLAG,    /* bool, no value */
    CLI_TEXT,    /* const char *, NULL = not given */
    CLI_INTEGER, /* int within [low, high]; below low = not given */
    CLI_SEED,    /* uint64_t */
    CLI_NUMBER,  /* double within [low, high]; NaN = not given */
    CLI_CHOICE   /* int or enum: index into choices; -1 = not given */
} cli_kind;

typedef struct cli_option {
    const char *name; /* without dashes */
    char letter;      /* 0 = none */
    cli_kind kind;
    size_t offset;     /* of the member in the group's target */
    const char *value; /* what stands for the value in the help; NULL for flags */
    double low, high;
    const char *const *choices; /* NULL at the end */
    const char *help;
} cli_option;

typedef struct cli_group {
    const char *title;
    const cli_option *options;
    size_t count;
    void *target; /* holds the defaults before parsing */
} cli_group;

enum { CLI_MOST_GROUPS = 12, CLI_GO_ON = -1 };

/* A command line being read. */
typedef struct cli_line {
    cli_session *cli;
    const cli_command *command;
    cli_group groups[CLI_MOST_GROUPS]; /* the last one is the general group, added by cli_parse */
    size_t group_count;
    size_t least, most;  /* how many arguments besides options */
    const char **values; /* those; freed by cli_line_clear */
    size_t value_count;
    char *settings; /* text of --config, which option values point into */
} cli_line;

void cli_add_group(cli_line *line, const char *title, const cli_option *options, size_t count, void *target);
/* CLI_GO_ON, or the status to end with (--help, or misuse, already said). The cli's -q, -v and --no-color are
 * then set and its progress bar is there. */
int cli_parse(cli_line *line, int argc, char **argv);
void cli_line_clear(cli_line *line);

/* Sets one option from text; misuse is said and returned. where: "--epochs" or "line 3 of file". */
int cli_set_option(cli_line *line, const cli_option *option, void *target, const char *where,
                   const char *text);
/* The option of that name and its target; NULL if there is none. */
const cli_option *cli_find_option(const cli_line *line, const char *name, size_t length, void **target);
/* Nearest option name to a mistyped one, NULL if none is near. */
const char *cli_nearest_option(const cli_line *line, const char *name);
/* The present value as text; false where it was not given. */
bool cli_show_option(const cli_option *option, const void *target, char *text, size_t size);

/* options_help.c */
void cli_print_help(const cli_line *line);
/* options_file.c: "name = value" lines, # comments. */
int cli_read_settings(cli_line *line, const char *path);
char *cli_write_settings(const cli_line *line); /* free with free */

#endif
