/* host.h: the tool's own contact with the system: files, folders, terminals, Ctrl-C. */
#ifndef CLI_HOST_H
#define CLI_HOST_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Zeroed memory; ends the program with a sentence where there is none. Free with free. */
void *cli_alloc(size_t count, size_t size);
/* A printed text of any length; free with free. */
char *cli_text(const char *format, ...) SX_PRINTF(1, 2);

/* The whole of a small text file (at most 1 MB). Free with free. */
SX_MUST_USE sx_status cli_read_file(const char *path, char **text, sx_error *err);
/* Beside its place, synced, renamed. */
SX_MUST_USE sx_status cli_write_file(const char *path, const char *text, sx_error *err);
/* With parents; fine if it exists. */
SX_MUST_USE sx_status cli_make_folder(const char *path, sx_error *err);
bool cli_is_folder(const char *path);
void cli_remove_file(const char *path);
/* A new folder where temporary files go (TMPDIR). Free with free. */
SX_MUST_USE sx_status cli_temporary_folder(char **path, sx_error *err);
/* With everything in it; links are not followed. */
void cli_remove_folder(const char *path);
/* After the last slash. */
const char *cli_base_name(const char *path);

bool cli_is_terminal(FILE *stream);
/* First Ctrl-C (or SIGTERM): says so, and cli_stopped becomes true. Second: the program ends at once with
 * 130. */
void cli_catch_signals(void);
bool cli_stopped(void *unused);

#endif
