/* initialiser.c: Keras's named initialisers: which distribution a weight is drawn from. The draws are made by
 * the model, from its seed. */
#include "layers/initialiser.h"

#include "base/error.h"

#include <math.h>
#include <stdio.h>

typedef struct named {
    const char *name;
    sx_initialiser initialiser;
    const char *a, *b; /* names of the numbers it takes, NULL = none */
} named;

static const named known[] = {
    {"zeros", {.kind = SX_DRAW_CONSTANT, .a = 0}, NULL, NULL},
    {"ones", {.kind = SX_DRAW_CONSTANT, .a = 1}, NULL, NULL},
    {"constant", {.kind = SX_DRAW_CONSTANT, .a = 0}, "value", NULL},
    {"random_uniform", {.kind = SX_DRAW_UNIFORM, .a = -0.05, .b = 0.05}, "low", "high"},
    {"random_normal", {.kind = SX_DRAW_NORMAL, .a = 0, .b = 0.05}, "mean", "stddev"},
    {"truncated_normal", {.kind = SX_DRAW_TRUNCATED, .a = 0, .b = 0.05}, "mean", "stddev"},
    {"glorot_uniform", {.kind = SX_DRAW_GLOROT_UNIFORM}, NULL, NULL},
    {"glorot_normal", {.kind = SX_DRAW_SCALED_NORMAL, .scale = 1, .fan_out = true}, NULL, NULL},
    {"he_uniform", {.kind = SX_DRAW_SCALED_UNIFORM, .scale = 2}, NULL, NULL},
    {"he_normal", {.kind = SX_DRAW_SCALED_NORMAL, .scale = 2}, NULL, NULL},
    {"lecun_uniform", {.kind = SX_DRAW_SCALED_UNIFORM, .scale = 1}, NULL, NULL},
    {"lecun_normal", {.kind = SX_DRAW_SCALED_NORMAL, .scale = 1}, NULL, NULL},
};
enum { KNOWN = sizeof known / sizeof known[0] };

static sx_status read_number(const sx_json *object, const char *key, double low, const char *where,
                             double *number, sx_error *err) {
    return key ? sx_json_read_double(object, key, low, 1e6, where, number, err) : SX_OK;
}

static sx_status read_object(const sx_json *object, const char *where, int index, sx_initialiser *out,
                             sx_error *err) {
    const char *keys[4] = {"name", known[index].a, known[index].a ? known[index].b : NULL, NULL};
    *out = known[index].initialiser;
    sx_status status = sx_json_check_keys(object, keys, where, err);
    bool deviation = out->kind == SX_DRAW_NORMAL || out->kind == SX_DRAW_TRUNCATED;
    if (status == SX_OK) status = read_number(object, known[index].a, -1e6, where, &out->a, err);
    if (status == SX_OK)
        status = read_number(object, known[index].b, deviation ? 0 : -1e6, where, &out->b, err);
    return status;
}

sx_status sx_initialiser_read(const sx_json *spec, const char *key, const char *where,
                              sx_initialiser *initialiser, sx_error *err) {
    const char *names[KNOWN + 1] = {NULL};
    char place[200];
    const sx_json *value = sx_json_get(spec, key);
    bool object = sx_json_is_object(value);
    int index = -1;
    if (!value) return SX_OK;
    for (size_t i = 0; i < KNOWN; i++)
        names[i] = known[i].name;
    snprintf(place, sizeof place, "%.160s: %.30s", where, key);
    sx_status status = object ? sx_json_read_name(value, "name", names, place, &index, err)
                              : sx_json_read_name(spec, key, names, where, &index, err);
    if (status != SX_OK) return status;
    if (index < 0) return sx_fail(err, SX_E_FORMAT, "%s has no name, such as \"he_normal\"", place);
    if (object) return read_object(value, place, index, initialiser, err);
    *initialiser = known[index].initialiser;
    return SX_OK;
}

void sx_initialiser_apply(const sx_initialiser *initialiser, sx_weight_plan *weight) {
    if (weight->fan_in == 0) weight->fan_in = weight->fan_out = weight->count; /* a bias */
    double fan_in = (double)weight->fan_in, fan_out = (double)weight->fan_out;
    double fan = initialiser->fan_out ? (fan_in + fan_out) / 2 : fan_in;
    double variance = initialiser->scale / (fan > 1 ? fan : 1), limit = sqrt(3 * variance);
    switch (initialiser->kind) {
    case SX_DRAW_DEFAULT:
        return;
    case SX_DRAW_CONSTANT:
        weight->initial = SX_INITIAL_CONSTANT;
        break;
    case SX_DRAW_UNIFORM:
        weight->initial = SX_INITIAL_UNIFORM;
        break;
    case SX_DRAW_NORMAL:
        weight->initial = SX_INITIAL_NORMAL;
        break;
    case SX_DRAW_TRUNCATED:
        weight->initial = SX_INITIAL_TRUNCATED_NORMAL;
        break;
    case SX_DRAW_GLOROT_UNIFORM:
        weight->initial = SX_INITIAL_GLOROT_UNIFORM;
        return;
    case SX_DRAW_SCALED_UNIFORM:
        weight->initial = SX_INITIAL_UNIFORM;
        weight->initial_a = -limit;
        weight->initial_b = limit;
        return;
    case SX_DRAW_SCALED_NORMAL: /* the deviation of what is left of a normal within 2 deviations */
        weight->initial = SX_INITIAL_TRUNCATED_NORMAL;
        weight->initial_a = 0;
        weight->initial_b = sqrt(variance) / 0.87962566103423978;
        return;
    }
    weight->initial_a = initialiser->a;
    weight->initial_b = initialiser->b;
}

sx_weight_plan sx_bias_plan(size_t channels, const sx_initialiser *initialiser) {
    sx_weight_plan bias = {
        .name = "bias", .dims = {channels}, .rank = 1, .count = channels, .trainable = true};
    sx_initialiser_apply(initialiser, &bias);
    return bias;
}
