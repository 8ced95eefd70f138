/* study_files.c: what lies in the folder of a study: joining it with another's, and removing it. */
#include "sonaxis/study.h"

#include "experiment/store.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <string.h>

/* --- what sonaxis made -----------------------------------------------------------------------------------
 */

static bool ends_with(const char *name, const char *end) {
    size_t length = strlen(name), wanted = strlen(end);
    return length >= wanted && strcmp(name + length - wanted, end) == 0;
}

static bool begins_with(const char *name, const char *begin) {
    return strncmp(name, begin, strlen(begin)) == 0;
}

static bool is_ours(const char *name) {
    static const char *const made[] = {
        "study.sqlite", "study.sqlite-wal", "study.sqlite-shm", "study.lock", "compare.json",
        "options.txt",  "frontend.json",    "report.html",      "report.md",  "study.sqlite-journal"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        if (strcmp(name, made[i]) == 0) return true;
    return begins_with(name, "run-") && ends_with(name, ".checkpoint");
}

/* channels-fold1-rep2.sxm and the like */
static bool is_our_model(const char *name) {
    static const char *const axes[] = {"channels-fold", "frequency-fold", "time-fold"};
    for (size_t i = 0; i < sizeof axes / sizeof axes[0]; i++)
        if (begins_with(name, axes[i])) return ends_with(name, ".sxm") && strstr(name, "-rep");
    return false;
}

static bool is_our_json(const char *name) {
    static const char *const axes[] = {"channels-fold", "frequency-fold", "time-fold"};
    for (size_t i = 0; i < sizeof axes / sizeof axes[0]; i++)
        if (begins_with(name, axes[i])) return ends_with(name, ".json") || ends_with(name, ".checkpoint");
    return false;
}

static bool is_our_table(const char *name) { return ends_with(name, ".csv") || ends_with(name, ".tex"); }

/* Folders of a study, and what in them is ours. */
typedef struct sub_folder {
    const char *name;
    bool (*is_ours)(const char *name);
    bool travels; /* belongs to runs, and goes with them when studies are joined */
} sub_folder;

static const sub_folder SUB_FOLDERS[] = {{"models", is_our_model, true},
                                         {"lags", is_our_json, true},
                                         {"settled", is_our_json, true},
                                         {"tuning", is_our_json, true},
                                         {"tables", is_our_table, false}};
enum { SUB_FOLDER_COUNT = sizeof SUB_FOLDERS / sizeof *SUB_FOLDERS };

typedef struct name_list {
    char **names;
    size_t count, room;
} name_list;

static sx_status add_name(name_list *list, const char *folder, const char *name, sx_error *err) {
    char *copy = folder ? sx_path_join(folder, name) : sx_copy_text(name);
    if (!copy || list->count == list->room) {
        sx_free(copy);
        return sx_fail(err, SX_E_MEMORY, "out of memory for the names of files");
    }
    list->names[list->count++] = copy;
    return SX_OK;
}

static sx_status make_room(name_list *list, size_t more, sx_error *err) {
    char **names = sx_resize(list->names, list->count + more + 1, sizeof *names);
    if (!names) return sx_fail_memory(err, (list->count + more) * sizeof *names);
    list->names = names;
    list->room = list->count + more + 1;
    return SX_OK;
}

static sx_status list_ours(const char *folder, const char *within, bool (*ours)(const char *name),
                           name_list *list, sx_error *err) {
    char **names = NULL;
    size_t count = 0;
    sx_status status = sx_folder_list(folder, &names, &count, err);
    if (status == SX_OK) status = make_room(list, count, err);
    for (size_t i = 0; status == SX_OK && i < count; i++)
        if (ours(names[i])) status = add_name(list, within, names[i], err);
    sx_names_free(names, count);
    return status;
}

static sx_status list_sub_folder(const char *folder, const sub_folder *sub, name_list *list, sx_error *err) {
    char *path = sx_path_join(folder, sub->name);
    sx_status status = path ? SX_OK : sx_fail_memory(err, strlen(folder) + 16);
    if (status == SX_OK && sx_file_look(path, NULL) == SX_FILE_FOLDER)
        status = list_ours(path, sub->name, sub->is_ours, list, err);
    sx_free(path);
    return status;
}

sx_status sx_study_files(const char *folder, char ***files, size_t *count, sx_error *err) {
    name_list list = {0};
    char *study = sx_path_join(folder, "study.sqlite");
    sx_status status = SX_OK;
    if (!study) status = sx_fail_memory(err, strlen(folder) + sizeof "/study.sqlite");
    if (status == SX_OK && sx_file_look(study, NULL) != SX_FILE_REGULAR)
        status = sx_fail(err, SX_E_FILE, "%s holds no study: there is no study.sqlite in it", folder);
    for (size_t i = 0; status == SX_OK && i < SUB_FOLDER_COUNT; i++)
        status = list_sub_folder(folder, &SUB_FOLDERS[i], &list, err);
    if (status == SX_OK) status = list_ours(folder, NULL, is_ours, &list, err);
    sx_free(study);
    if (status != SX_OK) {
        sx_names_free(list.names, list.count);
        return status;
    }
    *files = list.names;
    *count = list.count;
    return SX_OK;
}

void sx_study_folders_free(char **folders, size_t count) { sx_names_free(folders, count); }

/* --- removing --------------------------------------------------------------------------------------------
 */

/* The study itself goes last: interrupted, the rest is still known to be a study's. */
static sx_status remove_files(const char *folder, char *const *files, size_t count, sx_error *err) {
    sx_status status = SX_OK;
    for (int last = 0; last <= 1; last++)
        for (size_t i = 0; status == SX_OK && i < count; i++) {
            if (begins_with(files[i], "study.") != last) continue;
            char *path = sx_path_join(folder, files[i]);
            status = path ? sx_file_remove(path, err) : sx_fail_memory(err, strlen(folder) + 64);
            sx_free(path);
        }
    return status;
}

static sx_status check_idle(const char *folder, sx_error *err) {
    sx_store *store = NULL;
    sx_text workers = {0};
    sx_status status = sx_store_open_any(folder, &store, err);
    if (status == SX_OK) status = sx_store_workers(store, &workers, err);
    sx_store_close(store);
    if (status == SX_OK && workers.length > 0)
        status = sx_fail(err, SX_E_FILE, "%s is being worked on by %s: stop it first", folder, workers.chars);
    sx_text_clear(&workers);
    return status;
}

sx_status sx_study_remove(const char *folder, sx_error *err) {
    char **files = NULL;
    size_t count = 0;
    sx_status status = check_idle(folder, err);
    if (status == SX_OK) status = sx_study_files(folder, &files, &count, err);
    if (status == SX_OK) status = remove_files(folder, files, count, err);
    sx_names_free(files, count);
    for (size_t i = 0; status == SX_OK && i < SUB_FOLDER_COUNT; i++) {
        char *path = sx_path_join(folder, SUB_FOLDERS[i].name);
        if (path) sx_folder_remove_empty(path);
        sx_free(path);
    }
    if (status == SX_OK) sx_folder_remove_empty(folder);
    return status;
}

/* --- finding ---------------------------------------------------------------------------------------------
 */

static sx_status find_in(const char *folder, int depth, name_list *list, sx_error *err) {
    char **names = NULL, *study = sx_path_join(folder, "study.sqlite");
    bool here = strcmp(folder, ".") == 0; /* "out" says as much as "./out" */
    size_t count = 0;
    sx_status status =
        study ? sx_folder_list(folder, &names, &count, err) : sx_fail_memory(err, strlen(folder));
    if (status == SX_OK) status = make_room(list, 1, err);
    if (status == SX_OK && sx_file_look(study, NULL) == SX_FILE_REGULAR)
        status = add_name(list, NULL, folder, err);
    for (size_t i = 0; status == SX_OK && depth > 0 && i < count; i++) {
        char *inner = here ? sx_copy_text(names[i]) : sx_path_join(folder, names[i]);
        if (!inner) status = sx_fail_memory(err, strlen(folder));
        if (status == SX_OK && sx_file_look(inner, NULL) == SX_FILE_FOLDER)
            status = find_in(inner, depth - 1, list, err);
        sx_free(inner);
    }
    sx_names_free(names, count);
    sx_free(study);
    return status;
}

sx_status sx_study_find(const char *folder, char ***folders, size_t *count, sx_error *err) {
    name_list list = {0};
    sx_status status = find_in(folder, 2, &list, err);
    if (status != SX_OK) {
        sx_names_free(list.names, list.count);
        return status;
    }
    *folders = list.names;
    *count = list.count;
    return SX_OK;
}

/* --- merging ---------------------------------------------------------------------------------------------
 */

static sx_status copy_file(const char *from, const char *to, const char *name, sx_error *err) {
    char *source = sx_path_join(from, name), *target = sx_path_join(to, name);
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_status status = source && target ? SX_OK : sx_fail_memory(err, strlen(from) + strlen(to));
    if (status == SX_OK && sx_file_look(target, NULL) == SX_FILE_NONE) {
        status = sx_file_read(source, 0, &bytes, &size, err);
        if (status == SX_OK) status = sx_file_write(target, bytes, size, err);
    }
    sx_free(bytes);
    sx_free(source);
    sx_free(target);
    return status;
}

static sx_status copy_sub_folder(const char *from, const char *into, const sub_folder *sub, sx_error *err) {
    char *source = sx_path_join(from, sub->name), *target = sx_path_join(into, sub->name);
    name_list list = {0};
    sx_status status = source && target ? SX_OK : sx_fail_memory(err, strlen(from) + strlen(into));
    if (status == SX_OK && sx_file_look(source, NULL) == SX_FILE_FOLDER) {
        status = sx_folder_create(target, err);
        if (status == SX_OK) status = list_ours(source, NULL, sub->is_ours, &list, err);
    }
    for (size_t i = 0; status == SX_OK && i < list.count; i++)
        status = copy_file(source, target, list.names[i], err);
    sx_names_free(list.names, list.count);
    sx_free(source);
    sx_free(target);
    return status;
}

/* All parts, opened; the target is opened with the settings of the first, and each of them compared with it.
 */
typedef struct join {
    const char *const *folders;
    size_t count;
    sx_store **from, *to;
} join;

static sx_status open_part(join *all, size_t index, const char *into, sx_error *err) {
    sx_setting *settings = NULL;
    size_t count = 0;
    sx_store *target = NULL;
    sx_status status = sx_store_open_any(all->folders[index], &all->from[index], err);
    if (status == SX_OK) status = sx_store_settings(all->from[index], &settings, &count, err);
    if (status == SX_OK) status = sx_store_open(into, settings, count, &target, err);
    if (status != SX_OK) sx_error_prefix(err, "merging %s", all->folders[index]);
    sx_settings_free(settings, count);
    if (!all->to)
        all->to = target;
    else
        sx_store_close(target);
    return status;
}

/* Nets come before the runs are committed: a run that is in the study has its net. */
static sx_status merge_all(join *all, const char *into, size_t *added, sx_error *err) {
    size_t made = 0;
    sx_status status = sx_store_begin(all->to, err);
    if (status != SX_OK) return status;
    for (size_t i = 0; status == SX_OK && i < all->count; i++)
        status = sx_store_merge(all->from[i], all->to, &made, err);
    for (size_t i = 0; status == SX_OK && i < all->count; i++)
        for (size_t sub = 0; status == SX_OK && sub < SUB_FOLDER_COUNT; sub++)
            if (SUB_FOLDERS[sub].travels)
                status = copy_sub_folder(all->folders[i], into, &SUB_FOLDERS[sub], err);
    status = sx_store_end(all->to, status, err);
    if (status == SX_OK) *added = made;
    return status;
}

sx_status sx_study_merge(const char *const *folders, size_t count, const char *into, size_t *added,
                         sx_error *err) {
    join all = {.folders = folders, .count = count, .from = sx_alloc(count + 1, sizeof *all.from)};
    sx_status status = all.from ? SX_OK : sx_fail_memory(err, count * sizeof *all.from);
    if (status == SX_OK && count == 0) status = sx_fail(err, SX_E_ARGUMENT, "no study to merge was named");
    for (size_t i = 0; status == SX_OK && i < count; i++)
        status = open_part(&all, i, into, err);
    if (status == SX_OK) status = merge_all(&all, into, added, err);
    bool is_new = all.to && sx_store_is_new(all.to);
    for (size_t i = 0; all.from && i < count; i++)
        sx_store_close(all.from[i]);
    sx_store_close(all.to);
    sx_free(all.from);
    if (status != SX_OK && is_new) {
        sx_status removed = sx_study_remove(into, NULL);
        (void)removed;
    }
    return status;
}
