/* explain_disagreements.c: the recordings on which the axes disagree most, as their nets' mean probabilities
 * tell. Only nets that were not trained on a recording have a say where that is known. */
#include "experiment/explain_nets.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <math.h>

enum { MOST = 8 };

typedef struct votes {
    size_t classes;
    double *sums;   /* axes * items * classes */
    double *counts; /* axes * items: nets that had a say */
} votes;

static sx_status vote(sx_explainer *e, const sx_net *net, votes *v, sx_error *err) {
    const size_t count = net->test.count;
    float *probabilities = sx_alloc(count * v->classes, sizeof *probabilities);
    sx_score score = {0};
    if (!probabilities) return sx_fail_memory(err, count * v->classes * sizeof *probabilities);
    sx_status status = sx_evaluate(net->fast, e->features, &net->standardise, net->test.items, count,
                                   net->sigmoid, probabilities, &score, err);
    for (size_t i = 0; i < count && status == SX_OK; i++) {
        const size_t cell = net->axis * e->features->count + net->test.items[i];
        v->counts[cell]++;
        for (size_t c = 0; c < v->classes; c++)
            v->sums[cell * v->classes + c] += probabilities[i * v->classes + c];
    }
    sx_score_clear(&score);
    sx_free(probabilities);
    return status;
}

/* What the axes' nets make of one recording. */
typedef struct judgement {
    bool judged; /* by every axis */
    bool differ; /* the axes name it differently */
    int guesses[3];
    double probabilities[3]; /* of the guess */
    double size;             /* how much the probabilities of the right label differ */
} judgement;

static judgement judge(const sx_explainer *e, const votes *v, size_t item) {
    const size_t label = (size_t)e->features->labels[item];
    judgement one = {.judged = true};
    double best = 0, worst = 1;
    for (size_t a = 0; a < e->nets->axis_count; a++) {
        const size_t cell = a * e->features->count + item;
        const double *sums = v->sums + cell * v->classes, count = v->counts[cell];
        size_t guess = 0;
        if (count < 1) return (judgement){.judged = false};
        for (size_t c = 1; c < v->classes; c++)
            if (sums[c] > sums[guess]) guess = c;
        one.guesses[a] = (int)guess;
        one.probabilities[a] = sums[guess] / count;
        one.differ = one.differ || one.guesses[a] != one.guesses[0];
        best = fmax(best, sums[label] / count);
        worst = fmin(worst, sums[label] / count);
    }
    one.size = best - worst;
    return one;
}

static sx_disagreement words_of(const sx_explainer *e, const judgement *one, size_t item) {
    const sx_features *features = e->features;
    sx_disagreement out = {.item = item};
    sx_print(out.label, sizeof out.label, "%s", features->label_names[features->labels[item]]);
    for (size_t a = 0; a < e->nets->axis_count; a++) {
        sx_print(out.guesses[a], sizeof out.guesses[a], "%s", features->label_names[one->guesses[a]]);
        out.right[a] = one->guesses[a] == features->labels[item];
        out.probabilities[a] = one->probabilities[a];
    }
    return out;
}

/* Inserts by size; keeps the MOST largest. */
static void keep_largest(sx_explanation *out, double sizes[MOST], double size, const sx_disagreement *new) {
    size_t at = out->disagreement_count;
    while (at > 0 && sizes[at - 1] < size)
        at--;
    if (at == MOST) return;
    if (out->disagreement_count < MOST) out->disagreement_count++;
    for (size_t i = out->disagreement_count - 1; i > at; i--) {
        sizes[i] = sizes[i - 1];
        out->disagreements[i] = out->disagreements[i - 1];
    }
    sizes[at] = size;
    out->disagreements[at] = *new;
}

static void show(sx_explainer *e, const size_t right[3], size_t judged, size_t differing) {
    sx_finding *finding =
        sx_finding_add(e->out, "disagreements", "On which recordings do the axes disagree?",
                       "A few striking recordings are examples, not evidence; look for what they have in "
                       "common, then measure it.");
    sx_finding_set(e->out, finding, (double)differing / (double)judged, "share_differing");
    for (size_t a = 0; a < e->nets->axis_count; a++)
        sx_finding_set(e->out, finding, (double)right[a] / (double)judged, "%s_accuracy_of_vote",
                       sx_axis_name(e->nets->axes[a]));
    sx_finding_say(finding, "The axes name %zu of %zu recordings differently (%.0f %%)%s", differing, judged,
                   100 * (double)differing / (double)judged,
                   e->out->disagreement_count ? "; those where their probability of the right label differs "
                                                "most are shown."
                                              : ".");
}

sx_status sx_explain_disagreements(sx_explainer *e, sx_error *err) {
    const size_t cells = e->nets->axis_count * e->features->count;
    votes v = {.classes = e->features->label_count};
    double sizes[MOST];
    size_t right[3] = {0}, judged = 0, differing = 0;
    if (e->nets->axis_count < 2) return SX_OK;
    v.sums = sx_alloc(cells * v.classes, sizeof *v.sums);
    v.counts = sx_alloc(cells, sizeof *v.counts);
    e->out->disagreements = sx_alloc(MOST, sizeof *e->out->disagreements);
    sx_status status = v.sums && v.counts && e->out->disagreements
                           ? SX_OK
                           : sx_fail_memory(err, cells * v.classes * sizeof *v.sums);
    for (size_t i = 0; i < e->nets->count && status == SX_OK; i++)
        status = vote(e, &e->nets->nets[i], &v, err);
    for (size_t item = 0; item < e->features->count && status == SX_OK; item++) {
        const judgement one = judge(e, &v, item);
        bool any_right = false;
        if (!one.judged) continue;
        judged++;
        differing += one.differ;
        for (size_t a = 0; a < e->nets->axis_count; a++) {
            right[a] += one.guesses[a] == e->features->labels[item];
            any_right = any_right || one.guesses[a] == e->features->labels[item];
        }
        if (!one.differ || !any_right) continue;
        const sx_disagreement words = words_of(e, &one, item);
        keep_largest(e->out, sizes, one.size, &words);
    }
    if (status == SX_OK && judged) show(e, right, judged, differing);
    sx_free(v.sums);
    sx_free(v.counts);
    return status;
}
