/* frontend_at.h: a front-end from its JSON, for sound of a rate; the test fails where there is none. */
#ifndef TESTS_SIGNAL_FRONTEND_AT_H
#define TESTS_SIGNAL_FRONTEND_AT_H

#include "sonaxis/frontend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static inline sx_frontend *frontend_at(const char *json, int rate_hz) {
    sx_frontend_options options;
    sx_frontend *frontend = NULL;
    sx_error err;
    if (sx_frontend_from_json(json, &options, &err) != SX_OK) fail_msg("%s", err.text);
    options.rate_hz = rate_hz;
    if (sx_frontend_create(&options, &frontend, &err) != SX_OK) fail_msg("%s", err.text);
    return frontend;
}

#endif
