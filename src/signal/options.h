/* options.h: the front-end's options as a table: key, type, place and legal range of each. Checks and JSON
 * both walk it, so an option is described once. */
#ifndef SIGNAL_OPTIONS_H
#define SIGNAL_OPTIONS_H

#include "sonaxis/frontend.h"

typedef enum sx_option_type {
    SX_OPTION_INTEGER,
    SX_OPTION_NUMBER,
    SX_OPTION_SWITCH,
    SX_OPTION_NAME /* an enum: index into names */
} sx_option_type;

typedef struct sx_option {
    const char *key;
    sx_option_type type;
    size_t offset;            /* in sx_frontend_options */
    double low, high;         /* legal range of numbers, both included */
    const char *const *names; /* NULL at the end */
} sx_option;

extern const sx_option sx_frontend_option_list[]; /* key NULL at the end */

/* The enum at an option's place, and its setter: enums may be signed or unsigned, of any size. */
int sx_option_index(const sx_option *option, const sx_frontend_options *options);
void sx_option_set_index(const sx_option *option, sx_frontend_options *options, int index);

/* Each option by itself, then those that depend on each other. */
SX_MUST_USE sx_status sx_options_check(const sx_frontend_options *options, sx_error *err);
/* Fills in window, hop, FFT size and upper edge. Values need not be legal; never fails. */
sx_frontend_options sx_options_resolve(const sx_frontend_options *options);

#endif
