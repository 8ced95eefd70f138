#include "sonaxis/report.h"
sx_status sx_align_report_write(const sx_alignment *alignment, const sx_features *features, const char *title,
                                const char *command, const char *path, sx_error *err) {
    (void)alignment, (void)features, (void)title, (void)command, (void)path, (void)err;
    return SX_OK;
}
