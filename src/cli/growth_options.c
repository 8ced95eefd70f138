/* growth_options.c: see growth_options.h. */
#include "growth_options.h"

#include "study_options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {"add-seeds", 0, CLI_INTEGER, offsetof(cli_growth, add_seeds), "N", 1, 1000, NULL,
     "So many seeds more than the finished study in the folder has."},
    {"until", 0, CLI_TEXT, offsetof(cli_growth, until), "decided", 0, 0, NULL,
     "Add seeds, look, and go on until it is decided, hopeless, or the budget is used up; the error rate "
     "holds over "
     "all looks. --seeds is the first look."},
    {"budget", 0, CLI_TEXT, offsetof(cli_growth, budget), "TIME", 0, 0, NULL,
     "With --until: about so long, such as 90s, 30m or 2h."},
    {"most-seeds", 0, CLI_INTEGER, offsetof(cli_growth, most_seeds), "N", 1, 1000, NULL,
     "With --until: the planned end; without it what the budget allows, else 30."},
    {"shard", 0, CLI_TEXT, offsetof(cli_growth, shard), "I/N", 0, 0, NULL,
     "Run part I of N only, such as 2/5; 'sonaxis study merge' joins the parts."},
};

void cli_add_growth_options(cli_line *line, cli_growth *growth) {
    cli_add_group(line, "Growth", options, sizeof options / sizeof *options, growth);
}

/* "90s", "30m", "2h", "90" */
static sx_status read_time(const char *text, double *seconds, sx_error *err) {
    char *end = NULL;
    double value = strtod(text, &end), unit = 1;
    if (end != text && *end && !end[1]) unit = *end == 's' ? 1 : *end == 'm' ? 60 : *end == 'h' ? 3600 : 0;
    bool good = isdigit((unsigned char)text[0]) && end != text && (!*end || !end[1]) && unit > 0 && value > 0;
    if (!good || !(value * unit < 1e8))
        return cli_bad_option(err, "--budget is %s, must be a time such as 90s, 30m or 2h", text);
    *seconds = value * unit;
    return SX_OK;
}

static sx_status read_shard(const char *text, sx_growth_options *to, sx_error *err) {
    char *slash = NULL, *end = NULL;
    long shard = strtol(text, &slash, 10), shards = 0;
    bool good = isdigit((unsigned char)text[0]) && *slash == '/' && isdigit((unsigned char)slash[1]);
    if (good) shards = strtol(slash + 1, &end, 10);
    good = good && !*end && shard >= 1 && shard <= shards && shards <= 1000;
    if (!good) return cli_bad_option(err, "--shard is %s, must be such as 2/5: part 2 of 5", text);
    to->shard = (int)shard;
    to->shards = (int)shards;
    return SX_OK;
}

sx_status cli_read_growth(const cli_growth *growth, sx_growth_options *to, sx_error *err) {
    sx_growth_options made = {.add_seeds = growth->add_seeds > 0 ? growth->add_seeds : 0,
                              .most_seeds = growth->most_seeds > 0 ? growth->most_seeds : 0,
                              .until_decided = growth->until != NULL};
    sx_status status = SX_OK;
    if (growth->until && strcmp(growth->until, "decided") != 0)
        return cli_bad_option(err, "--until is %s, must be 'decided'", growth->until);
    if (!growth->until && (growth->budget || made.most_seeds > 0))
        return cli_bad_option(err, "%s is for --until decided", growth->budget ? "--budget" : "--most-seeds");
    if (growth->budget) status = read_time(growth->budget, &made.budget_s, err);
    if (!status && growth->shard) status = read_shard(growth->shard, &made, err);
    if (!status) *to = made;
    return status;
}
