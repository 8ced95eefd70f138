/* study_json.c: studies as JSON. */
#include "experiment/compare_json.h"

static sx_json *settings_json(const sx_study_view *view) {
    sx_json *object = sx_json_object();
    for (size_t i = 0; i < view->setting_count; i++)
        sx_json_set_text(object, view->settings[i].name, view->settings[i].value);
    return object;
}

static void set_head(sx_json *root, const sx_study_view *view) {
    sx_json_set_text(root, "folder", view->folder);
    sx_json_set_integer(root, "runs_finished", (int64_t)view->runs);
    sx_json_set_text(root, "at_work", view->workers[0] ? view->workers : NULL);
    sx_json_set_text(root, "missing", view->gap[0] ? view->gap : NULL);
    sx_json_set_integer(root, "recordings", (int64_t)view->recordings);
    sx_json_set_integer(root, "labels", (int64_t)view->labels);
    if (!view->comparison) return;
    sx_json_set_text(root, "model", view->comparison->model);
    sx_json_set_integer(root, "seeds", view->comparison->seeds);
    sx_json_set_number(root, "run_wall_s", view->comparison->run_wall_s);
}

static char *dump(sx_json *root) {
    char *text = sx_json_dump(root, 2);
    sx_json_free(root);
    return text;
}

char *sx_study_json(const sx_study_view *view) {
    sx_json *root = sx_json_object();
    sx_json_set_text(root, "schema", "sonaxis-study-1");
    set_head(root, view);
    sx_json_set(root, "settings", settings_json(view));
    if (view->comparison) sx_comparison_set_json(root, view->comparison);
    return dump(root);
}

static sx_json *studies_json(sx_study_view *const *views, size_t count) {
    sx_json *array = sx_json_array();
    for (size_t i = 0; i < count; i++) {
        sx_json *object = sx_json_object();
        set_head(object, views[i]);
        if (views[i]->comparison) {
            sx_json_set(object, "verdict", sx_verdict_json(views[i]->comparison));
            sx_json_set(object, "axes", sx_axis_results_json(views[i]->comparison));
        }
        sx_json_append(array, object);
    }
    return array;
}

char *sx_study_list_json(sx_study_view *const *views, size_t count) {
    sx_json *root = sx_json_object();
    sx_json_set_text(root, "schema", "sonaxis-studies-1");
    sx_json_set(root, "studies", studies_json(views, count));
    return dump(root);
}

char *sx_study_compare_json(sx_study_view *const *views, size_t count, const sx_study_match *matches,
                            size_t match_count) {
    sx_json *root = sx_json_object(), *array = sx_json_array();
    sx_json_set_text(root, "schema", "sonaxis-studies-1");
    sx_json_set(root, "studies", studies_json(views, count));
    for (size_t i = 0; i < match_count; i++) {
        sx_json *object = sx_duel_json(&matches[i].duel);
        sx_json_set_text(object, "study_a", views[matches[i].a]->folder);
        sx_json_set_text(object, "study_b", views[matches[i].b]->folder);
        sx_json_append(array, object);
    }
    sx_json_set(root, "models", array);
    return dump(root);
}
