/* history.c: what happened an epoch, as Keras's CSVLogger writes it. */
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "sonaxis/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void sx_history_clear(sx_history *history) {
    if (!history) return;
    sx_free(history->epochs);
    *history = (sx_history){0};
}

/* The shortest text that reads back as the same number, as Python prints floats; a locale's comma is undone.
 */
static void add_number(sx_text *text, double value) {
    char digits[40];
    if (!isfinite(value)) {
        sx_text_add(text, isnan(value) ? ",NA" : value > 0 ? ",inf" : ",-inf");
        return;
    }
    for (int precision = 6; precision <= 17; precision++) {
        double back;
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        char *comma = strchr(digits, ',');
        if (comma) *comma = '.';
        if (sx_text_to_double(digits, &back) && memcmp(&back, &value, sizeof value) == 0) break;
    }
    sx_text_add(text, ",");
    sx_text_add(text, digits);
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
