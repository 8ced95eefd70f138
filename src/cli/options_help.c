/* options_help.c: help from the tables: usage, examples, what it does, options with their defaults. */
#include "options.h"

#include "say.h"

#include <stdio.h>
#include <string.h>

enum { COLUMN = 30, WIDTH = 96 };

/* Prints words from column `at` on, broken before WIDTH. */
static void print_wrapped(const char *text, int at) {
    int used = at;
    while (*text) {
        int word = (int)strcspn(text, " ");
        if (used > at && used + 1 + word > WIDTH) {
            printf("\n%*s", at, "");
            used = at;
        } else if (used > at) {
            putchar(' ');
            used++;
        }
        printf("%.*s", word, text);
        used += word;
        text += word + (text[word] == ' ');
    }
    putchar('\n');
}

static void print_examples(const char *examples) {
    while (*examples) {
        int length = (int)strcspn(examples, "\n");
        printf("  %.*s\n", length, examples);
        examples += length + (examples[length] == '\n');
    }
}

static void describe(const cli_option *option, const void *target, char *text, size_t size) {
    char value[128];
    snprintf(text, size, "%s", option->help);
    if (option->choices) {
        snprintf(text + strlen(text), size - strlen(text), " One of");
        for (int i = 0; option->choices[i]; i++) {
            snprintf(text + strlen(text), size - strlen(text), "%s %s", i ? "," : "", option->choices[i]);
        }
        snprintf(text + strlen(text), size - strlen(text), ".");
    }
    if (option->kind == CLI_FLAG || !cli_show_option(option, target, value, sizeof value)) return;
    snprintf(text + strlen(text), size - strlen(text), " [%s]", value);
}

static void print_option(const cli_option *option, const void *target) {
    char left[80], text[640];
    snprintf(left, sizeof left, "  %c%c%s --%s%s%s", option->letter ? '-' : ' ',
             option->letter ? option->letter : ' ', option->letter ? "," : " ", option->name,
             option->value ? " " : "", option->value ? option->value : "");
    describe(option, target, text, sizeof text);
    printf("%-*s", COLUMN, left);
    if (strlen(left) >= COLUMN) printf("\n%*s", COLUMN, "");
    print_wrapped(text, COLUMN);
}

void cli_print_help(const cli_line *line) {
    const cli_command *command = line->command;
    printf("%s\n\n", command->summary);
    cli_bold(line->cli, stdout, "Usage:");
    printf(" sonaxis %s [options] %s\n\n", command->name, command->arguments);
    cli_bold(line->cli, stdout, "Examples:\n");
    print_examples(command->examples);
    printf("\n%s\n", command->about);
    for (size_t g = 0; g < line->group_count; g++) {
        const cli_group *group = &line->groups[g];
        putchar('\n');
        cli_bold(line->cli, stdout, group->title);
        printf(":\n");
        for (size_t i = 0; i < group->count; i++)
            print_option(&group->options[i], group->target);
    }
}
