/* explain_trials.c: what only training tells: which half of an axis wins, and which cure helps new groups.
 *
 * Factorial: nine nets a unit, the axis the statistics keep (3) times the axis gamma and beta keep (3). A
 * unit is one fold and seed; all its nets share split, first weights and batch order, so effects are taken
 * within units and their interval over units. A main effect is a level's mean minus the mean of all nine.
 *
 * Cures: nets trained and tested on recordings whose level, or every band's mean, was taken out, or on PCEN.
 * Everything is scored with statistics recomputed over the training part. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "base/watch.h"

#include <math.h>
#include <string.h>

enum { AXES = 3, CURES = 4, MOST_FOLDS = 4, NETS_A_UNIT = AXES * AXES + AXES * (CURES - 1) };
static const sx_axis axes[AXES] = {SX_AXIS_CHANNELS, SX_AXIS_FREQUENCY, SX_AXIS_TIME};
static const char *const cure_ids[CURES] = {"as_it_is", "level", "bands", "pcen"};
static const char *const cure_names[CURES] = {"as it is", "level per recording", "bands per recording",
                                              "PCEN"};

typedef struct trials {
    sx_explainer *e;
    const sx_folds *folds;
    const sx_features *features[CURES]; /* NULL = not there */
    size_t units, done;
    double *factorial[AXES][AXES]; /* statistics, affine; units each */
    double *cures[AXES][CURES];
} trials;

/* --- specs ------------------------------------------------------------------------------------------ */

/* The end of "axis": "name" at text, and where it begins; NULL where no normalisation axis is there. */
static const char *axis_member_end(const char *text) {
    static const char *const names[] = {"\"channels\"", "\"frequency\"", "\"time\"", "\"$axis\"", NULL};
    const char *at = text + strlen("\"axis\"");
    at += strspn(at, " :");
    for (int i = 0; names[i]; i++)
        if (strncmp(at, names[i], strlen(names[i])) == 0) return at + strlen(names[i]);
    return NULL;
}

/* The net with every "axis" replaced by these two sets. */
static sx_status spec_with(const sx_net *net, sx_axis statistics, sx_axis affine, sx_model_spec **out,
                           sx_error *err) {
    char *json = sx_model_spec_json(sx_model_get_spec(net->model));
    sx_text text = {0};
    if (!json) return sx_fail_memory(err, 4096);
    const char *from = json, *found;
    while ((found = strstr(from, "\"axis\""))) {
        const char *end = axis_member_end(found);
        sx_text_add_bytes(&text, from, (size_t)(found - from));
        if (end)
            sx_text_format(&text, "\"keep\": [\"%s\"], \"affine\": [\"%s\"]", sx_axis_name(statistics),
                           sx_axis_name(affine));
        else
            sx_text_add(&text, "\"axis\"");
        from = end ? end : found + strlen("\"axis\"");
    }
    sx_text_add(&text, from);
    sx_free_text(json);
    char *replaced = sx_text_take(&text);
    if (!replaced) return sx_fail_memory(err, 4096);
    sx_status status = sx_model_spec_parse(replaced, "the net with other axes", out, err);
    sx_free(replaced);
    return status;
}

/* --- one training ----------------------------------------------------------------------------------- */

static sx_status train_and_score(const trials *t, const sx_features *features, const sx_model_spec *spec,
                                 const sx_fold *fold, uint64_t seed, double *accuracy, sx_error *err) {
    const sx_explain_options *options = t->e->options;
    sx_train_options train = options->train;
    sx_standardise standardise;
    sx_score score = {0};
    sx_history history = {0};
    sx_model *model = NULL;
    const sx_watch watch = {.cancelled = t->e->watch ? t->e->watch->cancelled : NULL,
                            .context = t->e->watch ? t->e->watch->context : NULL};
    train.seed = seed;
    train.checkpoint = NULL;
    if ((size_t)train.batch > fold->train_count) train.batch = (int)fold->train_count;
    sx_model_options building = {.input = features->shape,
                                 .classes = features->label_count,
                                 .batch = (size_t)train.batch,
                                 .training = true,
                                 .seed = seed,
                                 .threads = options->threads,
                                 .exact = train.exact};
    sx_standardise_fit(features, fold->train, fold->train_count, &standardise);
    sx_status status = sx_model_build(spec, &building, &model, err);
    if (status == SX_OK)
        status = sx_train_fit(model, features, &standardise, fold->train, fold->train_count, fold->validation,
                              fold->validation_count, &train, &watch, NULL, NULL, &history, err);
    if (status == SX_OK)
        status =
            sx_train_recompute(model, features, &standardise, fold->train, fold->train_count, &watch, err);
    if (status == SX_OK)
        status = sx_evaluate(model, features, &standardise, fold->test, fold->test_count,
                             train.loss == SX_LOSS_SIGMOID, NULL, &score, err);
    if (status == SX_OK) *accuracy = score.accuracy;
    sx_score_clear(&score);
    sx_history_clear(&history);
    sx_model_free(model);
    return status;
}

