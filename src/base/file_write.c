/* file_write.c: writing a file beside its place and putting it there in one step.
 *
 * Order: write, fsync the file, rename it over the old one, fsync the folder. A crash at any point leaves the
 * old file or the new one. */
#include "base/file.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_SIZE = 1 << 16, NAME_TRIES = 100 };

struct sx_file_writer {
    char *path, *temporary;
    int descriptor; /* -1 once closed */
    size_t buffered;
    unsigned char buffer[BUFFER_SIZE];
};

/* 0: nothing fails; 1: every step fails; more: so many minus one still succeed. */
static atomic_size_t fail_countdown;

void sx_file_fail_from(size_t n) { atomic_store(&fail_countdown, n); }

/* Asked before each step that reaches the disk: write, fsync, rename. */
static bool disk_is_full(void) {
    size_t left = atomic_load(&fail_countdown);
    if (left > 1) {
        atomic_store(&fail_countdown, left - 1);
    }
    if (left == 1) {
        errno = ENOSPC;
    }
    return left == 1;
}

static bool write_all(int descriptor, const unsigned char *bytes, size_t size) {
    while (size > 0) {
        ssize_t done = disk_is_full() ? -1 : write(descriptor, bytes, size);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done < 0) {
            return false;
        }
        bytes += done;
        size -= (size_t)done;
    }
    return true;
}

/* Where the bytes shall end up: a link keeps pointing where it points, its target is replaced. */
static sx_status find_place(const char *path, char **place, sx_error *err) {
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        return sx_fail(err, SX_E_FILE, "cannot write %s: there is a %s of that name", path,
                       S_ISDIR(about.st_mode) ? "folder" : "device or pipe");
    }
    char *resolved = realpath(path, NULL);
    *place = sx_copy_text(resolved ? resolved : path);
    free(resolved);
    return *place ? SX_OK : sx_fail_memory(err, strlen(path) + 1);
}

/* A new file beside its place, with the permissions the user's umask gives. */
static sx_status create_temporary(sx_file_writer *writer, sx_error *err) {
    static atomic_uint serial;
    size_t capacity = strlen(writer->path) + 48;
    writer->temporary = sx_alloc(capacity, 1);
    if (!writer->temporary) {
        return sx_fail_memory(err, capacity);
    }
    for (int attempt = 0; attempt < NAME_TRIES && writer->descriptor < 0; attempt++) {
        snprintf(writer->temporary, capacity, "%s.%ld-%u.tmp", writer->path, (long)getpid(),
                 atomic_fetch_add(&serial, 1));
        writer->descriptor = open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (writer->descriptor < 0 && errno != EEXIST) {
            break;
        }
    }
    return writer->descriptor < 0 ? sx_fail_errno(err, "write", writer->path) : SX_OK;
}

static void free_writer(sx_file_writer *writer) {
    if (writer->descriptor >= 0) {
        close(writer->descriptor);
    }
    sx_free(writer->temporary);
    sx_free(writer->path);
    sx_free(writer);
}

sx_status sx_file_writer_open(const char *path, sx_file_writer **out, sx_error *err) {
    sx_file_writer *writer = sx_alloc(1, sizeof *writer);
    if (!writer) {
        return sx_fail_memory(err, sizeof *writer);
    }
    writer->descriptor = -1;
    sx_status status = find_place(path, &writer->path, err);
    if (!status) {
        status = create_temporary(writer, err);
    }
    if (status) {
        free_writer(writer);
        return status;
    }
    *out = writer;
    return SX_OK;
}

const char *sx_file_writer_path(const sx_file_writer *writer) { return writer->temporary; }

static bool flush(sx_file_writer *writer) {
    size_t size = writer->buffered;
    writer->buffered = 0;
    return write_all(writer->descriptor, writer->buffer, size);
}

sx_status sx_file_writer_append(sx_file_writer *writer, const void *bytes, size_t size, sx_error *err) {
    if (size > BUFFER_SIZE - writer->buffered && !flush(writer)) {
        return sx_fail_errno(err, "write", writer->path);
    }
    if (size > BUFFER_SIZE) {
        return write_all(writer->descriptor, bytes, size) ? SX_OK : sx_fail_errno(err, "write", writer->path);
    }
    if (size > 0) {
        memcpy(writer->buffer + writer->buffered, bytes, size);
    }
    writer->buffered += size;
    return SX_OK;
}

static bool sync_path(const char *path, int flags) {
    int descriptor = open(path, flags | O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    bool good = !disk_is_full() && fsync(descriptor) == 0;
    int reason = errno;
    close(descriptor);
    errno = reason;
    return good;
}

/* The rename itself is on disk only when the folder is. Some file systems cannot sync one: nothing to do. */
static bool sync_folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    char *folder = sx_alloc(length + 2, 1);
    if (!folder) {
        errno = ENOMEM;
        return false;
    }
    memcpy(folder, slash ? path : ".", length ? length : 1); /* "/x" keeps its slash */
    bool good = sync_path(folder, O_DIRECTORY) || errno == EINVAL || errno == EACCES;
    int reason = errno;
    sx_free(folder);
    errno = reason;
    return good;
}

static bool close_descriptor(sx_file_writer *writer) {
    int descriptor = writer->descriptor;
    writer->descriptor = -1;
    return close(descriptor) == 0;
}

/* The file is opened anew to be synced: a library that was given the name may have replaced it. */
static bool put_in_place(sx_file_writer *writer) {
    return flush(writer) && close_descriptor(writer) && sync_path(writer->temporary, 0) && !disk_is_full() &&
           rename(writer->temporary, writer->path) == 0;
}

sx_status sx_file_writer_commit(sx_file_writer *writer, sx_error *err) {
    sx_status status = SX_OK;
    if (!put_in_place(writer)) {
        status = sx_fail_errno(err, "write", writer->path);
        (void)unlink(writer->temporary);
    } else if (!sync_folder_of(writer->path)) {
        status = sx_fail_errno(err, "sync the folder of", writer->path);
    }
    free_writer(writer);
    return status;
}

void sx_file_writer_discard(sx_file_writer *writer) {
    if (writer) {
        (void)unlink(writer->temporary);
        free_writer(writer);
    }
}

sx_status sx_file_write(const char *path, const void *bytes, size_t size, sx_error *err) {
    sx_file_writer *writer = NULL;
    sx_status status = sx_file_writer_open(path, &writer, err);
    if (status) {
        return status;
    }
    status = sx_file_writer_append(writer, bytes, size, err);
    if (status) {
        sx_file_writer_discard(writer);
        return status;
    }
    return sx_file_writer_commit(writer, err);
}

sx_status sx_file_remove(const char *path, sx_error *err) {
    return unlink(path) == 0 || errno == ENOENT ? SX_OK : sx_fail_errno(err, "remove", path);
}

void sx_folder_remove_empty(const char *path) { (void)rmdir(path); }
