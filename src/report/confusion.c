/* confusion.c: who was taken for whom, summed over the runs of each axis: a shaded table, and in words. */
#include "parts.h"

#include "html.h"

#include "base/error.h"
#include "base/memory.h"

enum { MOST_LABELS = 60, MOST_WORDS = 3 };

/* Sum of the axis's confusion matrices; NULL when out of memory. */
static uint64_t *sum_matrix(const sx_comparison *comparison, size_t axis, size_t labels) {
    uint64_t *sum = sx_alloc(labels * labels, sizeof *sum);
    for (size_t i = 0; sum && i < comparison->run_count; i++) {
        const sx_run *run = &comparison->runs[i];
        if (run->axis != axis || !run->confusion) continue;
        for (size_t k = 0; k < labels * labels; k++)
            sum[k] += run->confusion[k];
    }
    return sum;
}

static uint64_t row_sum(const uint64_t *matrix, size_t labels, size_t truth) {
    uint64_t sum = 0;
    for (size_t guess = 0; guess < labels; guess++)
        sum += matrix[truth * labels + guess];
    return sum;
}

static void matrix_head(sx_text *text, const sx_features *features, const char *label) {
    sx_text_format(text, "<table class=\"confusion\">\n<caption class=\"hidden\">%s</caption>\n", label);
    sx_text_add(text, "<thead><tr><td></td>");
    for (size_t i = 0; i < features->label_count; i++) {
        sx_text_add(text, "<th scope=\"col\" title=\"");
        sx_html_escape(text, features->label_names[i]);
        sx_text_add(text, "\"><span>");
        sx_html_escape(text, features->label_names[i]);
        sx_text_add(text, "</span></th>");
    }
    sx_text_add(text, "</tr></thead>\n<tbody>\n");
}

static void matrix_row(sx_text *text, const uint64_t *matrix, size_t labels, size_t truth, const char *name) {
    uint64_t all = row_sum(matrix, labels, truth);
    sx_text_add(text, "<tr><th scope=\"row\" title=\"");
    sx_html_escape(text, name);
    sx_text_add(text, "\"><span>");
    sx_html_escape(text, name);
    sx_text_add(text, "</span></th>");
    for (size_t guess = 0; guess < labels; guess++) {
        uint64_t count = matrix[truth * labels + guess];
        double share = all ? (double)count / (double)all : 0;
        if (!count) {
            sx_text_format(text, "<td%s></td>", guess == truth ? " class=\"right\"" : "");
            continue;
        }
        sx_text_format(text, "<td class=\"%s%s\" style=\"--s:%.2f\">%llu</td>",
                       guess == truth ? "right" : "wrong", share > 0.55 ? " deep" : "", share,
                       (unsigned long long)count);
    }
    sx_text_add(text, "</tr>\n");
}

typedef struct mistake {
    size_t truth, guess;
    double share;
} mistake;

/* The MOST_WORDS largest shares off the diagonal, largest first; how many there are. */
static size_t worst_mistakes(const uint64_t *matrix, size_t labels, mistake worst[MOST_WORDS]) {
    size_t found = 0;
    for (size_t truth = 0; truth < labels; truth++) {
        uint64_t all = row_sum(matrix, labels, truth);
        for (size_t guess = 0; guess < labels; guess++) {
            uint64_t count = matrix[truth * labels + guess];
            if (guess == truth || !count) continue;
            mistake seen = {truth, guess, (double)count / (double)all};
            if (found == MOST_WORDS && seen.share <= worst[MOST_WORDS - 1].share) continue;
            size_t k = found < MOST_WORDS ? found++ : MOST_WORDS - 1;
            for (; k > 0 && worst[k - 1].share < seen.share; k--)
                worst[k] = worst[k - 1];
            worst[k] = seen;
        }
    }
    return found;
}

