/* study_text.c: studies as the terminal shows them, and their runs as a table. */
#include "sonaxis/study.h"

#include "experiment/verdict_text.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

enum { CELL = 64 };

static void percent(char cell[CELL], sx_interval interval) {
    if (isnan(interval.low))
        sx_print(cell, CELL, "%.1f", 100 * interval.mean);
    else
        sx_print(cell, CELL, "%.1f (%.1f to %.1f)", 100 * interval.mean, 100 * interval.low,
                 100 * interval.high);
}

static void add_axes(sx_text *text, const sx_comparison *comparison) {
    char cell[CELL];
    sx_text_format(text, "%-10s %5s  %-24s %6s %10s %6s  %s\n", "axis", "Keras", "accuracy %", "moving",
                   "recomputed", "batch", "runs");
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const sx_axis_result *axis = &comparison->axes[i];
        percent(cell, axis->accuracy);
        sx_text_format(text, "%-10s %5d  %-24s %6.1f %10.1f %6.1f  %zu\n", sx_axis_name(axis->axis),
                       sx_axis_keras(axis->axis), cell, 100 * axis->by_statistics[SX_STATISTICS_MOVING].mean,
                       100 * axis->by_statistics[SX_STATISTICS_RECOMPUTED].mean,
                       100 * axis->by_statistics[SX_STATISTICS_BATCH].mean, axis->runs);
    }
}

static void add_pairs(sx_text *text, const sx_comparison *comparison) {
    char names[CELL], range[CELL];
    sx_text_format(text, "%-22s %-24s %8s %8s\n", "difference", "points", "p", "p (Holm)");
    for (size_t i = 0; i < comparison->pair_count; i++) {
        const sx_pair_result *pair = &comparison->pairs[i];
        sx_print(names, sizeof names, "%s - %s", sx_axis_name(pair->a), sx_axis_name(pair->b));
        if (isnan(pair->low)) {
            sx_text_format(text, "%-22s %+.1f\n", names, 100 * pair->difference);
            continue;
        }
        sx_print(range, sizeof range, "%+.1f (%+.1f to %+.1f)", 100 * pair->difference, 100 * pair->low,
                 100 * pair->high);
        sx_text_format(text, "%-22s %-24s %8.4f %8.4f\n", names, range, pair->p, pair->p_holm);
    }
}

static void add_duel(sx_text *text, const char *names, const sx_duel *duel) {
    char range[CELL];
    if (isnan(duel->low))
        sx_print(range, sizeof range, "%+.1f", 100 * duel->difference);
    else
        sx_print(range, sizeof range, "%+.1f (%+.1f to %+.1f)", 100 * duel->difference, 100 * duel->low,
                 100 * duel->high);
    sx_text_format(text, "%-40s %4d  %10zu %6zu %6zu  %8.4f  %-24s %6zu\n", names, duel->seed, duel->items,
                   duel->only_a, duel->only_b, duel->p, range, duel->groups);
}

static void add_duel_heading(sx_text *text) {
    sx_text_format(text, "%-40s %4s  %10s %6s %6s  %8s  %-24s %6s\n", "two nets on the same recordings",
                   "seed", "recordings", "only 1", "only 2", "McNemar", "points, by group", "groups");
}

static const char *setting_of(const sx_study_view *view, const char *name) {
    for (size_t i = 0; i < view->setting_count; i++)
        if (strcmp(view->settings[i].name, name) == 0) return view->settings[i].value;
    return "";
}

char *sx_study_text(const sx_study_view *view) {
    sx_text text = {0};
    const sx_comparison *comparison = view->comparison;
    sx_text_format(&text, "%s: %zu run%s finished", view->folder, view->runs, view->runs == 1 ? "" : "s");
    sx_text_format(&text, "%s%s\n\n", view->workers[0] ? "; at work: " : "", view->workers);
    if (comparison) {
        sx_text_format(&text, "%s\n\n", comparison->verdict.text);
        if (comparison->verdict.warning[0])
            sx_text_format(&text, "WARNING: %s\n\n", comparison->verdict.warning);
        add_axes(&text, comparison);
        sx_text_add(&text, "\n");
        add_pairs(&text, comparison);
        sx_text_format(&text, "\n%zu recordings, %zu labels; net %s, %zu folds, %d seed%s; %.1f s of runs.\n",
                       view->recordings, view->labels, comparison->model, comparison->fold_count,
                       comparison->seeds, comparison->seeds == 1 ? "" : "s", comparison->run_wall_s);
    } else {
        sx_text_format(&text, "No result yet: %s.\n", view->gap);
    }
    sx_text_add(&text, "\nWhat decides the runs:\n");
    for (size_t i = 0; i < view->setting_count; i++)
        if (strlen(view->settings[i].value) <= 60)
            sx_text_format(&text, "  %-28s %s\n", view->settings[i].name, view->settings[i].value);
    return sx_text_take(&text);
}

