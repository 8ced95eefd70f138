/* train_options.c: Keras's words for Keras's settings. */
#include "train_options.h"

static const char *const optimiser_names[] = {"sgd", "adam", "adamw", NULL};
static const char *const schedule_names[] = {"constant", "step", "cosine", NULL};
static const char *const loss_names[] = {"softmax", "sigmoid", NULL};

static const cli_option options[] = {
    {"epochs", 'e', CLI_INTEGER, offsetof(sx_train_options, epochs), "N", 1, 100000, NULL, "Epochs."},
    {"batch", 'b', CLI_INTEGER, offsetof(sx_train_options, batch), "N", 1, 65536, NULL, "Batch size."},
    {"lr", 0, CLI_NUMBER, offsetof(sx_train_options, learning_rate), "X", 1e-12, 1000, NULL,
     "Learning rate."},
    {"optimiser", 0, CLI_CHOICE, offsetof(sx_train_options, optimiser), "NAME", 0, 0, optimiser_names,
     "Optimiser."},
    {"momentum", 0, CLI_NUMBER, offsetof(sx_train_options, momentum), "X", 0, 0.999999, NULL,
     "Momentum of sgd."},
    {"nesterov", 0, CLI_FLAG, offsetof(sx_train_options, nesterov), NULL, 0, 0, NULL, "Nesterov's momentum."},
    {"weight-decay", 0, CLI_NUMBER, offsetof(sx_train_options, weight_decay), "X", 0, 10, NULL,
     "Weight decay."},
    {"schedule", 0, CLI_CHOICE, offsetof(sx_train_options, schedule), "NAME", 0, 0, schedule_names,
     "How the learning rate goes on."},
    {"warmup", 0, CLI_NUMBER, offsetof(sx_train_options, warmup_epochs), "EPOCHS", 0, 100000, NULL,
     "Epochs over which the learning rate rises."},
    {"step-epochs", 0, CLI_INTEGER, offsetof(sx_train_options, step_epochs), "N", 1, 100000, NULL,
     "Epochs between two steps of schedule step."},
    {"step-factor", 0, CLI_NUMBER, offsetof(sx_train_options, step_factor), "X", 1e-6, 1, NULL,
     "What each step multiplies by."},
    {"loss", 0, CLI_CHOICE, offsetof(sx_train_options, loss), "NAME", 0, 0, loss_names,
     "Cross-entropy of softmax, or of one sigmoid a label."},
    {"class-weights", 0, CLI_FLAG, offsetof(sx_train_options, class_weights), NULL, 0, 0, NULL,
     "Weigh rare labels more."},
    {"patience", 0, CLI_INTEGER, offsetof(sx_train_options, patience), "EPOCHS", 0, 100000, NULL,
     "Stop after so many epochs without a better validation loss; 0 = never. Needs --validation."},
    {"jitter", 0, CLI_NUMBER, offsetof(sx_train_options, jitter_ms), "MS", 0, 60000, NULL,
     "While fitting, each recording begins up to so much later, drawn anew each epoch; 0 = never."},
    {"exact", 0, CLI_FLAG, offsetof(sx_train_options, exact), NULL, 0, 0, NULL,
     "Every layer by its definition: no Winograd, nothing fused. Slower."},
    {"seed", 's', CLI_SEED, offsetof(sx_train_options, seed), "N", 0, 0, NULL,
     "Seed of weights, order, dropout and jitter."},
};

void cli_add_train_options(cli_line *line, sx_train_options *train) {
    cli_add_group(line, "Training", options, sizeof options / sizeof *options, train);
}
