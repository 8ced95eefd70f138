/* answer_parts.h: the parts of an answer, one file each. */
#ifndef EXPERIMENT_ANSWER_PARTS_H
#define EXPERIMENT_ANSWER_PARTS_H

#include "sonaxis/answer.h"

/* What every part may look at. */
typedef struct sx_answering {
    sx_answer *answer;
    const sx_comparison *comparison;
    const sx_features *features;
    const sx_compare_options *how;
    const sx_answer_options *options;
    const sx_watch *watch;
} sx_answering;

/* Ranks what the comparison, the diagnostics and the alignment say; needs them. */
void sx_answer_evidence(const sx_answering *a);
/* Pieces that rest on nets that were changed, and on nets that were looked at. */
void sx_evidence_changed(const sx_answering *a);
void sx_evidence_seen(const sx_answering *a);
/* A new piece, or NULL where there is no room; size is what it is ranked by. */
sx_evidence *sx_evidence_add(const sx_answering *a, const char *id, sx_evidence_kind kind, sx_axis axis,
                             double size);
/* Takes the finding's limits over. */
void sx_evidence_rests_on(sx_evidence *evidence, const sx_finding *finding);
/* NULL where there is none, or no explanation. */
const sx_finding *sx_answer_finding(const sx_answer *answer, const char *id);
/* A number of a finding for an axis: "%s_kept_share". NaN where there is none. */
double sx_axis_number(const sx_finding *finding, sx_axis axis, const char *format);

/* How many nets of each axis may be run again, so that it takes at most about one part in `share` of the time
 * the runs took: a look costs `epochs` epochs of training. Between 1 and most. */
size_t sx_answer_nets(const sx_answering *a, double epochs, double share, size_t most);
/* What each axis asks for, from one net of each. */
SX_MUST_USE sx_status sx_answer_costs(const sx_answering *a, sx_error *err);
/* Scores from probabilities: the kept nets run over their test parts. */
SX_MUST_USE sx_status sx_answer_scores(const sx_answering *a, sx_error *err);
SX_MUST_USE sx_status sx_answer_steps(const sx_answering *a, sx_error *err);
/* What is missing and why; the first reason stays. */
void sx_answer_note(sx_answer *answer, const char *what, const sx_error *err);

#endif
