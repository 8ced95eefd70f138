/* fake.h: made-up comparisons to draw pages from, with numbers that are plain arithmetic of the indices. */
#ifndef TESTS_REPORT_FAKE_H
#define TESTS_REPORT_FAKE_H

#include "sonaxis/report.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct fake_options {
    sx_verdict_kind kind;
    size_t axes, folds, labels, epochs, skips;
    int seeds;
    bool warning, validation, arrays, long_names, inspected;
    sx_shape shape;
} fake_options;

typedef struct fake {
    sx_comparison comparison;
    sx_features features;
    sx_inspection inspection;
    sx_report_options options;
} fake;

static char *fake_text(const char *format, size_t number) {
    char text[256];
    snprintf(text, sizeof text, format, number);
    return strdup(text);
}

static double fake_wave(size_t a, size_t b, size_t c) {
    return sin((double)(a * 37 + b * 17 + c * 5)) * 0.5 + sin((double)(a + b * 3 + c * 11)) * 0.5;
}

static void fake_run(sx_run *run, const fake_options *wanted, size_t axis, size_t fold, int repetition) {
    static const double base[] = {0.44, 0.52, 0.36};
    double accuracy =
        base[axis] + 0.07 * sin((double)fold * 2.1) + 0.04 * fake_wave(axis, fold, (size_t)repetition);
    run->axis = axis;
    run->fold = fold;
    run->repetition = repetition;
    for (int way = 0; way < SX_STATISTICS_COUNT; way++) {
        double shift = way == SX_STATISTICS_MOVING  ? (axis ? -0.03 : -0.31)
                       : way == SX_STATISTICS_BATCH ? 0.02
                                                    : 0;
        double scored = fmin(fmax(accuracy + shift, 0.02), 1);
        run->scores[way] = (sx_scores){scored, scored - 0.01, scored - 0.02, 2.2 - scored};
    }
    run->train_accuracy = 0.94;
    run->train_accuracy_moving = axis ? 0.9 : 0.24;
    run->epoch_count = wanted->epochs;
    run->epochs = calloc(wanted->epochs + 1, sizeof *run->epochs);
    for (size_t e = 0; e < wanted->epochs; e++) {
        double fit =
            1 - exp(-(double)(e + 1) / (4.0 + (double)axis)) * (0.9 + 0.1 * fake_wave(axis, fold, e));
        run->epochs[e] = (sx_epoch){2.3 * (1 - fit) + 0.05,
                                    fit,
                                    wanted->validation ? 2.4 - fit : NAN,
                                    wanted->validation ? fit * 0.8 : NAN,
                                    1e-3,
                                    0.5};
    }
    run->confusion = calloc(wanted->labels * wanted->labels, sizeof *run->confusion);
    for (size_t truth = 0; truth < wanted->labels; truth++) {
        run->confusion[truth * wanted->labels + truth] = (uint32_t)(4 + axis + truth % 5);
        run->confusion[truth * wanted->labels + (truth * 3 + 1) % wanted->labels] += 2;
    }
    run->wall_s = 1.5;
}

static void fake_results(sx_comparison *comparison) {
    static const sx_axis axes[] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};
    bool alone = comparison->run_count == comparison->axis_count;
    for (size_t i = 0; i < comparison->axis_count; i++) {
        sx_axis_result *result = &comparison->axes[i];
        result->axis = axes[i];
        comparison->parameters[i] = 23946 + 640 * i;
        for (int way = 0; way < SX_STATISTICS_COUNT; way++) {
            double sum = 0;
            result->runs = 0;
            for (size_t r = 0; r < comparison->run_count; r++) {
                if (comparison->runs[r].axis != i) continue;
                sum += comparison->runs[r].scores[way].accuracy;
                result->runs++;
            }
            double mean = sum / (double)result->runs;
            result->by_statistics[way] =
                (sx_interval){mean, alone ? NAN : mean - 0.05, alone ? NAN : mean + 0.05};
        }
        result->accuracy = result->by_statistics[comparison->statistics];
        result->balanced_accuracy = result->accuracy.mean - 0.01;
        result->macro_f1 = result->accuracy.mean - 0.02;
        result->loss = 1.4;
        result->moving_disagrees = i == 0;
    }
    for (size_t a = 0; a < comparison->axis_count; a++) {
        for (size_t b = a + 1; b < comparison->axis_count; b++) {
            double difference = comparison->axes[a].accuracy.mean - comparison->axes[b].accuracy.mean;
            comparison->pairs[comparison->pair_count++] =
                (sx_pair_result){.a = axes[a],
                                 .b = axes[b],
                                 .difference = difference,
                                 .low = alone ? NAN : difference - 0.06,
                                 .high = alone ? NAN : difference + 0.06,
                                 .p = alone ? NAN : 0.0004 + 0.03 * (double)a,
                                 .p_holm = alone ? NAN : 0.0012 + 0.06 * (double)a,
                                 .p_equivalent = 0.9,
                                 .more_runs = a ? 0 : 21,
                                 .low_together = alone ? NAN : difference - 0.08,
                                 .high_together = alone ? NAN : difference + 0.08,
                                 .a_better = alone ? NAN : 0.25,
                                 .equivalent = alone ? NAN : 0.7,
                                 .b_better = alone ? NAN : 0.05};
        }
    }
}

