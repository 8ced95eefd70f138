/* options.c: reads a command line by the tables: --name value, --name=value, -n value, -nvalue, -qv, --. */
#include "options.h"

#include "host.h"
#include "nearest.h"
#include "say.h"
#include "session.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Options every subcommand has. */
typedef struct general {
    bool help, quiet, verbose, no_color;
    const char *config;
} general;

static const cli_option general_options[] = {
    {"config", 0, CLI_TEXT, offsetof(general, config), "FILE", 0, 0, NULL,
     "Read options from FILE, lines of name = value; the command line wins."},
    {"quiet", 'q', CLI_FLAG, offsetof(general, quiet), NULL, 0, 0, NULL, "Say errors only."},
    {"verbose", 'v', CLI_FLAG, offsetof(general, verbose), NULL, 0, 0, NULL, "Say more."},
    {"no-color", 0, CLI_FLAG, offsetof(general, no_color), NULL, 0, 0, NULL,
     "No colours; so do NO_COLOR and TERM=dumb."},
    {"help", 'h', CLI_FLAG, offsetof(general, help), NULL, 0, 0, NULL, "Show this."},
};

void cli_add_group(cli_line *line, const char *title, const cli_option *options, size_t count, void *target) {
    line->groups[line->group_count++] = (cli_group){title, options, count, target};
}

const cli_option *cli_find_option(const cli_line *line, const char *name, size_t length, void **target) {
    for (size_t g = 0; g < line->group_count; g++) {
        const cli_group *group = &line->groups[g];
        for (size_t i = 0; i < group->count; i++) {
            const cli_option *option = &group->options[i];
            if (strlen(option->name) != length || strncmp(option->name, name, length) != 0) continue;
            *target = group->target;
            return option;
        }
    }
    return NULL;
}

static const cli_option *find_letter(const cli_line *line, char letter, void **target) {
    for (size_t g = 0; g < line->group_count; g++) {
        const cli_group *group = &line->groups[g];
        for (size_t i = 0; i < group->count; i++) {
            if (group->options[i].letter != letter) continue;
            *target = group->target;
            return &group->options[i];
        }
    }
    return NULL;
}

const char *cli_nearest_option(const cli_line *line, const char *name) {
    const char *names[256];
    size_t count = 0;
    for (size_t g = 0; g < line->group_count; g++) {
        for (size_t i = 0; i < line->groups[g].count && count < 256; i++) {
            names[count++] = line->groups[g].options[i].name;
        }
    }
    return cli_nearest(name, names, count);
}

static int refuse(cli_line *line, const cli_option *option, const char *where, const char *text) {
    const char *name = line->command->name;
    if (option->kind == CLI_CHOICE) {
        char all[256] = "";
        size_t count = 0;
        for (; option->choices[count]; count++) {
            size_t used = strlen(all);
            snprintf(all + used, sizeof all - used, "%s%s", count ? ", " : "", option->choices[count]);
        }
        const char *near = cli_nearest(text, option->choices, count);
        return cli_misuse(line->cli, name, "%s: '%s' is none of %s%s%s%s", where, text, all,
                          near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (option->kind == CLI_SEED) {
        return cli_misuse(line->cli, name, "%s: '%s' is not a whole number from 0", where, text);
    }
    return cli_misuse(line->cli, name, "%s: '%s' is not a %snumber from %g to %g", where, text,
                      option->kind == CLI_INTEGER ? "whole " : "", option->low, option->high);
}

static bool read_number(const char *text, const cli_option *option, double *number) {
    char *end = NULL;
    errno = 0;
    *number = strtod(text, &end);
    bool whole = option->kind != CLI_INTEGER || *number == floor(*number);
    return end != text && !*end && isfinite(*number) && whole && *number >= option->low &&
           *number <= option->high;
}

static bool read_choice(const char *text, const cli_option *option, int *index) {
    for (int i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], text) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool read_seed(const char *text, uint64_t *seed) {
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    *seed = number;
    return *text >= '0' && *text <= '9' && !*end && errno == 0;
}

int cli_set_option(cli_line *line, const cli_option *option, void *target, const char *where,
                   const char *text) {
    void *member = (char *)target + option->offset;
    double number = 0;
    int index = 0;
    uint64_t seed = 0;
    switch (option->kind) {
    case CLI_FLAG:
        *(bool *)member = true;
        return CLI_GO_ON;
    case CLI_TEXT:
        *(const char **)member = text;
        return CLI_GO_ON;
    case CLI_SEED:
        if (!read_seed(text, &seed)) break;
        *(uint64_t *)member = seed;
        return CLI_GO_ON;
    case CLI_CHOICE:
        if (!read_choice(text, option, &index)) break;
        memcpy(member, &index, sizeof index);
        return CLI_GO_ON;
    case CLI_INTEGER:
    case CLI_NUMBER:
        if (!read_number(text, option, &number)) break;
        if (option->kind == CLI_INTEGER)
            *(int *)member = (int)number;
        else
            *(double *)member = number;
        return CLI_GO_ON;
    }
    return refuse(line, option, where, text);
}

bool cli_show_option(const cli_option *option, const void *target, char *text, size_t size) {
    const void *member = (const char *)target + option->offset;
    int whole = 0;
    double number = NAN;
    switch (option->kind) {
    case CLI_FLAG:
        snprintf(text, size, "yes");
        return *(const bool *)member;
    case CLI_SEED:
        snprintf(text, size, "%llu", (unsigned long long)*(const uint64_t *)member);
        return true;
    case CLI_NUMBER:
        number = *(const double *)member;
        snprintf(text, size, "%.10g", number);
        return !isnan(number);
    case CLI_TEXT:
        snprintf(text, size, "%s", *(const char *const *)member ? *(const char *const *)member : "");
        return *(const char *const *)member != NULL;
    case CLI_CHOICE:
        memcpy(&whole, member, sizeof whole);
        snprintf(text, size, "%s", whole >= 0 ? option->choices[whole] : "");
        return whole >= 0;
    case CLI_INTEGER:
        break;
    }
    whole = *(const int *)member;
    snprintf(text, size, "%d", whole);
    return whole >= option->low;
}

static int unknown_option(cli_line *line, const char *name, size_t length) {
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)length, name);
    const char *near = cli_nearest_option(line, word);
    return cli_misuse(line->cli, line->command->name, "unknown option '--%s'%s%s%s", word,
                      near ? "; did you mean '--" : "", near ? near : "", near ? "'?" : "");
}

