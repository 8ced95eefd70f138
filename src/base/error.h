/* error.h: fill an sx_error and return its code in one expression. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "sonaxis/status.h"

#include <stddef.h>

/* return sx_fail(err, SX_E_FORMAT, "%s: line %d: ...", path, line); err may be NULL. */
sx_status sx_fail(sx_error *err, sx_status status, const char *format, ...) SX_PRINTF(3, 4);
/* SX_E_MEMORY with the size that could not be had. */
sx_status sx_fail_memory(sx_error *err, size_t bytes);
/* SX_E_FILE: "cannot <verb> <path>: <strerror(errno)>". */
sx_status sx_fail_errno(sx_error *err, const char *verb, const char *path);
/* Puts "<text>: " before what err says already: the caller knows which file or layer it was. */
void sx_error_prefix(sx_error *err, const char *format, ...) SX_PRINTF(2, 3);

#endif
