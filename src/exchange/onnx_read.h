/* onnx_read.h: the inside of the ONNX reader: tensors, and a graph whose values have numbers.
 *
 * Every number is held in double, whatever the element type; results of type float are rounded to float.
 * Names and attributes stay in the file's bytes. */
#ifndef EXCHANGE_ONNX_READ_H
#define EXCHANGE_ONNX_READ_H

#include "exchange/onnx.h"

#include <stdint.h>

enum { SX_TENSOR_RANK = 8, SX_READ_INPUTS = 16 };

typedef enum sx_element {
    SX_ELEMENT_FLOAT = 1,
    SX_ELEMENT_INT64 = 7,
    SX_ELEMENT_BOOL = 9,
    SX_ELEMENT_DOUBLE = 11
} sx_element;

typedef struct sx_tensor {
    sx_element element;
    int rank;
    size_t dims[SX_TENSOR_RANK], count;
    double *values; /* NULL = not there yet */
} sx_tensor;

/* Sets shape and room for the values, zeroed; too many are SX_E_SHAPE. */
SX_MUST_USE sx_status sx_tensor_create(sx_element element, const size_t *dims, int rank, sx_tensor *out,
                                       sx_error *err);
void sx_tensor_clear(sx_tensor *tensor);

typedef struct sx_bytes {
    const unsigned char *at;
    size_t size;
} sx_bytes;

typedef struct sx_read_node {
    sx_bytes op, attributes; /* attributes: the node's whole message */
    int inputs[SX_READ_INPUTS], input_count, output;
} sx_read_node;

struct sx_onnx_net {
    unsigned char *bytes; /* owned where read from a file */
    sx_read_node *nodes;
    size_t node_count;
    sx_bytes *names; /* of each value */
    sx_tensor *constants;
    size_t *last_use; /* node after which a value is not needed */
    size_t value_count;
    int input, output;
    size_t input_dims[SX_TENSOR_RANK]; /* without the first, the batch */
    int input_rank;                    /* with it */
};

bool sx_bytes_equal(sx_bytes bytes, const char *text);
/* Attributes; the default stays where there is none. ints returns how many were there, at most `most`. */
size_t sx_read_ints(const sx_read_node *node, const char *name, int64_t *numbers, size_t most);
int64_t sx_read_integer(const sx_read_node *node, const char *name, int64_t otherwise);
double sx_read_number(const sx_read_node *node, const char *name, double otherwise);
bool sx_read_word_is(const sx_read_node *node, const char *name, const char *word);

/* One operator: inputs are there and as many as the node names; out is to be created. */
typedef sx_status sx_onnx_operator(const sx_read_node *node, const sx_tensor *const *in, sx_tensor *out,
                                   sx_error *err);

/* Groups of operators, each ending with an entry without a name. */
typedef struct sx_onnx_entry {
    const char *op;
    int least_inputs;
    sx_onnx_operator *run;
} sx_onnx_entry;

extern const sx_onnx_entry sx_onnx_map_operators[], sx_onnx_element_operators[], sx_onnx_shape_operators[],
    sx_onnx_matrix_operators[], sx_onnx_order_operators[];

#endif
