/* first.h: what the kernels of first layers share with those who call them.
 *
 * The output of a 3x3 convolution of one channel is a sum of nine values of its image, so that sums of it, of
 * its squares and of its products with the image are sums of products of the image's values with their
 * neighbours, up to two rows and columns away. Those are few, and nothing of the convolution is needed. */
#ifndef KERNELS_FIRST_H
#define KERNELS_FIRST_H

#include <stddef.h>

/* Rows of an image: the first, those between, and the last; its values need two columns of margin. */
enum { SX_IMAGE_FIRST, SX_IMAGE_MIDDLE, SX_IMAGE_LAST, SX_IMAGE_CLASSES };

/* Neighbours (rows, columns) away: (0, 0) to (0, 2), (1, -2) to (1, 2), (2, -2) to (2, 2); at last 1. */
enum { SX_IMAGE_ONE = 13, SX_IMAGE_LAGS = 14 };

/* Value (row, column) of an image lies at row * row_step + column * column_step; an image is rows * columns
 * floats, three or more of each. */
typedef struct sx_image_sizes {
    size_t rows, columns, row_step, column_step;
} sx_image_sizes;

/* Doubles from one row to the next with zeros to both sides, and of the whole with two rows of zeros. */
enum { SX_IMAGE_MARGIN = 8 };
static inline size_t sx_image_step(size_t columns) { return (columns + 7) / 8 * 8 + 2 * SX_IMAGE_MARGIN; }
static inline size_t sx_image_doubles(size_t rows, size_t columns) {
    return (rows + 2) * sx_image_step(columns);
}

#endif
