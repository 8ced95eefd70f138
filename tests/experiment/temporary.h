/* temporary.h: a folder of its own for a test, removed with everything in it. Include after cmocka.h. */
#ifndef TESTS_EXPERIMENT_TEMPORARY_H
#define TESTS_EXPERIMENT_TEMPORARY_H

#include "base/file.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEMPORARY_PATH = 256 };

static inline void temporary_folder(char path[TEMPORARY_PATH]) {
    const char *base = getenv("TMPDIR");
    snprintf(path, TEMPORARY_PATH, "%s/sonaxis-test-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(path));
}

/* With everything in it. */
static inline void temporary_remove(const char *path) {
    char **names = NULL;
    size_t count = 0;
    if (sx_folder_list(path, &names, &count, NULL) == SX_OK) {
        for (size_t i = 0; i < count; i++) {
            char *inner = sx_path_join(path, names[i]);
            if (inner && sx_file_look(inner, NULL) == SX_FILE_FOLDER) temporary_remove(inner);
            if (inner) remove(inner);
            sx_free(inner);
        }
        sx_names_free(names, count);
    }
    rmdir(path);
}

#endif
