/* cmd_export.c: a trained net taken to other tools. */
#include "host.h"
#include "json_out.h"
#include "load.h"
#include "say.h"

#include "sonaxis/export.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct settings {
    const char *output, *format, *data;
    bool front_end, logits, json;
    int norm, examples, threads;
    double tolerance;
} settings;

static const char *const norm_names[] = {"fold", "node", NULL};

static const cli_option options[] = {
    {"output", 'o', CLI_TEXT, offsetof(settings, output), "FILE", 0, 0, NULL,
     "Where the net goes; the end of its name says the format."},
    {"format", 'f', CLI_TEXT, offsetof(settings, format), "NAME", 0, 0, NULL,
     "The format, whatever the name: onnx, keras, h5, python or npz."},
    {"with-front-end", 0, CLI_FLAG, offsetof(settings, front_end), NULL, 0, 0, NULL,
     "ONNX: the file takes samples, spectrograms are made inside."},
    {"onnx-bn", 0, CLI_CHOICE, offsetof(settings, norm), "HOW", 0, 0, norm_names,
     "ONNX: normalisations that keep channels go into the convolution before them, or stay."},
    {"logits", 0, CLI_FLAG, offsetof(settings, logits), NULL, 0, 0, NULL,
     "Leave out the softmax or sigmoid at the end."},
    {"data", 'd', CLI_TEXT, offsetof(settings, data), "DATA", 0, 0, NULL,
     "Try the file on these recordings or arrays; else on noise."},
    {"examples", 'n', CLI_INTEGER, offsetof(settings, examples), "N", 1, 4096, NULL,
     "How many clips it is tried on."},
    {"tolerance", 0, CLI_NUMBER, offsetof(settings, tolerance), "R", 0, 1, NULL,
     "Largest difference from sonaxis by the largest value; over it nothing is written."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON document instead of words."},
    {"threads", 't', CLI_INTEGER, offsetof(settings, threads), "N", 0, 1024, NULL, "Threads; 0 = all cores."},
};

static void print_text(const settings *wanted, const sx_export_report *report) {
    printf("%s: %s, %s -> %s\n", wanted->output, report->format, report->input, report->output);
    if (report->weights_path) printf("%s: its weights\n", report->weights_path);
    printf(
        "read back and run on %zu clips of %s: largest difference %.2g (%.2g of the largest value), labels "
        "agree on %zu of %zu\n",
        report->examples, report->noise ? "noise" : wanted->data, report->largest_difference,
        report->relative, report->same_label, report->examples);
}

static void print_json(const settings *wanted, const sx_export_report *report) {
    fputs("{\"schema\": \"sonaxis-export-1\", \"file\": ", stdout);
    cli_json_text(wanted->output);
    fputs(", \"weights\": ", stdout);
    if (report->weights_path)
        cli_json_text(report->weights_path);
    else
        fputs("null", stdout);
    fputs(", \"format\": ", stdout);
    cli_json_text(report->format);
    fputs(", \"input\": ", stdout);
    cli_json_text(report->input);
    fputs(", \"output\": ", stdout);
    cli_json_text(report->output);
    printf(", \"tried_on\": \"%s\", \"examples\": %zu, \"largest_difference\": ",
           report->noise ? "noise" : "data", report->examples);
    cli_json_number(report->largest_difference);
    fputs(", \"relative_difference\": ", stdout);
    cli_json_number(report->relative);
    printf(", \"same_label\": %zu}\n", report->same_label);
}

static int export_to(cli_session *cli, const cli_trained *trained, const sx_dataset *data,
                     const settings *wanted) {
    sx_error err = {0};
    sx_export_options how;
    sx_export_report report = {0};
    sx_export_default(&how);
    how.format = wanted->format;
    how.with_front_end = wanted->front_end;
    how.norm = (sx_export_norm)wanted->norm;
    how.logits = wanted->logits;
    how.as_is = trained->keras != NULL;
    how.data = data;
    how.examples = (size_t)wanted->examples;
    how.tolerance = wanted->tolerance;
    if (sx_export_write(trained->model, &trained->card, wanted->output, &how, &report, &err))
        return cli_give_up(cli, &err, NULL);
    if (wanted->json)
        print_json(wanted, &report);
    else
        print_text(wanted, &report);
    sx_export_report_clear(&report);
    return CLI_OK;
}

static int export_model(cli_session *cli, const char *model, const settings *wanted) {
    sx_error err = {0};
    cli_trained trained = {0};
    cli_source source = {0};
    sx_dataset_options listing;
    if (!wanted->output) return cli_misuse(cli, "export", "-o FILE is missing: where shall the net go?");
    sx_dataset_default(&listing);
    listing.unlabelled = true;
    sx_status status = cli_trained_open(model, wanted->threads, &trained, &err);
    if (!status && wanted->data) status = cli_source_open(cli, wanted->data, &listing, NULL, &source, &err);
    int result = status ? cli_give_up(cli, &err, NULL) : export_to(cli, &trained, source.dataset, wanted);
    cli_source_clear(&source);
    cli_trained_clear(&trained);
    return result;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings wanted = {.examples = 32, .tolerance = 1e-5};
    cli_line line = {.cli = cli, .command = &cli_export, .least = 1, .most = 1};
    cli_add_group(&line, "Export", options, sizeof options / sizeof *options, &wanted);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = export_model(cli, line.values[0], &wanted);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_export = {
    "export",
    "Take a trained net to ONNX, Keras or NumPy",
    "MODEL -o FILE",
    "sonaxis export model.sxm -o model.onnx\n"
    "sonaxis export model.sxm -o model.onnx --with-front-end --data recordings\n"
    "sonaxis export model.sxm -o model.keras\n"
    "sonaxis export model.sxm -o model.py\n",
    "FILE ends in .onnx, .keras, .h5, .py (Keras 3 code, weights in an .npz beside it) or .npz.\n"
    "The file is read back, run, and compared with sonaxis before it is put in its place.",
    run};