char *sx_study_list_text(sx_study_view *const *views, size_t count) {
    sx_text text = {0};
    sx_text_format(&text, "%-32s %6s %6s %6s  %-12s %-10s %s\n", "study", "runs", "folds", "seeds", "verdict",
                   "axis", "net");
    for (size_t i = 0; i < count; i++) {
        const sx_comparison *comparison = views[i]->comparison;
        if (comparison)
            sx_text_format(&text, "%-32s %6zu %6zu %6d  %-12s %-10s %s\n", views[i]->folder, views[i]->runs,
                           comparison->fold_count, comparison->seeds,
                           sx_verdict_kind_name(comparison->verdict.kind),
                           sx_axis_name(comparison->verdict.axis), comparison->model);
        else
            sx_text_format(&text, "%-32s %6zu %6s %6s  %-12s\n", views[i]->folder, views[i]->runs,
                           setting_of(views[i], "number of folds"), "",
                           views[i]->workers[0] ? "running" : "unfinished");
    }
    return sx_text_take(&text);
}

static void add_study_rows(sx_text *text, const sx_study_view *view) {
    char cell[CELL];
    for (size_t i = 0; view->comparison && i < view->comparison->axis_count; i++) {
        const sx_axis_result *axis = &view->comparison->axes[i];
        bool named = axis->axis == view->comparison->verdict.axis;
        percent(cell, axis->accuracy);
        sx_text_format(text, "%-32s %-10s %-24s %6zu  %s\n", view->folder, sx_axis_name(axis->axis), cell,
                       axis->runs, named ? sx_verdict_kind_name(view->comparison->verdict.kind) : "");
    }
    if (!view->comparison) sx_text_format(text, "%-32s no result yet: %s\n", view->folder, view->gap);
}

char *sx_study_compare_text(sx_study_view *const *views, size_t count, const sx_study_match *matches,
                            size_t match_count) {
    sx_text text = {0};
    sx_text_format(&text, "%-32s %-10s %-24s %6s  %s\n", "study", "axis", "accuracy %", "runs", "verdict");
    for (size_t i = 0; i < count; i++)
        add_study_rows(&text, views[i]);
    if (match_count > 0) {
        sx_text_add(&text, "\n");
        add_duel_heading(&text);
    }
    for (size_t i = 0; i < match_count; i++) {
        const sx_study_match *match = &matches[i];
        sx_text names = {0};
        if (match->a == match->b)
            sx_text_format(&names, "%s: %s - %s", views[match->a]->folder, sx_axis_name(match->duel.a),
                           sx_axis_name(match->duel.b));
        else
            sx_text_format(&names, "%s: %s - %s", sx_axis_name(match->duel.a), views[match->a]->folder,
                           views[match->b]->folder);
        add_duel(&text, names.chars ? names.chars : "", &match->duel);
        sx_text_clear(&names);
    }
    if (match_count > 0)
        sx_text_add(&text,
                    "These speak of single nets on these recordings; whether an axis is better is for the "
                    "verdict to say.\nThe interval draws whole groups; with fewer than about ten it is too "
                    "narrow.\n");
    return sx_text_take(&text);
}

/* --- CSV -------------------------------------------------------------------------------------------------
 */

static void add_field(sx_text *text, const char *field) {
    if (!strpbrk(field, ",\"\n\r")) {
        sx_text_add(text, field);
        return;
    }
    sx_text_add(text, "\"");
    for (; *field; field++)
        sx_text_format(text, "%s%c", *field == '"' ? "\"" : "", *field);
    sx_text_add(text, "\"");
}

static void add_number(sx_text *text, double number) {
    sx_text_add(text, ",");
    if (!isnan(number)) sx_text_add_number(text, number);
}

char *sx_study_csv(const sx_study_view *view) {
    const sx_comparison *comparison = view->comparison;
    sx_text text = {0};
    sx_text_add(&text, "axis,keras_axis,fold,seed,epochs");
    for (int s = 0; s < SX_STATISTICS_COUNT; s++) {
        const char *name = sx_statistics_name((sx_statistics)s);
        sx_text_format(&text, ",accuracy_%s,balanced_accuracy_%s,macro_f1_%s,loss_%s", name, name, name,
                       name);
    }
    sx_text_add(&text, ",train_accuracy,train_accuracy_moving,wall_s\r\n");
    for (size_t i = 0; comparison && i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        sx_axis axis = comparison->axes[run->axis].axis;
        sx_text_format(&text, "%s,%d,", sx_axis_name(axis), sx_axis_keras(axis));
        add_field(&text, comparison->fold_names[run->fold]);
        sx_text_format(&text, ",%d,%zu", run->repetition + 1, run->epoch_count);
        for (int s = 0; s < SX_STATISTICS_COUNT; s++) {
            add_number(&text, run->scores[s].accuracy);
            add_number(&text, run->scores[s].balanced_accuracy);
            add_number(&text, run->scores[s].macro_f1);
            add_number(&text, run->scores[s].loss);
        }
        add_number(&text, run->train_accuracy);
        add_number(&text, run->train_accuracy_moving);
        add_number(&text, run->wall_s);
        sx_text_add(&text, "\r\n");
    }
    return sx_text_take(&text);
}
