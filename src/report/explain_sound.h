/* explain_sound.h: a recording that can be played inside the page. */
#ifndef REPORT_EXPLAIN_SOUND_H
#define REPORT_EXPLAIN_SOUND_H

#include "sonaxis/dataset.h"

#include "base/text.h"

/* <audio> with at most 3 s at no more than 16 kHz, one channel, 16 bit: some 100 kB of page. Nothing where
 * the recording cannot be read any more. */
void sx_inline_sound(sx_text *page, const sx_item *item, const char *name);

#endif
