/* net_options.c: see net_options.h. A command line is read twice where the net is a file of Keras: once to
 * know the file, once on top of what the file says. */
#include "net_options.h"

#include "host.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>

enum { NO_LOSS = -1 };

static const cli_option options[] = {
    {"model", 'm', CLI_TEXT, offsetof(cli_net, model), "NET", 0, 0, NULL,
     "Built-in net (sonaxis model names them), the path of a JSON spec that has \"$axis\", or a model that "
     "Keras saved (.keras, .h5)."},
    {"vary", 0, CLI_TEXT, offsetof(cli_net, vary), "all|LAYERS", 0, 0, NULL,
     "Only these normalisations vary (names, comma between); the others keep channels, those of a Keras "
     "model "
     "what they have."},
    {"order", 0, CLI_TEXT, offsetof(cli_net, order), "ORDER", 0, 0, NULL,
     "Axes of arrays: time,frequency or frequency,time. Names follow it; Keras's numbers stay."},
    {"from-weights", 0, CLI_FLAG, offsetof(cli_net, from_weights), NULL, 0, 0, NULL,
     "Begin with the weights of the Keras model; the normalisations that vary begin anew on every axis."},
};

void cli_net_default(cli_net *net) { *net = (cli_net){.axes = SX_ORDER_UNKNOWN}; }

void cli_net_clear(cli_net *net) {
    sx_keras_free(net->keras);
    sx_free_text(net->notes);
    cli_net_default(net);
}

/* --from-weights is the last one. */
void cli_add_net_options(cli_line *line, cli_net *net, bool compares) {
    cli_add_group(line, "Net", options, sizeof options / sizeof *options - !compares, net);
}

static int read_order(cli_line *line, cli_net *net) {
    sx_error err = {0};
    net->axes = SX_ORDER_UNKNOWN;
    if (!net->order) return CLI_GO_ON;
    sx_status status = sx_axis_order_parse(net->order, &net->axes, &err);
    if (status || net->axes == SX_ORDER_UNKNOWN)
        return cli_misuse(line->cli, line->command->name,
                          "--order: '%s' is neither time,frequency nor frequency,time", net->order);
    return CLI_GO_ON;
}

/* The same words again, on top of what the file says. */
static int parse_again(cli_line *line, int argc, char **argv) {
    char *before = line->settings; /* options may still point into it until they are read again */
    free(line->values);
    line->values = NULL;
    line->value_count = 0;
    line->settings = NULL;
    int result = cli_parse(line, argc, argv);
    free(before);
    return result;
}

static void say_notes(cli_session *cli, const char *notes) {
    while (*notes) {
        size_t length = strcspn(notes, "\n");
        cli_note(cli, "%.*s", (int)length, notes);
        notes += length + (notes[length] == '\n');
    }
}

/* What was asked for in place of what the file says. */
static void say_overridden(cli_session *cli, const sx_train_options *file, const sx_train_options *train) {
    static const char *const names[] = {"sgd", "adam", "adamw"};
    if (file->optimiser != train->optimiser)
        cli_note(cli, "Asked for instead: optimiser %s.", names[train->optimiser]);
    if (file->learning_rate < train->learning_rate || file->learning_rate > train->learning_rate)
        cli_note(cli, "Asked for instead: learning rate %g.", train->learning_rate);
}

static void say_fit(cli_session *cli, const sx_train_options *train) {
    cli_note(cli,
             "Not in the file, since fit() takes them: batch %d and %d epoch%s; --batch and --epochs change "
             "them.",
             train->batch, train->epochs, train->epochs == 1 ? "" : "s");
}

static int read_training(cli_line *line, int argc, char **argv, cli_net *net, sx_train_options *train) {
    sx_error err = {0};
    bool loss_known = true;
    if (sx_keras_open(net->model, net->axes, &net->keras, &err)) return cli_give_up(line->cli, &err, NULL);
    if (sx_net_training(net->keras, train, &loss_known, &net->notes, &err))
        return cli_give_up(line->cli, &err, NULL);
    const sx_train_options file = *train;
    if (!loss_known) train->loss = (sx_loss)NO_LOSS;
    int result = parse_again(line, argc, argv);
    if (result != CLI_GO_ON) return result;
    say_notes(line->cli, net->notes);
    say_overridden(line->cli, &file, train);
    say_fit(line->cli, train);
    if ((int)train->loss != NO_LOSS) return CLI_GO_ON;
    cli_error(
        line->cli,
        "%s: was compiled with loss %s, which cannot be trained with here; give --loss softmax or --loss "
        "sigmoid",
        net->model, sx_keras_get_training(net->keras).loss);
    return CLI_FAILED;
}

int cli_net_parse(cli_line *line, int argc, char **argv, cli_net *net, sx_train_options *train) {
    const sx_train_options defaults = *train;
    int result = cli_parse(line, argc, argv);
    if (result == CLI_GO_ON) result = read_order(line, net);
    if (result != CLI_GO_ON || !sx_keras_is_path(net->model)) return result;
    *train = defaults;
    return read_training(line, argc, argv, net, train);
}

sx_axis_order cli_net_order(const cli_net *net) {
    sx_axis_order order = net->keras ? sx_keras_order(net->keras) : net->axes;
    return order == SX_ORDER_UNKNOWN ? SX_ORDER_TIME_FREQUENCY : order;
}

void cli_net_apply(const cli_net *net, sx_compare_options *to) {
    to->model = net->model;
    to->vary = net->vary;
    to->keras = net->keras;
    to->order = net->axes;
    to->from_weights = net->from_weights;
    to->training_notes = net->notes;
}
