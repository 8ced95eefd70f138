/* status.h: how every call that can fail says so.
 *
 * A call returns SX_OK or one of the codes below; on failure its outputs are unchanged and `err`, which may
 * be NULL, says what went wrong, which value it was and where. No call prints, exits or aborts. */
#ifndef SONAXIS_STATUS_H
#define SONAXIS_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SX_API __attribute__((visibility("default")))
#define SX_MUST_USE __attribute__((warn_unused_result))
#define SX_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define SX_API
#define SX_MUST_USE
#define SX_PRINTF(text, first)
#endif

/* One list: the enum, the names and the tests are made from it. */
#define SX_STATUS_LIST(X)                                                                                    \
    X(OK, "ok")                                                                                              \
    X(E_ARGUMENT, "an argument or option is out of range or unknown")                                        \
    X(E_SHAPE, "shapes do not fit together")                                                                 \
    X(E_MEMORY, "out of memory")                                                                             \
    X(E_FILE, "a file or folder cannot be opened, read or written")                                          \
    X(E_FORMAT, "a file is damaged or is not of the expected kind")                                          \
    X(E_VERSION, "a file was written by a newer version")                                                    \
    X(E_DATA, "a data set cannot be used as it is")                                                          \
    X(E_NUMERIC, "a number became infinite or not a number")                                                 \
    X(E_CANCELLED, "stopped on request, everything finished so far is saved")                                \
    X(E_UNSUPPORTED, "this build or format version cannot do that")

typedef enum sx_status {
#define SX_STATUS_ENUM(name, text) SX_##name,
    SX_STATUS_LIST(SX_STATUS_ENUM)
#undef SX_STATUS_ENUM
} sx_status;

typedef struct sx_error {
    sx_status status;
    char text[512]; /* one sentence, UTF-8, zero-terminated; names the file, line, layer and value */
} sx_error;

/* "0.1.0" */
SX_API const char *sx_version(void);
/* Constant text for a code, e.g. "out of memory"; never NULL. */
SX_API const char *sx_status_text(sx_status status);
/* The code's name, e.g. "E_MEMORY"; never NULL. */
SX_API const char *sx_status_name(sx_status status);
/* Frees a text or array that a sx_ call returned and named "free with sx_free_text"; NULL is fine. */
SX_API void sx_free_text(char *text);

#ifdef __cplusplus
}
#endif
#endif
