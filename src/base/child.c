/* child.c: see child.h. Over the pipe go a head (status, text of the error, size) and the answer. */
#include "base/child.h"

#include "base/error.h"
#include "base/file.h"
#include "base/machine.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE_BYTES = 1 << 18 };

typedef struct head {
    uint64_t size;
    uint32_t status;
    char text[sizeof((sx_error *)0)->text];
} head;

/* --- the child -------------------------------------------------------------------------------------- */

static bool write_all(int descriptor, const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    while (size > 0) {
        ssize_t done = write(descriptor, at, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        at += done;
        size -= (size_t)done;
    }
    return true;
}

static void be_child(int out, sx_child_work work, void *context, const sx_child_limits *limits) {
    unsigned char *answer = NULL;
    size_t size = 0;
    sx_error err = {0};
    head first = {0};
    sx_machine_confine(out, limits->memory_bytes, limits->cpu_s);
    sx_status status = work(context, &answer, &size, &err);
    first.status = (uint32_t)status;
    first.size = status == SX_OK ? size : 0;
    memcpy(first.text, err.text, sizeof first.text);
    bool sent = write_all(out, &first, sizeof first) && write_all(out, answer, (size_t)first.size);
    _exit(sent ? 0 : 1);
}

/* --- the parent ------------------------------------------------------------------------------------- */

typedef struct listening {
    int descriptor;
    pid_t child;
    double until_s;
    const char *what;
    const sx_child_limits *limits;
} listening;

typedef enum reading { READ_ALL, READ_END, READ_LATE, READ_FAILED } reading;

/* Waits for up to `size` bytes, to the time that is given. */
static reading take(const listening *from, void *bytes, size_t size) {
    unsigned char *at = bytes;
    while (size > 0) {
        double left_s = from->until_s - sx_clock_seconds();
        struct pollfd wait = {.fd = from->descriptor, .events = POLLIN};
        int ready = left_s > 0 ? poll(&wait, 1, (int)(left_s * 1000) + 1) : 0;
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return ready < 0 ? READ_FAILED : READ_LATE;
        ssize_t got = read(from->descriptor, at, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return got < 0 ? READ_FAILED : READ_END;
        at += got;
        size -= (size_t)got;
    }
    return READ_ALL;
}

static sx_status fail_ending(const listening *from, int ending, sx_error *err) {
    int number = WIFSIGNALED(ending) ? WTERMSIG(ending) : 0;
    if (number == SIGXCPU || number == SIGKILL)
        return sx_fail(
            err, SX_E_FORMAT,
            "%s: reading it took more than %d s of processor time, or more memory than there is, so it "
            "was stopped",
            from->what, from->limits->cpu_s);
    return sx_fail(err, SX_E_FORMAT,
                   "%s: reading it ended the process that reads it (signal %d), so the file is damaged or "
                   "hostile; nothing else happened",
                   from->what, number);
}

/* Ends the child and says what became of it. */
static sx_status fail_reading(const listening *from, reading how, sx_error *err) {
    int ending = 0;
    if (how == READ_LATE) kill(from->child, SIGKILL);
    while (waitpid(from->child, &ending, 0) < 0 && errno == EINTR)
        continue;
    if (how == READ_LATE)
        return sx_fail(err, SX_E_FORMAT, "%s: reading it took more than %d s, so it was stopped", from->what,
                       from->limits->wall_s);
    return fail_ending(from, ending, err);
}

/* The block grows with what comes, not by what was promised. */
static sx_status take_answer(const listening *from, size_t size, unsigned char **out, sx_error *err) {
    unsigned char *block = NULL;
    size_t length = 0;
    do {
        size_t piece = size - length < PIECE_BYTES + length ? size - length : PIECE_BYTES + length;
        unsigned char *larger = sx_resize(block, length + piece + 1, 1);
        reading how = larger != NULL ? take(from, larger + length, piece) : READ_LATE;
        if (larger != NULL) block = larger;
        if (how != READ_ALL) {
            sx_status status = fail_reading(from, how, err);
            sx_free(block);
            return larger != NULL ? status : sx_fail_memory(err, length + piece);
        }
        length += piece;
    } while (length < size);
    block[size] = 0;
    *out = block;
    return SX_OK;
}

/* Whether a code and text may be what the child says it is. */
static sx_status pass_on(const listening *from, head *first, sx_error *err) {
    first->text[sizeof first->text - 1] = 0;
    sx_status status = first->status < SX_E_UNSUPPORTED + 1u ? (sx_status)first->status : SX_E_FORMAT;
    if (status == SX_E_MEMORY)
        return sx_fail(err, SX_E_MEMORY, "%s: reading it takes more than the %zu MiB that are allowed",
                       from->what, from->limits->memory_bytes >> 20);
    return sx_fail(err, status, "%s", first->text);
}

static sx_status listen(const listening *from, unsigned char **answer, size_t *size, sx_error *err) {
    head first;
    reading how = take(from, &first, sizeof first);
    if (how != READ_ALL) return fail_reading(from, how, err);
    sx_status status = SX_OK;
    if (first.status != SX_OK) {
        status = pass_on(from, &first, err);
    } else if (first.size > from->limits->answer_bytes) {
        status = sx_fail(err, SX_E_FORMAT, "%s: it holds %llu bytes; at most %zu are expected", from->what,
                         (unsigned long long)first.size, from->limits->answer_bytes);
    } else {
        status = take_answer(from, (size_t)first.size, answer, err);
        if (status != SX_OK) return status;
        *size = (size_t)first.size;
    }
    kill(from->child, SIGKILL); /* it has said all it had to say */
    while (waitpid(from->child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

sx_status sx_child_run(sx_child_work work, void *context, const sx_child_limits *limits, const char *what,
                       unsigned char **answer, size_t *size, sx_error *err) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return sx_fail_errno(err, "make a pipe for", what);
    pid_t child = fork();
    if (child == 0) be_child(ends[1], work, context, limits);
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return sx_fail_errno(err, "start a process to read", what);
    }
    const listening from = {ends[0], child, sx_clock_seconds() + limits->wall_s, what, limits};
    sx_status status = listen(&from, answer, size, err);
    close(ends[0]);
    return status;
}
