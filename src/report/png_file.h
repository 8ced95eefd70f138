/* png_file.h: a palette picture as PNG bytes. The only file that names libpng is png_file.c. */
#ifndef REPORT_PNG_FILE_H
#define REPORT_PNG_FILE_H

#include "canvas.h"

/* pixels_per_metre 0 = not said. *bytes is freed with sx_free. */
SX_MUST_USE sx_status sx_png_encode(const sx_canvas *canvas, unsigned pixels_per_metre, unsigned char **bytes,
                                    size_t *size, sx_error *err);
/* The same into a file. Atomic. */
SX_MUST_USE sx_status sx_png_write(const sx_canvas *canvas, unsigned pixels_per_metre, const char *path,
                                   sx_error *err);

#endif
