/* main.c: a program of somebody else's that uses the installed sonaxis: it sees the public headers only. */
#include <sonaxis/sonaxis.h>

#include <stdio.h>
#include <string.h>

int main(void) {
    sx_error err = {SX_OK, ""};
    if (strcmp(sx_version(), EXPECTED_VERSION) != 0) {
        fprintf(stderr, "the library says version %s, its package says %s\n", sx_version(), EXPECTED_VERSION);
        return 1;
    }
    if (strcmp(sx_status_name(err.status), "OK") != 0) {
        fprintf(stderr, "the first status is called %s\n", sx_status_name(err.status));
        return 1;
    }
    printf("sonaxis %s, kernels %s\n", sx_version(), sx_kernels_name());
    return 0;
}
