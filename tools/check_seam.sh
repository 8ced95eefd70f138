#!/bin/sh
# Only base/ allocates, opens files, reads the clock, starts threads or draws on the system; and no file of the
# library prints, exits or aborts. This looks for the calls, comments and texts left out; what a library that a
# folder wraps must be given back is named in the list of exceptions below.
# Usage: tools/check_seam.sh [root of the project]
set -eu
root=${1:-$(dirname "$0")/..}
cd "$root"
find src -name '*.[ch]' -o -name '*.inc' | LC_ALL=C sort | awk '
# The line without comments, texts and characters; in_comment lasts over lines.
function bare(line,   out, i, c, two) {
    out = ""
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; i++ }
        } else if (two == "/*") {
            in_comment = 1; i++
        } else if (two == "//") {
            break
        } else if (c == "\"" || c == "\047") {
            i = end_of_text(line, i, c)
        } else {
            out = out c
        }
    }
    return out
}
function end_of_text(line, i, quote,   c) {
    for (i++; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "\\") i++
        else if (c == quote) return i
    }
    return i
}
function check(line, number,   rest, name) {
    rest = line
    while (match(rest, /[A-Za-z_][A-Za-z0-9_]*[ ]*\(/)) {
        name = substr(rest, RSTART, RLENGTH - 1)
        sub(/ *$/, "", name)
        if (!(RSTART > 1 && substr(rest, RSTART - 1, 1) ~ /[.>]/)) {
            # A forked child must end without the exit handlers of its parent.
            forked = name == "_exit" && file == "src/base/child.c"
            if (!forked && ((name in seam && folder != "base") || (name in never))) {
                printf "%s:%d: %s() %s\n", file, number, name, name in never ? never[name] : "belongs to base/"
                faults++
            }
        }
        rest = substr(rest, RSTART + RLENGTH)
    }
}
BEGIN {
    n = split("malloc calloc realloc free strdup strndup aligned_alloc posix_memalign asprintf vasprintf " \
              "fopen fdopen freopen open openat creat mkstemp mkdtemp tmpfile rename unlink remove mkdir rmdir " \
              "opendir readdir scandir stat lstat fstat realpath mmap time clock clock_gettime gettimeofday " \
              "pthread_create thrd_create fork system popen setlocale", word, " ")
    for (i = 1; i <= n; i++) seam[word[i]] = 1
    n = split("exit _exit quick_exit abort printf vprintf puts putchar perror rand srand random drand48 " \
              "strtok gets localtime gmtime", word, " ")
    for (i = 1; i <= n; i++) never[word[i]] = "has no place in the library"
}
{
    file = $0
    split(file, parts, "/")
    folder = parts[2]
    if (folder == "cli") next
    files++
    in_comment = 0
    number = 0
    while ((getline line < file) > 0) check(bare(line), ++number)
    close(file)
}
END {
    if (faults) { printf "%d calls past the seam\n", faults; exit 1 }
    printf "seam: %d files of the library keep to base/\n", files
}'
