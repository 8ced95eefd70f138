/* Files and folders: whole or not at all, and nothing that blocks. */
#include "base/file.h"

#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/sonaxis_file_test_XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

static void put(const char *path, const char *text) {
    sx_error err = {0};
    if (sx_file_write(path, text, strlen(text), &err)) {
        fail_msg("%s", err.text);
    }
}

static void expect_text(const char *path, const char *expected) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_error err = {0};
    if (sx_file_read(path, 0, &bytes, &size, &err)) {
        fail_msg("%s", err.text);
    }
    assert_string_equal((char *)bytes, expected);
    assert_int_equal(size, strlen(expected));
    sx_free(bytes);
}

/* Every name in the present folder, so that a forgotten temporary file is seen. */
static void expect_names(const char *path, const char *expected) {
    char **names = NULL;
    size_t count = 0;
    assert_int_equal(sx_folder_list(path, &names, &count, NULL), SX_OK);
    char joined[500] = "";
    for (size_t i = 0; i < count; i++) {
        strcat(strcat(joined, i ? " " : ""), names[i]);
    }
    sx_names_free(names, count);
    assert_string_equal(joined, expected);
}

static void what_is_written_is_read(void **state) {
    (void)state;
    put("plain", "some text");
    expect_text("plain", "some text");
    put("plain", "");
    expect_text("plain", "");
    uint64_t size = 9;
    assert_int_equal(sx_file_look("plain", &size), SX_FILE_REGULAR);
    assert_int_equal(size, 0);
    struct stat about;
    mode_t mask = umask(022);
    umask(mask);
    assert_int_equal(stat("plain", &about), 0);
    assert_int_equal(about.st_mode & 0777, 0666 & ~mask);
    assert_int_equal(unlink("plain"), 0);
}

static void refused(const char *path, size_t limit, sx_status expected, const char *words) {
    unsigned char *bytes = NULL;
    size_t size = 77;
    sx_error err = {0};
    assert_int_equal(sx_file_read(path, limit, &bytes, &size, &err), expected);
    if (!strstr(err.text, words)) {
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    }
    assert_null(bytes);
    assert_int_equal(size, 77);
}

static void what_is_no_file_is_refused(void **state) {
    (void)state;
    refused("missing", 0, SX_E_FILE, "cannot open missing: No such file");
    refused("/tmp", 0, SX_E_FILE, "folder");
    refused("/dev/zero", 0, SX_E_FILE, "not a regular file");
    assert_int_equal(mkfifo("pipe", 0600), 0);
    refused("pipe", 0, SX_E_FILE, "not a regular file"); /* opening it would wait for ever */
    assert_int_equal(sx_file_look("pipe", NULL), SX_FILE_OTHER);
    sx_error err = {0};
    assert_int_equal(sx_file_write("pipe", "x", 1, &err), SX_E_FILE);
    assert_int_equal(sx_file_write("/tmp", "x", 1, &err), SX_E_FILE);
    assert_non_null(strstr(err.text, "folder"));
    assert_int_equal(sx_file_write("no/such/folder/x", "x", 1, &err), SX_E_FILE);
    assert_non_null(strstr(err.text, "no/such/folder/x"));
    unlink("pipe");
    put("long", "1234567890");
    refused("long", 9, SX_E_FORMAT, "long has 10 bytes, at most 9");
    unlink("long");
}

/* A file that says it is larger than the machine's memory takes none of it. */
static void size_beyond_memory_is_refused(void **state) {
    (void)state;
    put("sparse", "");
    if (truncate("sparse", (off_t)1 << 42) != 0) {
        unlink("sparse");
        skip();
    }
    refused("sparse", 0, SX_E_MEMORY, "sparse");
    unlink("sparse");
}

