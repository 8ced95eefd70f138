/* say.c: errors, notes, skipped files. */
#include "say.h"

#include "host.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 10 };

bool cli_has_color(const cli_session *cli, FILE *stream) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    if (cli->no_color || (no_color && *no_color)) return false;
    if (!term || strcmp(term, "dumb") == 0) return false;
    return cli_is_terminal(stream);
}

void cli_bold(const cli_session *cli, FILE *stream, const char *text) {
    bool color = cli_has_color(cli, stream);
    fprintf(stream, "%s%s%s", color ? "\033[1m" : "", text, color ? "\033[0m" : "");
}

static void say_error(cli_session *cli, const char *format, va_list values) {
    bool color = cli_has_color(cli, stderr);
    if (cli->bar) sx_progress_bar_finish(cli->bar);
    fprintf(stderr, "sonaxis: %serror:%s ", color ? "\033[1;31m" : "", color ? "\033[0m" : "");
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
}

void cli_error(cli_session *cli, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say_error(cli, format, values);
    va_end(values);
}

void cli_note(cli_session *cli, const char *format, ...) {
    char text[1024];
    va_list values;
    if (cli->quiet) return;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (cli->watch.note)
        cli->watch.note(cli->watch.context, text);
    else
        fprintf(stderr, "%s\n", text);
}

int cli_give_up(cli_session *cli, const sx_error *err, const char *saved) {
    if (err->status == SX_E_CANCELLED) {
        if (cli->bar) sx_progress_bar_finish(cli->bar);
        fprintf(stderr, "sonaxis: stopped%s%s\n", saved ? ": " : ".", saved ? saved : "");
        return CLI_STOPPED;
    }
    cli_error(cli, "%s", err->text);
    return err->status == SX_E_ARGUMENT ? CLI_MISUSE : CLI_FAILED;
}

int cli_misuse(cli_session *cli, const char *command, const char *format, ...) {
    va_list values;
    va_start(values, format);
    say_error(cli, format, values);
    va_end(values);
    fprintf(stderr, "Try 'sonaxis %s%s--help'.\n", command ? command : "", command ? " " : "");
    return CLI_MISUSE;
}

const char *cli_reason(const char *path, const char *text) {
    size_t length = strlen(path);
    bool named = strncmp(text, path, length) == 0 && strncmp(text + length, ": ", 2) == 0;
    return named ? text + length + 2 : text;
}

int cli_report_skips(cli_session *cli, const sx_skip *skips, size_t count) {
    if (!count) return CLI_OK;
    if (cli->bar) sx_progress_bar_finish(cli->bar);
    if (cli->quiet) return CLI_SKIPPED;
    for (size_t i = 0; i < count && (i < FEW || cli->verbose); i++) {
        fprintf(stderr, "skipped %s: %s\n", skips[i].path, skips[i].reason);
    }
    if (count > FEW && !cli->verbose) fprintf(stderr, "and %zu more (-v names them)\n", count - FEW);
    fprintf(stderr, "%zu input%s skipped\n", count, count == 1 ? " was" : "s were");
    return CLI_SKIPPED;
}
