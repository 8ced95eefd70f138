/* reshape.c: Keras's Reshape: the values stay where they are, their axes are told anew. */
#include "base/error.h"
#include "layers/axes.h"
#include "layers/shard.h"
#include "layers/window.h"

typedef struct reshape_options {
    int64_t extents[3]; /* time, frequency, channels; one may be -1: what is left */
} reshape_options;

/* One integer is channels, two are time and channels. */
static sx_status reshape_read(const sx_json *spec, const char *where, void *options, sx_error *err) {
    reshape_options *o = options;
    const sx_json *list = sx_json_get(spec, "target_shape");
    size_t count = sx_json_is_array(list) ? sx_json_count(list) : 0;
    bool good = count >= 1 && count <= 3, left = false;
    *o = (reshape_options){{1, 1, 1}};
    for (size_t i = 0; good && i < count; i++) {
        int64_t extent = sx_json_integer(sx_json_at(list, i));
        good = sx_json_is_integer(sx_json_at(list, i)) && extent >= -1 && extent != 0 &&
               extent <= INT32_MAX && !(left && extent == -1);
        left = left || extent == -1;
        o->extents[count == 3 ? i : i + 1 == count ? 2 : 0] = extent;
    }
    if (good) return SX_OK;
    return sx_fail(
        err, SX_E_FORMAT,
        "%s: target_shape must be a list of 1 to 3 integers: [channels], [time, channels] or [time, "
        "frequency, channels]; one may be -1",
        where);
}

static sx_status reshape_plan(const void *options, const sx_shape *inputs, int input_count, size_t batch,
                              sx_layer_plan *plan, sx_error *err) {
    const reshape_options *o = options;
    size_t extents[3], told = 1, count = sx_shape_count(inputs[0]);
    (void)input_count;
    (void)batch;
    for (size_t i = 0; i < 3; i++) {
        extents[i] = o->extents[i] < 0 ? 1 : (size_t)o->extents[i];
        told = extents[i] > count ? count + 1 : told * extents[i];
        if (told > count) break;
    }
    bool fits = told <= count && count % told == 0;
    for (size_t i = 0; fits && i < 3; i++)
        if (o->extents[i] < 0) {
            extents[i] = count / told;
            told = count;
        }
    if (!fits || told != count)
        return sx_fail(err, SX_E_SHAPE, "%zux%zux%zu values cannot be told as %lldx%lldx%lld (-1: the rest)",
                       inputs[0].time, inputs[0].frequency, inputs[0].channels, (long long)o->extents[0],
                       (long long)o->extents[1], (long long)o->extents[2]);
    *plan = (sx_layer_plan){
        .output = {extents[0], extents[1], extents[2]}, .in_place = true, .fixed = SX_AXES_OF_EXAMPLE};
    return SX_OK;
}

static const char *const keys[] = {"target_shape", NULL};

const sx_layer_ops sx_layer_reshape = {.type = "reshape",
                                       .options_size = sizeof(reshape_options),
                                       .keys = keys,
                                       .min_inputs = 1,
                                       .max_inputs = 1,
                                       .read = reshape_read,
                                       .plan = reshape_plan,
                                       .forward = sx_copy_forward,
                                       .backward = sx_copy_backward};
