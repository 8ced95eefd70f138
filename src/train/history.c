/* history.c: what happened an epoch, as Keras's CSVLogger writes it. */
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "sonaxis/train.h"

#include <math.h>

void sx_history_clear(sx_history *history) {
    if (!history) return;
    sx_free(history->epochs);
    sx_free(history->lags);
    *history = (sx_history){0};
}

static void add_number(sx_text *text, double value) {
    sx_text_add(text, ",");
    if (isnan(value))
        sx_text_add(text, "NA");
    else
        sx_text_add_number(text, value);
}

sx_status sx_history_write_csv(const sx_history *history, const char *path, sx_error *err) {
    sx_text text = {0};
    sx_text_add(&text, "epoch,accuracy,learning_rate,loss,seconds,val_accuracy,val_loss\n");
    for (size_t i = 0; i < history->count; i++) {
        const sx_epoch *epoch = &history->epochs[i];
        sx_text_format(&text, "%zu", i);
        add_number(&text, epoch->accuracy);
        add_number(&text, epoch->learning_rate);
        add_number(&text, epoch->loss);
        add_number(&text, epoch->seconds);
        add_number(&text, epoch->validation_accuracy);
        add_number(&text, epoch->validation_loss);
        sx_text_add(&text, "\n");
    }
    const size_t length = text.length;
    char *chars = sx_text_take(&text);
    if (!chars) return sx_fail_memory(err, length);
    sx_status status = sx_file_write(path, chars, length, err);
    sx_free(chars);
    return status;
}
