/* frame.h: which samples make frame n of a clip, and what stands where the clip has none. */
#ifndef SIGNAL_FRAME_H
#define SIGNAL_FRAME_H

#include "sonaxis/frontend.h"

typedef struct sx_framing {
    size_t length, hop;
    size_t
        pad; /* samples before the clip's first (and after its last) that frames may reach; 0 not centred */
    bool reflect; /* the pad mirrors the clip, its edge sample not repeated; else it is zeros */
} sx_framing;

/* 0 where the padded clip is shorter than one frame, or has no samples. */
size_t sx_frame_count(const sx_framing *framing, size_t sample_count);
/* out[i] = sample i of the frame * window[i], framing->length of them. sample_count > 0. */
void sx_frame_cut(const sx_framing *framing, const float *samples, size_t sample_count, size_t frame,
                  const double *window, double *out);

#endif
