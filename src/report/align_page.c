/* align_page.c: the page of alignment: the answer, the index, loss against lag, the two-by-two, the moves. */
#include "sonaxis/report.h"

#include "align_charts.h"
#include "html.h"

#include <math.h>

static void answer(sx_text *text, const sx_alignment *alignment) {
    const sx_align_index *index = alignment->index;
    sx_text_add(
        text, "<section id=\"answer\" class=\"verdict\" aria-labelledby=\"answer-h\">\n<p class=\"badge\">");
    sx_html_escape(text, sx_align_degree_name(index->degree));
    sx_text_format(text, "</p>\n<h2 id=\"answer-h\">Alignment index %.2f</h2>\n<p>", index->index);
    sx_html_escape(text, alignment->study ? alignment->study->text : index->text);
    sx_text_add(text, "</p>\n");
    if (!alignment->study)
        sx_text_add(text,
                    "<p class=\"lead\">What misalignment costs was not measured: <code>--study</code> trains "
                    "nets for that.</p>\n");
    sx_html_section_end(text);
}

static void index_part(sx_text *text, const sx_alignment *alignment) {
    const sx_align_index *index = alignment->index;
    sx_html_section(text, "index", "Are they aligned?");
    sx_text_add(text, "<p class=\"lead\">");
    if (alignment->study) { /* else the answer has said it */
        sx_html_escape(text, index->text);
        sx_text_add(text, " ");
    }
    sx_text_format(text,
                   "Of the whole variance of the input, %.1f\xC2\xA0%% is common timing and %.1f\xC2\xA0%% "
                   "each recording's own.</p>\n",
                   100 * index->time_share, 100 * index->clip_time_share);
    sx_chart_align_index(text, alignment);
    sx_text_add(text,
                "<p class=\"small\">The index is that of clips as the net gets them: silence at the end of "
                "every clip is common timing too, so longer clips give a higher index. It says nothing "
                "about accuracy.</p>\n");
    sx_html_section_end(text);
}

static void add_interval(sx_text *text, const sx_interval *interval) {
    char mean[SX_NUMBER_CHARS];
    sx_decimal(100 * interval->mean, 1, mean);
    sx_text_format(text, "<td>%s", mean);
    if (!isnan(interval->low))
        sx_text_format(text, " <small>(%.1f to %.1f)</small>", 100 * interval->low, 100 * interval->high);
    sx_text_add(text, "</td>");
}

static void two_by_two(sx_text *text, const sx_align_study *study) {
    const char *heads[] = {"Axis kept",           "Trained",       "Tested as is (%)",
                           "Tested jittered (%)", "Lost (points)", NULL};
    sx_html_section(text, "two-by-two", "Trained and tested, as is and jittered");
    sx_text_format(text,
                   "<p class=\"lead\">Jittered: every recording begins up to %g ms later, at random. Mean "
                   "accuracy of %zu runs (%zu folds \xC3\x97 %d seeds) with %g\xC2\xA0%% intervals.</p>\n",
                   study->jitter_ms, study->runs, study->fold_count, study->seeds, 100 * study->confidence);
    sx_html_table(text, "Accuracy by axis, training and test", heads);
    for (size_t a = 0; a < study->axis_count; a++) {
        const sx_align_axis *axis = &study->axes[a];
        for (size_t state = 0; state < SX_ALIGN_STATES; state++) {
            sx_text_add(text, "<tr><th scope=\"row\">");
            sx_html_axis(text, axis->axis);
            sx_text_format(text, "</th><td>%s</td>", state == SX_ALIGN_AS_IS ? "as is" : "jittered");
            add_interval(text, &axis->accuracy[state][SX_ALIGN_AS_IS]);
            add_interval(text, &axis->accuracy[state][SX_ALIGN_JITTERED]);
            add_interval(text, &axis->drop[state]);
            sx_text_add(text, "</tr>\n");
        }
    }
    sx_html_table_end(text);
    const char *more[] = {"Axis kept", "Given back by jitter in training (points)",
                          "What it costs on recordings as they are (points)", NULL};
    sx_html_table(text, "What jitter in training does", more);
    for (size_t a = 0; a < study->axis_count; a++) {
        sx_text_add(text, "<tr><th scope=\"row\">");
        sx_html_axis(text, study->axes[a].axis);
        sx_text_add(text, "</th>");
        add_interval(text, &study->axes[a].cured);
        add_interval(text, &study->axes[a].cost);
        sx_text_add(text, "</tr>\n");
    }
    sx_html_table_end(text);
    for (size_t a = 0; a < study->axis_count; a++) {
        sx_text_add(text, "<p>");
        sx_html_axis(text, study->axes[a].axis);
        sx_text_add(text, ": ");
        sx_html_escape(text, study->axes[a].jitter_text);
        sx_text_add(text, "</p>\n");
    }
    sx_html_section_end(text);
}

