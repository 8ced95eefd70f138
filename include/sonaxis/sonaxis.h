/* sonaxis.h: the whole library in one include. */
#ifndef SONAXIS_SONAXIS_H
#define SONAXIS_SONAXIS_H

#include "sonaxis/align.h"
#include "sonaxis/answer.h"
#include "sonaxis/axis.h"
#include "sonaxis/bench.h"
#include "sonaxis/compare.h"
#include "sonaxis/dataset.h"
#include "sonaxis/explain.h"
#include "sonaxis/export.h"
#include "sonaxis/features.h"
#include "sonaxis/folds.h"
#include "sonaxis/frontend.h"
#include "sonaxis/model.h"
#include "sonaxis/net.h"
#include "sonaxis/report.h"
#include "sonaxis/status.h"
#include "sonaxis/study.h"
#include "sonaxis/synth.h"
#include "sonaxis/train.h"
#include "sonaxis/watch.h"
#include "sonaxis/words.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "avx512", "avx2", "sse2", "neon" or "plain": the kernels chosen on this machine (SONAXIS_KERNELS forces
 * one). */
SX_API const char *sx_kernels_name(void);

#ifdef __cplusplus
}
#endif
#endif
