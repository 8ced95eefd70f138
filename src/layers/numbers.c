/* numbers.c: see numbers.h. */
#include "layers/numbers.h"

#include "base/error.h"

#include <float.h>

sx_status sx_read_numbers(const sx_json *spec, const char *key, double low, const char *where,
                          const sx_json **numbers, sx_error *err) {
    const sx_json *value = sx_json_get(spec, key);
    if (!value) return SX_OK;
    bool list = sx_json_is_array(value);
    size_t count = list ? sx_json_count(value) : 1, good = 0;
    for (size_t i = 0; i < count; i++) {
        const sx_json *one = list ? sx_json_at(value, i) : value;
        double number = sx_json_number(one);
        if (sx_json_is_number(one) && number >= low && number >= -FLT_MAX && number <= FLT_MAX) good++;
    }
    if (count == 0 || good < count)
        return sx_fail(err, SX_E_FORMAT, "%s: %s must be a number or a list of numbers%s", where, key,
                       low == 0 ? ", none below 0" : "");
    *numbers = value;
    return SX_OK;
}

sx_status sx_numbers_check(const sx_json *numbers, const char *key, size_t places, sx_error *err) {
    if (!numbers || !sx_json_is_array(numbers) || sx_json_count(numbers) == places) return SX_OK;
    return sx_fail(err, SX_E_SHAPE, "%s lists %zu numbers for %zu places; give one for each, or a single one",
                   key, sx_json_count(numbers), places);
}

double sx_number_at(const sx_json *numbers, size_t place, double missing) {
    if (!numbers) return missing;
    return sx_json_number(sx_json_is_array(numbers) ? sx_json_at(numbers, place) : numbers);
}
