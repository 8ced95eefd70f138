/* module.h: parts of sonaxis that lie in files of their own and are loaded when they are first asked for.
 *
 * HDF5 and libzip bring some forty libraries into a process, and few commands read what they read: loading
 * them at every start cost more than all the rest of a short command. So the files that name them become
 * modules, `sonaxis-modules/<name>.so` beside the library (or beside the program where the library is linked
 * statically). A module is linked by the linker as ever, has its own copy of what it uses of base/ (which
 * keeps no state but memory's switch, so its memory comes from the library), and hands over one table of
 * calls. */
#ifndef BASE_MODULE_H
#define BASE_MODULE_H

#include "sonaxis/status.h"

#include <stdatomic.h>
#include <stddef.h>

/* --- in the library --------------------------------------------------------------------------------- */

typedef struct sx_module {
    const char *name;            /* of the file, without ".so" */
    const char *what;            /* what cannot be read without it: begins the sentence of an error */
    _Atomic(const void *) calls; /* NULL until it is loaded */
} sx_module;

/* Loads it unless it is there; any thread at any time. SX_E_UNSUPPORTED names the file that is missing,
 * cannot be loaded or is of another version. It stays until the process ends. Not from a confined child
 * (base/child.h), which can open no file: load before it is made. */
SX_MUST_USE sx_status sx_module_load(sx_module *module, sx_error *err);

/* --- in a module ------------------------------------------------------------------------------------ */

typedef struct sx_module_host {
    const char *version; /* of sonaxis: tables of two versions need not agree */
    void *(*alloc)(size_t count, size_t size);
    void *(*resize)(void *block, size_t count, size_t size);
    void (*free)(void *block);
} sx_module_host;

typedef const void *sx_module_entry(const sx_module_host *host);
#define SX_MODULE_ENTRY "sx_module_enter"

/* The one name a module exports. NULL for a host of another version. */
__attribute__((visibility("default"))) sx_module_entry sx_module_enter;

/* The table that sx_module_enter gives. */
extern const void *const sx_module_calls;

#endif