/* With the n-th step failing, for every n until all goes well: the old file stays whole, and alone. */
static void a_full_disk_leaves_the_old_file(void **state) {
    (void)state;
    put("kept", "old");
    size_t failures = 0;
    for (size_t n = 1; n < 20; n++) {
        sx_error err = {0};
        sx_file_fail_from(n);
        sx_status status = sx_file_write("kept", "new", 3, &err);
        sx_file_fail_from(0);
        if (!status) {
            break;
        }
        failures++;
        assert_int_equal(status, SX_E_FILE);
        assert_non_null(strstr(err.text, "No space left"));
        expect_names(".", "kept");
        /* The fourth step syncs the folder: by then the new file stands, whole. */
        expect_text("kept", n < 4 ? "old" : "new");
    }
    assert_int_equal(failures, 4); /* write, sync, rename, sync of the folder */
    expect_text("kept", "new");
    unlink("kept");
}

static void lost_memory_leaves_the_old_file(void **state) {
    (void)state;
    put("kept", "old");
    for (size_t n = 1; n <= 3; n++) {
        sx_memory_fail_from(n);
        sx_status status = sx_file_write("kept", "new", 3, NULL);
        sx_memory_fail_from(0);
        assert_int_equal(status, SX_E_MEMORY);
        expect_names(".", "kept");
        expect_text("kept", "old");
        unsigned char *bytes = NULL;
        size_t size;
        sx_memory_fail_from(1);
        status = sx_file_read("kept", 0, &bytes, &size, NULL);
        sx_memory_fail_from(0);
        assert_int_equal(status, SX_E_MEMORY);
        assert_null(bytes);
    }
    unlink("kept");
}

static void pieces_make_one_file(void **state) {
    (void)state;
    static char piece[100000];
    memset(piece, 'p', sizeof piece);
    sx_file_writer *writer = NULL;
    assert_int_equal(sx_file_writer_open("pieces", &writer, NULL), SX_OK);
    assert_int_equal(sx_file_look("pieces", NULL), SX_FILE_NONE);
    size_t total = 0;
    for (size_t size = 0; size < sizeof piece; size += 9973) {
        assert_int_equal(sx_file_writer_append(writer, piece, size, NULL), SX_OK);
        total += size;
    }
    assert_int_equal(sx_file_writer_commit(writer, NULL), SX_OK);
    uint64_t size = 0;
    assert_int_equal(sx_file_look("pieces", &size), SX_FILE_REGULAR);
    assert_int_equal(size, total);
    assert_int_equal(sx_file_writer_open("pieces", &writer, NULL), SX_OK);
    assert_int_equal(sx_file_writer_append(writer, "x", 1, NULL), SX_OK);
    sx_file_writer_discard(writer);
    sx_file_writer_discard(NULL);
    expect_names(".", "pieces");
    unlink("pieces");
}

/* A library that is given the temporary name may write it, or put another file there. */
static void temporary_name_may_be_handed_on(void **state) {
    (void)state;
    sx_file_writer *writer = NULL;
    assert_int_equal(sx_file_writer_open("handed", &writer, NULL), SX_OK);
    assert_int_equal(unlink(sx_file_writer_path(writer)), 0);
    FILE *other = fopen(sx_file_writer_path(writer), "w");
    assert_non_null(other);
    fputs("by another", other);
    fclose(other);
    assert_int_equal(sx_file_writer_commit(writer, NULL), SX_OK);
    expect_text("handed", "by another");
    expect_names(".", "handed");
    unlink("handed");
}

static void files_are_removed(void **state) {
    (void)state;
    put("old", "");
    assert_int_equal(sx_file_remove("old", NULL), SX_OK);
    assert_int_equal(sx_file_remove("old", NULL), SX_OK);
    expect_names(".", "");
    sx_error err = {0};
    assert_int_equal(sx_file_remove("/proc", &err), SX_E_FILE);
    assert_non_null(strstr(err.text, "cannot remove /proc"));
}