static void tolerance_cell(sx_text *text, double ms, double last_ms) {
    if (isfinite(ms))
        sx_text_format(text, "<td>%.0f</td>", ms);
    else
        sx_text_format(text, "<td>beyond %.0f</td>", last_ms);
}

static void tolerances(sx_text *text, const sx_align_study *study) {
    char lost[64];
    sx_print(lost, sizeof lost, "Mean loses %g point%s at (ms)", 100 * study->margin,
             fabs(study->margin - 0.01) < 1e-9 ? "" : "s");
    const char *heads[] = {"Axis kept", "Trained", lost, "Not before (ms)", "Certainly by (ms)", NULL};
    double last = study->lags_ms[study->lag_count - 1];
    sx_html_table(text, "Tolerance", heads);
    for (size_t a = 0; a < study->axis_count; a++) {
        for (size_t state = 0; state < SX_ALIGN_STATES; state++) {
            const sx_tolerance *tolerance = &study->axes[a].tolerance[state];
            sx_text_add(text, "<tr><th scope=\"row\">");
            sx_html_axis(text, study->axes[a].axis);
            sx_text_format(text, "</th><td>%s</td>", state == SX_ALIGN_AS_IS ? "as is" : "jittered");
            tolerance_cell(text, tolerance->ms, last);
            tolerance_cell(text, tolerance->low_ms, last);
            tolerance_cell(text, tolerance->high_ms, last);
            sx_text_add(text, "</tr>\n");
        }
    }
    sx_html_table_end(text);
}

static void losses(sx_text *text, const sx_align_study *study) {
    sx_html_section(text, "loss", "How much misalignment does each axis bear?");
    sx_text_add(text, "<p class=\"lead\">All test recordings begin later by the same time; training is as it "
                      "was.</p>\n<div class=\"charts\">\n");
    for (size_t state = 0; state < SX_ALIGN_STATES; state++)
        sx_chart_align_loss(text, study, (sx_align_state)state);
    sx_text_add(text, "</div>\n");
    tolerances(text, study);
    sx_text_format(
        text,
        "<p class=\"small\">Net %s, %s statistics. Intervals are those of single lags, widened for "
        "training parts that overlap between folds. Recordings are moved by whole frames (%g ms); what "
        "they leave open is filled with silence. Where training recordings begin in their first frame, "
        "an onset behind silence is new to the net, and that costs too: give them the same silence in front "
        "and "
        "see what is left. Other nets, or recordings in noise, may bear more or less.</p>\n",
        study->model, sx_statistics_name(study->statistics), study->hop_ms);
    sx_html_section_end(text);
}

static void moves_part(sx_text *text, const sx_align_moves *moves) {
    sx_html_section(text, "moves", "Moved recordings");
    sx_text_format(
        text,
        "<p class=\"lead\">%zu recordings aligned to %s, which now lies at %.0f ms. They were moved "
        "by %.1f to %.1f ms, median %.1f ms. ",
        moves->usable, sx_align_to_name(moves->to), moves->place_ms, moves->least_ms, moves->most_ms,
        moves->median_ms);
    sx_text_format(text, "%zu lose more than 10 ms of sound at their beginning.</p>\n", moves->cut_count);
    sx_chart_align_moves(text, moves);
    sx_text_add(text,
                "<p class=\"small\">Each move is in <code>shifts.csv</code>; <code>manifest.csv</code> names "
                "the moved recordings. Labels were not looked at.</p>\n");
    sx_html_section_end(text);
}

static void repeat(sx_text *text, const sx_features *features, const char *command) {
    sx_html_section(text, "settings", "How to repeat it");
    sx_text_add(text, "<pre><code>");
    sx_html_escape(text, command);
    sx_text_add(text, "</code></pre>\n<ul>\n");
    for (size_t i = 0; i < features->note_count; i++) {
        sx_text_add(text, "<li>");
        sx_html_escape(text, features->notes[i]);
        sx_text_add(text, "</li>\n");
    }
    sx_text_format(text, "</ul>\n<p class=\"small\">Data fingerprint %016llx.</p>\n",
                   (unsigned long long)features->content_hash);
    sx_html_section_end(text);
}

sx_status sx_align_report_write(const sx_alignment *alignment, const sx_features *features, const char *title,
                                const char *command, const char *path, sx_error *err) {
    sx_text text = {0}, heading = {0};
    sx_text_format(&heading, "%s: aligned in time?", title);
    sx_html_open(&text, heading.chars ? heading.chars : "");
    sx_text_clear(&heading);
    sx_text_format(&text, "%zu recordings, clips of %zu frames</p>\n</header>\n<main id=\"main\">\n",
                   features->count, features->shape.time);
    answer(&text, alignment);
    index_part(&text, alignment);
    if (alignment->study) {
        losses(&text, alignment->study);
        two_by_two(&text, alignment->study);
    }
    if (alignment->moves) moves_part(&text, alignment->moves);
    repeat(&text, features, command);
    sx_html_close(&text);
    return sx_html_write(&text, path, err);
}
