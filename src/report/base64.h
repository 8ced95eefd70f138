/* base64.h: bytes as text, for pictures inside a page. */
#ifndef REPORT_BASE64_H
#define REPORT_BASE64_H

#include "base/text.h"

void sx_base64_add(sx_text *page, const unsigned char *bytes, size_t size);

#endif
