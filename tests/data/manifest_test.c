/* manifest_test.c: tables and JSON lines: what is read, what is refused and how it is named. */
#include "fixture.h"

static void make_sounds(void) {
    write_sound("a.wav", 100, 1, 8000, 440);
    write_sound("b.wav", 100, 1, 8000, 440);
    write_sound("c.wav", 100, 1, 8000, 440);
}

static void all_columns(void **state) {
    (void)state;
    make_sounds();
    write_text("list.csv", "weight,label,path,group,start,end,fold\n"
                           "2.5,no,./b.wav,anna,0.001,0.01,3\n"
                           "\n"
                           ",yes,a.wav,ben,,,4\n");
    sx_dataset *dataset = open_set(in_folder("list.csv"), NULL);
    assert_int_equal(dataset->item_count, 2);
    const sx_item *a = &dataset->items[0], *b = &dataset->items[1];
    assert_string_equal(a->path, in_folder("a.wav"));
    assert_string_equal(b->path, in_folder("b.wav"));
    assert_int_equal(a->label, 1);
    assert_int_equal(b->group, 0);
    assert_int_equal(b->fold, 3);
    assert_true(fabs(b->weight - 2.5) < 1e-12 && fabs(a->weight - 1) < 1e-12);
    assert_true(fabs(b->start_s - 0.001) < 1e-12 && fabs(b->end_s - 0.01) < 1e-12 && fabs(a->end_s) < 1e-12);
    sx_dataset_free(dataset);
}

static void tabs_and_json_lines(void **state) {
    (void)state;
    make_sounds();
    write_text("list.tsv", "path\tlabel\tsplit\na.wav\ton\ttrain\nb.wav\toff\tTEST\nc.wav\ton\tvalid\n");
    write_text("list.jsonl",
               "{\"path\": \"a.wav\", \"label\": \"on\", \"split\": \"train\"}\r\n\n"
               "{\"path\": \"b.wav\", \"label\": \"off\", \"split\": \"test\", \"weight\": 1.0}\n"
               "{\"path\": \"c.wav\", \"label\": \"on\", \"split\": \"val\", \"group\": null}");
    const char *const names[] = {"list.tsv", "list.jsonl"};
    for (size_t i = 0; i < 2; i++) {
        sx_dataset *dataset = open_set(in_folder(names[i]), NULL);
        assert_int_equal(dataset->item_count, 3);
        assert_string_equal(dataset->label_names[0], "off");
        assert_int_equal(dataset->items[0].part, SX_PART_TRAIN);
        assert_int_equal(dataset->items[1].part, SX_PART_TEST);
        assert_int_equal(dataset->items[2].part, SX_PART_VALIDATION);
        sx_dataset_free(dataset);
    }
    write_text("numbers.jsonl",
               "{\"path\": \"a.wav\", \"label\": 10}\n{\"path\": \"b.wav\", \"label\": 9}\n");
    sx_dataset *dataset = open_set(in_folder("numbers.jsonl"), NULL);
    assert_string_equal(dataset->label_names[0], "9"); /* whole numbers are sorted by value */
    assert_string_equal(dataset->label_names[1], "10");
    sx_dataset_free(dataset);
}

/* As Python's csv module writes it: BOM, CRLF, quotes, a line break in a cell. */
static void quotes_of_python(void **state) {
    (void)state;
    write_sound("a, \"b\".wav", 100, 1, 8000, 440);
    write_sound("c.wav", 100, 1, 8000, 440);
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_error err = {SX_OK, ""};
    assert_ok(sx_file_read(SX_GOLDEN "/data/quoted.csv", 0, &bytes, &size, &err), &err);
    write_bytes("quoted.csv", bytes, size);
    sx_free(bytes);
    sx_dataset *dataset = open_set(in_folder("quoted.csv"), NULL);
    assert_int_equal(dataset->item_count, 2);
    assert_string_equal(dataset->items[0].path, in_folder("a, \"b\".wav"));
    assert_string_equal(dataset->group_names[0], "\xc3\xbc"
                                                 "ber");
    assert_int_equal(dataset->group_count, 1);
    assert_string_equal(dataset->label_names[1], "on\noff");
    assert_int_equal(dataset->items[1].group, -1);
    sx_dataset_free(dataset);
}

static void paths_outside_and_missing_files(void **state) {
    (void)state;
    make_sounds();
    make_folder("lists");
    char text[600];
    snprintf(text, sizeof text, "path,label\n../a.wav,no\n%s,yes\ngone.wav,yes\n", in_folder("b.wav"));
    write_text("lists/list.csv", text);
    sx_dataset *dataset = open_set(in_folder("lists/list.csv"), NULL);
    assert_int_equal(dataset->item_count, 2);
    assert_skipped(dataset->skips, dataset->skip_count, "gone.wav", "no such file");
    sx_dataset_free(dataset);
    write_text("manifest.csv", "path,label\na.wav,no\nb.wav,yes\n");
    dataset = open_set(folder_path, NULL); /* a folder with a manifest but no classes is that manifest */
    assert_int_equal(dataset->label_count, 2);
    sx_dataset_free(dataset);
}