static int missing_value(cli_line *line, const cli_option *option) {
    return cli_misuse(line->cli, line->command->name, "option '--%s' needs a value: %s", option->name,
                      option->value);
}

/* The value of an option that stands at argv[*at], by "=" or as the next argument; NULL where it is missing.
 */
static const char *take_value(const char *behind, int argc, char **argv, int *at) {
    if (behind && *behind) return *behind == '=' ? behind + 1 : behind;
    if (*at + 1 >= argc || strncmp(argv[*at + 1], "--", 2) == 0) return NULL;
    return argv[++*at];
}

static int parse_long(cli_line *line, int argc, char **argv, int *at) {
    const char *name = argv[*at] + 2, *equals = strchr(name, '=');
    size_t length = equals ? (size_t)(equals - name) : strlen(name);
    void *target = NULL;
    const cli_option *option = cli_find_option(line, name, length, &target);
    if (!option) return unknown_option(line, name, length);
    char where[80];
    snprintf(where, sizeof where, "--%s", option->name);
    if (option->kind == CLI_FLAG) {
        if (equals) return cli_misuse(line->cli, line->command->name, "option '%s' takes no value", where);
        return cli_set_option(line, option, target, where, "");
    }
    const char *value = take_value(equals, argc, argv, at);
    return value ? cli_set_option(line, option, target, where, value) : missing_value(line, option);
}

static int parse_letters(cli_line *line, int argc, char **argv, int *at) {
    const char *letters = argv[*at] + 1;
    for (; *letters; letters++) {
        void *target = NULL;
        const cli_option *option = find_letter(line, *letters, &target);
        char where[8];
        snprintf(where, sizeof where, "-%c", *letters);
        if (!option) return cli_misuse(line->cli, line->command->name, "unknown option '%s'", where);
        if (option->kind != CLI_FLAG) {
            const char *value = take_value(letters + 1, argc, argv, at);
            return value ? cli_set_option(line, option, target, where, value) : missing_value(line, option);
        }
        int status = cli_set_option(line, option, target, where, "");
        if (status != CLI_GO_ON) return status;
    }
    return CLI_GO_ON;
}

static int parse_all(cli_line *line, int argc, char **argv) {
    bool options_end = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        int status = CLI_GO_ON;
        if (options_end || word[0] != '-' || !word[1])
            line->values[line->value_count++] = word;
        else if (strcmp(word, "--") == 0)
            options_end = true;
        else if (word[1] == '-')
            status = parse_long(line, argc, argv, &i);
        else
            status = parse_letters(line, argc, argv, &i);
        if (status != CLI_GO_ON) return status;
    }
    return CLI_GO_ON;
}

static bool asks_for_help(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    }
    return false;
}

static int check_counts(cli_line *line) {
    const cli_command *command = line->command;
    if (line->value_count < line->least) {
        return cli_misuse(line->cli, command->name, "something is missing: sonaxis %s %s", command->name,
                          command->arguments);
    }
    if (line->value_count > line->most) {
        return cli_misuse(line->cli, command->name, "'%s' is too much: sonaxis %s %s",
                          line->values[line->most], command->name, command->arguments);
    }
    return CLI_GO_ON;
}

int cli_parse(cli_line *line, int argc, char **argv) {
    general chosen = {
        .quiet = line->cli->quiet, .verbose = line->cli->verbose, .no_color = line->cli->no_color};
    line->values = cli_alloc((size_t)argc, sizeof *line->values);
    cli_add_group(line, "General", general_options, sizeof general_options / sizeof *general_options,
                  &chosen);
    if (asks_for_help(argc, argv)) {
        cli_print_help(line);
        return CLI_OK;
    }
    int status = parse_all(line, argc, argv);
    if (status == CLI_GO_ON && chosen.config) {
        status = cli_read_settings(line, chosen.config);
        line->value_count = 0;
        if (status == CLI_GO_ON) status = parse_all(line, argc, argv);
    }
    line->group_count--;
    if (status == CLI_GO_ON) status = check_counts(line);
    line->cli->quiet = chosen.quiet;
    line->cli->verbose = chosen.verbose;
    line->cli->no_color = chosen.no_color;
    if (status == CLI_GO_ON) cli_session_begin(line->cli);
    return status;
}

void cli_line_clear(cli_line *line) {
    free(line->values);
    free(line->settings);
    *line = (cli_line){0};
}
