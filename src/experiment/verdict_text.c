/* verdict_text.c: see verdict_text.h. Texts are built in place in a buffer that is cut off, never overrun. */
#include "experiment/verdict_text.h"

#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

enum { TEXT_SIZE = 2048, MOST_SEEDS = 1000 };
static_assert(sizeof(((sx_verdict *)0)->text) == TEXT_SIZE && sizeof(((sx_verdict *)0)->warning) == TEXT_SIZE,
              "both texts have the size that say() fills");

SX_PRINTF(2, 3) static void say(char text[TEXT_SIZE], const char *format, ...) {
    size_t length = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    (void)sx_format_plain(text + length, TEXT_SIZE - length, format, arguments);
    va_end(arguments);
}

const char *sx_verdict_kind_name(sx_verdict_kind kind) {
    return kind == SX_VERDICT_WINNER ? "winner" : kind == SX_VERDICT_EQUIVALENT ? "equivalent" : "undecided";
}

static const char *name_of(const sx_comparison *comparison, size_t axis) {
    return sx_axis_word(comparison->order, comparison->axes[axis].axis);
}

static const char *plural(size_t count) { return count == 1 ? "" : "s"; }

/* "channels", "channels and time": the axes with a standing. */
static void say_axes(char *text, const sx_comparison *comparison, const sx_decision *decision,
                     unsigned standings) {
    size_t total = 0, said = 0;
    for (size_t i = 0; i < comparison->axis_count; i++)
        total += (standings >> decision->standings[i]) & 1;
    for (size_t i = 0; i < comparison->axis_count; i++)
        if ((standings >> decision->standings[i]) & 1) {
            const char *link = said == 0 ? "" : said + 1 == total ? " and " : ", ";
            say(text, "%s%s", link, name_of(comparison, i));
            said++;
        }
}

static unsigned set_of(sx_standing standing) { return 1u << standing; }

/* The accuracy of an axis, and what it rests on. */
static void say_accuracy(char *text, const sx_comparison *comparison, size_t axis) {
    const sx_axis_result *result = &comparison->axes[axis];
    size_t folds = comparison->fold_count, seeds = (size_t)comparison->seeds;
    say(text, "Over %zu run%s an axis (%zu split%s, %zu seed%s) the accuracy of %s was %.1f %%", result->runs,
        plural(result->runs), folds, plural(folds), seeds, plural(seeds),
        sx_axis_word(comparison->order, result->axis), 100 * result->accuracy.mean);
    if (!isnan(result->accuracy.low))
        say(text, " (%g %% interval %.1f to %.1f)", 100 * comparison->confidence, 100 * result->accuracy.low,
            100 * result->accuracy.high);
}

static void say_p(char *text, double p) {
    if (p < 0.001)
        say(text, "p < 0.001");
    else
        say(text, "p = %.3f", p);
}

/* ", 5.1 points above frequency (2.0 to 8.2, p = 0.003)": the best axis against another one. */
static void say_difference(char *text, const sx_comparison *comparison, size_t best, size_t other,
                           const char *before) {
    sx_axis axis = comparison->axes[best].axis, against = comparison->axes[other].axis;
    for (size_t i = 0; i < comparison->pair_count; i++) {
        const sx_pair_result *pair = &comparison->pairs[i];
        bool forward = pair->a == axis && pair->b == against;
        if (!forward && !(pair->b == axis && pair->a == against)) continue;
        double low = forward ? pair->low : -pair->high, high = forward ? pair->high : -pair->low;
        double difference = forward ? pair->difference : -pair->difference;
        say(text, "%s%.1f points above %s", before, 100 * fabs(difference),
            sx_axis_word(comparison->order, against));
        if (!isnan(low)) {
            say(text, " (%.1f to %.1f, ", 100 * low, 100 * high);
            say_p(text, pair->p_holm);
            say(text, ")");
        }
    }
}

/* The best axis against all others. */
static void say_differences(char *text, const sx_comparison *comparison, size_t best) {
    size_t left = comparison->axis_count - 1;
    bool first = true;
    for (size_t i = 0; i < comparison->axis_count; i++) {
        if (i == best) continue;
        say_difference(text, comparison, best, i, first ? ", " : left == 1 ? " and " : ", ");
        first = false;
        left--;
    }
    say(text, ". ");
}

static void say_further(char *text, const sx_comparison *comparison, size_t more_runs) {
    size_t folds = comparison->fold_count, runs = folds * (size_t)comparison->seeds;
    if (runs < 2) {
        say(text, "One run an axis says nothing about chance: use more folds or more seeds. ");
        return;
    }
    size_t seeds =
        more_runs < SIZE_MAX ? (size_t)comparison->seeds + (more_runs + folds - 1) / folds : SIZE_MAX;
    if (seeds > MOST_SEEDS)
        say(text,
            "More seeds cannot decide it, since the runs share their recordings: more recordings or groups "
            "are needed. ");
    else
        say(text,
            "If differences and spread stay as they are, %zu more run%s an axis would decide it (%zu seeds "
            "in "
            "place of %d). ",
            more_runs, plural(more_runs), seeds, comparison->seeds);
}

