/* align_words.c: see align_words.h. */
#include "experiment/align_words.h"

#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Appends to a text of fixed room; what does not fit is cut. */
SX_PRINTF(3, 4) static void add(char *text, size_t room, const char *format, ...) {
    size_t length = strlen(text);
    va_list values;
    va_start(values, format);
    (void)sx_format_plain(text + length, room - length, format, values);
    va_end(values);
}

static const char *plural(double points) { return fabs(points - 1) < 1e-9 ? "" : "s"; }

static double largest_high(const sx_align_study *study, const sx_interval *losses) {
    double most = losses[0].high;
    for (size_t i = 1; i < study->lag_count; i++)
        most = fmax(most, losses[i].high);
    return most;
}

static double longest_lag(const sx_align_study *study) { return study->lags_ms[study->lag_count - 1]; }

/* "keeping time (axis=1) loses 1 point at 45 ms of misalignment (95 % interval 20 to 90 ms)" */
static void say_tolerance(const sx_align_study *study, const sx_align_axis *axis, sx_align_state trained,
                          char *text, size_t room) {
    const sx_tolerance *tolerance = &axis->tolerance[trained];
    double points = 100 * study->margin, last = longest_lag(study);
    double high = 100 * largest_high(study, axis->loss[trained]);
    if (isnan(high)) {
        add(text, room, "one run is too few to say what it loses");
    } else if (isfinite(tolerance->high_ms)) {
        add(text, room, "loses %g point%s at %.0f ms of misalignment (%g %% interval %.0f to %.0f ms)",
            points, plural(points), tolerance->ms, 100 * study->confidence, tolerance->low_ms,
            tolerance->high_ms);
    } else if (isfinite(tolerance->ms)) {
        add(text, room,
            "loses %g point%s on average at %.0f ms of misalignment, but its interval includes smaller "
            "losses "
            "at every lag up to %.0f ms, so that is not shown",
            points, plural(points), tolerance->ms, last);
    } else if (isfinite(tolerance->low_ms)) {
        add(text, room,
            "loses less than %g point%s on average up to %.0f ms of misalignment, but losses of up to %.1f "
            "points are within its interval",
            points, plural(points), last, high);
    } else {
        add(text, room, "does not lose %g point%s up to %.0f ms of misalignment", points, plural(points),
            last);
    }
}

static void say_interval(const sx_interval *interval, char *text, size_t room) {
    add(text, room, "%.1f points (%.1f to %.1f)", 100 * interval->mean, 100 * interval->low,
        100 * interval->high);
}

static void say_cure(const sx_align_study *study, const sx_align_axis *axis, char *text, size_t room) {
    bool lost = axis->drop[SX_ALIGN_AS_IS].low > 0, cured = axis->cured.low > 0;
    const sx_interval *left = &axis->drop[SX_ALIGN_JITTERED];
    add(text, room, "Recordings that begin up to %g ms later at random cost ", study->jitter_ms);
    say_interval(&axis->drop[SX_ALIGN_AS_IS], text, room);
    add(text, room, " where training was as is%s and ", lost ? "" : ", which does not show a loss for sure,");
    say_interval(left, text, room);
    add(text, room, " where it was jittered. ");
    if (cured && left->high < study->margin)
        add(text, room, "Jitter in training cures it.");
    else if (cured)
        add(text, room, "Jitter in training gives back ");
    else
        add(text, room, "That jitter in training helps is not shown.");
    if (!cured || left->high < study->margin) return;
    say_interval(&axis->cured, text, room);
    add(text, room, left->low > 0 ? ", not all of it." : "; that anything is still lost is not shown.");
}

static void say_axis(const sx_align_study *study, sx_align_axis *axis) {
    say_tolerance(study, axis, SX_ALIGN_AS_IS, axis->tolerance_text, sizeof axis->tolerance_text);
    if (isnan(axis->cured.low)) return;
    say_cure(study, axis, axis->jitter_text, sizeof axis->jitter_text);
}

void sx_align_write_words(sx_align_study *study) {
    char *text = study->text;
    size_t room = sizeof study->text;
    text[0] = 0;
    for (size_t a = 0; a < study->axis_count; a++) {
        sx_align_axis *axis = &study->axes[a];
        say_axis(study, axis);
        add(text, room, "%s %s (axis=%d) %s", a == 0 ? "Keeping" : "; keeping", sx_axis_name(axis->axis),
            sx_axis_keras(axis->axis), axis->tolerance_text);
    }
    add(text, room, ".");
}
