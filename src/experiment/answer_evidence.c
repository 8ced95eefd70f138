/* answer_evidence.c: which evidence comes first.
 *
 * Changed before seen: a piece that changed something in the nets and counted the accuracy says more than one
 * that only looked at them. Within each, the larger first. A piece below its least (the margin, or once the
 * threshold of what was seen) is none and was not added. */
#include "experiment/answer_parts.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

sx_evidence *sx_evidence_add(const sx_answering *a, const char *id, sx_evidence_kind kind, sx_axis axis,
                             double size) {
    sx_answer *answer = a->answer;
    if (answer->evidence_count == SX_MOST_EVIDENCE) return NULL;
    sx_evidence *evidence = &answer->evidence[answer->evidence_count++];
    *evidence = (sx_evidence){.id = id, .kind = kind, .axis = axis, .size = size};
    return evidence;
}

void sx_evidence_rests_on(sx_evidence *evidence, const sx_finding *finding) {
    evidence->finding = finding->id;
    sx_print(evidence->cannot_show, sizeof evidence->cannot_show, "%s", finding->cannot_show);
}

const sx_finding *sx_answer_finding(const sx_answer *answer, const char *id) {
    return answer->explanation ? sx_explanation_find(answer->explanation, id) : NULL;
}

double sx_axis_number(const sx_finding *finding, sx_axis axis, const char *format) {
    char name[64];
    sx_print(name, sizeof name, "%s_%s", sx_axis_name(axis), format);
    return sx_finding_number(finding, name);
}

static int by_strength(const void *left, const void *right) {
    const sx_evidence *x = left, *y = right;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return fabs(x->size) > fabs(y->size) ? -1 : fabs(x->size) < fabs(y->size);
}

void sx_answer_evidence(const sx_answering *a) {
    sx_evidence_changed(a);
    sx_evidence_seen(a);
    qsort(a->answer->evidence, a->answer->evidence_count, sizeof *a->answer->evidence, by_strength);
}
