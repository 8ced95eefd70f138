/* synth.h: built-in recordings made from a seed, so that nothing need be downloaded; some with a planted
 * truth. */
#ifndef SONAXIS_SYNTH_H
#define SONAXIS_SYNTH_H

#include "sonaxis/watch.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sx_synth_options {
    char kind[16]; /* "speech", "bands", "onsets", "nothing" */
    uint64_t seed;
    int label_count;   /* 2 to 10 */
    int group_count;   /* 1 to 50 speakers */
    int takes;         /* recordings per label and group, 1 to 1000 */
    int rate_hz;       /* 8000 to 48000 */
    double duration_s; /* longest recording, 0.2 to 10 */
} sx_synth_options;

SX_API const char *const *sx_synth_kinds(void);          /* NULL at the end */
SX_API const char *sx_synth_kind_help(const char *kind); /* one line; NULL if unknown */
SX_API SX_MUST_USE sx_status sx_synth_default(const char *kind, sx_synth_options *options, sx_error *err);
/* Writes FOLDER/<label>_<group>_<take>.wav (16 bit) and FOLDER/manifest.csv. The same options give the same
 * bytes. */
SX_API SX_MUST_USE sx_status sx_synth_write(const sx_synth_options *options, const char *folder,
                                            const sx_watch *watch, sx_error *err);

#ifdef __cplusplus
}
#endif
#endif
