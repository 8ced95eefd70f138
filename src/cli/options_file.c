/* options_file.c: options in a file: one "name = value" a line, "# ..." comments, the names of the command
 * line. Unknown names are errors that name the line and the nearest known one. */
#include "options.h"

#include "host.h"
#include "say.h"

#include <stdlib.h>
#include <string.h>

static char *trimmed(char *text) {
    while (*text == ' ' || *text == '\t')
        text++;
    size_t length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static int read_flag(cli_line *line, const cli_option *option, void *target, const char *where,
                     const char *value) {
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0) {
        return cli_misuse(line->cli, line->command->name, "%s: '%s' is neither yes nor no", where, value);
    }
    *(bool *)((char *)target + option->offset) = yes;
    return CLI_GO_ON;
}

static int read_line(cli_line *line, char *text, const char *path, int number) {
    char where[512], *name = trimmed(text), *equals = strchr(name, '=');
    if (!*name || *name == '#') return CLI_GO_ON;
    snprintf(where, sizeof where, "%.400s: line %d", path, number);
    if (!equals) return cli_misuse(line->cli, line->command->name, "%s: expected name = value", where);
    *equals = '\0';
    name = trimmed(name);
    char *value = trimmed(equals + 1);
    void *target = NULL;
    const cli_option *option = cli_find_option(line, name, strlen(name), &target);
    if (!option || strcmp(name, "config") == 0 || strcmp(name, "help") == 0) {
        const char *near = cli_nearest_option(line, name);
        return cli_misuse(line->cli, line->command->name, "%s: unknown option '%s'%s%s%s", where, name,
                          near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    if (option->kind == CLI_FLAG) return read_flag(line, option, target, where, value);
    return cli_set_option(line, option, target, where, value);
}

int cli_read_settings(cli_line *line, const char *path) {
    sx_error err = {0};
    if (cli_read_file(path, &line->settings, &err)) return cli_give_up(line->cli, &err, NULL);
    char *rest = line->settings;
    for (int number = 1; *rest; number++) {
        size_t length = strcspn(rest, "\n");
        bool last = rest[length] == '\0';
        rest[length] = '\0';
        int status = read_line(line, rest, path, number);
        if (status != CLI_GO_ON) return status;
        rest += length + !last;
    }
    return CLI_GO_ON;
}

char *cli_write_settings(const cli_line *line) {
    char *text = cli_text("# sonaxis %s %s; read again with --config\n", line->command->name, sx_version());
    for (size_t g = 0; g < line->group_count; g++) {
        for (size_t i = 0; i < line->groups[g].count; i++) {
            const cli_option *option = &line->groups[g].options[i];
            char value[1024];
            if (!cli_show_option(option, line->groups[g].target, value, sizeof value)) continue;
            char *longer = cli_text("%s%s = %s\n", text, option->name, value);
            free(text);
            text = longer;
        }
    }
    return text;
}
