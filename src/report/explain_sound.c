/* explain_sound.c: see explain_sound.h. The WAV is made in memory: 44 bytes of header, then samples. */
#include "explain_sound.h"

#include "base64.h"
#include "html.h"

#include "base/memory.h"
#include "data/recording.h"

#include <math.h>
#include <string.h>

enum { MOST_SECONDS = 3, MOST_RATE = 16000, HEADER = 44 };

static void put(unsigned char *at, uint32_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static void write_header(unsigned char *wav, uint32_t sample_bytes, uint32_t rate_hz) {
    memcpy(wav, "RIFF....WAVEfmt ", 16);
    put(wav + 4, HEADER - 8 + sample_bytes, 4);
    put(wav + 16, 16, 4); /* size of the format */
    put(wav + 20, 1, 2);  /* PCM */
    put(wav + 22, 1, 2);  /* channels */
    put(wav + 24, rate_hz, 4);
    put(wav + 28, 2 * rate_hz, 4); /* bytes a second */
    put(wav + 32, 2, 2);           /* bytes a frame */
    put(wav + 34, 16, 2);          /* bits */
    memcpy(wav + 36, "data", 4);
    put(wav + 40, sample_bytes, 4);
}

static void write_sound(sx_text *page, const sx_sound *sound, const char *name) {
    const size_t most = (size_t)MOST_SECONDS * (size_t)sound->rate_hz;
    const size_t frames = sound->frames < most ? sound->frames : most;
    unsigned char *wav = sx_alloc(HEADER + 2 * frames, 1);
    if (!wav) {
        page->failed = true;
        return;
    }
    write_header(wav, (uint32_t)(2 * frames), (uint32_t)sound->rate_hz);
    for (size_t i = 0; i < frames; i++) {
        const double value = fmin(fmax(sound->samples[i], -1), 1);
        put(wav + HEADER + 2 * i, (uint32_t)(int32_t)lround(32767 * value), 2);
    }
    sx_text_add(page, "<audio controls=\"controls\" preload=\"none\" aria-label=\"Play ");
    sx_html_escape(page, name);
    sx_text_add(page, "\" src=\"data:audio/wav;base64,");
    sx_base64_add(page, wav, HEADER + 2 * frames);
    sx_text_add(page, "\"></audio>\n");
    sx_free(wav);
}

void sx_inline_sound(sx_text *page, const sx_item *item, const char *name) {
    sx_sound sound = {0};
    if (sx_recording_load(item->path, item->start_s, item->end_s, SX_CHANNELS_MIX, 0, &sound, NULL) != SX_OK)
        return;
    if (sound.rate_hz <= MOST_RATE || sx_recording_resample(&sound, MOST_RATE, NULL) == SX_OK)
        write_sound(page, &sound, name);
    sx_sound_clear(&sound);
}
