/* disagreements.h: recordings on which the axes disagree, to see and to hear. */
#ifndef REPORT_DISAGREEMENTS_H
#define REPORT_DISAGREEMENTS_H

#include "sonaxis/explain.h"

#include "base/text.h"

/* What the nets of each axis make of the recordings; needs the features' values. dataset: to play them from;
 * NULL = pictures alone. Sounds are left out once the page is long. */
SX_MUST_USE sx_status sx_disagreement_pictures(sx_text *text, const sx_explanation *explanation,
                                               const sx_features *features, const sx_dataset *dataset,
                                               sx_error *err);

#endif
