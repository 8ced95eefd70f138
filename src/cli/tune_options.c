/* tune_options.c: see tune_options.h. */
#include "tune_options.h"

#include "host.h"
#include "say.h"
#include "study_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double default_validation = 0.2;

static const cli_option options[] = {
    {"tune", 0, CLI_FLAG, offsetof(cli_tune, tune), NULL, 0, 0, NULL,
     "Before the runs, every axis tries the same learning rates on every fold; the validation part decides, "
     "never the test part. Needs --validation (else 0.2 is set aside)."},
    {"tune-rates", 0, CLI_TEXT, offsetof(cli_tune, rates), "LIST", 0, 0, NULL,
     "What --tune tries, up to 8, comma between: rates (0.001) or multiples of --lr (3x). 0.3x,1x,3x unless "
     "told otherwise."},
    {"tune-momentum", 0, CLI_TEXT, offsetof(cli_tune, momenta), "LIST", 0, 0, NULL,
     "Momenta of the moving statistics that --tune tries with each rate; only with --statistics moving, "
     "since "
     "nothing else looks at them."},
    {"moving-momentum", 0, CLI_NUMBER, offsetof(cli_tune, moving_momentum), "X", 0, 0.999999, NULL,
     "Momentum of the moving statistics of every normalisation, in place of the net's own."},
};

void cli_tune_default(cli_tune *tune) {
    *tune = (cli_tune){.rates = "0.3x,1x,3x", .moving_momentum = (double)NAN};
}

void cli_add_tune_options(cli_line *line, cli_tune *tune) {
    cli_add_group(line, "Tuning", options, sizeof options / sizeof *options, tune);
}

/* 0.3 * 0.001 is 0.0003, not 0.00029999999999999997: names of files are made of it. */
static double without_tail(double value) {
    char *text = cli_text("%.12g", value);
    const double rounded = strtod(text, NULL);
    free(text);
    return rounded;
}

/* "0.001,3x": values, multiples of base where an x follows. */
static sx_status read_list(const char *list, double base, double values[SX_MAX_TRIED], size_t *count,
                           const char *problem, sx_error *err) {
    char *copy = cli_text("%s", list), *rest = copy;
    sx_status status = SX_OK;
    *count = 0;
    for (char *word = strtok_r(rest, ", ", &rest); word && !status; word = strtok_r(NULL, ", ", &rest)) {
        char *end = NULL;
        double value = strtod(word, &end);
        if (base > 0 && *end == 'x') {
            value = without_tail(value * base);
            end++;
        }
        if (end == word || *end || *count == SX_MAX_TRIED)
            status = cli_bad_option(err, problem, list);
        else
            values[(*count)++] = value;
    }
    if (!status && *count == 0) status = cli_bad_option(err, problem, list);
    free(copy);
    return status;
}

sx_status cli_read_tune(cli_session *cli, const cli_tune *tune, sx_compare_options *to, sx_error *err) {
    sx_tune_options *wanted = &to->tune;
    if (!isnan(tune->moving_momentum)) to->moving_momentum = tune->moving_momentum;
    if (!tune->tune) {
        if (tune->momenta) return cli_bad_option(err, "--tune-momentum %s needs --tune", tune->momenta);
        return SX_OK;
    }
    sx_status status =
        read_list(tune->rates, to->train.learning_rate, wanted->rates, &wanted->rate_count,
                  "--tune-rates: '%s' is not a list of 1 to 8 numbers or multiples such as 0.3x,1x,3x", err);
    if (!status && tune->momenta)
        status = read_list(tune->momenta, 0, wanted->momenta, &wanted->momentum_count,
                           "--tune-momentum: '%s' is not a list of 1 to 8 numbers such as 0.9,0.99", err);
    if (status || to->folds.validation > 0) return status;
    to->folds.validation = default_validation;
    cli_note(cli, "tuning needs recordings to judge by: %g of each training part is set aside (--validation)",
             default_validation);
    return SX_OK;
}
