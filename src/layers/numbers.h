/* numbers.h: options that are a number or a list of numbers, one a place. They stay in the spec, which
 * outlives the options, and are read from there. */
#ifndef LAYERS_NUMBERS_H
#define LAYERS_NUMBERS_H

#include "layers/layer.h"

/* A number, or a list of at least one, none less than `low` or beyond what floats hold; left alone where the
 * key is missing. */
SX_MUST_USE sx_status sx_read_numbers(const sx_json *spec, const char *key, double low, const char *where,
                                      const sx_json **numbers, sx_error *err);
/* SX_E_SHAPE unless it is missing, one number, or a list of as many as there are places. */
SX_MUST_USE sx_status sx_numbers_check(const sx_json *numbers, const char *key, size_t places, sx_error *err);
double sx_number_at(const sx_json *numbers, size_t place, double missing);

#endif
