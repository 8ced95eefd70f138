/* base64.c: RFC 4648 base64 with padding, no line breaks. */
#include "base64.h"

void sx_base64_add(sx_text *page, const unsigned char *bytes, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        size_t rest = size - i;
        unsigned b1 = rest > 1 ? bytes[i + 1] : 0u;
        unsigned b2 = rest > 2 ? bytes[i + 2] : 0u;
        unsigned bits = (unsigned)bytes[i] << 16 | b1 << 8 | b2;
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63], rest > 1 ? digits[bits >> 6 & 63] : '=',
                        rest > 2 ? digits[bits & 63] : '='};
        sx_text_add_bytes(page, four, 4);
    }
}
