/* cmd_features.c: every recording as a float32 .npy and a picture. */
#include "host.h"
#include "load.h"
#include "say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct settings {
    const char *folder;
    bool no_pictures;
} settings;

static const cli_option options[] = {
    {"output", 'o', CLI_TEXT, offsetof(settings, folder), "DIR", 0, 0, NULL, "Folder to write into. Needed."},
    {"no-pictures", 0, CLI_FLAG, offsetof(settings, no_pictures), NULL, 0, 0, NULL, "Write .npy only."},
};

static const cli_option channel_options[] = {
    {"channels", 0, CLI_TEXT, offsetof(cli_data, channels), "WHICH", 0, 0, NULL,
     "mix: their mean; keep: all; or one, numbered from 1."},
};

/* What one call works with. */
typedef struct job {
    cli_session *cli;
    const settings *wanted;
    const sx_dataset *dataset;
    sx_features_options options;
    const double *band_hz;
    double hop_s;
    const char *unit;
    /* One an item: */
    char **stems;   /* of its files, below the folder */
    char **reasons; /* why it cannot be used, or NULL */
    int *rates;     /* as it was stored; 0 = not written */
    sx_skip *skips;
    size_t skip_count;
} job;

static const char *unit_of(const sx_frontend_options *frontend) {
    bool power = frontend->power == 2;
    switch (frontend->compression) {
    case SX_COMPRESS_LOG:
        return power ? "ln power" : "ln magnitude";
    case SX_COMPRESS_DB:
        return "dB";
    case SX_COMPRESS_PCEN:
        return "PCEN";
    default:
        return power ? "power" : "magnitude";
    }
}

/* The path below the data set's folder, or the file's name alone, without its ending. */
static char *stem_of(const sx_dataset *dataset, const char *path) {
    size_t root = dataset->root ? strlen(dataset->root) : 0;
    bool below = root && strncmp(path, dataset->root, root) == 0 && !strstr(path + root, "..");
    const char *name = below ? path + root : cli_base_name(path);
    name += strspn(name, "/");
    if (!*name) name = cli_base_name(path);
    char *stem = cli_text("%s", name), *slash = strrchr(stem, '/');
    char *dot = strrchr(slash ? slash : stem, '.');
    if (dot && dot != stem) *dot = '\0';
    return stem;
}

static bool is_taken(const job *work, size_t count, const char *stem) {
    for (size_t i = 0; i < count; i++) {
        if (work->stems[i] && strcmp(work->stems[i], stem) == 0) return true;
    }
    return false;
}

static char *unique_stem(const job *work, size_t item) {
    char *stem = stem_of(work->dataset, work->dataset->items[item].path);
    char *unique = cli_text("%s", stem);
    for (int number = 2; is_taken(work, item, unique); number++) {
        free(unique);
        unique = cli_text("%s-%d", stem, number);
    }
    free(stem);
    return unique;
}

static sx_status make_parent(const char *path, sx_error *err) {
    char *folder = cli_text("%s", path), *slash = strrchr(folder, '/');
    if (slash) *slash = '\0';
    sx_status status = slash ? cli_make_folder(folder, err) : SX_OK;
    free(folder);
    return status;
}

/* One picture a channel: NAME.png, or NAME.ch1.png, NAME.ch2.png. */
static sx_status write_pictures(const job *work, const char *place, const char *path, const float *values,
                                sx_shape shape, sx_error *err) {
    sx_status status = SX_OK;
    for (size_t channel = 0; channel < shape.channels && !status; channel++) {
        bool one = shape.channels == 1;
        char *title = one ? cli_text("%s", cli_base_name(path))
                          : cli_text("%s, channel %zu", cli_base_name(path), channel + 1);
        char *png = one ? cli_text("%s.png", place) : cli_text("%s.ch%zu.png", place, channel + 1);
        sx_picture_options picture = {title, work->hop_s, work->band_hz, work->unit};
        status = sx_picture_write(values, shape, channel, &picture, png, err);
        free(title);
        free(png);
    }
    return status;
}

static sx_status write_item(const job *work, size_t item, const float *values, sx_shape shape,
                            sx_error *err) {
    char *place = cli_text("%s/%s", work->wanted->folder, work->stems[item]);
    char *npy = cli_text("%s.npy", place);
    size_t dims[3] = {shape.time, shape.frequency, shape.channels};
    sx_status status = make_parent(npy, err);
    if (!status) status = sx_npy_write(npy, values, dims, 3, err);
    if (!status && !work->wanted->no_pictures) {
        status = write_pictures(work, place, work->dataset->items[item].path, values, shape, err);
    }
    free(place);
    free(npy);
    return status;
}

