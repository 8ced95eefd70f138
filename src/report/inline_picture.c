/* inline_picture.c: see inline_picture.h. */
#include "inline_picture.h"

#include "base64.h"
#include "html.h"
#include "png_file.h"

#include "base/memory.h"

enum { MOST_WIDTH = 320, MOST_HEIGHT = 160 };

static size_t at_most(size_t count, size_t most) { return count < most ? count : most; }

sx_status sx_inline_picture(sx_text *page, const sx_heat *heat, const char *alt, sx_error *err) {
    sx_canvas canvas;
    unsigned char *bytes = NULL;
    size_t size = 0;
    size_t width = at_most(heat->shape.time, MOST_WIDTH);
    size_t height = at_most(heat->shape.frequency, MOST_HEIGHT);
    sx_status status = sx_canvas_init(&canvas, width, height, err);
    if (status) return status;
    sx_heat_draw(&canvas, (sx_box){0, 0, width, height}, heat);
    status = sx_png_encode(&canvas, 0, &bytes, &size, err);
    sx_canvas_clear(&canvas);
    if (status) return status;
    sx_text_format(page, "<img width=\"%zu\" height=\"%zu\" alt=\"", width, height);
    sx_html_escape(page, alt);
    sx_text_add(page, "\" src=\"data:image/png;base64,");
    sx_base64_add(page, bytes, size);
    sx_text_add(page, "\"/>");
    sx_free(bytes);
    return SX_OK;
}
