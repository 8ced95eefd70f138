/* cmd_study.c: studies on disk: list, show, compare, export, merge, rm. */
#include "host.h"
#include "say.h"

#include "options.h"
#include "sonaxis/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    const char *output;
    bool json, csv, yes;
    int seed;
} settings;

static const cli_option options[] = {
    {"output", 'o', CLI_TEXT, offsetof(settings, output), "PATH", 0, 0, NULL,
     "merge: the folder the parts go to. export: a file in place of standard output."},
    {"json", 0, CLI_FLAG, offsetof(settings, json), NULL, 0, 0, NULL, "One JSON document instead of text."},
    {"csv", 0, CLI_FLAG, offsetof(settings, csv), NULL, 0, 0, NULL,
     "export: one line a run, with all scores (the default)."},
    {"seed", 0, CLI_INTEGER, offsetof(settings, seed), "N", 1, 1000, NULL,
     "compare: whose nets are set side by side."},
    {"yes", 'y', CLI_FLAG, offsetof(settings, yes), NULL, 0, 0, NULL,
     "rm: do it; without it only say what would go."},
};

/* What one call works with: the words after the verb. */
typedef struct job {
    cli_session *cli;
    const settings *wanted;
    const char *const *words;
    size_t count;
} job;

/* Text of the library to standard output, or into -o. */
static sx_status give(const job *work, char *text, sx_error *err) {
    sx_status status = SX_OK;
    if (!text) {
        snprintf(err->text, sizeof err->text, "out of memory for the answer");
        return err->status = SX_E_MEMORY;
    }
    if (work->wanted->output)
        status = cli_write_file(work->wanted->output, text, err);
    else
        printf("%s%s", text, work->wanted->json ? "\n" : "");
    sx_free_text(text);
    return status;
}

static void free_views(sx_study_view **views, size_t count) {
    for (size_t i = 0; i < count; i++)
        sx_study_view_free(views[i]);
    free(views);
}

static sx_status read_views(const char *const *folders, size_t count, sx_study_view **views, sx_error *err) {
    sx_status status = SX_OK;
    for (size_t i = 0; !status && i < count; i++)
        status = sx_study_read(folders[i], &views[i], err);
    return status;
}

/* One study that cannot be read does not hide the others. */
static size_t read_what_can_be_read(const job *work, char *const *folders, size_t count,
                                    sx_study_view **views) {
    size_t read = 0;
    for (size_t i = 0; i < count; i++) {
        sx_error err = {0};
        if (sx_study_read(folders[i], &views[read], &err))
            cli_note(work->cli, "left out: %s", err.text);
        else
            read++;
    }
    return read;
}

static sx_status do_list(const job *work, sx_error *err) {
    char **folders = NULL;
    size_t count = 0, read = 0;
    sx_status status = sx_study_find(work->count ? work->words[0] : ".", &folders, &count, err);
    sx_study_view **views = cli_alloc(count + 1, sizeof *views);
    if (!status) read = read_what_can_be_read(work, folders, count, views);
    if (!status)
        status =
            give(work, work->wanted->json ? sx_study_list_json(views, read) : sx_study_list_text(views, read),
                 err);
    free_views(views, read);
    sx_study_folders_free(folders, count);
    return status;
}

static sx_status do_show(const job *work, sx_error *err) {
    sx_study_view *view = NULL;
    sx_status status = sx_study_read(work->words[0], &view, err);
    if (!status) status = give(work, work->wanted->json ? sx_study_json(view) : sx_study_text(view), err);
    sx_study_view_free(view);
    return status;
}

static sx_status do_compare(const job *work, sx_error *err) {
    sx_study_match *matches = NULL;
    size_t count = 0;
    sx_study_view **views = cli_alloc(work->count, sizeof *views);
    sx_status status = read_views(work->words, work->count, views, err);
    if (!status)
        status = sx_study_match_all(work->words, work->count, work->wanted->seed, &matches, &count, err);
    if (!status)
        status = give(work,
                      work->wanted->json ? sx_study_compare_json(views, work->count, matches, count)
                                         : sx_study_compare_text(views, work->count, matches, count),
                      err);
    sx_free_text((char *)matches);
    free_views(views, work->count);
    return status;
}

