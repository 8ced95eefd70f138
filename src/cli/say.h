/* say.h: words for people, all on stderr. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "cli.h"

#include <stdio.h>

/* True where the stream is a terminal that may be coloured: NO_COLOR, TERM=dumb and --no-color are honoured.
 */
bool cli_has_color(const cli_session *cli, FILE *stream);
/* Bold text, or plain text. */
void cli_bold(const cli_session *cli, FILE *stream, const char *text);
/* "sonaxis: error: ..." */
void cli_error(cli_session *cli, const char *format, ...) SX_PRINTF(2, 3);
/* A sentence, unless -q. */
void cli_note(cli_session *cli, const char *format, ...) SX_PRINTF(2, 3);
/* Says a library error and gives the exit status that belongs to it. saved: what Ctrl-C left behind, NULL =
 * nothing to say. */
int cli_give_up(cli_session *cli, const sx_error *err, const char *saved);
/* Says what was wrong with the command line; CLI_MISUSE. */
int cli_misuse(cli_session *cli, const char *command, const char *format, ...) SX_PRINTF(3, 4);
/* An error's text without the path it begins with, where it does. */
const char *cli_reason(const char *path, const char *text);
/* Each skipped file with its reason (the first ten without -v); CLI_SKIPPED where there are any, else CLI_OK.
 */
int cli_report_skips(cli_session *cli, const sx_skip *skips, size_t count);

#endif
