/* align_write.c: moved recordings as a manifest, a list of the moves and, if wanted, WAV files. */
#include "sonaxis/align.h"

#include "audio/sound_file.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/watch.h"
#include "data/recording.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A field of a table, quoted where it must be (RFC 4180). */
static void add_field(sx_text *text, const char *value) {
    if (!strpbrk(value, ",\"\r\n")) {
        sx_text_add(text, value);
        return;
    }
    sx_text_add(text, "\"");
    for (; *value; value++)
        sx_text_add_bytes(text, *value == '"' ? "\"\"" : value, *value == '"' ? 2 : 1);
    sx_text_add(text, "\"");
}

static double moved_start(const sx_item *item, const sx_align_move *move) {
    return item->start_s - (double)move->shift_samples / move->rate_hz;
}

/* "0042_7_jackson_3.wav": the number keeps apart what has the same name elsewhere. */
static char *wav_name(size_t index, const char *path) {
    const char *base = sx_path_base(path), *dot = strrchr(base, '.');
    size_t length = dot && dot != base ? (size_t)(dot - base) : strlen(base);
    sx_text name = {0};
    sx_text_format(&name, "wav/%05zu_", index);
    sx_text_add_bytes(&name, base, length);
    sx_text_add(&name, ".wav");
    return sx_text_take(&name);
}

static const char *part_word(sx_part part) {
    static const char *const words[] = {"", "train", "validation", "test"};
    return words[part];
}

/* path: of the moved recording, where it was written. */
static void add_row(sx_text *text, const sx_dataset *dataset, const sx_item *item, const sx_align_move *move,
                    const char *path, bool wav) {
    add_field(text, path);
    sx_text_add(text, ",");
    add_field(text, item->label >= 0 ? dataset->label_names[item->label] : "");
    if (wav) {
        sx_text_add(text, ",,,");
    } else {
        sx_text_format(text, ",%.9f,", moved_start(item, move));
        if (item->end_s > 0) sx_text_add_number(text, item->end_s);
        sx_text_add(text, ",");
    }
    add_field(text, item->group >= 0 ? dataset->group_names[item->group] : "");
    sx_text_add(text, ",");
    if (item->fold >= 0) sx_text_format(text, "%d", item->fold);
    sx_text_format(text, ",%s,", part_word(item->part));
    sx_text_add_number(text, item->weight);
    sx_text_add(text, "\n");
}

static void add_shift(sx_text *text, const sx_item *item, const sx_align_move *move) {
    add_field(text, item->path);
    sx_text_format(text, ",%ld,%.3f,%d,%.1f\n", move->shift_samples, move->shift_ms, move->rate_hz,
                   move->onset_ms);
}

static sx_status write_wav(const sx_item *item, const sx_align_move *move, const char *path, sx_error *err) {
    sx_sound sound = {0};
    sx_status status =
        sx_recording_load(item->path, moved_start(item, move), item->end_s, SX_CHANNELS_KEEP, 0, &sound, err);
    if (status == SX_OK)
        status = sx_sound_write_wav16(path, sound.samples, sound.frames, sound.channels, sound.rate_hz, err);
    else
        sx_error_prefix(err, "%s", item->path);
    sx_sound_clear(&sound);
    return status;
}

/* What one call writes. */
typedef struct writer {
    const sx_dataset *dataset;
    const sx_align_moves *moves;
    const char *folder;
    bool wav;
    sx_text manifest, shifts;
} writer;

static sx_status write_item(writer *now, size_t index, sx_error *err) {
    const sx_item *item = &now->dataset->items[index];
    const sx_align_move *move = &now->moves->moves[index];
    if (move->rate_hz == 0) return SX_OK;
    char *name = now->wav ? wav_name(index, item->path) : sx_path_absolute(item->path);
    char *path = now->wav && name ? sx_path_join(now->folder, name) : NULL;
    sx_status status = SX_OK;
    if (!name || (now->wav && !path)) status = sx_fail_memory(err, strlen(item->path));
    if (status == SX_OK && now->wav) status = write_wav(item, move, path, err);
    if (status == SX_OK) {
        add_row(&now->manifest, now->dataset, item, move, name, now->wav);
        add_shift(&now->shifts, item, move);
    }
    sx_free(path);
    sx_free(name);
    return status;
}

static sx_status write_table(const writer *now, const char *name, const sx_text *text, sx_error *err) {
    char *path = sx_path_join(now->folder, name);
    if (!path || text->failed) {
        sx_free(path);
        return sx_fail_memory(err, text->length);
    }
    sx_status status = sx_file_write(path, text->chars, text->length, err);
    sx_free(path);
    return status;
}

static sx_status write_all(writer *now, const sx_watch *watch, sx_error *err) {
    size_t count = now->dataset->item_count;
    sx_text_add(&now->manifest, "path,label,start,end,group,fold,split,weight\n");
    sx_text_add(&now->shifts, "path,shift_samples,shift_ms,rate_hz,onset_ms\n");
    for (size_t i = 0; i < count; i++) {
        if (sx_watch_is_cancelled(watch))
            return sx_fail(err, SX_E_CANCELLED, "stopped while moved recordings were written");
        sx_status status = write_item(now, i, err);
        if (status != SX_OK) return status;
        sx_watch_progress(watch, now->wav ? "recordings written" : "rows written", i + 1, count);
    }
    sx_status status = write_table(now, "shifts.csv", &now->shifts, err);
    return status == SX_OK ? write_table(now, "manifest.csv", &now->manifest, err) : status;
}

sx_status sx_align_write(const sx_dataset *dataset, const sx_align_moves *moves, const char *folder, bool wav,
                         const sx_watch *watch, sx_error *err) {
    writer now = {.dataset = dataset, .moves = moves, .folder = folder, .wav = wav};
    char *inner = wav ? sx_path_join(folder, "wav") : sx_copy_text(folder);
    if (!inner) return sx_fail_memory(err, strlen(folder) + 4);
    sx_status status = sx_folder_create(inner, err);
    if (status == SX_OK) status = write_all(&now, watch, err);
    sx_text_clear(&now.manifest);
    sx_text_clear(&now.shifts);
    sx_free(inner);
    return status;
}