static sx_status do_export(const job *work, sx_error *err) {
    sx_study_view *view = NULL;
    sx_status status = sx_study_read(work->words[0], &view, err);
    if (!status && !view->comparison) {
        snprintf(err->text, sizeof err->text, "%s: nothing to export yet: %s", work->words[0], view->gap);
        status = err->status = SX_E_DATA;
    }
    if (!status) status = give(work, work->wanted->json ? sx_study_json(view) : sx_study_csv(view), err);
    sx_study_view_free(view);
    return status;
}

static sx_status do_merge(const job *work, sx_error *err) {
    size_t added = 0;
    sx_status status = sx_study_merge(work->words, work->count, work->wanted->output, &added, err);
    if (!status && work->wanted->json)
        printf("{\"schema\": \"sonaxis-merge-1\", \"runs_added\": %zu}\n", added);
    else if (!status)
        printf("%zu run%s joined in %s\n", added, added == 1 ? "" : "s", work->wanted->output);
    return status;
}

static sx_status do_remove(const job *work, sx_error *err) {
    char **files = NULL;
    size_t count = 0;
    sx_status status = sx_study_files(work->words[0], &files, &count, err);
    if (!status && work->wanted->yes) status = sx_study_remove(work->words[0], err);
    for (size_t i = 0; !status && !work->wanted->yes && i < count; i++)
        printf("%s/%s\n", work->words[0], files[i]);
    if (!status && work->wanted->yes)
        printf("%zu file%s of the study in %s removed\n", count, count == 1 ? "" : "s", work->words[0]);
    else if (!status)
        printf("nothing was removed; --yes removes these %zu file%s\n", count, count == 1 ? "" : "s");
    sx_study_folders_free(files, count);
    return status;
}

typedef struct verb {
    const char *name;
    size_t least, most; /* words behind it */
    sx_status (*run)(const job *work, sx_error *err);
} verb;

static const verb verbs[] = {{"list", 0, 1, do_list},        {"show", 1, 1, do_show},
                             {"compare", 1, 32, do_compare}, {"export", 1, 1, do_export},
                             {"merge", 1, 1000, do_merge},   {"rm", 1, 1, do_remove}};
enum { VERB_COUNT = sizeof verbs / sizeof *verbs };

static int unknown_verb(cli_session *cli, const char *word) {
    const char *names[VERB_COUNT + 1] = {NULL};
    for (size_t i = 0; i < VERB_COUNT; i++)
        names[i] = verbs[i].name;
    const char *near = sx_text_nearest(word, names);
    return cli_misuse(cli, "study", "'%s' is not list, show, compare, export, merge or rm%s%s%s", word,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int run_verb(cli_session *cli, const cli_line *line, const settings *wanted) {
    const char *word = line->values[0];
    const verb *found = NULL;
    sx_error err = {0};
    job work = {cli, wanted, line->values + 1, line->value_count - 1};
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(verbs[i].name, word) == 0) found = &verbs[i];
    if (!found) return unknown_verb(cli, word);
    if (work.count < found->least) return cli_misuse(cli, "study", "%s needs the folder of a study", word);
    if (work.count > found->most)
        return cli_misuse(cli, "study", "%s takes one folder, '%s' is too many", word,
                          work.words[found->most]);
    if (found->run == do_merge && !wanted->output)
        return cli_misuse(cli, "study", "-o FOLDER is missing: where shall the parts go?");
    if (found->run(&work, &err)) return cli_give_up(cli, &err, NULL);
    return CLI_OK;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings wanted = {.seed = 1};
    cli_line line = {.cli = cli, .command = &cli_study, .least = 1, .most = 1001};
    cli_add_group(&line, "Study", options, sizeof options / sizeof *options, &wanted);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = run_verb(cli, &line, &wanted);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_study = {
    "study",
    "List, show, set side by side, join, export or remove studies",
    "list|show|compare|export|merge|rm [FOLDER...]",
    "sonaxis study list\n"
    "sonaxis study show out\n"
    "sonaxis study compare out again\n"
    "sonaxis study export out --csv -o runs.csv\n"
    "sonaxis study merge part1 part2 -o whole\n"
    "sonaxis study rm out --yes\n",
    "A study is the folder that 'sonaxis compare -o FOLDER' fills; its study.sqlite holds\n"
    "every finished run. list looks into the folder and two levels below it. merge joins\n"
    "parts made with --shard. rm removes what sonaxis made, and nothing else.",
    run};
