/* growth.c: see growth.h. Looks come at seeds that are fixed by the first look and the planned end alone, so
 * that results cannot move them; the planned end is written into the study at the first look and stays. */
#include "experiment/growth.h"

#include "experiment/looks.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

enum { DEFAULT_END = 30, MOST_SEEDS = 1000, LEAST_RUNS_FOR_A_FORECAST = 8 };
static const char PLANNED_END[] = "planned end in seeds", WHY_IT_ENDED[] = "end of growth";
/* Below this chance of a decision it is not worth going on. It can only stop a study, so it makes no winners.
 */
static const double HARDLY = 0.1;

const char *sx_growth_end_name(sx_growth_end end) {
    static const char *const names[] = {"none", "decided", "planned", "futile", "budget"};
    return (size_t)end < sizeof names / sizeof names[0] ? names[end] : "unknown";
}

static sx_status read_end(sx_store *store, int *seeds, sx_error *err) {
    sx_text text = {0};
    long value = 0;
    sx_status status = sx_store_fact(store, PLANNED_END, &text, err);
    if (status == SX_OK && text.length > 0 &&
        (!sx_text_to_long(text.chars, &value) || value < 1 || value > MOST_SEEDS))
        status = sx_fail(err, SX_E_FORMAT, "%s: the planned end is \"%s\", no number of seeds",
                         sx_store_path(store), text.chars);
    sx_text_clear(&text);
    if (status == SX_OK) *seeds = (int)value;
    return status;
}

/* --- before the runs ----------------------------------------------------------------------------------- */

static sx_status add_seeds(sx_run_plan *plan, sx_store *store, const sx_growth *growth, sx_error *err) {
    int last = growth->look_count > 0 ? growth->looks[growth->look_count - 1] : 0;
    if (last == 0)
        return sx_fail(
            err, SX_E_ARGUMENT,
            "%s holds no finished study that seeds could be added to: run it with its own number of "
            "seeds first",
            sx_store_path(store));
    if (last + plan->options->growth.add_seeds > MOST_SEEDS)
        return sx_fail(err, SX_E_ARGUMENT, "%d seeds and %d more are above the %d a study can have", last,
                       plan->options->growth.add_seeds, MOST_SEEDS);
    sx_run_plan_set_seeds(plan, last + plan->options->growth.add_seeds);
    return SX_OK;
}

static sx_status check_end(const sx_run_plan *plan, const sx_growth *growth, sx_error *err) {
    int asked = plan->options->growth.most_seeds, most = growth->most_seeds;
    if (most > 0 && asked > 0 && asked != most)
        return sx_fail(
            err, SX_E_ARGUMENT,
            "this study's planned end was fixed at its first look: %d seeds, not %d; changing it after "
            "results were seen would undo the error rate",
            most, asked);
    if (most > 0 && plan->seeds > most)
        return sx_fail(err, SX_E_ARGUMENT,
                       "this study grows until it is decided, up to %d seeds; %d are asked for", most,
                       plan->seeds);
    return SX_OK;
}

sx_status sx_growth_begin(sx_run_plan *plan, sx_store *store, sx_growth *growth, sx_error *err) {
    const sx_growth_options *wanted = &plan->options->growth;
    sx_growth made = {0};
    sx_status status = sx_store_looks(store, made.looks, &made.look_count, err);
    if (status == SX_OK) status = read_end(store, &made.most_seeds, err);
    if (status != SX_OK) return status;
    made.sequential = wanted->until_decided || made.most_seeds > 0;
    int last = made.look_count > 0 ? made.looks[made.look_count - 1] : 0;
    if (wanted->add_seeds > 0) status = add_seeds(plan, store, &made, err);
    if (wanted->until_decided && last > plan->seeds) sx_run_plan_set_seeds(plan, last);
    if (status == SX_OK) status = check_end(plan, &made, err);
    if (status == SX_OK) *growth = made;
    return status;
}

/* --- a look -------------------------------------------------------------------------------------------- */

sx_status sx_growth_seed_time(const sx_run_plan *plan, sx_store *store, int jobs, double *seed_s,
                              sx_error *err) {
    double run_s = 0;
    sx_status status = sx_store_mean_seconds(store, &run_s, err);
    double runs = (double)(plan->run_count / (size_t)plan->seeds);
    if (status == SX_OK) *seed_s = run_s * ceil(runs / jobs);
    return status;
}

/* The end that the budget allows: it rests on the time runs take, never on their results. */
static sx_status fix_end(const sx_run_plan *plan, sx_store *store, int jobs, sx_growth *growth,
                         sx_error *err) {
    const sx_growth_options *wanted = &plan->options->growth;
    double seed_s = 0;
    int end = wanted->most_seeds;
    char text[16];
    sx_status status = sx_growth_seed_time(plan, store, jobs, &seed_s, err);
    if (end == 0 && wanted->budget_s > 0 && seed_s > 0)
        end = (int)fmin(floor(wanted->budget_s / seed_s), MOST_SEEDS);
    else if (end == 0)
        end = DEFAULT_END;
    end = end < plan->seeds ? plan->seeds : end;
    sx_print(text, sizeof text, "%d", end);
    if (status == SX_OK) status = sx_store_keep_fact(store, PLANNED_END, text, err);
    return status == SX_OK ? read_end(store, &growth->most_seeds, err) : status;
}

