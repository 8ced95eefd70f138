/* order.c: the user's words for the first and second axis of his arrays. */
#include "base/error.h"
#include "sonaxis/exchange.h"

#include <string.h>

sx_status sx_axis_order_parse(const char *text, sx_axis_order *order, sx_error *err) {
    if (strcmp(text, "time,frequency") == 0)
        *order = SX_ORDER_TIME_FREQUENCY;
    else if (strcmp(text, "frequency,time") == 0)
        *order = SX_ORDER_FREQUENCY_TIME;
    else
        return sx_fail(err, SX_E_ARGUMENT,
                       "\"%s\" is no order of axes; it is time,frequency or frequency,time", text);
    return SX_OK;
}

const char *sx_axis_word(sx_axis_order order, sx_axis axis) {
    if (axis == SX_AXIS_BATCH || axis == SX_AXIS_CHANNELS) return sx_axis_name(axis);
    bool first = axis == SX_AXIS_TIME;
    if (order == SX_ORDER_UNKNOWN) return first ? "first axis" : "second axis";
    return first == (order == SX_ORDER_TIME_FREQUENCY) ? "time" : "frequency";
}
