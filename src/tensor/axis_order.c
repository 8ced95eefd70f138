/* axis_order.c: words for the first two axes where a net may have frequency before time. */
#include "sonaxis/axis.h"

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

static const char *const names[] = {"time,frequency", "frequency,time", "unknown"};

sx_status sx_axis_order_parse(const char *text, sx_axis_order *order, sx_error *err) {
    for (int i = SX_ORDER_TIME_FREQUENCY; i <= SX_ORDER_UNKNOWN; i++) {
        if (!sx_text_equal(text, names[i])) continue;
        *order = (sx_axis_order)i;
        return SX_OK;
    }
    return sx_fail(err, SX_E_ARGUMENT, "\"%s\" is no order of axes; it is time,frequency or frequency,time",
                   text);
}

const char *sx_axis_order_name(sx_axis_order order) { return names[order]; }

const char *sx_axis_word(sx_axis_order order, sx_axis axis) {
    bool first = axis == SX_AXIS_TIME;
    if (axis == SX_AXIS_BATCH || axis == SX_AXIS_CHANNELS) return sx_axis_name(axis);
    if (order == SX_ORDER_UNKNOWN) return first ? "first axis" : "second axis";
    return first == (order == SX_ORDER_TIME_FREQUENCY) ? "time" : "frequency";
}

sx_status sx_axis_parse_word(sx_axis_order order, const char *text, sx_axis *axis, sx_error *err) {
    sx_axis parsed = SX_AXIS_CHANNELS;
    bool word = sx_text_equal(text, "time") || sx_text_equal(text, "frequency");
    sx_status status = sx_axis_parse(text, &parsed, err);
    if (status != SX_OK) return status;
    if (word && order == SX_ORDER_UNKNOWN)
        return sx_fail(err, SX_E_ARGUMENT,
                       "axis \"%s\": the net does not say whether its first axis is time or frequency; say "
                       "the order, or Keras's number 1 or 2",
                       text);
    if (word && order == SX_ORDER_FREQUENCY_TIME)
        parsed = parsed == SX_AXIS_TIME ? SX_AXIS_FREQUENCY : SX_AXIS_TIME;
    *axis = parsed;
    return SX_OK;
}
