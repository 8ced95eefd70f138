/* cmd_model.c: what a net looks like: built-in, from a spec, or trained. */
#include "host.h"
#include "load.h"
#include "say.h"

#include <stdio.h>
#include <string.h>

typedef struct settings {
    const char *input, *axis, *order;
    int classes;
    bool json, spec;
} settings;

static const cli_option options[] = {
    {"input", 0, CLI_TEXT, offsetof(settings, input), "T,F,C", 0, 0, NULL,
     "Frames, bands and channels of one example; else 98,40,1 (dscnn 49,10,1)."},
    {"classes", 0, CLI_INTEGER, offsetof(settings, classes), "N", 2, 65536, NULL, "Labels."},
    {"axis", 'a', CLI_TEXT, offsetof(settings, axis), "AXIS", 0, 0, NULL,
     "Axis every normalisation keeps: channels, frequency, time, or Keras's -1, 2, 1."},
    {"order", 0, CLI_TEXT, offsetof(settings, order), "ORDER", 0, 0, NULL,
     "Keras: the array's axes, time,frequency or frequency,time, where the file cannot say."},
    {"spec", 0, CLI_FLAG, offsetof(settings, spec), NULL, 0, 0, NULL,
     "Print the net as a JSON spec, to edit."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL,
     "One JSON document instead of a table."},
};

