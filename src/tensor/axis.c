/* axis.c: names and Keras numbers of the four axes; see sonaxis/axis.h. */
#include "sonaxis/axis.h"

#include "base/error.h"
#include "base/text.h"

#include <assert.h>
#include <stdbool.h>

static const char *const axis_names[SX_AXIS_COUNT] = {"batch", "time", "frequency", "channels"};
static const char *const words[] = {"channels", "frequency", "time", "-1", "3", "2", "-2", "1", "-3", NULL};
static const sx_axis meanings[] = {SX_AXIS_CHANNELS,  SX_AXIS_FREQUENCY, SX_AXIS_TIME,
                                   SX_AXIS_CHANNELS,  SX_AXIS_CHANNELS,  SX_AXIS_FREQUENCY,
                                   SX_AXIS_FREQUENCY, SX_AXIS_TIME,      SX_AXIS_TIME};

static sx_status fail_unknown(const char *text, sx_error *err) {
    const char *nearest = sx_text_nearest(text, words);
    long number;
    if (nearest != NULL && !sx_text_to_long(text, &number))
        return sx_fail(err, SX_E_ARGUMENT, "there is no axis \"%s\"; did you mean \"%s\"?", text, nearest);
    return sx_fail(err, SX_E_ARGUMENT,
                   "there is no axis \"%s\"; axes are channels (Keras -1 or 3), frequency (2) and time (1)",
                   text);
}

sx_status sx_axis_parse(const char *text, sx_axis *axis, sx_error *err) {
    assert(text != NULL && axis != NULL);
    if (sx_text_equal(text, "batch") || sx_text_equal(text, "0") || sx_text_equal(text, "-4"))
        return sx_fail(err, SX_E_ARGUMENT,
                       "axis \"%s\" is the batch, which Keras has no setting to keep; axes are channels, "
                       "frequency and time",
                       text);
    for (size_t i = 0; words[i] != NULL; i++) {
        if (!sx_text_equal(text, words[i])) continue;
        *axis = meanings[i];
        return SX_OK;
    }
    return fail_unknown(text, err);
}

const char *sx_axis_name(sx_axis axis) {
    assert((unsigned)axis < SX_AXIS_COUNT);
    return axis_names[axis];
}

int sx_axis_keras(sx_axis axis) { return axis == SX_AXIS_CHANNELS ? -1 : (int)axis; }