static void fake_comparison(sx_comparison *comparison, const fake_options *wanted) {
    comparison->axis_count = wanted->axes;
    comparison->fold_count = wanted->folds;
    comparison->seeds = wanted->seeds;
    comparison->statistics = SX_STATISTICS_RECOMPUTED;
    comparison->margin = 0.01;
    comparison->confidence = 0.95;
    comparison->run_count = wanted->axes * wanted->folds * (size_t)wanted->seeds;
    comparison->runs_planned = comparison->run_count;
    comparison->runs = calloc(comparison->run_count, sizeof *comparison->runs);
    comparison->fold_names = calloc(wanted->folds, sizeof *comparison->fold_names);
    size_t next = 0;
    for (size_t fold = 0; fold < wanted->folds; fold++) {
        comparison->fold_names[fold] =
            fake_text(wanted->long_names ? "recorded by <night> & rain at station number %zu \"upper river\""
                                         : "speaker%zu",
                      fold);
    }
    for (size_t axis = 0; axis < wanted->axes; axis++) {
        for (size_t fold = 0; fold < wanted->folds; fold++) {
            for (int r = 0; r < wanted->seeds; r++)
                fake_run(&comparison->runs[next++], wanted, axis, fold, r);
        }
    }
    fake_results(comparison);
    sx_train_options train = {
        .epochs = (int)wanted->epochs, .batch = 64, .optimiser = SX_OPTIMISER_ADAM, .learning_rate = 1e-3};
    comparison->train = train;
    comparison->steps = 360;
    comparison->wall_s = 95;
    comparison->run_wall_s = 181.2;
    snprintf(comparison->model, sizeof comparison->model, "small");
    snprintf(comparison->schedule_note, sizeof comparison->schedule_note,
             "2 runs side by side, 1 thread each");
    comparison->verdict.kind = wanted->kind;
    comparison->verdict.axis = wanted->kind == SX_VERDICT_EQUIVALENT ? SX_AXIS_CHANNELS : SX_AXIS_FREQUENCY;
    snprintf(comparison->verdict.text, sizeof comparison->verdict.text,
             "Keeping frequency (Keras axis=2) gave 52.1 %% on speakers the net had never heard, 8.0 points "
             "more than "
             "keeping channels (axis=-1) and 16.2 points more than keeping time (axis=1). The difference "
             "held over "
             "folds and seeds; chance alone would show it less than once in a thousand comparisons.");
    if (wanted->warning) {
        snprintf(
            comparison->verdict.warning, sizeof comparison->verdict.warning,
            "Scored with the moving averages, as Keras would, keeping channels reaches only 13.4 %% instead "
            "of "
            "44.5 %%: 360 steps with momentum 0.99 are too few for the averages to settle. Whoever looked at "
            "those scores only would have chosen wrongly for the wrong reason.");
    }
}

static sx_skip *fake_skips(size_t count) {
    sx_skip *skips = calloc(count + 1, sizeof *skips);
    for (size_t i = 0; i < count; i++) {
        skips[i].path = fake_text("/data/recordings/broken <%zu> & co.wav", i);
        skips[i].reason = strdup("holds no samples: header only");
    }
    return skips;
}

static void fake_features(sx_features *features, const fake_options *wanted) {
    size_t values = wanted->shape.time * wanted->shape.frequency * wanted->shape.channels;
    features->count = wanted->labels * 3;
    features->shape = wanted->shape;
    features->values = calloc(features->count * values, sizeof(float));
    features->labels = calloc(features->count, sizeof(int));
    features->groups = calloc(features->count, sizeof(int));
    features->paths = calloc(features->count, sizeof(char *));
    features->label_names = calloc(wanted->labels, sizeof(char *));
    features->label_count = wanted->labels;
    for (size_t i = 0; i < wanted->labels; i++) {
        features->label_names[i] =
            fake_text(wanted->long_names ? "Lesser spotted <wood> & \"warbler\" %zu" : "label%zu", i);
    }
    for (size_t i = 0; i < features->count; i++) {
        features->labels[i] = (int)(i % wanted->labels);
        features->groups[i] = (int)(i / wanted->labels);
        features->paths[i] = fake_text("/data/recordings/take_%zu_of_the_morning.wav", i);
        for (size_t k = 0; k < values; k++) {
            size_t t = k / wanted->shape.frequency, f = k % wanted->shape.frequency;
            double bump = (double)t / 9.0 + (double)(i % wanted->labels) - (double)f / 5.0;
            features->values[i * values + k] =
                (float)(-10 + 8 * exp(-bump * bump / 4) + 0.8 * fake_wave(i, t, f));
        }
    }
    features->skips = fake_skips(wanted->skips);
    features->skip_count = wanted->skips;
    features->from_arrays = wanted->arrays;
    features->duration_s = 0.98;
    features->content_hash = 0x0123456789abcdefULL;
    features->note_count = 2;
    features->notes = calloc(2, sizeof(char *));
    features->notes[0] =
        strdup("all 120 recordings are at 8000 Hz: that rate is kept, not raised to 16000 Hz");
    features->notes[1] = strdup("clips are 0.98 s long (95th percentile), padded at their end");
    snprintf(features->frontend.preset, sizeof features->frontend.preset, "sonaxis");
    features->frontend.rate_hz = 8000;
}

