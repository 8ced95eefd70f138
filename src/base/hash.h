/* hash.h: a fast 64-bit fingerprint (XXH64, xxhash.com) for checksums and for telling contents apart. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t sx_hash(const void *bytes, size_t size, uint64_t seed);

#endif
