/* file_read.c: reading whole files, looking at what is there, and the clock. */
#include "base/file.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Refuses what is not a regular file before it is opened: opening a FIFO waits for its other end. */
static sx_status open_regular(const char *path, int *descriptor, size_t *size, sx_error *err) {
    struct stat about;
    if (stat(path, &about) != 0) {
        return sx_fail_errno(err, "open", path);
    }
    if (S_ISDIR(about.st_mode)) {
        return sx_fail(err, SX_E_FILE, "cannot read %s: it is a folder, not a file", path);
    }
    if (!S_ISREG(about.st_mode)) {
        return sx_fail(err, SX_E_FILE, "cannot read %s: it is not a regular file", path);
    }
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0) {
        return sx_fail_errno(err, "open", path);
    }
    if (fstat(opened, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(opened);
        return sx_fail(err, SX_E_FILE, "cannot read %s: it was replaced while being opened", path);
    }
    *descriptor = opened;
    *size = (size_t)about.st_size;
    return SX_OK;
}

static sx_status read_all(int descriptor, const char *path, unsigned char *bytes, size_t size,
                          sx_error *err) {
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(descriptor, bytes + done, size - done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return sx_fail_errno(err, "read", path);
        }
        if (got == 0) {
            return sx_fail(err, SX_E_FILE, "cannot read %s: it ended after %zu of %zu bytes", path, done,
                           size);
        }
        done += (size_t)got;
    }
    return SX_OK;
}

static sx_status read_opened(int descriptor, const char *path, size_t expected, size_t limit,
                             unsigned char **bytes, sx_error *err) {
    if (limit && expected > limit) {
        return sx_fail(err, SX_E_FORMAT, "%s has %zu bytes, at most %zu are expected of such a file", path,
                       expected, limit);
    }
    unsigned char *block = sx_alloc(expected + 1, 1);
    if (!block) {
        return sx_fail(err, SX_E_MEMORY, "out of memory: cannot hold the %zu bytes of %s", expected, path);
    }
    sx_status status = read_all(descriptor, path, block, expected, err);
    if (status) {
        sx_free(block);
        return status;
    }
    *bytes = block;
    return SX_OK;
}

sx_status sx_file_read(const char *path, size_t limit, unsigned char **bytes, size_t *size, sx_error *err) {
    int descriptor = -1;
    size_t expected = 0;
    sx_status status = open_regular(path, &descriptor, &expected, err);
    if (status) {
        return status;
    }
    status = read_opened(descriptor, path, expected, limit, bytes, err);
    close(descriptor);
    if (!status) {
        *size = expected;
    }
    return status;
}

/* --- in pieces -------------------------------------------------------------------------------------- */

struct sx_file_reader {
    char *path;
    int descriptor;
    size_t size;
};

sx_status sx_file_reader_open(const char *path, sx_file_reader **out, sx_error *err) {
    sx_file_reader *reader = sx_alloc(1, sizeof *reader);
    char *copy = sx_copy_text(path);
    if (!reader || !copy) {
        sx_free(reader);
        sx_free(copy);
        return sx_fail_memory(err, sizeof *reader + strlen(path));
    }
    reader->path = copy;
    sx_status status = open_regular(path, &reader->descriptor, &reader->size, err);
    if (status) {
        sx_free(copy);
        sx_free(reader);
        return status;
    }
    *out = reader;
    return SX_OK;
}

size_t sx_file_reader_size(const sx_file_reader *reader) { return reader->size; }

sx_status sx_file_reader_take(sx_file_reader *reader, void *bytes, size_t size, sx_error *err) {
    return read_all(reader->descriptor, reader->path, bytes, size, err);
}

void sx_file_reader_close(sx_file_reader *reader) {
    if (!reader) {
        return;
    }
    close(reader->descriptor);
    sx_free(reader->path);
    sx_free(reader);
}

sx_status sx_file_hash(const char *path, uint64_t *hash, sx_error *err) {
    enum { PIECE = 1 << 18 };
    sx_file_reader *reader = NULL;
    sx_status status = sx_file_reader_open(path, &reader, err);
    if (status) {
        return status;
    }
    size_t left = reader->size, most = left < PIECE ? left : PIECE;
    unsigned char *piece = sx_alloc(most, 1);
    status = piece ? SX_OK : sx_fail_memory(err, most);
    uint64_t sum = left;
    while (!status && left > 0) {
        size_t size = left < PIECE ? left : PIECE;
        status = sx_file_reader_take(reader, piece, size, err);
        sum = sx_hash(piece, size, sum);
        left -= size;
    }
    sx_free(piece);
    sx_file_reader_close(reader);
    if (!status) {
        *hash = sum;
    }
    return status;
}

/* --- what is there, and when ------------------------------------------------------------------------ */

int64_t sx_file_time(const char *path) {
    struct stat about;
    if (stat(path, &about) != 0) {
        return INT64_MIN;
    }
    return (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec;
}

void sx_file_mark_used(const char *path) {
    const struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    int ignored = utimensat(AT_FDCWD, path, now, 0);
    (void)ignored;
}

sx_file_kind sx_file_look(const char *path, uint64_t *size) {
    struct stat about;
    if (stat(path, &about) != 0) {
        return SX_FILE_NONE;
    }
    if (size) {
        *size = (uint64_t)about.st_size;
    }
    if (S_ISREG(about.st_mode)) {
        return SX_FILE_REGULAR;
    }
    return S_ISDIR(about.st_mode) ? SX_FILE_FOLDER : SX_FILE_OTHER;
}

double sx_clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* A signal may end it early: whoever waits for something looks again anyway. */
void sx_clock_wait(double seconds) {
    const struct timespec pause = {.tv_sec = (time_t)seconds,
                                   .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&pause, NULL);
}