static sx_status trial(trials *t, int cure, int statistics, int affine, size_t unit, double *accuracy,
                       sx_error *err) {
    const size_t folds = t->folds->count < MOST_FOLDS ? t->folds->count : MOST_FOLDS;
    const sx_fold *fold = &t->folds->folds[unit % folds];
    const uint64_t seed = sx_random_seed(t->e->options->train.seed, SX_PURPOSE_RUN, (uint32_t)(unit / folds),
                                         (uint32_t)(unit % folds));
    sx_model_spec *spec = NULL;
    sx_status status = spec_with(&t->e->nets->nets[0], axes[statistics], axes[affine], &spec, err);
    if (status == SX_OK) status = train_and_score(t, t->features[cure], spec, fold, seed, accuracy, err);
    sx_model_spec_free(spec);
    sx_watch_progress(t->e->watch, "trial nets", ++t->done, t->units * NETS_A_UNIT);
    return status;
}

static sx_status run_unit(trials *t, size_t unit, sx_error *err) {
    sx_status status = SX_OK;
    for (int s = 0; s < AXES; s++)
        for (int a = 0; a < AXES && status == SX_OK; a++)
            status = trial(t, 0, s, a, unit, &t->factorial[s][a][unit], err);
    for (int axis = 0; axis < AXES && status == SX_OK; axis++) {
        t->cures[axis][0][unit] = t->factorial[axis][axis][unit];
        for (int cure = 1; cure < CURES && status == SX_OK; cure++)
            if (t->features[cure])
                status = trial(t, cure, axis, axis, unit, &t->cures[axis][cure][unit], err);
            else
                t->done++;
    }
    return status;
}

/* --- changed features ------------------------------------------------------------------------------- */

/* Every recording's mean, or every band's mean, taken out. out borrows all but the values. */
static sx_status without_means(const sx_features *features, bool of_bands, sx_features *out, sx_error *err) {
    const sx_shape s = features->shape;
    const size_t row = sx_shape_count(s);
    *out = *features;
    out->values = sx_alloc(features->count * row, sizeof *out->values);
    double *means = sx_alloc(s.frequency, sizeof *means);
    if (!out->values || !means) {
        sx_free(means);
        return sx_fail_memory(err, features->count * row * sizeof *out->values);
    }
    for (size_t i = 0; i < features->count; i++) {
        const float *values = features->values + i * row;
        double all = 0;
        memset(means, 0, s.frequency * sizeof *means);
        for (size_t cell = 0; cell < row; cell++)
            means[cell / s.channels % s.frequency] += values[cell] / (double)(s.time * s.channels);
        for (size_t f = 0; f < s.frequency; f++)
            all += means[f] / (double)s.frequency;
        for (size_t cell = 0; cell < row; cell++)
            out->values[i * row + cell] =
                (float)(values[cell] - (of_bands ? means[cell / s.channels % s.frequency] : all));
    }
    sx_free(means);
    return SX_OK;
}

/* --- showing ---------------------------------------------------------------------------------------- */

