/* file_lock.h: a sign of life that other processes can see and that the system takes down when its process
 * dies, however it dies: locks on single bytes of a file that holds nothing else. */
#ifndef BASE_FILE_LOCK_H
#define BASE_FILE_LOCK_H

#include "sonaxis/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct sx_file_lock sx_file_lock;

/* Opens the file, which is made where there is none; holds nothing yet. */
SX_MUST_USE sx_status sx_file_lock_open(const char *path, sx_file_lock **out, sx_error *err);
void sx_file_lock_close(sx_file_lock *lock); /* lets go of everything; NULL is fine */
/* Takes one byte without waiting; *held is false where someone else (another process, or another lock of this
 * one) has it. */
SX_MUST_USE sx_status sx_file_lock_take(sx_file_lock *lock, int64_t number, bool *held, sx_error *err);
/* True where someone else has the byte. */
SX_MUST_USE sx_status sx_file_lock_look(sx_file_lock *lock, int64_t number, bool *taken, sx_error *err);

#endif