static void wrong_values_are_named(void **state) {
    (void)state;
    make_sounds();
    const struct {
        const char *name, *text, *part;
    } cases[] = {
        {"x.csv", "path,label,grup\na.wav,no,x\n", "line 1: unknown column 'grup', did you mean 'group'"},
        {"x.csv", "path,lable\na.wav,no\n", "did you mean 'label'"},
        {"x.csv", "path,group\na.wav,no\n", "no column 'label'"},
        {"x.csv", "path,label,label\na.wav,no,no\n", "twice"},
        {"x.csv", "path,label\na.wav,no\nb.wav\n", "line 3: 1 cells, but the header has 2"},
        {"x.csv", "path,label\na.wav,no,x\n", "line 2: 3 cells"},
        {"x.csv", "path,label\na.wav,\n", "line 2: label of 'a.wav' is missing"},
        {"x.csv", "path,label\n,no\n", "line 2: path is missing"},
        {"x.csv", "path,label,start\na.wav,no,-3601\n", "line 2: start is '-3601'"},
        {"x.csv", "path,label,start,end\na.wav,no,2,1\n", "line 2: end is '1'"},
        {"x.csv", "path,label,end\na.wav,no,nan\n", "end is 'nan'"},
        {"x.csv", "path,label,fold\na.wav,no,1.5\n", "fold is '1.5'"},
        {"x.csv", "path,label,split\na.wav,no,tset\n",
         "split is 'tset'; it must be train, validation or test"},
        {"x.csv", "path,label,weight\na.wav,no,0\n", "weight is '0'"},
        {"x.csv", "path,label,weight\na.wav,no,1e300\n",
         "weight is '1e300'; it must be a number from 1e-6 to 1e6"},
        {"x.csv", "path,label\n\"a.wav,no\n", "line 2: a quote is never closed"},
        {"x.csv", "path,label\n\"a\"b.wav,no\n", "'b' behind a closing quote"},
        {"x.csv", "", "is empty"},
        {"x.tsv", "path,label\na.wav,no\n", "unknown column 'path,label'"},
        {"x.jsonl", "{\"path\": \"a.wav\", \"label\": \"no\"}\n{\"path\": }\n", "line 2"},
        {"x.jsonl", "{\"path\": \"a.wav\", \"labels\": \"no\"}\n", "did you mean 'label'"},
        {"x.jsonl", "{\"path\": \"a.wav\", \"label\": true}\n", "label must be a text in quotes"},
        {"x.jsonl", "[1]\n", "not a JSON object"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text(cases[i].name, cases[i].text);
        assert_open_fails(in_folder(cases[i].name), NULL, SX_E_FORMAT, cases[i].part);
    }
    write_bytes("x.csv", "path,label\na\0b,no\n", 18);
    assert_open_fails(in_folder("x.csv"), NULL, SX_E_FORMAT, "zero byte at position 12");
    write_text("x.csv", "path,label\ngone.wav,no\n");
    assert_open_fails(in_folder("x.csv"), NULL, SX_E_DATA, "gone.wav");
}

static void leaks_between_official_parts(void **state) {
    (void)state;
    make_sounds();
    const struct {
        const char *text, *part;
    } cases[] = {
        {"path,label,start,split\na.wav,no,,train\na.wav,yes,1,test\nb.wav,no,,train\n",
         "a.wav' is on both sides"},
        {"path,label,start,fold\na.wav,no,,1\n.//a.wav,yes,1,2\nb.wav,no,,1\n",
         "a.wav' is in two official folds: 1"},
        {"path,label,group,split\na.wav,no,anna,train\nb.wav,yes,anna,test\n",
         "group 'anna' is on both sides"},
        {"path,label,group,split\na.wav,no,anna,train\nb.wav,yes,anna,val\n",
         "group 'anna' is on both sides"},
        {"path,label,group,fold\na.wav,no,anna,1\nb.wav,yes,anna,2\n",
         "group 'anna' is in two official folds"},
        {"path,label,split,fold\na.wav,no,train,\nb.wav,yes,,2\n", "both official folds"},
        {"path,label\na.wav,no\na.wav,yes\n", "a.wav' is listed twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text("list.csv", cases[i].text);
        assert_open_fails(in_folder("list.csv"), NULL, SX_E_DATA, cases[i].part);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_columns, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(tabs_and_json_lines, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(quotes_of_python, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(paths_outside_and_missing_files, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(wrong_values_are_named, folder_begin, folder_end),
        cmocka_unit_test_setup_teardown(leaks_between_official_parts, folder_begin, folder_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
