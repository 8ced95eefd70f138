/* study.h: everything that decides the numbers of a study's runs, in words, so that a continued study is the
 * same study and another one can be told apart by name.
 *
 * Left out on purpose: the number of seeds and the axes, since a run does not depend on which others there
 * are (a study may grow); the statistics of the verdict, since all three are stored; cores and jobs, which
 * change no number. The margin and the confidence are in: they are chosen before the runs. */
#ifndef EXPERIMENT_STUDY_H
#define EXPERIMENT_STUDY_H

#include "experiment/plan.h"

enum { SX_STUDY_SETTINGS = 48 };

typedef struct sx_study {
    sx_setting settings[SX_STUDY_SETTINGS];
    size_t count;
    bool failed; /* out of memory */
} sx_study;

SX_MUST_USE sx_status sx_study_describe(const sx_run_plan *plan, sx_study *study, sx_error *err);
void sx_study_clear(sx_study *study);

#endif
