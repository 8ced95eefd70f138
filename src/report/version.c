/* version.c: which sonaxis this is. */
#include "sonaxis/sonaxis.h"

const char *sx_version(void) { return SX_VERSION; }