static void links_keep_pointing(void **state) {
    (void)state;
    put("target", "old");
    assert_int_equal(symlink("target", "link"), 0);
    put("link", "new");
    expect_text("target", "new");
    struct stat about;
    assert_int_equal(lstat("link", &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    unlink("link");
    unlink("target");
}

static void folders_are_made_and_listed(void **state) {
    (void)state;
    sx_error err = {0};
    assert_int_equal(sx_folder_create("a/b//c/", &err), SX_OK);
    assert_int_equal(sx_folder_create("a/b/c", &err), SX_OK);
    assert_int_equal(sx_file_look("a/b/c", NULL), SX_FILE_FOLDER);
    expect_names("a/b/c", "");
    put("a/b/z", "");
    put("a/b/Z", "");
    put("a/b/\xC3\xA4", "");
    expect_names("a/b", "Z c z \xC3\xA4");
    assert_int_equal(sx_folder_create("a/b/z/d", &err), SX_E_FILE);
    assert_non_null(strstr(err.text, "a file has that name"));
    assert_int_equal(sx_folder_create("", &err), SX_E_FILE);
    char **names = NULL;
    size_t count = 5;
    assert_int_equal(sx_folder_list("a/none", &names, &count, &err), SX_E_FILE);
    for (size_t n = 1; n <= 3; n++) {
        sx_memory_fail_from(n);
        sx_status status = sx_folder_list("a/b", &names, &count, NULL);
        sx_memory_fail_from(0);
        assert_int_equal(status, SX_E_MEMORY);
    }
    assert_null(names);
    assert_int_equal(count, 5);
    assert_int_equal(system("rm -r a"), 0);
}

static void links_out_of_a_folder_are_seen(void **state) {
    (void)state;
    assert_int_equal(sx_folder_create("in/deep", NULL), SX_OK);
    assert_int_equal(sx_folder_create("in2", NULL), SX_OK);
    put("in/deep/x", "");
    put("in2/x", "");
    assert_int_equal(symlink("../in2/x", "in/out"), 0);
    assert_int_equal(symlink("deep/x", "in/within"), 0);
    assert_true(sx_file_is_inside("in/deep/x", "in"));
    assert_true(sx_file_is_inside("in/within", "in"));
    assert_true(sx_file_is_inside("in/deep/x", "/"));
    assert_false(sx_file_is_inside("in/out", "in"));
    assert_false(sx_file_is_inside("in2/x", "in"));
    assert_false(sx_file_is_inside("in/none", "in"));
    assert_int_equal(system("rm -r in in2"), 0);
}

static uint64_t hash_of(const char *path) {
    uint64_t hash = 0;
    sx_error err = {0};
    if (sx_file_hash(path, &hash, &err)) {
        fail_msg("%s", err.text);
    }
    return hash;
}

static void files_are_read_in_pieces(void **state) {
    (void)state;
    put("pieces", "abcdefgh");
    sx_file_reader *reader = NULL;
    char piece[8] = "";
    assert_int_equal(sx_file_reader_open("pieces", &reader, NULL), SX_OK);
    assert_int_equal(sx_file_reader_size(reader), 8);
    assert_int_equal(sx_file_reader_take(reader, piece, 3, NULL), SX_OK);
    assert_string_equal(piece, "abc");
    assert_int_equal(sx_file_reader_take(reader, piece, 4, NULL), SX_OK);
    assert_string_equal(piece, "defg");
    assert_int_equal(sx_file_reader_take(reader, piece, 2, NULL), SX_E_FILE);
    sx_file_reader_close(reader);
    assert_int_equal(sx_file_reader_open(".", &reader, NULL), SX_E_FILE);
    assert_int_equal(sx_file_reader_open("nowhere", &reader, NULL), SX_E_FILE);
    assert_int_equal(sx_file_remove("pieces", NULL), SX_OK);
}

/* What is written to a map stays there; a file put in its place, or removed, does not change it. */
static void files_are_mapped(void **state) {
    (void)state;
    put("mapped", "abcdefgh");
    sx_file_map map = {0};
    assert_int_equal(sx_file_map_open("mapped", &map, NULL), SX_OK);
    assert_int_equal(map.size, 8);
    assert_memory_equal(map.bytes, "abcdefgh", 8);
    map.bytes[1] = 'x';
    unsigned char *bytes = NULL;
    size_t size = 0;
    assert_int_equal(sx_file_read("mapped", 0, &bytes, &size, NULL), SX_OK);
    assert_memory_equal(bytes, "abcdefgh", 8);
    sx_free(bytes);
    assert_int_equal(sx_file_write("mapped", "12345678", 8, NULL), SX_OK);
    assert_int_equal(sx_file_remove("mapped", NULL), SX_OK);
    assert_memory_equal(map.bytes, "axcdefgh", 8);
    sx_file_map_close(&map);
    assert_null(map.bytes);
    sx_file_map_close(&map);
    put("empty", "");
    sx_error err = {0};
    assert_int_equal(sx_file_map_open("empty", &map, &err), SX_E_FILE);
    assert_non_null(strstr(err.text, "empty"));
    assert_int_equal(sx_file_map_open(".", &map, NULL), SX_E_FILE);
    assert_int_equal(sx_file_map_open("nowhere", &map, NULL), SX_E_FILE);
    assert_int_equal(sx_file_remove("empty", NULL), SX_OK);
}

/* 600000 bytes are three pieces; a change in any of them shows, and so does the length. */
static void hashes_tell_files_apart(void **state) {
    (void)state;
    enum { SIZE = 600000 };
    static char bytes[SIZE];
    assert_int_equal(sx_file_write("large", bytes, SIZE, NULL), SX_OK);
    uint64_t same = hash_of("large");
    assert_true(same == hash_of("large"));
    static const size_t places[] = {0, 262143, 262144, 400000, SIZE - 1};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        size_t at = places[i];
        bytes[at] = 1;
        assert_int_equal(sx_file_write("large", bytes, SIZE, NULL), SX_OK);
        assert_true(hash_of("large") != same);
        bytes[at] = 0;
    }
    assert_int_equal(sx_file_write("large", bytes, SIZE - 1, NULL), SX_OK);
    assert_true(hash_of("large") != same);
    assert_int_equal(sx_file_remove("large", NULL), SX_OK);
    put("empty", "");
    (void)hash_of("empty");
    assert_int_equal(sx_file_remove("empty", NULL), SX_OK);
    assert_int_equal(sx_file_hash("nowhere", &same, NULL), SX_E_FILE);
}

static void times_are_known(void **state) {
    (void)state;
    put("aged", "x");
    int64_t written = sx_file_time("aged");
    assert_true(written > (int64_t)1600000000 * 1000000000);
    sx_file_mark_used("aged");
    assert_true(sx_file_time("aged") >= written);
    assert_int_equal(sx_file_remove("aged", NULL), SX_OK);
    sx_file_mark_used("aged"); /* no error, no file */
    assert_true(sx_file_time("aged") == INT64_MIN);
}

static void expect_joined(const char *a, const char *b, const char *expected) {
    char *joined = sx_path_join(a, b);
    assert_string_equal(joined, expected);
    sx_free(joined);
}

static void paths_are_joined(void **state) {
    (void)state;
    expect_joined("a", "b", "a/b");
    expect_joined("a/", "b", "a/b");
    expect_joined("/", "b", "/b");
    expect_joined("", "b", "b");
    expect_joined("a", "/b", "/b");
    assert_string_equal(sx_path_base("a/b.wav"), "b.wav");
    assert_string_equal(sx_path_base("b.wav"), "b.wav");
    assert_string_equal(sx_path_base("a/"), "");
    sx_memory_fail_from(1);
    char *joined = sx_path_join("a", "b");
    sx_memory_fail_from(0);
    assert_null(joined);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_no_file_is_refused),
        cmocka_unit_test(size_beyond_memory_is_refused),
        cmocka_unit_test(a_full_disk_leaves_the_old_file),
        cmocka_unit_test(lost_memory_leaves_the_old_file),
        cmocka_unit_test(pieces_make_one_file),
        cmocka_unit_test(temporary_name_may_be_handed_on),
        cmocka_unit_test(files_are_removed),
        cmocka_unit_test(links_keep_pointing),
        cmocka_unit_test(folders_are_made_and_listed),
        cmocka_unit_test(links_out_of_a_folder_are_seen),
        cmocka_unit_test(files_are_read_in_pieces),
        cmocka_unit_test(files_are_mapped),
        cmocka_unit_test(hashes_tell_files_apart),
        cmocka_unit_test(times_are_known),
        cmocka_unit_test(paths_are_joined),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
