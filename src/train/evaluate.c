/* evaluate.c: scores of a net on chosen items, in chunks of the batch it was built for. */
#include "train/score.h"

#include "base/error.h"
#include "base/memory.h"
#include "train/loss.h"
#include "train/metrics.h"

#include <string.h>

const char *sx_statistics_name(sx_statistics statistics) {
    static const char *const names[SX_STATISTICS_COUNT] = {"moving", "recomputed", "batch"};
    return (int)statistics < (int)SX_STATISTICS_COUNT ? names[statistics] : "unknown";
}

static void sum_row(sx_loss loss, const float *logits, size_t classes, int label, float *row,
                    sx_score_sums *sums) {
    const size_t guess = sx_argmax(logits, classes);
    sums->loss_sum += sx_loss_row(loss, logits, classes, label, row);
    sums->correct += guess == (size_t)label;
    if (sums->confusion) sums->confusion[(size_t)label * classes + guess]++;
}

void sx_sum_scores(const sx_source *source, sx_loss loss, const size_t *items, size_t count, float *row,
                   sx_score_sums *sums) {
    const size_t batch = sx_model_batch(source->model), classes = sx_model_class_count(source->model);
    for (size_t first = 0; first < count; first += batch) {
        const size_t rows = count - first < batch ? count - first : batch;
        sx_source_load(source, items + first, rows);
        const float *logits = sx_model_forward(source->model, rows, SX_RUN_INFER, 0);
        for (size_t i = 0; i < rows; i++) {
            sum_row(loss, logits + i * classes, classes, source->features->labels[items[first + i]], row,
                    sums);
            if (sums->probabilities)
                memcpy(sums->probabilities + (first + i) * classes, row, classes * sizeof(float));
        }
    }
}

sx_status sx_evaluate(sx_model *model, const sx_features *features, const sx_standardise *standardise,
                      const size_t *items, size_t count, bool sigmoid, float *probabilities, sx_score *score,
                      sx_error *err) {
    const sx_source source = {model, features, standardise};
    const size_t classes = sx_model_class_count(model);
    if (count == 0) return sx_fail(err, SX_E_ARGUMENT, "there are no items to score");
    sx_status status = sx_source_check(&source, items, count, true, err);
    if (status != SX_OK) return status;
    float *row = sx_alloc(classes, sizeof *row);
    uint32_t *confusion = classes <= 65536 ? sx_alloc(classes * classes, sizeof *confusion) : NULL;
    if (!row || !confusion) {
        sx_free(row);
        sx_free(confusion);
        return sx_fail_memory(err, classes * classes * sizeof *confusion);
    }
    sx_score_sums sums = {.confusion = confusion, .probabilities = probabilities};
    sx_sum_scores(&source, sigmoid ? SX_LOSS_SIGMOID : SX_LOSS_SOFTMAX, items, count, row, &sums);
    sx_free(row);
    *score = (sx_score){.count = count,
                        .label_count = classes,
                        .loss = sums.loss_sum / (double)count,
                        .accuracy = sx_accuracy(confusion, classes),
                        .balanced_accuracy = sx_balanced_accuracy(confusion, classes),
                        .macro_f1 = sx_macro_f1(confusion, classes),
                        .confusion = confusion};
    return SX_OK;
}

void sx_score_clear(sx_score *score) {
    if (!score) return;
    sx_free(score->confusion);
    *score = (sx_score){0};
}