static void skip(job *work, const char *path, const char *reason) {
    work->skips[work->skip_count++] =
        (sx_skip){cli_text("%s", path), cli_text("%s", cli_reason(path, reason))};
}

/* On any thread: what an item leaves behind lies in its own place. */
static sx_status take_item(void *context, size_t item, const sx_item_made *made, sx_error *err) {
    job *work = context;
    if (!made->values) {
        work->reasons[item] = cli_text("%s", made->reason);
        return SX_OK;
    }
    sx_status status = write_item(work, item, made->values, made->shape, err);
    work->rates[item] = status ? 0 : made->rate_hz;
    return status;
}

static void gather_skips(job *work) {
    for (size_t i = 0; i < work->dataset->item_count; i++) {
        if (work->reasons[i]) skip(work, work->dataset->items[i].path, work->reasons[i]);
    }
}

static int compare_rates(const void *left, const void *right) {
    return *(const int *)left - *(const int *)right;
}

/* How many recordings were resampled from what to what: one sentence a rate, lowest first. 0 = not written.
 */
static void note_resampling(job *work) {
    int to_hz = work->options.frontend.rate_hz;
    size_t count = work->dataset->item_count, first = 0;
    qsort(work->rates, count, sizeof *work->rates, compare_rates);
    while (first < count && work->rates[first] == 0)
        first++;
    size_t written = count - first;
    for (size_t next; first < count; first = next) {
        for (next = first; next < count && work->rates[next] == work->rates[first];)
            next++;
        if (work->rates[first] == to_hz) continue;
        cli_note(work->cli, "%zu of %zu recordings resampled from %d Hz to %d Hz", next - first, written,
                 work->rates[first], to_hz);
    }
}

static sx_status do_all(job *work, sx_error *err) {
    size_t count = work->dataset->item_count;
    for (size_t i = 0; i < count; i++)
        work->stems[i] = unique_stem(work, i);
    sx_status status =
        sx_items_features(work->dataset, &work->options, &work->cli->watch, take_item, work, err);
    gather_skips(work);
    return status;
}

/* The recordings' own rate where they share one below the front-end's, so that all pictures agree. */
static sx_status settle_rate(job *work, sx_error *err) {
    sx_inspection *seen = NULL;
    if (work->options.rate_is_fixed) return SX_OK;
    sx_status status =
        sx_dataset_inspect(work->dataset, work->options.threads, &work->cli->watch, &seen, err);
    if (status) return status;
    int rate_hz = seen->rate_count == 1 ? atoi(seen->rates[0].name) : 0;
    if (sx_features_keep_rate(&work->options, rate_hz)) {
        cli_note(work->cli, "all recordings are at %d Hz: that rate is kept (--rate %d resamples them)",
                 rate_hz, work->options.frontend.rate_hz);
        work->options.frontend.rate_hz = rate_hz;
    }
    work->options.rate_is_fixed = true;
    sx_inspection_free(seen);
    return SX_OK;
}

static sx_status write_frontend(const job *work, const sx_frontend *frontend, sx_error *err) {
    char *json = sx_frontend_to_json(sx_frontend_resolved(frontend));
    char *path = cli_text("%s/frontend.json", work->wanted->folder);
    if (!json) *err = (sx_error){SX_E_MEMORY, "out of memory"};
    sx_status status = json ? cli_write_file(path, json, err) : SX_E_MEMORY;
    free(path);
    sx_free_text(json);
    return status;
}

static sx_status work_through(job *work, sx_error *err) {
    sx_frontend *frontend = NULL;
    sx_status status = settle_rate(work, err);
    if (!status) status = sx_frontend_create(&work->options.frontend, &frontend, err);
    if (status) return status;
    const sx_frontend_options *made = sx_frontend_resolved(frontend);
    work->band_hz = sx_frontend_band_hz(frontend);
    work->hop_s = (double)made->hop_samples / made->rate_hz;
    work->unit = unit_of(made);
    status = cli_make_folder(work->wanted->folder, err);
    if (!status) status = write_frontend(work, frontend, err);
    if (!status) status = do_all(work, err);
    if (!status) note_resampling(work);
    sx_frontend_free(frontend);
    return status;
}

