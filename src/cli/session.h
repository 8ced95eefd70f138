/* session.h: progress, notes and Ctrl-C of one call of the tool. */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli.h"

/* Makes the progress bar by -q and the terminal, fills cli->watch, hears Ctrl-C. */
void cli_session_begin(cli_session *cli);
void cli_session_end(cli_session *cli);
/* The command line, quoted for a shell; free with free. */
char *cli_command_line(const cli_session *cli);
/* One word as a shell takes it; free with free. */
char *cli_quoted(const char *word);

#endif
