/* compare_json.h: what the documents of a comparison and of a study share. */
#ifndef EXPERIMENT_COMPARE_JSON_H
#define EXPERIMENT_COMPARE_JSON_H

#include "sonaxis/study.h"

#include "base/json.h"

/* verdict, axes, pairs, design, growth, models, folds, runs */
void sx_comparison_set_json(sx_json *root, const sx_comparison *comparison);
sx_json *sx_verdict_json(const sx_comparison *comparison);
sx_json *sx_axis_results_json(const sx_comparison *comparison);
sx_json *sx_duel_json(const sx_duel *duel);

#endif
