/* order.h: in which order an epoch shows its items. */
#ifndef TRAIN_ORDER_H
#define TRAIN_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* order: count indices, filled with a permutation of items. The same for the same seed,
 * epoch and count, whatever the net. */
void sx_order_epoch(uint64_t seed, size_t epoch, const size_t *items, size_t count, size_t *order);

#endif