static void say_resolution(char *text, const sx_comparison *comparison) {
    double smallest = sx_comparison_resolves(comparison);
    if (smallest > 1)
        say(text, "At this spread, so few runs cannot be relied on to find a difference of any size. ");
    else if (!isnan(smallest))
        say(text,
            "At this spread, so many runs find a true difference of %.1f points with probability %g %%. ",
            100 * smallest, 100 * SX_POWER);
}

static void say_basis(char *text, const sx_comparison *comparison) {
    static const char *const words[SX_STATISTICS_COUNT] = {
        [SX_STATISTICS_MOVING] = "the moving statistics, as Keras scores",
        [SX_STATISTICS_RECOMPUTED] = "statistics recomputed over the training recordings",
        [SX_STATISTICS_BATCH] = "the test recordings' own statistics"};
    say(text, "Scored with %s.", words[comparison->statistics]);
    if (comparison->method == SX_PAIRS_SIGN_FLIP)
        say(text, " Tested by flipping the signs of the paired differences, intervals by bootstrap (BCa).");
    if (comparison->fold_count == 1)
        say(text, " All runs share one split: this speaks of these test recordings only.");
}

static void say_winner(char *text, const sx_comparison *comparison, const sx_decision *decision) {
    const char *name = name_of(comparison, decision->best);
    say(text, "Keep %s (Keras axis=%d): it beats ", name,
        sx_axis_keras(comparison->axes[decision->best].axis));
    say_axes(text, comparison, decision, set_of(SX_STANDING_BEATEN));
    say(text, ". ");
    say_accuracy(text, comparison, decision->best);
    say_differences(text, comparison, decision->best);
}

static size_t count_of(const sx_comparison *comparison, const sx_decision *decision, sx_standing standing) {
    size_t count = 0;
    for (size_t i = 0; i < comparison->axis_count; i++)
        count += decision->standings[i] == standing;
    return count;
}

static const char *ease_of(sx_axis axis) {
    if (axis == SX_AXIS_CHANNELS)
        return "channels folds into the convolution before it, streams and takes clips of any length";
    return "frequency asks less of the recordings than time: clips of any length";
}

/* Only the best has been compared with each of the others, so nothing is said of these among each other. */
static void say_equivalent(char *text, const sx_comparison *comparison, const sx_decision *decision) {
    size_t within = count_of(comparison, decision, SX_STANDING_WITHIN);
    say(text, "Keep %s (Keras axis=%d): ", name_of(comparison, decision->chosen),
        sx_axis_keras(comparison->axes[decision->chosen].axis));
    bool keeps_best = decision->chosen == decision->best;
    if (within == 1 && !keeps_best)
        say(text, "it");
    else
        say_axes(text, comparison, decision, set_of(SX_STANDING_WITHIN));
    say(text, " %s practically equivalent to ", within > 1 ? "are" : "is");
    if (keeps_best)
        say(text, "it");
    else
        say(text, "%s, which has the highest mean", name_of(comparison, decision->best));
    say(text, " (within the margin of %g point%s set before the runs), and %s", 100 * comparison->margin,
        100 * comparison->margin > 1 ? "s" : "", ease_of(comparison->axes[decision->chosen].axis));
    if (count_of(comparison, decision, SX_STANDING_BEATEN) > 0) {
        say(text, "; %s beats ", name_of(comparison, decision->best));
        say_axes(text, comparison, decision, set_of(SX_STANDING_BEATEN));
    }
    say(text, ". ");
    say_accuracy(text, comparison, decision->best);
    say_differences(text, comparison, decision->best);
}

static void say_undecided(char *text, const sx_comparison *comparison, const sx_decision *decision) {
    say(text, "Undecided between ");
    say_axes(text, comparison, decision, set_of(SX_STANDING_BEST) | set_of(SX_STANDING_OPEN));
    say(text, ". Best so far is %s (Keras axis=%d). ", name_of(comparison, decision->best),
        sx_axis_keras(comparison->axes[decision->best].axis));
    say_accuracy(text, comparison, decision->best);
    say_differences(text, comparison, decision->best);
    if (count_of(comparison, decision, SX_STANDING_BEATEN) > 0) {
        say(text, "It does beat ");
        say_axes(text, comparison, decision, set_of(SX_STANDING_BEATEN));
        say(text, ". ");
    }
    if (count_of(comparison, decision, SX_STANDING_WITHIN) > 0) {
        say(text, "It is practically equivalent to ");
        say_axes(text, comparison, decision, set_of(SX_STANDING_WITHIN));
        say(text, ". ");
    }
    say_resolution(text, comparison);
    say_further(text, comparison, decision->more_runs);
}

