/* explain_text.c: an explanation as JSON, and its sentences as text. */
#include "sonaxis/explain.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

static void set_numbers(sx_json *object, const char *key, const double *values, size_t count) {
    sx_json *array = sx_json_array();
    for (size_t i = 0; i < count; i++)
        sx_json_append_number(array, values[i]);
    sx_json_set(object, key, array);
}

static sx_json *series_json(const sx_series *series) {
    sx_json *object = sx_json_object();
    sx_json_set_text(object, "name", series->name);
    sx_json_set_text(object, "axis", series->axis < 0 ? NULL : sx_axis_name((sx_axis)series->axis));
    set_numbers(object, "x", series->x, series->count);
    set_numbers(object, "y", series->y, series->count);
    if (series->low) set_numbers(object, "low", series->low, series->count);
    if (series->high) set_numbers(object, "high", series->high, series->count);
    return object;
}

static sx_json *figure_json(const sx_figure *figure) {
    sx_json *object = sx_json_object(), *series = sx_json_array();
    sx_json_set_text(object, "id", figure->id);
    sx_json_set_text(object, "title", figure->title);
    sx_json_set_text(object, "x", figure->x_label);
    sx_json_set_text(object, "y", figure->y_label);
    if (figure->kind == SX_FIGURE_BARS) {
        sx_json *names = sx_json_array();
        for (size_t i = 0; i < figure->name_count; i++)
            sx_json_append_text(names, figure->names[i]);
        sx_json_set(object, "names", names);
    }
    for (size_t i = 0; i < figure->series_count; i++)
        sx_json_append(series, series_json(&figure->series[i]));
    sx_json_set(object, "series", series);
    return object;
}

static sx_json *finding_json(const sx_finding *finding) {
    sx_json *object = sx_json_object(), *numbers = sx_json_object(), *figures = sx_json_array();
    sx_json_set_text(object, "id", finding->id);
    sx_json_set_text(object, "question", finding->title);
    sx_json_set_text(object, "sentence", finding->sentence);
    sx_json_set_text(object, "cannot_show", finding->cannot_show);
    for (size_t i = 0; i < finding->number_count; i++)
        sx_json_set_number(numbers, finding->numbers[i].name, finding->numbers[i].value);
    sx_json_set(object, "numbers", numbers);
    for (size_t i = 0; i < finding->figure_count; i++)
        sx_json_append(figures, figure_json(finding->figures[i]));
    sx_json_set(object, "figures", figures);
    return object;
}

static sx_json *disagreement_json(const sx_explanation *explanation, const sx_features *features,
                                  const sx_disagreement *one) {
    sx_json *object = sx_json_object(), *guesses = sx_json_object();
    sx_json_set_text(object, "path", features->paths[one->item]);
    sx_json_set_text(object, "label", one->label);
    for (size_t a = 0; a < explanation->axis_count; a++) {
        sx_json *guess = sx_json_object();
        sx_json_set_text(guess, "label", one->guesses[a]);
        sx_json_set_bool(guess, "right", one->right[a]);
        sx_json_set_number(guess, "probability", one->probabilities[a]);
        sx_json_set(guesses, sx_axis_name(explanation->axes[a]), guess);
    }
    sx_json_set(object, "guesses", guesses);
    return object;
}

char *sx_explanation_json(const sx_explanation *explanation, const sx_features *features) {
    sx_json *root = sx_json_object(), *axes = sx_json_array(), *findings = sx_json_array();
    sx_json *disagreements = sx_json_array(), *notes = sx_json_array();
    sx_json_set_text(root, "schema", "sonaxis-explain-1");
    for (size_t a = 0; a < explanation->axis_count; a++) {
        sx_json *axis = sx_json_object();
        sx_json_set_text(axis, "axis", sx_axis_name(explanation->axes[a]));
        sx_json_set_integer(axis, "keras_axis", sx_axis_keras(explanation->axes[a]));
        sx_json_set_integer(axis, "nets", (int64_t)explanation->net_counts[a]);
        sx_json_append(axes, axis);
    }
    sx_json_set(root, "axes", axes);
    sx_json_set_bool(root, "held_out", explanation->held_out);
    for (size_t i = 0; i < explanation->finding_count; i++)
        sx_json_append(findings, finding_json(explanation->findings[i]));
    sx_json_set(root, "findings", findings);
    for (size_t i = 0; i < explanation->disagreement_count; i++)
        sx_json_append(disagreements,
                       disagreement_json(explanation, features, &explanation->disagreements[i]));
    sx_json_set(root, "disagreements", disagreements);
    for (size_t i = 0; i < explanation->note_count; i++)
        sx_json_append_text(notes, explanation->notes[i]);
    sx_json_set(root, "notes", notes);
    sx_json_set_number(root, "wall_s", explanation->wall_s);
    char *json = sx_json_dump(root, 2);
    sx_json_free(root);
    return json;
}

/* Words up to `width` columns a line, indented by two. */
static void add_wrapped(sx_text *text, const char *words, size_t width) {
    size_t column = 0;
    while (*words) {
        const size_t length = strcspn(words, " ");
        if (column > 0 && column + 1 + length > width) {
            sx_text_add(text, "\n");
            column = 0;
        }
        sx_text_add(text, column == 0 ? "  " : " ");
        sx_text_add_bytes(text, words, length);
        column += length + 1;
        words += length + strspn(words + length, " ");
    }
    sx_text_add(text, "\n");
}

char *sx_explanation_text(const sx_explanation *explanation) {
    sx_text text = {0};
    sx_text_add(&text, "looked into");
    for (size_t a = 0; a < explanation->axis_count; a++)
        sx_text_format(&text, "%s %zu net%s that keep%s %s (axis=%d)", a ? "," : "",
                       explanation->net_counts[a], explanation->net_counts[a] == 1 ? "" : "s",
                       explanation->net_counts[a] == 1 ? "s" : "", sx_axis_name(explanation->axes[a]),
                       sx_axis_keras(explanation->axes[a]));
    sx_text_add(&text, "\n");
    for (size_t i = 0; i < explanation->finding_count; i++) {
        const sx_finding *finding = explanation->findings[i];
        sx_text_format(&text, "\n%s\n", finding->title);
        add_wrapped(&text, finding->sentence, 96);
    }
    for (size_t i = 0; i < explanation->note_count; i++) {
        sx_text_add(&text, "\nnote:\n");
        add_wrapped(&text, explanation->notes[i], 96);
    }
    return sx_text_take(&text);
}
