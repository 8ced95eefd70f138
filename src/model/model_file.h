/* model_file.h: a model on disk (.sxm). All numbers are little-endian.
 *
 * 1. 8 bytes: 0x89 "SXM" CR LF 0x1A LF, which a transfer as text would spoil.
 * 2. 4 bytes: version, 1. A reader refuses a higher one.
 * 3. 4 bytes: size of this header, 96.
 * 4. 8 bytes: size of the whole file.
 * 5. Four times 16 bytes, one for each section: its size in bytes, then its XXH64 with seed 0.
 * 6. 8 bytes: XXH64 with seed 0 of the 88 bytes before.
 * 7. The sections, one behind the other without gaps, to the end of the file:
 *    a. the card as JSON: input shape, classes, labels, front-end, standardisation, seeds, provenance;
 *    b. the spec as JSON (docs/model-spec.md), its axes filled, "$classes" not;
 *    c. trainable weights, float32, layer after layer in the spec's order, weight after weight in Keras's;
 *    d. moving means and variances, float32, in the same order. */
#ifndef MODEL_MODEL_FILE_H
#define MODEL_MODEL_FILE_H

#include "base/file.h"
#include "model/card.h"

typedef enum sx_section {
    SX_SECTION_CARD,
    SX_SECTION_SPEC,
    SX_SECTION_WEIGHTS,
    SX_SECTION_STATISTICS,
    SX_SECTION_COUNT
} sx_section;

enum { SX_MODEL_FILE_VERSION = 1, SX_MODEL_FILE_HEADER = 96 };

typedef struct sx_span {
    const unsigned char *bytes;
    size_t size;
} sx_span;

/* Header for these sections. */
void sx_model_header_write(const sx_span sections[SX_SECTION_COUNT],
                           unsigned char header[SX_MODEL_FILE_HEADER]);
/* Checks everything up to and including the sections' checksums; sections then point into bytes. */
SX_MUST_USE sx_status sx_model_header_read(const char *path, const unsigned char *bytes, size_t size,
                                           sx_span sections[SX_SECTION_COUNT], sx_error *err);

#endif
