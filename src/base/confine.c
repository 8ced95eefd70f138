/* confine.c: what the child that reads strangers' files gives up before it reads them. Each step is one more
 * wall; where the system refuses one, the others stand. */
#include "base/machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__linux__)
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { WATCHED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { WATCHED = 1 };
#else
enum { WATCHED = 0 };
#endif
#else
enum { WATCHED = 0 };
#endif

#if defined(__GLIBC__)
typedef __rlimit_resource_t resource; /* an enumeration there, an int elsewhere */
#else
typedef int resource;
#endif

static void limit(resource what, rlim_t most) {
    struct rlimit value = {0};
    if (getrlimit(what, &value) != 0) return;
    if (value.rlim_max != RLIM_INFINITY && most > value.rlim_max) most = value.rlim_max;
    value.rlim_cur = value.rlim_max = most;
    (void)setrlimit(what, &value);
}

/* Bytes of addresses in use; 0 where the system does not say. */
static size_t address_bytes(void) {
    char text[64] = "";
    unsigned long pages = 0;
    int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    ssize_t got = read(descriptor, text, sizeof text - 1);
    close(descriptor);
    long page = sysconf(_SC_PAGESIZE);
    return got > 0 && page > 0 && sscanf(text, "%lu", &pages) == 1 ? pages * (size_t)page : 0;
}

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#if defined(__x86_64__)
#define SX_ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define SX_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif
#define SX_ALLOW(call)                                                                                       \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* Memory, the pipe, time and the end; every other call fails with EPERM: no file, no socket, no process. */
static void allow_few_calls(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SX_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        SX_ALLOW(SYS_write),
        SX_ALLOW(SYS_mmap),
        SX_ALLOW(SYS_munmap),
        SX_ALLOW(SYS_mremap),
        SX_ALLOW(SYS_brk),
        SX_ALLOW(SYS_madvise),
        SX_ALLOW(SYS_mprotect),
        SX_ALLOW(SYS_futex),
        SX_ALLOW(SYS_getpid),
        SX_ALLOW(SYS_gettid),
        SX_ALLOW(SYS_getuid),
        SX_ALLOW(SYS_tgkill), /* abort() */
        SX_ALLOW(SYS_rt_sigaction),
        SX_ALLOW(SYS_rt_sigprocmask),
        SX_ALLOW(SYS_rt_sigreturn),
        SX_ALLOW(SYS_clock_gettime),
        SX_ALLOW(SYS_gettimeofday),
        SX_ALLOW(SYS_getrandom),
        SX_ALLOW(SYS_sched_yield),
        SX_ALLOW(SYS_close),
        SX_ALLOW(SYS_fstat),
        SX_ALLOW(SYS_exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
    (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

#else

static void allow_few_calls(void) {}

#endif

/* Errors of a sanitizer still reach descriptor 2. */
static void close_others(int keep) {
    long most = sysconf(_SC_OPEN_MAX);
    if (most < 0 || most > 65536) most = 65536;
    for (int descriptor = 0; descriptor < most; descriptor++)
        if (descriptor != keep && descriptor != STDERR_FILENO) close(descriptor);
}

void sx_machine_confine(int keep, size_t memory_bytes, int cpu_s) {
    size_t used = address_bytes();
    close_others(keep);
    if (!WATCHED) limit(RLIMIT_AS, used + memory_bytes);
    limit(RLIMIT_CPU, (rlim_t)cpu_s);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 0);
    if (!WATCHED) allow_few_calls();
}
