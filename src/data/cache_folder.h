/* cache_folder.h: the folder that keeps what can be computed again: entries by name, least recently used out
 * first. Nothing in here fails: without a folder, or without room, there are no entries. */
#ifndef DATA_CACHE_FOLDER_H
#define DATA_CACHE_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct sx_cache_folder {
    char *path; /* NULL = switched off */
    uint64_t limit_bytes;
} sx_cache_folder;

/* $SONAXIS_CACHE ("off" = none), else sonaxis in $XDG_CACHE_HOME or in ~/.cache; 2 GB. A folder inside
 * data_root, which is the user's, is not taken. */
sx_cache_folder sx_cache_folder_open(const char *data_root);
void sx_cache_folder_clear(sx_cache_folder *folder);
/* Path of the entry, for sx_free; NULL where the cache is off or memory is out. */
char *sx_cache_folder_entry(const sx_cache_folder *folder, const uint64_t key[2]);
/* Makes the folder if it is not there. */
bool sx_cache_folder_prepare(const sx_cache_folder *folder);
/* Removes entries, and what interrupted writers left, least recently used first, until the rest fits. */
void sx_cache_folder_trim(const sx_cache_folder *folder);

#endif
