/* file_lock.c: see file_lock.h. Locks belong to the open file, not to the process, so that two users of one
 * process see each other and closing one takes nothing from the other. */
#include "base/file_lock.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct sx_file_lock {
    char *path;
    int descriptor;
};

void sx_file_lock_close(sx_file_lock *lock) {
    if (!lock) return;
    if (lock->descriptor >= 0) close(lock->descriptor);
    sx_free(lock->path);
    sx_free(lock);
}

sx_status sx_file_lock_open(const char *path, sx_file_lock **out, sx_error *err) {
    sx_file_lock *lock = sx_alloc(1, sizeof *lock);
    if (!lock) return sx_fail_memory(err, sizeof *lock);
    lock->descriptor = -1;
    sx_status status = SX_OK;
    lock->path = sx_copy_text(path);
    if (!lock->path) status = sx_fail_memory(err, strlen(path) + 1);
    if (status == SX_OK) {
        lock->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
        if (lock->descriptor < 0) status = sx_fail_errno(err, "open", path);
    }
    if (status != SX_OK) {
        sx_file_lock_close(lock);
        return status;
    }
    *out = lock;
    return SX_OK;
}

static struct flock byte_at(int64_t number) {
    return (struct flock){
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)number, .l_len = 1, .l_pid = 0};
}

sx_status sx_file_lock_take(sx_file_lock *lock, int64_t number, bool *held, sx_error *err) {
    struct flock byte = byte_at(number);
    bool taken = fcntl(lock->descriptor, F_OFD_SETLK, &byte) == 0;
    if (!taken && errno != EAGAIN && errno != EACCES) return sx_fail_errno(err, "lock", lock->path);
    *held = taken;
    return SX_OK;
}

sx_status sx_file_lock_look(sx_file_lock *lock, int64_t number, bool *taken, sx_error *err) {
    struct flock byte = byte_at(number);
    if (fcntl(lock->descriptor, F_OFD_GETLK, &byte) != 0) return sx_fail_errno(err, "lock", lock->path);
    *taken = byte.l_type != F_UNLCK;
    return SX_OK;
}