/* Effects of one factor: by level, over units. */
static void add_effects(trials *t, sx_finding *finding, sx_figure *figure, bool of_statistics,
                        double *scratch) {
    double mean[AXES], low[AXES], high[AXES];
    for (int level = 0; level < AXES; level++) {
        for (size_t u = 0; u < t->units; u++) {
            scratch[u] = 0;
            for (int other = 0; other < AXES; other++)
                scratch[u] +=
                    (of_statistics ? t->factorial[level][other][u] : t->factorial[other][level][u]) / AXES;
            for (int cell = 0; cell < AXES * AXES; cell++)
                scratch[u] -= t->factorial[cell / AXES][cell % AXES][u] / (AXES * AXES);
        }
        const sx_spread effect = sx_spread_of(t->e, scratch, t->units);
        const char *what = of_statistics ? "statistics" : "affine", *axis = sx_axis_name(axes[level]);
        mean[level] = effect.mean;
        low[level] = effect.low;
        high[level] = effect.high;
        sx_finding_set(t->e->out, finding, effect.mean, "%s_%s_effect", what, axis);
        sx_finding_set(t->e->out, finding, effect.low, "%s_%s_effect_low", what, axis);
        sx_finding_set(t->e->out, finding, effect.high, "%s_%s_effect_high", what, axis);
    }
    sx_series_add(t->e->out, figure, of_statistics ? "statistics keep" : "gamma and beta keep", SX_NO_AXIS,
                  AXES, NULL, mean, low, high);
    int best = 0, worst = 0;
    for (int level = 1; level < AXES; level++) {
        if (mean[level] > mean[best]) best = level;
        if (mean[level] < mean[worst]) worst = level;
    }
    const bool clear = low[best] > 0 || high[worst] < 0;
    sx_finding_say(finding, " Which axis %s keep%s: best %s (%+.1f points), worst %s (%+.1f)%s",
                   of_statistics ? "the statistics" : "gamma and beta",
                   clear ? " matters" : " is not settled", sx_axis_name(axes[best]), 100 * mean[best],
                   sx_axis_name(axes[worst]), 100 * mean[worst], clear ? "." : ", within what chance gives.");
}

static void show_factorial(trials *t, double *scratch) {
    sx_explanation *out = t->e->out;
    sx_finding *finding = sx_finding_add(
        out, "factorial", "Which half of an axis matters: its statistics, or its gamma and beta?",
        "Main effects hide that the halves may need each other; the table of all nine is below the figure. "
        "Every normalisation that keeps one axis is changed alike, and few units give wide intervals.");
    sx_figure *effects = sx_figure_add(out, finding, "factorial-effects", "Effect of each half", "axis",
                                       "points of accuracy against the mean of all", SX_FIGURE_BARS);
    sx_figure *cells = sx_figure_add(out, finding, "factorial-cells", "All nine nets", "statistics keep",
                                     "accuracy", SX_FIGURE_BARS);
    if (effects) effects->percent = true;
    if (cells) cells->percent = true;
    for (int a = 0; a < AXES; a++) {
        sx_figure_name(out, effects, sx_axis_name(axes[a]));
        sx_figure_name(out, cells, sx_axis_name(axes[a]));
    }
    sx_finding_say(finding, "%zu nets were trained in %zu pairs of fold and seed.", t->units * AXES * AXES,
                   t->units);
    add_effects(t, finding, effects, true, scratch);
    add_effects(t, finding, effects, false, scratch);
    for (int affine = 0; affine < AXES; affine++) {
        double mean[AXES], low[AXES], high[AXES];
        char name[64];
        for (int s = 0; s < AXES; s++) {
            const sx_spread cell = sx_spread_of(t->e, t->factorial[s][affine], t->units);
            mean[s] = cell.mean;
            low[s] = fmax(cell.low, 0);
            high[s] = fmin(cell.high, 1);
            sx_finding_set(out, finding, cell.mean, "accuracy_statistics_%s_affine_%s", sx_axis_name(axes[s]),
                           sx_axis_name(axes[affine]));
        }
        sx_print(name, sizeof name, "gamma and beta keep %s", sx_axis_name(axes[affine]));
        sx_series_add(out, cells, name, (int)axes[affine], AXES, NULL, mean, low, high);
    }
}

