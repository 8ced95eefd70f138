"""Numbers for tests/base/random_test.c: Philox4x32-10 written out in Python, and the inverse normal
distribution of Python's statistics module (Wichura's AS 241).

Run: python3 make.py > numbers.txt
Columns: seed purpose layer step item bits uniform normal
"""
from statistics import NormalDist

MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & MASK, (p0 >> 32) ^ c[3] ^ k[1], p0 & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def draw(seed, purpose, layer, step, item):
    key = (seed & MASK, (seed >> 32) ^ (purpose * 0x85EBCA6B & MASK))
    return philox((item & MASK, item >> 32, layer, step), key)


assert philox((0, 0, 0, 0), (0, 0)) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]

streams = [(0, 1, 0, 0), (1, 1, 0, 0), (1, 3, 0, 0), (1, 3, 2, 0), (1, 3, 2, 77), (2**63 + 5, 9, 1, 1)]
for stream in streams:
    for item in (0, 1, 2, 3, 1000, 2**32, 2**32 + 1):
        block = draw(*stream, item)
        word = block[1] << 32 | block[0]
        normal = NormalDist().inv_cdf(((word >> 12) + 0.5) * 2.0**-52)
        print(*stream, item, block[0], repr((word >> 11) * 2.0**-53), repr(normal))
