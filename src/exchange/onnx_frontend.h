/* onnx_frontend.h: sound to spectrogram as ONNX operators. */
#ifndef EXCHANGE_ONNX_FRONTEND_H
#define EXCHANGE_ONNX_FRONTEND_H

#include "exchange/onnx_graph.h"
#include "sonaxis/model.h"

/* Samples of one clip; 0 where the net was trained on arrays. */
size_t sx_export_clip_samples(const sx_model_card *card);
/* samples: (N, samples), or (N, samples, channels) where there are several. output: features as a map, not
 * standardised. Frames and spectrum are computed in double, as sonaxis does. */
SX_MUST_USE sx_status sx_onnx_write_frontend(sx_onnx_graph *graph, const sx_model_card *card, sx_shape shape,
                                             const sx_onnx_value *samples, sx_onnx_value *output,
                                             sx_error *err);

#endif
