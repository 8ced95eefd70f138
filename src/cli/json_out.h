/* json_out.h: JSON of results to stdout. */
#ifndef CLI_JSON_OUT_H
#define CLI_JSON_OUT_H

#include "sonaxis/dataset.h"

/* A quoted string; what is not UTF-8 becomes U+FFFD. */
void cli_json_text(const char *text);
/* null where it is not finite. */
void cli_json_number(double number);
/* "skipped": [{"path": ..., "reason": ...}] */
void cli_json_skips(const sx_skip *skips, size_t count);
/* A field of a CSV file, quoted where it must be (RFC 4180). */
void cli_csv_text(const char *text);

#endif
