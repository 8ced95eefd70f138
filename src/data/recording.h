/* recording.h: one recording decoded, with the channels that were asked for. */
#ifndef DATA_RECORDING_H
#define DATA_RECORDING_H

#include "audio/sound_file.h"
#include "sonaxis/features.h"

/* MIX and PICK leave one channel. A start below 0 puts silence in front. Errors are one sentence without the
 * path. Clear with sx_sound_clear. */
SX_MUST_USE sx_status sx_recording_load(const char *path, double start_s, double end_s,
                                        sx_channel_policy policy, int channel_index, sx_sound *out,
                                        sx_error *err);
/* The same sound at another rate, in place; nothing happens where it has that rate. */
SX_MUST_USE sx_status sx_recording_resample(sx_sound *sound, int rate_hz, sx_error *err);
#endif
