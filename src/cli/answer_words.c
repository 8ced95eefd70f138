/* answer_words.c: see answer_words.h. Only what changes the recordings, the spectrograms or the fit is named.
 */
#include "answer_words.h"

#include "host.h"
#include "session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* text, then " --name value" where there is a value. Takes text over. */
static char *with(char *text, const char *name, const char *value) {
    if (!value) return text;
    char *word = cli_quoted(value), *longer = cli_text("%s --%s %s", text, name, word);
    free(word);
    free(text);
    return longer;
}

static char *data_words(const char *path, const cli_data *data) {
    char *text = cli_quoted(path);
    text = with(text, "name", data->name);
    text = with(text, "labels", data->labels);
    return with(text, "groups", data->groups);
}

/* What of a recording makes a clip, where it is not the usual. */
static char *clip_words(char *text, const cli_data *data) {
    cli_data usual;
    char number[32];
    cli_data_default(&usual);
    if (strcmp(data->channels, usual.channels) != 0) text = with(text, "channels", data->channels);
    if (data->clip != usual.clip) text = with(text, "clip", sx_clip_policy_name((sx_clip_policy)data->clip));
    snprintf(number, sizeof number, "%.9g", data->random_offset_ms);
    if (data->random_offset_ms > 0) text = with(text, "random-offset", number);
    snprintf(number, sizeof number, "%llu", (unsigned long long)data->clip_seed);
    return data->clip_seed != usual.clip_seed ? with(text, "clip-seed", number) : text;
}

static char *feature_words(const char *folder, const cli_data *data, const sx_features *features) {
    if (features->from_arrays) return cli_text("%s", "");
    char *text = cli_text(" --frontend %s/frontend.json --duration %.9g", folder, features->duration_s);
    return clip_words(text, data);
}

static char *training_words(const sx_train_options *train) {
    sx_train_options usual;
    sx_train_default(&usual);
    char *text = cli_text("--epochs %d --batch %d", train->epochs, train->batch);
    if (fabs(train->learning_rate - usual.learning_rate) > 0) {
        char *longer = cli_text("%s --lr %.9g", text, train->learning_rate);
        free(text);
        text = longer;
    }
    return text;
}

cli_answer_words cli_answer_words_of(const char *path, const cli_data *data,
                                     const sx_compare_options *compare, const sx_features *features) {
    cli_answer_words words = {.data = data_words(path, data),
                              .folder = cli_quoted(compare->folder),
                              .model = cli_quoted(compare->model),
                              .training = training_words(&compare->train)};
    words.features = feature_words(words.folder, data, features);
    return words;
}

void cli_answer_words_clear(cli_answer_words *words) {
    free(words->data);
    free(words->folder);
    free(words->model);
    free(words->features);
    free(words->training);
    *words = (cli_answer_words){0};
}
