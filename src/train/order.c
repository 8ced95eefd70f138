/* order.c: one permutation an epoch, drawn by counter: a resumed run and every compared net see the same. */
#include "train/order.h"

#include "base/random.h"

void sx_order_epoch(uint64_t seed, size_t epoch, const size_t *items, size_t count, size_t *order) {
    const sx_stream stream = {.seed = seed, .purpose = SX_PURPOSE_ORDER, .step = (uint32_t)epoch};
    sx_random_permutation(&stream, count, order);
    for (size_t i = 0; i < count; i++)
        order[i] = items[order[i]];
}
