/* need.c: fails unless the kernels that are chosen here are those the caller expects. */
#include "kernels/kernels.h"

#include <stdio.h>
#include <string.h>

int main(int count, char **values) {
    if (count == 2 && strcmp(sx_kernels_name(), values[1]) == 0) return 0;
    fprintf(stderr, "the kernels chosen are %s\n", sx_kernels_name());
    return 1;
}
