/* session.c: what a call shows while it works. */
#include "session.h"

#include "host.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>

void cli_session_begin(cli_session *cli) {
    cli_session_end(cli); /* options may be read twice */
    const char *term = getenv("TERM");
    bool terminal = cli_is_terminal(stderr) && term && strcmp(term, "dumb") != 0;
    sx_progress_style style = terminal ? SX_PROGRESS_BAR : SX_PROGRESS_LINES;
    cli->bar = sx_progress_bar_create(stderr, cli->quiet ? SX_PROGRESS_SILENT : style);
    if (cli->bar) sx_progress_bar_watch(cli->bar, &cli->watch);
    cli->watch.cancelled = cli_stopped;
    cli_catch_signals();
    const char *kernels = getenv("SONAXIS_KERNELS");
    if (kernels && *kernels && strcmp(kernels, sx_kernels_name()) != 0) {
        cli_note(cli, "SONAXIS_KERNELS=%s cannot be had here; %s kernels are used", kernels,
                 sx_kernels_name());
    }
    if (cli->verbose) cli_note(cli, "sonaxis %s, kernels %s", sx_version(), sx_kernels_name());
}

void cli_session_end(cli_session *cli) {
    if (cli->bar) sx_progress_bar_finish(cli->bar);
    sx_progress_bar_free(cli->bar);
    cli->bar = NULL;
    cli->watch = (sx_watch){0};
}

static bool is_plain(const char *word) {
    return *word &&
           strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,=:+@%") ==
               strlen(word);
}

char *cli_quoted(const char *word) {
    if (is_plain(word)) return cli_text("%s", word);
    char *text = cli_alloc(strlen(word) * 4 + 3, 1), *to = text;
    *to++ = '\'';
    for (; *word; word++) {
        if (*word == '\'')
            to = stpcpy(to, "'\\''");
        else
            *to++ = *word;
    }
    *to = '\'';
    return text;
}

char *cli_command_line(const cli_session *cli) {
    char *line = cli_text("sonaxis");
    for (int i = 1; i < cli->argc; i++) {
        char *word = cli_quoted(cli->argv[i]);
        char *longer = cli_text("%s %s", line, word);
        free(line);
        free(word);
        line = longer;
    }
    return line;
}
