/* part.h: names of a split's parts. */
#ifndef DATA_PART_H
#define DATA_PART_H

#include "sonaxis/dataset.h"

/* "train", "validation", "test" or "no split". */
const char *sx_part_name(sx_part part);

#endif