static sx_count *fake_counts(const char *format, size_t count) {
    sx_count *counts = calloc(count + 1, sizeof *counts);
    for (size_t i = 0; i < count; i++)
        counts[i] = (sx_count){fake_text(format, i), 30 + i};
    return counts;
}

static void fake_inspection(sx_inspection *seen, const fake_options *wanted) {
    seen->item_count = wanted->labels * 3 + wanted->skips;
    seen->readable_count = wanted->labels * 3;
    seen->total_s = 4321;
    seen->shortest_s = 0.21;
    seen->median_s = 0.61;
    seen->longest_s = 2.3;
    seen->percentile95_s = 0.98;
    seen->labels = fake_counts("label%zu", wanted->labels);
    seen->label_count = wanted->labels;
    seen->groups = fake_counts("speaker%zu", wanted->folds);
    seen->group_count = wanted->folds;
    seen->groups_per_label = calloc(wanted->labels, sizeof *seen->groups_per_label);
    seen->rates = fake_counts("8%zu00 Hz", 2);
    seen->rate_count = 2;
    seen->channel_counts = fake_counts("%zu channels", 1);
    seen->channel_count_count = 1;
    seen->duplicates = fake_skips(2);
    seen->duplicate_count = 2;
    seen->skips = fake_skips(wanted->skips);
    seen->skip_count = wanted->skips;
}

static fake *fake_create(const fake_options *wanted) {
    fake *made = calloc(1, sizeof *made);
    fake_comparison(&made->comparison, wanted);
    fake_features(&made->features, wanted);
    fake_inspection(&made->inspection, wanted);
    made->options.title = wanted->long_names
                              ? "Birds </title><script>alert(1)</script> of the upper river & its banks"
                              : "fsdd/recordings";
    made->options.command = "sonaxis compare recordings --name '{label}_{group}_{take}' --folds group "
                            "--seeds 2 --epochs 15 -o out";
    made->options.inspection = wanted->inspected ? &made->inspection : NULL;
    return made;
}

static void fake_free_skips(sx_skip *skips, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(skips[i].path);
        free(skips[i].reason);
    }
    free(skips);
}

static void fake_free_counts(sx_count *counts, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(counts[i].name);
    free(counts);
}

static void fake_free_texts(char **texts, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

static void fake_free(fake *made) {
    sx_comparison *comparison = &made->comparison;
    for (size_t i = 0; i < comparison->run_count; i++) {
        free(comparison->runs[i].epochs);
        free(comparison->runs[i].confusion);
    }
    free(comparison->runs);
    fake_free_texts(comparison->fold_names, comparison->fold_count);
    sx_features *features = &made->features;
    fake_free_texts(features->paths, features->count);
    fake_free_texts(features->label_names, features->label_count);
    fake_free_texts(features->notes, features->note_count);
    fake_free_skips(features->skips, features->skip_count);
    free(features->values);
    free(features->labels);
    free(features->groups);
    sx_inspection *seen = &made->inspection;
    fake_free_counts(seen->labels, seen->label_count);
    fake_free_counts(seen->groups, seen->group_count);
    fake_free_counts(seen->rates, seen->rate_count);
    fake_free_counts(seen->channel_counts, seen->channel_count_count);
    fake_free_skips(seen->duplicates, seen->duplicate_count);
    fake_free_skips(seen->skips, seen->skip_count);
    free(seen->groups_per_label);
    free(made);
}

static const fake_options fake_cases[] = {
    /* the usual: a winner, a warning, skipped files */
    {SX_VERDICT_WINNER, 3, 4, 10, 15, 2, 2, true, false, false, false, true, {98, 40, 1}},
    /* wide and long: 35 labels, 10 folds, hostile names, validation curves, 300 epochs */
    {SX_VERDICT_UNDECIDED, 3, 10, 35, 300, 30, 3, false, true, false, true, true, {61, 257, 2}},
    /* the least: one fold, one seed, two axes, one epoch, arrays */
    {SX_VERDICT_EQUIVALENT, 2, 1, 2, 1, 0, 1, false, false, true, false, false, {12, 8, 1}},
};
enum { FAKE_CASES = sizeof fake_cases / sizeof fake_cases[0] };

#endif
