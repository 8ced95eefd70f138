/* main.c: sonaxis: one table of subcommands, and what stands around them. */
#include "host.h"
#include "say.h"
#include "session.h"

#include <stdio.h>
#include <string.h>

static const cli_command *const commands[] = {
    &cli_compare, &cli_align,    &cli_explain, &cli_inspect, &cli_features, &cli_synth, &cli_model,
    &cli_train,   &cli_evaluate, &cli_predict, &cli_export,  &cli_bench,    &cli_study};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void print_help(const cli_session *cli) {
    printf(
        "sonaxis finds out which normalisation axis (channels, frequency, time) suits your recordings.\n\n");
    cli_bold(cli, stdout, "Usage:");
    printf(" sonaxis COMMAND [options] ...\n\n");
    cli_bold(cli, stdout, "Examples:\n");
    printf("  sonaxis synth speech -o words && sonaxis compare words/manifest.csv -o out\n"
           "  sonaxis compare recordings --name '{label}_{group}_{take}' --folds group -o out\n\n");
    cli_bold(cli, stdout, "Commands:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    printf(
        "\n'sonaxis COMMAND --help' shows examples and options; 'sonaxis --version -v' the kernels.\n"
        "Exit status: 0 good, 1 failed, 2 misuse, 3 finished with some inputs skipped, 130 after Ctrl-C.\n");
}

static int print_version(bool verbose) {
    printf("sonaxis %s\n", sx_version());
    if (verbose) printf("kernels: %s\n", sx_kernels_name());
    return CLI_OK;
}

static const cli_command *find_command(const char *name) {
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) return commands[i];
    }
    return NULL;
}

static int unknown(cli_session *cli, const char *word) {
    const char *names[COMMAND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i]->name;
    bool option = word[0] == '-';
    const char *near = option ? NULL : sx_text_nearest(word, names);
    return cli_misuse(cli, NULL, "unknown %s '%s'%s%s%s", option ? "option" : "command", word,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Options may stand before the command: -q, -v, --no-color. */
static int before_command(cli_session *cli, int argc, char **argv, bool *version) {
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (strcmp(argv[at], "-v") == 0 || strcmp(argv[at], "--verbose") == 0)
            cli->verbose = true;
        else if (strcmp(argv[at], "-q") == 0 || strcmp(argv[at], "--quiet") == 0)
            cli->quiet = true;
        else if (strcmp(argv[at], "--no-color") == 0)
            cli->no_color = true;
        else if (strcmp(argv[at], "--version") == 0)
            *version = true;
        else
            break;
    }
    return at;
}

static int dispatch(cli_session *cli, int argc, char **argv) {
    bool version = false;
    int at = before_command(cli, argc, argv, &version);
    const char *word = at < argc ? argv[at] : NULL;
    if (version && !word) return print_version(cli->verbose);
    bool help = word && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0);
    if (!word || (help && at + 1 >= argc)) {
        print_help(cli);
        return CLI_OK;
    }
    const cli_command *command = find_command(help ? argv[at + 1] : word);
    if (!command) return unknown(cli, help ? argv[at + 1] : word);
    if (help) {
        char name[16], ask[] = "--help", *asked[] = {name, ask, NULL};
        snprintf(name, sizeof name, "%s", command->name);
        return command->run(cli, 2, asked);
    }
    return command->run(cli, argc - at, argv + at);
}

int main(int argc, char **argv) {
    cli_session cli = {.argc = argc, .argv = argv};
    int result = dispatch(&cli, argc, argv);
    cli_session_end(&cli);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        cli_error(&cli, "cannot write the result to standard output");
        if (result == CLI_OK || result == CLI_SKIPPED) result = CLI_FAILED;
    }
    return result;
}
