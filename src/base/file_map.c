/* file_map.c: a file as memory. */
#include "base/file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

sx_status sx_file_map_open(const char *path, sx_file_map *out, sx_error *err) {
    /* Opening a FIFO would wait for its other end. */
    if (sx_file_look(path, NULL) != SX_FILE_REGULAR)
        return sx_fail(err, SX_E_FILE, "cannot read %s: it is not a regular file", path);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return sx_fail_errno(err, "open", path);
    struct stat about;
    sx_status status = SX_OK;
    void *bytes = MAP_FAILED;
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size == 0)
        status =
            sx_fail(err, SX_E_FILE, "cannot read %s: it is empty, or was replaced while being opened", path);
    else
        bytes = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (!status && bytes == MAP_FAILED) status = sx_fail_errno(err, "map", path);
    /* Only now, for a private map that may be written to is filled with copies. */
    if (!status && mprotect(bytes, (size_t)about.st_size, PROT_READ | PROT_WRITE) != 0) {
        status = sx_fail_errno(err, "map", path);
        munmap(bytes, (size_t)about.st_size);
    }
    close(descriptor);
    if (!status) *out = (sx_file_map){bytes, (size_t)about.st_size};
    return status;
}

void sx_file_map_close(sx_file_map *map) {
    if (map->bytes) munmap(map->bytes, map->size);
    *map = (sx_file_map){0};
}