void sx_verdict_say(const sx_comparison *comparison, const sx_decision *decision, sx_verdict *verdict) {
    char *text = verdict->text;
    text[0] = '\0';
    if (decision->kind == SX_VERDICT_WINNER)
        say_winner(text, comparison, decision);
    else if (decision->kind == SX_VERDICT_EQUIVALENT)
        say_equivalent(text, comparison, decision);
    else
        say_undecided(text, comparison, decision);
    say_basis(text, comparison);
}

static const char *why_it_ended(sx_growth_end end) {
    switch (end) {
    case SX_GROWTH_DECIDED:
        return "stopped early, since it was decided";
    case SX_GROWTH_FUTILE:
        return "stopped early, since going on would hardly decide it";
    case SX_GROWTH_BUDGET:
        return "stopped when its budget was used up; the same call goes on";
    case SX_GROWTH_PLANNED:
        return "went on to its planned end";
    default:
        return "may go on";
    }
}

/* "2", "2 and 4", "2, 4 and 6" */
static void say_looks(char *text, const sx_growth *growth, size_t count) {
    for (size_t i = 0; i < count; i++)
        say(text, "%s%d", i == 0 ? "" : i + 1 == count ? " and " : ", ", growth->looks[i]);
}

static void say_sequential(char *text, const sx_growth *growth) {
    bool at_end = growth->looks[growth->look_count - 1] >= growth->most_seeds;
    say(text, " The study grew and was looked at with ");
    say_looks(text, growth, growth->look_count);
    say(text, " of at most %d seeds; it %s", growth->most_seeds,
        why_it_ended(at_end ? SX_GROWTH_PLANNED : growth->end));
    if (growth->end == SX_GROWTH_FUTILE)
        say(text, " (chance at the planned end %.0f %% if what is seen is true)", 100 * growth->chance);
    say(text,
        ". p and intervals hold over all looks (error spending after Lan and DeMets, repeated intervals).");
}

void sx_verdict_say_growth(const sx_comparison *comparison, sx_verdict *verdict) {
    const sx_growth *growth = &comparison->growth;
    if (growth->sequential && growth->look_count > 0) {
        say_sequential(verdict->text, growth);
    } else if (growth->look_count > 1) {
        say(verdict->text, " It had been looked at before with ");
        say_looks(verdict->text, growth, growth->look_count - 1);
        say(verdict->text, " seeds: p and intervals do not allow for that, and a study that grows until it "
                           "pleases finds winners "
                           "by chance; --until decided keeps the error rate.");
    }
}

static void say_gaps(char *text, const sx_comparison *comparison) {
    const char *before = "";
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const sx_axis_result *axis = &comparison->axes[i];
        if (!axis->moving_disagrees) continue;
        say(text,
            "%s%s scores %.1f %% with them and %.1f %% with statistics recomputed over the training "
            "recordings",
            before, sx_axis_word(comparison->order, axis->axis),
            100 * axis->by_statistics[SX_STATISTICS_MOVING].mean,
            100 * axis->by_statistics[SX_STATISTICS_RECOMPUTED].mean);
        before = "; ";
    }
}

static void say_other_decision(char *text, const sx_comparison *comparison, sx_statistics other,
                               const sx_decision *decision) {
    const char *name = name_of(comparison, decision->chosen);
    say(text, "Scored with the %s statistics%s, ", sx_statistics_name(other),
        other == SX_STATISTICS_MOVING ? ", as Keras does" : "");
    if (decision->kind == SX_VERDICT_WINNER)
        say(text, "the verdict would have been: %s wins. ", name);
    else if (decision->kind == SX_VERDICT_EQUIVALENT)
        say(text, "the verdict would have been: practically equivalent, keep %s. ", name);
    else
        say(text, "the verdict would have been: undecided, %s best so far. ", name);
}

void sx_verdict_warn(const sx_comparison *comparison, sx_statistics other, const sx_decision *decision,
                     sx_verdict *verdict) {
    char *text = verdict->warning;
    text[0] = '\0';
    say(text, "The moving averages of the normalisation had not settled: ");
    say_gaps(text, comparison);
    say(text, ". ");
    say_other_decision(text, comparison, other, decision);
    double momentum = comparison->momentum;
    say(text,
        "Why: after %zu steps at momentum %g%s they still hold %.1f %% of their starting values, and they "
        "lag "
        "behind weights that go on changing. What to do: recompute the statistics before the net is used, or "
        "train longer%s.",
        comparison->steps, momentum, fabs(momentum - 0.99) < 1e-9 ? " (Keras's default)" : "",
        100 * pow(momentum, (double)comparison->steps),
        momentum > 0.95 ? ", or lower the momentum to about 0.9" : "");
}