sx_status sx_growth_look(const sx_run_plan *plan, sx_store *store, int jobs, sx_growth *growth,
                         sx_error *err) {
    if (growth->sequential && growth->most_seeds == 0) {
        sx_status status = fix_end(plan, store, jobs, growth, err);
        if (status != SX_OK) return status;
    }
    size_t before = 0;
    while (before < growth->look_count && growth->looks[before] < plan->seeds)
        before++;
    if (before == SX_MOST_LOOKS) { /* the earliest looks spend next to nothing */
        memmove(growth->looks, growth->looks + 1, (SX_MOST_LOOKS - 1) * sizeof growth->looks[0]);
        before--;
    }
    growth->looks[before] = plan->seeds;
    growth->look_count = before + 1;
    return SX_OK;
}

/* --- after it ------------------------------------------------------------------------------------------ */

/* Half as many again, at least as many more as at the first look; the end when little would be left. */
static int next_look(const sx_growth *growth, int now) {
    int first = growth->looks[0];
    int step = now / 2 > first ? now / 2 : first, next = now + step;
    return next >= growth->most_seeds || next > growth->most_seeds - step / 2 ? growth->most_seeds : next;
}

/* Of the best axis against each that is still open: all of them must be decided. */
static sx_status forecast(sx_comparison *comparison, sx_error *err) {
    sx_levels_now levels;
    double least = 1;
    sx_status status = sx_levels_make(comparison, comparison->test_train_ratio, &levels, err);
    for (size_t i = 0; status == SX_OK && i < comparison->pair_count; i++) {
        const sx_pair_result *pair = &comparison->pairs[i];
        double chance = 1;
        if (pair->a != comparison->verdict.axis && pair->b != comparison->verdict.axis) continue;
        status = sx_levels_chance(comparison, &levels, comparison->test_train_ratio, pair, &chance, err);
        least = isnan(chance) ? least : fmin(least, chance);
    }
    comparison->growth.chance = least;
    return status;
}

sx_status sx_growth_judge(const sx_run_plan *plan, double spent_s, double seed_s, sx_comparison *comparison,
                          int *next_seeds, sx_error *err) {
    sx_growth *growth = &comparison->growth;
    *next_seeds = 0;
    if (!growth->sequential) return SX_OK;
    bool open = comparison->verdict.kind == SX_VERDICT_UNDECIDED;
    growth->chance = open ? 0 : 1;
    sx_status status = open ? forecast(comparison, err) : SX_OK;
    if (status != SX_OK) return status;
    size_t runs = comparison->fold_count * (size_t)comparison->seeds;
    int next = next_look(growth, plan->seeds);
    double budget_s = plan->options->growth.budget_s;
    if (!open)
        growth->end = SX_GROWTH_DECIDED;
    else if (plan->seeds >= growth->most_seeds)
        growth->end = SX_GROWTH_PLANNED;
    else if (runs >= LEAST_RUNS_FOR_A_FORECAST && growth->chance < HARDLY)
        growth->end = SX_GROWTH_FUTILE;
    else if (budget_s > 0 && spent_s + (next - plan->seeds) * seed_s > budget_s)
        growth->end = SX_GROWTH_BUDGET;
    else if (plan->options->growth.until_decided)
        *next_seeds = next;
    return SX_OK;
}

/* --- a study that is only read ---------------------------------------------------------------------------
 */

sx_status sx_growth_keep(sx_store *store, const sx_growth *growth, sx_error *err) {
    return growth->sequential ? sx_store_set_fact(store, WHY_IT_ENDED, sx_growth_end_name(growth->end), err)
                              : SX_OK;
}

sx_status sx_growth_read(sx_store *store, int complete, sx_growth *growth, sx_error *err) {
    sx_growth made = {0};
    sx_text why = {0};
    sx_status status = sx_store_looks(store, made.looks, &made.look_count, err);
    if (status == SX_OK) status = read_end(store, &made.most_seeds, err);
    if (status == SX_OK) status = sx_store_fact(store, WHY_IT_ENDED, &why, err);
    for (int end = SX_GROWTH_NONE; status == SX_OK && end <= SX_GROWTH_BUDGET; end++)
        if (strcmp(why.chars, sx_growth_end_name((sx_growth_end)end)) == 0) made.end = (sx_growth_end)end;
    sx_text_clear(&why);
    if (status != SX_OK) return status;
    if (made.look_count == 0 && complete > 0) made.looks[made.look_count++] = complete;
    made.sequential = made.most_seeds > 0;
    *growth = made;
    return SX_OK;
}

void sx_growth_tell(sx_comparison *comparison) {
    sx_growth *growth = &comparison->growth;
    if (!growth->sequential) return;
    if (comparison->verdict.kind != SX_VERDICT_UNDECIDED)
        growth->end = SX_GROWTH_DECIDED;
    else if (comparison->seeds >= growth->most_seeds)
        growth->end = SX_GROWTH_PLANNED;
}
