/* python.h: a net as Keras 3 code. */
#ifndef EXCHANGE_PYTHON_H
#define EXCHANGE_PYTHON_H

#include "base/text.h"
#include "exchange/keras_out.h"

/* "name", quoted. */
void sx_python_quote(sx_text *text, const char *name);
/* A list as a tuple, true as True. */
void sx_python_value(sx_text *text, const sx_json *value);

/* The lines that build the net: imports, build(). Free with sx_free. */
SX_MUST_USE sx_status sx_python_code(const sx_out_net *net, char **code, sx_error *err);

#endif
