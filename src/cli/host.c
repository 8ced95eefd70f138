/* host.c: the only file of the tool that allocates, opens files or hears signals. */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 20 };

void *cli_alloc(size_t count, size_t size) {
    void *block = calloc(count ? count : 1, size ? size : 1);
    if (!block) {
        fprintf(stderr, "sonaxis: error: out of memory\n");
        exit(1);
    }
    return block;
}

char *cli_text(const char *format, ...) {
    va_list values, again;
    va_start(values, format);
    va_copy(again, values);
    int length = vsnprintf(NULL, 0, format, values);
    char *text = cli_alloc((size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(values);
    return text;
}

static sx_status file_error(sx_error *err, const char *verb, const char *path) {
    err->status = SX_E_FILE;
    snprintf(err->text, sizeof err->text, "cannot %s %.300s: %s", verb, path, strerror(errno));
    return SX_E_FILE;
}

sx_status cli_read_file(const char *path, char **text, sx_error *err) {
    FILE *file = cli_is_folder(path) ? NULL : fopen(path, "rb");
    if (!file) {
        if (cli_is_folder(path)) errno = EISDIR;
        return file_error(err, "read", path);
    }
    char *bytes = cli_alloc(MOST_BYTES + 1, 1);
    size_t count = fread(bytes, 1, MOST_BYTES, file);
    bool bad = ferror(file) || fgetc(file) != EOF;
    fclose(file);
    if (bad) {
        free(bytes);
        errno = EFBIG;
        return file_error(err, "read", path);
    }
    bytes[count] = '\0';
    *text = bytes;
    return SX_OK;
}

static bool write_all(FILE *file, const char *text) {
    size_t length = strlen(text);
    return fwrite(text, 1, length, file) == length && fflush(file) == 0 && fsync(fileno(file)) == 0;
}

sx_status cli_write_file(const char *path, const char *text, sx_error *err) {
    char *beside = cli_text("%s.%ld.part", path, (long)getpid()); /* others may write the same file */
    FILE *file = fopen(beside, "wb");
    bool good = file && write_all(file, text);
    if (file && fclose(file) != 0) good = false;
    if (good) good = rename(beside, path) == 0;
    sx_status status = good ? SX_OK : file_error(err, "write", path);
    if (!good) remove(beside);
    free(beside);
    return status;
}

sx_status cli_make_folder(const char *path, sx_error *err) {
    char *part = cli_text("%s", path);
    for (char *slash = part + 1; *slash; slash++) {
        if (*slash != '/') continue;
        *slash = '\0';
        mkdir(part, 0777);
        *slash = '/';
    }
    bool good = mkdir(part, 0777) == 0;
    int reason = errno;
    if (!good) good = cli_is_folder(part);
    errno = reason; /* looking has changed it */
    sx_status status = good ? SX_OK : file_error(err, "create folder", path);
    free(part);
    return status;
}

static mode_t kind_of(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 ? found.st_mode & S_IFMT : 0;
}

bool cli_is_folder(const char *path) { return kind_of(path) == S_IFDIR; }
void cli_remove_file(const char *path) { (void)unlink(path); }

sx_status cli_temporary_folder(char **path, sx_error *err) {
    const char *place = getenv("TMPDIR");
    char *made = cli_text("%s/sonaxis-XXXXXX", place && *place ? place : "/tmp");
    if (!mkdtemp(made)) {
        sx_status status = file_error(err, "create the temporary folder", made);
        free(made);
        return status;
    }
    *path = made;
    return SX_OK;
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *where) {
    (void)found, (void)kind, (void)where;
    (void)remove(path);
    return 0;
}

void cli_remove_folder(const char *path) { (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

const char *cli_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool cli_is_terminal(FILE *stream) { return isatty(fileno(stream)) == 1; }

/* The handler may only touch this and call write and _exit. */
static volatile sig_atomic_t stop_count;

static void on_signal(int number) {
    static const char first[] =
        "\nsonaxis: stopping and saving what is finished; press Ctrl-C again to quit at once\n";
    (void)number;
    if (stop_count) _exit(130);
    stop_count = 1;
    ssize_t written = write(STDERR_FILENO, first, sizeof first - 1);
    (void)written;
}

void cli_catch_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool cli_stopped(void *unused) {
    (void)unused;
    return stop_count != 0;
}
