/* builtin.c: the built-in nets, written as specs. */
#include "base/text.h"
#include "model/spec.h"

#include <string.h>

typedef struct plain_net {
    const char *name;
    int filters[4]; /* a block each; 0 = no block */
} plain_net;

static const plain_net plain_nets[] = {{"small", {16, 32, 64, 0}},
                                       {"kws", {16, 32, 64, 64}},
                                       {"kwsL", {32, 64, 128, 128}},
                                       {"esc", {32, 64, 128, 256}}};

const char *const *sx_model_builtin_names(void) {
    static const char *const names[] = {"small", "kws", "kwsL", "esc", "dscnn", NULL};
    return names;
}

static void add_norm_and_relu(sx_text *text, const char *block) {
    sx_text_format(text, "{\"type\": \"normalisation\", \"name\": \"norm%s\", \"axis\": \"$axis\"},\n",
                   block);
    sx_text_format(text, "{\"type\": \"activation\", \"name\": \"relu%s\", \"activation\": \"relu\"},\n",
                   block);
}

static void add_head(sx_text *text) {
    sx_text_add(text, "{\"type\": \"global_average_pool\", \"name\": \"average\"},\n"
                      "{\"type\": \"dense\", \"name\": \"logits\", \"units\": \"$classes\"}]}\n");
}

/* Blocks of Conv2D 3x3, normalisation, ReLU, max pooling 2x2. */
static void add_plain_net(sx_text *text, const plain_net *net) {
    sx_text_format(text, "{\"name\": \"%s\", \"layers\": [\n", net->name);
    for (int i = 0; i < 4 && net->filters[i]; i++) {
        const char block[2] = {(char)('1' + i), 0};
        sx_text_format(text,
                       "{\"type\": \"conv2d\", \"name\": \"conv%s\", \"filters\": %d, \"kernel_size\": 3, "
                       "\"padding\": \"same\"},\n",
                       block, net->filters[i]);
        add_norm_and_relu(text, block);
        sx_text_format(text, "{\"type\": \"max_pool\", \"name\": \"pool%s\", \"pool_size\": 2},\n", block);
    }
    add_head(text);
}

/* The keyword net of MLPerf Tiny (DS-CNN of arXiv 1711.07128), without its dropout. */
static void add_dscnn(sx_text *text) {
    sx_text_add(text,
                "{\"name\": \"dscnn\", \"layers\": [\n"
                "{\"type\": \"conv2d\", \"name\": \"conv1\", \"filters\": 64, \"kernel_size\": [10, 4], "
                "\"strides\": 2, \"padding\": \"same\"},\n");
    add_norm_and_relu(text, "1");
    for (int i = 2; i <= 5; i++) {
        const char depth[3] = {(char)('0' + i), 'a', 0}, point[3] = {(char)('0' + i), 'b', 0};
        sx_text_format(text,
                       "{\"type\": \"depthwise_conv2d\", \"name\": \"depthwise%d\", \"kernel_size\": 3, "
                       "\"padding\": \"same\"},\n",
                       i);
        add_norm_and_relu(text, depth);
        sx_text_format(text,
                       "{\"type\": \"conv2d\", \"name\": \"conv%d\", \"filters\": 64, \"kernel_size\": 1, "
                       "\"padding\": \"same\"},\n",
                       i);
        add_norm_and_relu(text, point);
    }
    add_head(text);
}

char *sx_builtin_json(const char *name) {
    sx_text text = {0};
    for (size_t i = 0; i < sizeof plain_nets / sizeof plain_nets[0]; i++) {
        if (strcmp(plain_nets[i].name, name) != 0) continue;
        add_plain_net(&text, &plain_nets[i]);
        return sx_text_take(&text);
    }
    if (strcmp(name, "dscnn") != 0) return NULL;
    add_dscnn(&text);
    return sx_text_take(&text);
}
