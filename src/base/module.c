/* module.c: the library's side of module.h: finds a module's file and asks it for its calls. */
#include "base/module.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = PATH_MAX + 64 };

static const sx_module_host host = {SX_VERSION, sx_alloc, sx_resize, sx_free};

/* The path of a module in the folder of `file`; false where that has none or the name is too long. */
static bool path_beside(const char *file, const char *name, char path[PATH_BYTES]) {
    const char *slash = strrchr(file, '/');
    if (slash == NULL || slash - file >= PATH_MAX - 1) return false;
    sx_print(path, PATH_BYTES, "%.*s/sonaxis-modules/%s.so", (int)(slash - file), file, name);
    return true;
}

/* The system knows a library by the path it was loaded from, but a program only by what it was called as. */
static bool find(const char *name, char path[PATH_BYTES]) {
    char program[PATH_MAX] = "", other[PATH_BYTES];
    Dl_info here = {0};
    bool known =
        dladdr(&host, &here) != 0 && here.dli_fname != NULL && path_beside(here.dli_fname, name, path);
    if (known && sx_file_look(path, NULL) == SX_FILE_REGULAR) return true;
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length > 0 && path_beside(program, name, other) &&
        (!known || sx_file_look(other, NULL) == SX_FILE_REGULAR)) {
        memcpy(path, other, sizeof other);
        return true;
    }
    return known;
}

static sx_status fail(const sx_module *module, const char *path, const char *why, sx_error *err) {
    return sx_fail(
        err, SX_E_UNSUPPORTED,
        "%s needs sonaxis's module %s, which cannot be loaded: %s: %s; install sonaxis again, whole",
        module->what, module->name, path, why);
}

static sx_status load(sx_module *module, const char *path, sx_error *err) {
    if (sx_file_look(path, NULL) != SX_FILE_REGULAR) return fail(module, path, "there is no such file", err);
    void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) return fail(module, path, dlerror(), err);
    /* POSIX lets a pointer to an object become one to a function; C11 has no word for it. */
    union {
        void *found;
        sx_module_entry *enter;
    } entry = {.found = dlsym(library, SX_MODULE_ENTRY)};
    const void *calls = entry.found != NULL ? entry.enter(&host) : NULL;
    if (calls == NULL) {
        dlclose(library);
        return fail(module, path, "it is of another version than " SX_VERSION, err);
    }
    atomic_store(&module->calls, calls);
    return SX_OK;
}

sx_status sx_module_load(sx_module *module, sx_error *err) {
    char path[PATH_BYTES] = "";
    if (atomic_load(&module->calls) != NULL) return SX_OK;
    if (!find(module->name, path)) return fail(module, "sonaxis-modules", "the folder cannot be found", err);
    return load(module, path, err);
}