static void name_mistakes(sx_text *text, const sx_features *features, const uint64_t *matrix) {
    mistake worst[MOST_WORDS];
    size_t count = worst_mistakes(matrix, features->label_count, worst);
    sx_text_add(text, "<p class=\"small\">");
    if (!count)
        sx_text_add(text, "No mistakes.");
    else
        sx_text_add(text, "Most often mistaken: ");
    for (size_t i = 0; i < count; i++) {
        char percent[SX_NUMBER_CHARS];
        sx_percent(worst[i].share, percent);
        sx_html_escape(text, features->label_names[worst[i].truth]);
        sx_text_add(text, " for ");
        sx_html_escape(text, features->label_names[worst[i].guess]);
        sx_text_format(text, " (%s)%s", percent, i + 1 < count ? ", " : ".");
    }
    sx_text_add(text, "</p>\n");
}

static void show_axis(const sx_page *page, size_t axis, const uint64_t *matrix) {
    const sx_features *features = page->features;
    size_t labels = features->label_count;
    sx_axis kept = page->comparison->axes[axis].axis;
    sx_text_format(page->text, "<div class=\"matrix on-%s\">\n<h3>", sx_axis_name(kept));
    sx_html_axis_word(page->text, page->comparison->order, kept);
    sx_text_add(page->text, "</h3>\n");
    if (labels <= MOST_LABELS) {
        char label[64];
        sx_print(label, sizeof label, "Confusion matrix, %s kept",
                 sx_axis_word(page->comparison->order, kept));
        sx_html_scroll(page->text, label);
        matrix_head(page->text, features, label);
        for (size_t truth = 0; truth < labels; truth++) {
            matrix_row(page->text, matrix, labels, truth, features->label_names[truth]);
        }
        sx_text_add(page->text, "</tbody>\n</table>\n");
        sx_html_scroll_end(page->text);
    }
    name_mistakes(page->text, features, matrix);
    sx_text_add(page->text, "</div>\n");
}

/* context: the axis's index. */
static sx_status draw(const sx_page *page, const void *context, sx_error *err) {
    const size_t axis = *(const size_t *)context, labels = page->features->label_count;
    uint64_t *matrix = sum_matrix(page->comparison, axis, labels);
    if (!matrix) return sx_fail_memory(err, labels * labels * sizeof *matrix);
    show_axis(page, axis, matrix);
    sx_free(matrix);
    return SX_OK;
}

/* The numbers for files: a row for each truth. */
static void fill_table(sx_table *table, const sx_page *page, size_t axis) {
    const size_t labels = page->features->label_count;
    uint64_t *matrix = sum_matrix(page->comparison, axis, labels);
    if (!matrix) {
        if (table) table->document->failed = true;
        return;
    }
    for (size_t truth = 0; truth < labels; truth++) {
        sx_cell_text(table, page->features->label_names[truth]);
        for (size_t guess = 0; guess < labels; guess++)
            sx_cell_count(table, (double)matrix[truth * labels + guess]);
    }
    sx_free(matrix);
}

static void add_axis(sx_section *part, const sx_page *page, size_t axis, const char *const *heads) {
    static const size_t indices[SX_MAX_AXES] = {0, 1, 2};
    const char *name = sx_axis_word(page->comparison->order, page->comparison->axes[axis].axis);
    char id[48], title[96];
    sx_print(id, sizeof id, "confusion-%s", name);
    sx_print(title, sizeof title, "Truth (rows) and guess (columns), %s kept", name);
    fill_table(sx_section_shaded(part, draw, &indices[axis], id, title, heads), page, axis);
}

void sx_section_confusions(sx_document *document, const sx_page *page) {
    size_t labels = page->features->label_count;
    const char **heads = sx_alloc(labels + 2, sizeof *heads);
    sx_section *part = sx_section_add(document, "confusion", true, "Who is taken for whom");
    if (!heads || !part) {
        document->failed = true;
        sx_free(heads);
        return;
    }
    if (labels > 14) part->style = "wide";
    heads[0] = "Truth";
    for (size_t i = 0; i < labels; i++)
        heads[i + 1] = page->features->label_names[i];
    sx_section_say(
        part, SX_BLOCK_SOFT,
        "Rows are the truth, columns the guess, summed over all runs of an axis. The darker, the larger the "
        "share of its row.%s",
        labels > MOST_LABELS ? " There are too many labels to show the tables." : "");
    for (size_t i = 0; i < page->comparison->axis_count; i++)
        add_axis(part, page, i, heads);
    sx_free(heads);
}
