/* history_test.c: the text of history.csv, and options out of range. */
#include "base/file.h"
#include "base/memory.h"
#include "sonaxis/train.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void csv_is_as_keras_writes_it(void **state) {
    sx_epoch epochs[] = {{0.5, 0.25, NAN, NAN, 0.001, 1.5}, {0.1, 1, 2, 1.0 / 3, 0.001, 0.25}};
    const sx_history history = {.epochs = epochs, .count = 2};
    char folder[] = "/tmp/sx-history-XXXXXX", path[64];
    unsigned char *bytes;
    size_t size;
    sx_error err;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/history.csv", folder);
    assert_int_equal(sx_history_write_csv(&history, path, &err), SX_OK);
    assert_int_equal(sx_file_read(path, 0, &bytes, &size, &err), SX_OK);
    assert_string_equal((char *)bytes, "epoch,accuracy,learning_rate,loss,seconds,val_accuracy,val_loss\n"
                                       "0,0.25,0.001,0.5,1.5,NA,NA\n"
                                       "1,1,0.001,0.1,0.25,0.3333333333333333,2\n");
    sx_free(bytes);
    sx_file_fail_from(1);
    assert_int_equal(sx_history_write_csv(&history, path, &err), SX_E_FILE);
    sx_file_fail_from(0);
    unlink(path);
    rmdir(folder);
}

static void check_refused(const char *name, const sx_train_options *options) {
    sx_error err = {0};
    assert_int_equal(sx_train_check(options, &err), SX_E_ARGUMENT);
    assert_non_null(strstr(err.text, name));
}

static void options_out_of_range_are_named(void **state) {
    sx_train_options good, bad;
    sx_error err;
    (void)state;
    sx_train_default(&good);
    assert_int_equal(sx_train_check(&good, &err), SX_OK);
    (bad = good, bad.epochs = 0, check_refused("epochs", &bad));
    (bad = good, bad.batch = 65537, check_refused("batch", &bad));
    (bad = good, bad.learning_rate = 0, check_refused("learning_rate", &bad));
    (bad = good, bad.learning_rate = (double)NAN, check_refused("learning_rate", &bad));
    (bad = good, bad.weight_decay = -1, check_refused("weight_decay", &bad));
    (bad = good, bad.beta2 = 1, check_refused("beta2", &bad));
    (bad = good, bad.epsilon = 0, check_refused("epsilon", &bad));
    (bad = good, bad.patience = -1, check_refused("patience", &bad));
    (bad = good, bad.warmup_epochs = 16, check_refused("warmup_epochs", &bad));
    (bad = good, bad.optimiser = SX_OPTIMISER_SGD, bad.momentum = 1, check_refused("momentum", &bad));
    (bad = good, bad.schedule = SX_SCHEDULE_STEP, bad.step_factor = 0, check_refused("step_factor", &bad));
    (bad = good, bad.loss = (sx_loss)9, check_refused("loss", &bad));
}

static void statistics_have_names(void **state) {
    (void)state;
    assert_string_equal(sx_statistics_name(SX_STATISTICS_MOVING), "moving");
    assert_string_equal(sx_statistics_name(SX_STATISTICS_RECOMPUTED), "recomputed");
    assert_string_equal(sx_statistics_name(SX_STATISTICS_BATCH), "batch");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_as_keras_writes_it),
        cmocka_unit_test(options_out_of_range_are_named),
        cmocka_unit_test(statistics_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
