/* onnx.h: an ONNX file written, and read back by a reader that knows nothing of the writer.
 *
 * The reader takes the operators that the writer uses, of any file, with plain loops that follow the
 * operators' definitions (onnx.ai/onnx/operators): it is there to find faults in files just written,
 * not to be fast. */
#ifndef EXCHANGE_ONNX_H
#define EXCHANGE_ONNX_H

#include "base/text.h"
#include "exchange/format.h"

/* The file's bytes; sx_text_clear. */
SX_MUST_USE sx_status sx_onnx_write(const sx_export_job *job, sx_text *out, sx_error *err);

typedef struct sx_onnx_net sx_onnx_net;
/* Damaged files are SX_E_FORMAT, unknown operators SX_E_UNSUPPORTED when they run. */
SX_MUST_USE sx_status sx_onnx_open(const char *path, sx_onnx_net **out, sx_error *err);
SX_MUST_USE sx_status sx_onnx_parse(const unsigned char *bytes, size_t size, const char *source,
                                    sx_onnx_net **out, sx_error *err);
void sx_onnx_close(sx_onnx_net *net); /* NULL is fine */
/* x: count examples of the file's one input, `example` values each; y: count * width values of its first
 * output. A file that takes or gives other numbers of values is SX_E_SHAPE. */
SX_MUST_USE sx_status sx_onnx_run(const sx_onnx_net *net, const float *x, size_t count, size_t example,
                                  float *y, size_t width, sx_error *err);

#endif
