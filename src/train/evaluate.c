/* evaluate.c: scores of a net on chosen items, in chunks of the batch it was built for. */
#include "train/score.h"

#include "base/error.h"
#include "base/memory.h"
#include "train/loss.h"
#include "train/metrics.h"

#include <string.h>

enum { CALIBRATION_BINS = 15 };

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

/* score: its tables are there and hold the counts. */
static sx_status fill_score(const sx_score_sums *sums, const int *truths, sx_score *score, sx_error *err) {
    size_t count = score->count, classes = score->label_count;
    score->loss = sums->loss_sum / (double)count;
    score->accuracy = sx_accuracy(score->confusion, classes);
    score->balanced_accuracy = sx_balanced_accuracy(score->confusion, classes);
    score->macro_f1 = sx_macro_f1(score->confusion, classes);
    score->log_loss = sx_log_loss(sums->probabilities, truths, count, classes);
    score->calibration_error =
        sx_calibration_error(sums->probabilities, truths, count, classes, CALIBRATION_BINS);
    sx_count_labels(score->confusion, classes, score->labels);
    sx_status status = sx_rank_labels(sums->probabilities, truths, count, classes, score->labels, err);
    if (status == SX_OK) sx_average_ranks(score->labels, classes, &score->auroc, &score->average_precision);
    return status;
}

/* Room while scoring; the tables that stay are the score's. */
typedef struct scratch {
    float *row, *probabilities;
    int *truths;
} scratch;

static sx_status make_room(sx_score *score, scratch *room, bool own_probabilities, sx_error *err) {
    size_t classes = score->label_count;
    if (classes > 65536)
        return sx_fail(err, SX_E_ARGUMENT, "the net has %zu outputs, at most 65536 can be scored", classes);
    room->row = sx_alloc(classes, sizeof *room->row);
    room->truths = sx_alloc(score->count, sizeof *room->truths);
    if (own_probabilities) room->probabilities = sx_alloc(score->count * classes, sizeof(float));
    score->confusion = sx_alloc(classes * classes, sizeof *score->confusion);
    score->labels = sx_alloc(classes, sizeof *score->labels);
    if (room->row && room->truths && (room->probabilities || !own_probabilities) && score->confusion &&
        score->labels)
        return SX_OK;
    return sx_fail_memory(err, (classes + score->count) * classes * sizeof(float));
}

static sx_status score_items(const sx_source *source, sx_loss loss, const size_t *items, float *probabilities,
                             scratch *room, sx_score *score, sx_error *err) {
    sx_status status = make_room(score, room, !probabilities, err);
    if (status != SX_OK) return status;
    for (size_t i = 0; i < score->count; i++)
        room->truths[i] = source->features->labels[items[i]];
    sx_score_sums sums = {.confusion = score->confusion,
                          .probabilities = probabilities ? probabilities : room->probabilities};
    sx_sum_scores(source, loss, items, score->count, room->row, &sums);
    return fill_score(&sums, room->truths, score, err);
}

sx_status sx_evaluate(sx_model *model, const sx_features *features, const sx_standardise *standardise,
                      const size_t *items, size_t count, bool sigmoid, float *probabilities, sx_score *score,
                      sx_error *err) {
    const sx_source source = {model, features, standardise};
    if (count == 0) return sx_fail(err, SX_E_ARGUMENT, "there are no items to score");
    sx_status status = sx_source_check(&source, items, count, true, err);
    if (status != SX_OK) return status;
    scratch room = {0};
    sx_score made = {.count = count, .label_count = sx_model_class_count(model)};
    status = score_items(&source, sigmoid ? SX_LOSS_SIGMOID : SX_LOSS_SOFTMAX, items, probabilities, &room,
                         &made, err);
    sx_free(room.row);
    sx_free(room.truths);
    sx_free(room.probabilities);
    if (status == SX_OK)
        *score = made;
    else
        sx_score_clear(&made);
    return status;
}

void sx_score_clear(sx_score *score) {
    if (!score) return;
    sx_free(score->confusion);
    sx_free(score->labels);
    *score = (sx_score){0};
}
