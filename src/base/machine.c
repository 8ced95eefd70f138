/* machine.c: the few things that differ between processors and systems, each a whole function. */
#include "base/machine.h"

#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#include <sys/mman.h>
#endif
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

size_t sx_machine_memory(void) {
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    size_t bytes;
    if (pages <= 0 || page <= 0 || __builtin_mul_overflow((size_t)pages, (size_t)page, &bytes)) {
        return SIZE_MAX;
    }
    return bytes;
}

static int cores_online(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}

#if defined(__linux__)

int sx_machine_cores(void) {
    cpu_set_t allowed;
    int count = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 0;
    return count > 0 ? count : cores_online();
}

void sx_machine_huge_pages(void *block, size_t bytes) { (void)madvise(block, bytes, MADV_HUGEPAGE); }

#else

int sx_machine_cores(void) { return cores_online(); }

void sx_machine_huge_pages(void *block, size_t bytes) {
    (void)block;
    (void)bytes;
}

#endif

#if defined(__x86_64__)

/* MXCSR: bit 15 flushes results to zero, bit 6 reads denormal inputs as zero. */
uint64_t sx_machine_flush_denormals(void) {
    unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | 0x8040u);
    return mode;
}

void sx_machine_restore_denormals(uint64_t mode) { _mm_setcsr((unsigned)mode); }

void sx_machine_pause(void) { _mm_pause(); }

#elif defined(__aarch64__)

/* FPCR: bit 24 flushes inputs and results to zero. */
uint64_t sx_machine_flush_denormals(void) {
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    __asm__ volatile("msr fpcr, %0" : : "r"(mode | ((uint64_t)1 << 24)));
    return mode;
}

void sx_machine_restore_denormals(uint64_t mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }

void sx_machine_pause(void) { __asm__ volatile("yield"); }

#else

uint64_t sx_machine_flush_denormals(void) { return 0; }

void sx_machine_restore_denormals(uint64_t mode) { (void)mode; }

void sx_machine_pause(void) {}

#endif
