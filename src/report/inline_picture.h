/* inline_picture.h: a heat map as a picture inside the page. */
#ifndef REPORT_INLINE_PICTURE_H
#define REPORT_INLINE_PICTURE_H

#include "canvas.h"

#include "base/text.h"

/* <img>, at most 320 x 160 pixels. alt: escaped here. */
SX_MUST_USE sx_status sx_inline_picture(sx_text *page, const sx_heat *heat, const char *alt, sx_error *err);

#endif
