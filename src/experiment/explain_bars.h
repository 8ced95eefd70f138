/* explain_bars.h: variance shares as one set of bars, for the input and for every block. */
#ifndef EXPERIMENT_EXPLAIN_BARS_H
#define EXPERIMENT_EXPLAIN_BARS_H

#include "experiment/explain_nets.h"
#include "stats/variance_shares.h"

enum { SX_SHARE_BARS = 9 };

void sx_share_bars(const sx_shares_result *shares, double bars[SX_SHARE_BARS]);
sx_figure *sx_share_figure(sx_explanation *explanation, sx_finding *finding, const char *id,
                           const char *title);
/* An accumulator for tensors of this shape. */
SX_MUST_USE sx_status sx_shares_of_shape(sx_shape shape, size_t labels, size_t groups, sx_shares **out,
                                         sx_error *err);

#endif
