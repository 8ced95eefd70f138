/* score_out.c: how well a model did, for people and for programs. */
#include "score_out.h"

#include "json_out.h"

#include <math.h>
#include <stdio.h>

static void print_label(const sx_score *score, char *const *names, size_t truth) {
    const uint32_t *row = score->confusion + truth * score->label_count;
    size_t all = 0, worst = truth;
    for (size_t guess = 0; guess < score->label_count; guess++) {
        all += row[guess];
        if (guess != truth && row[guess] && (worst == truth || row[guess] > row[worst])) worst = guess;
    }
    if (!all) return;
    printf("  %-20s %6.1f %% of %zu", names[truth], 100.0 * row[truth] / (double)all, all);
    if (worst != truth) printf("   most often taken for %s (%u)", names[worst], row[worst]);
    putchar('\n');
}

/* One that cannot be computed is left out. */
static void print_share(const char *name, double share) {
    if (!isnan(share)) printf("%-18s %6.2f %%\n", name, 100 * share);
}

void cli_print_score(const sx_score *score, char *const *label_names) {
    printf("accuracy           %6.2f %%\n", 100 * score->accuracy);
    printf("balanced accuracy  %6.2f %%\n", 100 * score->balanced_accuracy);
    printf("macro F1           %6.2f %%\n", 100 * score->macro_f1);
    print_share("AUROC", score->auroc);
    print_share("average precision", score->average_precision);
    printf("loss               %8.4f\n", score->loss);
    if (!isnan(score->calibration_error))
        printf("calibration error  %6.2f points between promised and reached accuracy\n",
               100 * score->calibration_error);
    printf("recordings         %6zu\n\nrecognised:\n", score->count);
    for (size_t i = 0; i < score->label_count; i++)
        print_label(score, label_names, i);
}

static void member(const char *name, double value) {
    printf("\"%s\": ", name);
    cli_json_number(value);
    fputs(", ", stdout);
}

static void print_label_json(const sx_label_score *label, const char *name) {
    fputs("{\"label\": ", stdout);
    cli_json_text(name);
    printf(", \"support\": %zu, ", label->support);
    member("precision", label->precision);
    member("recall", label->recall);
    member("f1", label->f1);
    member("auroc", label->auroc);
    fputs("\"average_precision\": ", stdout);
    cli_json_number(label->average_precision);
    putchar('}');
}

void cli_print_score_json(const sx_score *score, char *const *label_names) {
    member("accuracy", score->accuracy);
    member("balanced_accuracy", score->balanced_accuracy);
    member("macro_f1", score->macro_f1);
    member("loss", score->loss);
    member("auroc", score->auroc);
    member("average_precision", score->average_precision);
    member("log_loss", score->log_loss);
    member("calibration_error", score->calibration_error);
    printf("\"count\": %zu, \"per_label\": [", score->count);
    for (size_t i = 0; i < score->label_count; i++) {
        if (i) fputs(", ", stdout);
        print_label_json(&score->labels[i], label_names[i]);
    }
    fputs("], \"confusion\": [", stdout);
    for (size_t truth = 0; truth < score->label_count; truth++) {
        fputs(truth ? ", [" : "[", stdout);
        for (size_t guess = 0; guess < score->label_count; guess++) {
            printf("%s%u", guess ? ", " : "", score->confusion[truth * score->label_count + guess]);
        }
        putchar(']');
    }
    putchar(']');
}
