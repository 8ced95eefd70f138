/* protobuf.h: messages of Protocol Buffers written field by field (protobuf.dev/programming-guides/encoding).
 *
 * A message is a growing text of bytes; a message inside another is written first and then taken over. Errors
 * are remembered in the text and seen once, at the end (base/text.h). */
#ifndef EXCHANGE_PROTOBUF_H
#define EXCHANGE_PROTOBUF_H

#include "base/text.h"

#include <stdint.h>

void sx_pb_integer(sx_text *message, int field, int64_t number); /* int32, int64, enum */
void sx_pb_float(sx_text *message, int field, float number);
void sx_pb_bytes(sx_text *message, int field, const void *bytes, size_t size);
void sx_pb_text(sx_text *message, int field, const char *text);
/* Takes `inner` over and clears it. */
void sx_pb_message(sx_text *message, int field, sx_text *inner);
/* Numbers as raw little-endian bytes, for a field of such data. */
void sx_pb_raw_floats(sx_text *raw, const float *values, size_t count);
void sx_pb_raw_doubles(sx_text *raw, const double *values, size_t count);
void sx_pb_raw_integers(sx_text *raw, const int64_t *values, size_t count);

#endif
