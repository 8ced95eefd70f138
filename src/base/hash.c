/* hash.c: XXH64 as its specification gives it (github.com/Cyan4973/xxHash, doc/xxhash_spec.md). */
#include "base/hash.h"

static const uint64_t prime_1 = 0x9E3779B185EBCA87u, prime_2 = 0xC2B2AE3D27D4EB4Fu,
                      prime_3 = 0x165667B19E3779F9u, prime_4 = 0x85EBCA77C2B2AE63u,
                      prime_5 = 0x27D4EB2F165667C5u;

static uint64_t rotate(uint64_t word, int bits) { return word << bits | word >> (64 - bits); }

/* Little-endian whatever the machine; compilers make one load of it. */
static uint32_t read32(const unsigned char *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint64_t read64(const unsigned char *at) { return read32(at) | (uint64_t)read32(at + 4) << 32; }

static uint64_t absorb(uint64_t lane, uint64_t input) { return rotate(lane + input * prime_2, 31) * prime_1; }

static uint64_t merge(uint64_t hash, uint64_t lane) { return (hash ^ absorb(0, lane)) * prime_1 + prime_4; }

/* Whole stripes of 32 bytes; moves *at behind them. */
static uint64_t hash_stripes(const unsigned char **at, size_t stripes, uint64_t seed) {
    uint64_t lane[4] = {seed + prime_1 + prime_2, seed + prime_2, seed, seed - prime_1};
    for (; stripes > 0; stripes--, *at += 32) {
        for (int k = 0; k < 4; k++) {
            lane[k] = absorb(lane[k], read64(*at + 8 * k));
        }
    }
    uint64_t hash = rotate(lane[0], 1) + rotate(lane[1], 7) + rotate(lane[2], 12) + rotate(lane[3], 18);
    for (int k = 0; k < 4; k++) {
        hash = merge(hash, lane[k]);
    }
    return hash;
}

static uint64_t hash_rest(uint64_t hash, const unsigned char *at, size_t size) {
    for (; size >= 8; at += 8, size -= 8) {
        hash = rotate(hash ^ absorb(0, read64(at)), 27) * prime_1 + prime_4;
    }
    if (size >= 4) {
        hash = rotate(hash ^ read32(at) * prime_1, 23) * prime_2 + prime_3;
        at += 4;
        size -= 4;
    }
    for (; size > 0; at++, size--) {
        hash = rotate(hash ^ *at * prime_5, 11) * prime_1;
    }
    return hash;
}

uint64_t sx_hash(const void *bytes, size_t size, uint64_t seed) {
    const unsigned char *at = bytes;
    uint64_t hash = size >= 32 ? hash_stripes(&at, size / 32, seed) : seed + prime_5;
    hash = hash_rest(hash + size, at, size % 32);
    hash = (hash ^ hash >> 33) * prime_2;
    hash = (hash ^ hash >> 29) * prime_3;
    return hash ^ hash >> 32;
}