static void show_cures(trials *t, double *scratch) {
    sx_explanation *out = t->e->out;
    sx_finding *finding = sx_finding_add(
        out, "cures", "Which cure helps when it is trained with?",
        "Taking out a recording's level or colour also takes out what they tell of its class. Differences "
        "within the interval are not settled; more seeds narrow it. The best cure is picked afterwards, so "
        "its gain is shown a little too large.");
    sx_figure *figure = sx_figure_add(out, finding, "cures", "Nets trained with each cure", "recordings",
                                      "accuracy on test parts", SX_FIGURE_BARS);
    if (figure) figure->percent = true;
    size_t used[CURES], count = 0;
    for (size_t cure = 0; cure < CURES; cure++) {
        if (!t->features[cure]) continue;
        used[count++] = cure;
        sx_figure_name(out, figure, cure_names[cure]);
    }
    sx_finding_say(finding, "Against the recordings as they are, the best cure changes accuracy by");
    for (int axis = 0; axis < AXES; axis++) {
        double mean[CURES], low[CURES], high[CURES];
        sx_spread best = {.mean = -1};
        size_t best_cure = 0;
        for (size_t i = 0; i < count; i++) {
            const double *scores = t->cures[axis][used[i]];
            const sx_spread spread = sx_spread_of(t->e, scores, t->units);
            mean[i] = spread.mean;
            low[i] = fmax(spread.low, 0);
            high[i] = fmin(spread.high, 1);
            for (size_t u = 0; u < t->units; u++)
                scratch[u] = scores[u] - t->cures[axis][0][u];
            const sx_spread gain = sx_spread_of(t->e, scratch, t->units);
            const char *name = sx_axis_name(axes[axis]), *cure = cure_ids[used[i]];
            sx_finding_set(out, finding, mean[i], "%s_accuracy_%s", name, cure);
            if (!used[i]) continue;
            sx_finding_set(out, finding, gain.mean, "%s_gain_%s", name, cure);
            sx_finding_set(out, finding, gain.low, "%s_gain_%s_low", name, cure);
            sx_finding_set(out, finding, gain.high, "%s_gain_%s_high", name, cure);
            if (gain.mean <= best.mean) continue;
            best = gain;
            best_cure = used[i];
        }
        sx_finding_say(finding, "%s %+.1f points with %s kept (%s, %+.1f to %+.1f)", axis ? ";" : "",
                       100 * best.mean, sx_axis_name(axes[axis]), cure_names[best_cure], 100 * best.low,
                       100 * best.high);
        sx_series_add(out, figure, sx_axis_name(axes[axis]), (int)axes[axis], count, NULL, mean, low, high);
    }
    sx_finding_say(finding, ".");
}

/* --- all of it -------------------------------------------------------------------------------------- */

/* Every score's place in one block of doubles. */
static void place_scores(trials *t, double *block) {
    for (int s = 0; s < AXES; s++) {
        for (int a = 0; a < AXES; a++, block += t->units)
            t->factorial[s][a] = block;
        for (int cure = 0; cure < CURES; cure++, block += t->units)
            t->cures[s][cure] = block;
    }
}

static sx_status check_pcen(const sx_explainer *e, sx_error *err) {
    const sx_features *pcen = e->options->pcen;
    if (!pcen) return SX_OK;
    const sx_shape a = e->features->shape, b = pcen->shape;
    if (pcen->count == e->features->count && a.time == b.time && a.frequency == b.frequency &&
        a.channels == b.channels)
        return SX_OK;
    return sx_fail(err, SX_E_SHAPE, "the PCEN features are not of the same recordings: %zu against %zu",
                   pcen->count, e->features->count);
}

static sx_status run_trials(trials *t, sx_error *err) {
    const size_t cells = AXES * AXES + AXES * CURES;
    double *block = sx_alloc((cells + 1) * t->units, sizeof *block);
    if (!block) return sx_fail_memory(err, cells * t->units * sizeof *block);
    place_scores(t, block);
    sx_status status = SX_OK;
    for (size_t unit = 0; unit < t->units && status == SX_OK; unit++)
        status = run_unit(t, unit, err);
    if (status == SX_OK) {
        show_factorial(t, block + cells * t->units);
        show_cures(t, block + cells * t->units);
    }
    sx_free(block);
    return status;
}

sx_status sx_explain_trials(sx_explainer *e, sx_error *err) {
    trials t = {.e = e, .folds = e->nets->folds};
    sx_features level = {0}, bands = {0}, pcen = {0};
    sx_folds *own = NULL;
    sx_status status = check_pcen(e, err);
    if (status == SX_OK && !t.folds) {
        status = sx_folds_make(e->features, &e->options->folds, &own, err);
        t.folds = own;
    }
    if (status == SX_OK) status = without_means(e->features, false, &level, err);
    if (status == SX_OK) status = without_means(e->features, true, &bands, err);
    if (status == SX_OK) {
        t.features[0] = e->features;
        t.features[1] = &level;
        t.features[2] = &bands;
        if (e->options->pcen) {
            pcen = *e->features;
            pcen.values = e->options->pcen->values;
            t.features[3] = &pcen;
        }
        t.units = (t.folds->count < MOST_FOLDS ? t.folds->count : MOST_FOLDS) * (size_t)e->options->seeds;
        status = run_trials(&t, err);
    }
    sx_free(level.values);
    sx_free(bands.values);
    sx_folds_free(own);
    return status;
}