static int finish(job *work, sx_status status, const sx_error *err) {
    cli_session *cli = work->cli;
    size_t count = work->dataset->item_count;
    size_t good = count + work->dataset->skip_count - work->skip_count;
    int result = CLI_OK;
    if (status) {
        result = cli_give_up(cli, err, "the files written so far are whole.");
    } else {
        result = cli_report_skips(cli, work->skips, work->skip_count);
        if (cli->bar) sx_progress_bar_finish(cli->bar);
        printf("%zu recordings written to %s\n", good, work->wanted->folder);
        if (!good) result = CLI_FAILED;
    }
    for (size_t i = 0; i < count; i++) {
        free(work->stems[i]);
        free(work->reasons[i]);
    }
    for (size_t i = 0; i < work->skip_count; i++) {
        free(work->skips[i].path);
        free(work->skips[i].reason);
    }
    free(work->stems);
    free(work->reasons);
    free(work->rates);
    free(work->skips);
    return result;
}

static int features(cli_session *cli, const char *path, const cli_data *data, const cli_frontend *frontend,
                    const settings *wanted) {
    sx_error err = {0};
    cli_source source = {0};
    job work = {.cli = cli, .wanted = wanted};
    if (!wanted->folder) return cli_misuse(cli, "features", "say where to write: -o DIR");
    sx_status status = cli_features_options(data, frontend, &work.options, &err);
    sx_dataset_options listing = cli_dataset_options(data);
    listing.unlabelled = !data->name;
    if (!status) status = cli_source_open(cli, path, &listing, NULL, &source, &err);
    if (status) return cli_give_up(cli, &err, NULL);
    if (source.dataset->from_arrays) {
        cli_source_clear(&source);
        return cli_misuse(cli, "features", "%s holds arrays already, not recordings", path);
    }
    work.dataset = source.dataset;
    work.stems = cli_alloc(source.dataset->item_count, sizeof *work.stems);
    work.rates = cli_alloc(source.dataset->item_count, sizeof *work.rates);
    work.reasons = cli_alloc(source.dataset->item_count, sizeof *work.reasons);
    work.skips = cli_alloc(source.dataset->item_count + source.dataset->skip_count, sizeof *work.skips);
    for (size_t i = 0; i < source.dataset->skip_count; i++) {
        skip(&work, source.dataset->skips[i].path, source.dataset->skips[i].reason);
    }
    status = work_through(&work, &err);
    int result = finish(&work, status, &err);
    cli_source_clear(&source);
    return result;
}

static int run(cli_session *cli, int argc, char **argv) {
    settings wanted = {0};
    cli_data data;
    cli_frontend frontend;
    cli_data_default(&data);
    cli_frontend_default(&frontend);
    cli_line line = {.cli = cli, .command = &cli_features, .least = 1, .most = 1};
    cli_add_group(&line, "Output", options, sizeof options / sizeof *options, &wanted);
    cli_add_source_options(&line, &data);
    cli_add_group(&line, "Channels", channel_options, 1, &data);
    cli_add_frontend_options(&line, &frontend);
    int result = cli_parse(&line, argc, argv);
    if (result == CLI_GO_ON) result = features(cli, line.values[0], &data, &frontend, &wanted);
    cli_line_clear(&line);
    return result;
}

const cli_command cli_features = {
    "features",
    "Write spectrograms as NumPy arrays and as pictures",
    "DATA -o DIR",
    "sonaxis features recordings -o spectrograms\n"
    "sonaxis features word.wav -o spectrograms --preset librosa\n"
    "sonaxis features recordings -o out --rate 8000 --fft 256 --window-samples 200 --hop-samples 80 \\\n"
    "    --frame fft --bands 40   # librosa's melspectrogram(n_fft=256, win_length=200, ...), ln(x + 1e-6)\n",
    "DATA is a recording, a folder, or a manifest. Each recording, uncut (or the piece\n"
    "between a manifest's start and end), becomes DIR/NAME.npy (float32; time, frequency,\n"
    "channels) and DIR/NAME.png with axes, colour bar and the file's name.\n"
    "DIR/frontend.json holds the settings, for --frontend. Ends with 3 where some\n"
    "recordings could not be used.",
    run};
