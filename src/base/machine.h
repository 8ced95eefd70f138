/* machine.h: what base asks the processor and the system for; private to base. */
#ifndef BASE_MACHINE_H
#define BASE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

size_t sx_machine_memory(void); /* bytes of physical memory; SIZE_MAX where the system does not say */
int sx_machine_cores(void);     /* cores this process may use, at least 1 */

/* Asks for huge pages behind a block; a wish, never an error. */
void sx_machine_huge_pages(void *block, size_t bytes);

/* Denormal numbers count as zero on this thread until the returned mode is given back: they cost a hundred
 * times a normal number and mean nothing in a net. */
uint64_t sx_machine_flush_denormals(void);
void sx_machine_restore_denormals(uint64_t mode);
/* A hint to the core that this thread waits for another. */
void sx_machine_pause(void);

/* A child of this process that reads strangers' files gives up what it does not need: every descriptor but
 * `keep` and 2, new ones, more memory and processor time than said, and nearly all calls of the system. */
void sx_machine_confine(int keep, size_t memory_bytes, int cpu_s);

/* True where a test wants this allocation to fail, or where the machine can never hold it. */
bool sx_memory_refused(size_t bytes);

#endif
