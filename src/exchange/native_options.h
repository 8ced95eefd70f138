/* native_options.h: options of native layers whose own structs only they know, read again from the spec for
 * those who write the net elsewhere. The spec was checked when the net was built. */
#ifndef EXCHANGE_NATIVE_OPTIONS_H
#define EXCHANGE_NATIVE_OPTIONS_H

#include "layers/layer.h"

/* permute: which axis of the input becomes time, frequency, channels. */
SX_MUST_USE sx_status sx_native_permute(const sx_json *spec, sx_axis from[3], sx_error *err);
/* zero_padding, cropping: before and after along time, then along frequency. */
void sx_native_sides(const sx_json *spec, int64_t sides[4]);
/* up_sampling: places each becomes along time and frequency; returns whether between them is interpolated. */
bool sx_native_up_sampling(const sx_json *spec, int64_t size[2]);
/* A number of the spec, or what it is where it is not said. */
double sx_native_number(const sx_json *spec, const char *key, double missing);
bool sx_native_flag(const sx_json *spec, const char *key, bool missing);

#endif