static int list_names(void) {
    const char *const *names = sx_model_builtin_names();
    for (size_t i = 0; names[i]; i++)
        printf("%s\n", names[i]);
    return CLI_OK;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int print_text(cli_session *cli, char *text, const char *end) {
    if (!text)
        cli_error(cli, "out of memory");
    else
        printf("%s%s", text, end);
    sx_free_text(text);
    return text ? CLI_OK : CLI_FAILED;
}

static void print_card(const sx_model_card *card) {
    printf("\n%s\n", card->provenance);
    printf("%zu labels:", card->label_count);
    for (size_t i = 0; i < card->label_count; i++)
        printf("%s %s", i ? "," : "", card->label_names[i]);
    if (!card->from_arrays) {
        char *words = sx_frontend_describe(&card->frontend);
        printf("\n%s; clips of %.3f s, %s", words ? words : "", card->duration_s,
               sx_clip_policy_name(card->clip));
        sx_free_text(words);
    }
    printf("\nstandardised by mean %.6g, deviation %.6g\n", card->standardise.mean,
           card->standardise.deviation);
}

static int show_trained(cli_session *cli, const char *path, const settings *wanted) {
    sx_error err = {0};
    cli_trained trained = {0};
    if (cli_trained_open(path, 1, &trained, &err)) return cli_give_up(cli, &err, NULL);
    int result = wanted->json ? print_text(cli, sx_model_summary_json(trained.model), "\n")
                              : print_text(cli, sx_model_summary(trained.model), "");
    if (!wanted->json && result == CLI_OK) print_card(&trained.card);
    cli_trained_clear(&trained);
    return result;
}

static int read_input(cli_session *cli, const settings *wanted, const char *name, sx_shape *shape) {
    *shape = strcmp(name, "dscnn") == 0 ? (sx_shape){49, 10, 1} : (sx_shape){98, 40, 1};
    char rest = 0;
    if (!wanted->input) return CLI_GO_ON;
    int count =
        sscanf(wanted->input, "%zu,%zu,%zu%c", &shape->time, &shape->frequency, &shape->channels, &rest);
    bool good =
        count == 3 && !strchr(wanted->input, '-') && shape->time && shape->frequency && shape->channels;
    if (good) return CLI_GO_ON;
    return cli_misuse(cli, "model", "--input: '%s' is not three numbers such as 98,40,1", wanted->input);
}

/* The file's own net, with sizes from --input where it takes any, else 100 frames. */
static sx_status build_keras(const sx_keras *keras, sx_shape asked, sx_model **model, sx_error *err) {
    sx_shape own = sx_keras_input(keras);
    sx_model_options building = {.input = asked, .batch = 1, .threads = 1};
    if (!own.time && !asked.time) building.input.time = 100;
    if (!own.frequency && !asked.frequency) building.input.frequency = 100;
    return sx_keras_build(keras, &building, model, err);
}

static sx_status open_keras(const char *path, const settings *wanted, sx_keras **keras, sx_error *err) {
    sx_axis_order order = SX_ORDER_UNKNOWN;
    sx_status status = wanted->order ? sx_axis_order_parse(wanted->order, &order, err) : SX_OK;
    return status ? status : sx_keras_open(path, order, keras, err);
}

static int print_keras(cli_session *cli, const sx_keras *keras, const sx_model *model,
                       const settings *wanted) {
    if (wanted->spec) return print_text(cli, sx_model_spec_json(sx_keras_spec(keras)), "\n");
    if (wanted->json) return print_text(cli, sx_keras_describe_json(keras, model), "\n");
    int result = print_text(cli, sx_model_summary(model), "\n");
    return result == CLI_OK ? print_text(cli, sx_keras_describe(keras, model), "") : result;
}

static int show_keras(cli_session *cli, const char *path, const settings *wanted) {
    sx_error err = {0};
    sx_keras *keras = NULL;
    sx_model *model = NULL;
    sx_shape asked = {0, 0, 0};
    int result = wanted->input ? read_input(cli, wanted, path, &asked) : CLI_GO_ON;
    if (result != CLI_GO_ON) return result;
    sx_status status = open_keras(path, wanted, &keras, &err);
    if (!status) status = build_keras(keras, asked, &model, &err);
    result = status ? cli_give_up(cli, &err, NULL) : print_keras(cli, keras, model, wanted);
    sx_model_free(model);
    sx_keras_free(keras);
    return result;
}

static sx_status show_net(cli_session *cli, const sx_model_spec *spec, const settings *wanted, sx_shape shape,
                          int *result, sx_error *err) {
    sx_model *model = NULL;
    sx_model_options building = {
        .input = shape, .classes = (size_t)wanted->classes, .batch = 1, .training = false, .threads = 1};
    sx_status status = sx_model_build(spec, &building, &model, err);
    if (status) return status;
    *result = wanted->json ? print_text(cli, sx_model_summary_json(model), "\n")
                           : print_text(cli, sx_model_summary(model), "");
    sx_model_free(model);
    return SX_OK;
}

static int show_spec(cli_session *cli, const char *name, const settings *wanted) {
    sx_error err = {0};
    sx_model_spec *spec = NULL;
    sx_shape shape;
    sx_axis axis = SX_AXIS_CHANNELS;
    int result = read_input(cli, wanted, name, &shape);
    if (result != CLI_GO_ON) return result;
    sx_status status = sx_model_spec_open(name, &spec, &err);
    if (!status && wanted->axis) status = sx_axis_parse(wanted->axis, &axis, &err);
    bool fill = !status && sx_model_spec_needs_axis(spec) && (wanted->axis || !wanted->spec);
    if (fill) status = sx_model_spec_set_axis(spec, axis, NULL, &err);
    if (!status && wanted->spec)
        result = print_text(cli, sx_model_spec_json(spec), "\n");
    else if (!status)
        status = show_net(cli, spec, wanted, shape, &result, &err);
    sx_model_spec_free(spec);
    return status ? cli_give_up(cli, &err, NULL) : result;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings wanted = {.classes = 10};
    cli_line line = {.cli = cli, .command = &cli_model, .least = 0, .most = 1};
    cli_add_group(&line, "Model", options, sizeof options / sizeof *options, &wanted);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) {
        const char *name = line.value_count ? line.values[0] : NULL;
        if (!name)
            result = list_names();
        else if (sx_keras_is_path(name))
            result = show_keras(cli, name, &wanted);
        else if (ends_with(name, ".sxm"))
            result = show_trained(cli, name, &wanted);
        else
            result = show_spec(cli, name, &wanted);
    }
    cli_line_clear(&line);
    return result;
}

const cli_command cli_model = {
    "model",
    "Show a net as a table: shapes, parameters, what each normalisation keeps and pools",
    "[NAME | SPEC.json | FILE.sxm | FILE.keras | FILE.h5]",
    "sonaxis model\n"
    "sonaxis model kws --axis frequency --classes 12\n"
    "sonaxis model small --spec > mine.json\n"
    "sonaxis model trained.sxm\n"
    "sonaxis model my.keras --order frequency,time\n",
    "Without an argument the built-in nets are named. A spec is a JSON list of layers in\n"
    "which an axis may be \"$axis\": that is what compare varies. Of a Keras model every\n"
    "normalisation is listed with what it keeps, and settings that are seldom meant are\n"
    "warned about; no program in the file is run.",
    run};
