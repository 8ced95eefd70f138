/* inspect_sum.c: findings of single recordings -> counts, durations and lists. */
#include "data/inspect.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/plan.h"

#include <math.h>
#include <stdlib.h>

/* One count a name, in the order of the names. */
static sx_status count_names(char *const *names, size_t name_count, sx_count **counts, size_t *count,
                             sx_error *err) {
    sx_count *made = sx_alloc(name_count, sizeof *made);
    if (made == NULL) return sx_fail_memory(err, name_count * sizeof *made);
    *counts = made;
    *count = name_count;
    for (size_t i = 0; i < name_count; i++) {
        made[i].name = sx_copy_text(names[i]);
        if (made[i].name == NULL) return sx_fail_memory(err, sizeof *made);
    }
    return SX_OK;
}

/* Counts of distinct numbers, ascending, named by `unit`: "8000 Hz", "2 channels". Sorts the numbers. */
static sx_status count_numbers(double *numbers, size_t number_count, const char *unit, const char *plural,
                               sx_count **counts, size_t *count, sx_error *err) {
    qsort(numbers, number_count, sizeof *numbers, sx_compare_doubles);
    sx_count *made = sx_alloc(number_count, sizeof *made);
    if (made == NULL) return sx_fail_memory(err, number_count * sizeof *made);
    *counts = made;
    for (size_t i = 0; i < number_count; i++) {
        if (i == 0 || numbers[i] > numbers[i - 1]) {
            sx_text name = {0};
            sx_text_format(&name, "%.0f %s%s", numbers[i], unit, numbers[i] > 1 ? plural : "");
            made[*count].name = sx_text_take(&name);
            if (made[*count].name == NULL) return sx_fail_memory(err, sizeof *made);
            (*count)++;
        }
        made[*count - 1].count++;
    }
    return SX_OK;
}

static sx_status count_channels(const sx_dataset *dataset, const sx_finding *findings, double *numbers,
                                sx_inspection *sum, sx_error *err) {
    size_t count = 0;
    for (size_t i = 0; i < dataset->item_count; i++) {
        if (findings[i].reason == NULL) numbers[count++] = findings[i].channels;
    }
    return count_numbers(numbers, count, "channel", "s", &sum->channel_counts, &sum->channel_count_count,
                         err);
}

static sx_status sum_durations(const sx_dataset *dataset, const sx_finding *findings, double *numbers,
                               sx_inspection *sum, sx_error *err) {
    size_t count = 0;
    for (size_t i = 0; i < dataset->item_count; i++) {
        if (findings[i].reason != NULL) continue;
        numbers[count++] = findings[i].duration_s;
        sum->total_s += findings[i].duration_s;
    }
    sum->item_count = dataset->item_count;
    sum->readable_count = count;
    if (count == 0 || dataset->from_arrays) return SX_OK;
    qsort(numbers, count, sizeof *numbers, sx_compare_doubles);
    sum->shortest_s = numbers[0];
    sum->longest_s = numbers[count - 1];
    sum->median_s = sx_percentile(numbers, count, 0.5);
    sum->percentile95_s = sx_percentile(numbers, count, 0.95);
    count = 0;
    for (size_t i = 0; i < dataset->item_count; i++) {
        if (findings[i].reason == NULL) numbers[count++] = findings[i].rate_hz;
    }
    return count_numbers(numbers, count, "Hz", "", &sum->rates, &sum->rate_count, err);
}

/* Items per label and group, and different groups per label. */
static sx_status sum_names(const sx_dataset *dataset, sx_inspection *sum, sx_error *err) {
    sx_status status =
        count_names(dataset->label_names, dataset->label_count, &sum->labels, &sum->label_count, err);
    if (status == SX_OK) {
        status =
            count_names(dataset->group_names, dataset->group_count, &sum->groups, &sum->group_count, err);
    }
    if (status != SX_OK) return status;
    bool *pairs = sx_alloc(dataset->label_count, dataset->group_count * sizeof *pairs);
    sum->groups_per_label = sx_alloc(dataset->label_count, sizeof *sum->groups_per_label);
    if (pairs == NULL || sum->groups_per_label == NULL) {
        sx_free(pairs);
        return sx_fail_memory(err, dataset->label_count * dataset->group_count);
    }
    for (size_t i = 0; i < dataset->item_count; i++) {
        const sx_item *item = &dataset->items[i];
        if (item->label >= 0) sum->labels[item->label].count++;
        if (item->group >= 0) sum->groups[item->group].count++;
        if (item->label < 0 || item->group < 0) continue;
        bool *seen = &pairs[(size_t)item->label * dataset->group_count + (size_t)item->group];
        sum->groups_per_label[item->label] += !*seen;
        *seen = true;
    }
    sx_free(pairs);
    return SX_OK;
}

typedef struct content {
    uint64_t hash;
    size_t item;
} content;

static int compare_contents(const void *left, const void *right) {
    const content *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return a->item < b->item ? -1 : a->item > b->item;
}

/* Every recording whose samples an earlier one has. */
static sx_status list_duplicates(const sx_dataset *dataset, const sx_finding *findings, sx_skip_list *list,
                                 sx_error *err) {
    content *contents = sx_alloc(dataset->item_count, sizeof *contents);
    size_t *earlier =
        sx_alloc(dataset->item_count, sizeof *earlier); /* item + 1 of the first with its samples */
    sx_status status = SX_OK;
    if (contents == NULL || earlier == NULL)
        status = sx_fail_memory(err, dataset->item_count * sizeof *contents);
    size_t count = 0;
    for (size_t i = 0; i < dataset->item_count && status == SX_OK; i++) {
        if (findings[i].reason == NULL) contents[count++] = (content){findings[i].content, i};
    }
    if (count > 0) qsort(contents, count, sizeof *contents, compare_contents);
    for (size_t first = 0, i = 1; i < count; i++) {
        if (contents[i].hash != contents[first].hash) {
            first = i;
        } else {
            earlier[contents[i].item] = contents[first].item + 1;
        }
    }
    for (size_t i = 0; i < dataset->item_count && status == SX_OK; i++) {
        if (earlier[i] == 0) continue;
        status = sx_skip_list_format(list, err, dataset->items[i].path, "same samples as %s",
                                     dataset->items[earlier[i] - 1].path);
    }
    sx_free(contents);
    sx_free(earlier);
    return status;
}

static sx_status list_levels(const sx_dataset *dataset, const sx_finding *findings, sx_skip_list *quiet,
                             sx_skip_list *clipped, sx_skip_list *skips, sx_error *err) {
    sx_status status = sx_skip_list_add_all(skips, dataset->skips, dataset->skip_count, err);
    for (size_t i = 0; i < dataset->item_count && status == SX_OK; i++) {
        const sx_finding *finding = &findings[i];
        const char *path = dataset->items[i].path;
        if (finding->reason != NULL) {
            status = sx_skip_list_add(skips, path, finding->reason, err);
        } else if (finding->is_quiet && finding->peak > 0) {
            status = sx_skip_list_format(quiet, err, path, "peak %.1f dBFS", 20 * log10(finding->peak));
        } else if (finding->is_quiet) {
            status = sx_skip_list_add(quiet, path, "digital silence, every sample is 0", err);
        } else if (finding->is_clipped) {
            status = sx_skip_list_format(clipped, err, path, "%.2f %% of samples at full scale",
                                         100 * finding->clipped_share);
        }
    }
    return status;
}

static void hand_over(sx_skip_list *list, sx_skip **skips, size_t *count) {
    *skips = list->skips;
    *count = list->count;
}

static sx_status sum_up(const sx_dataset *dataset, const sx_finding *findings, sx_inspection *sum,
                        sx_error *err) {
    double *numbers = sx_alloc(dataset->item_count, sizeof *numbers);
    if (numbers == NULL) return sx_fail_memory(err, dataset->item_count * sizeof *numbers);
    sx_skip_list duplicates = {0}, quiet = {0}, clipped = {0}, skips = {0};
    sx_status status = sum_durations(dataset, findings, numbers, sum, err);
    if (status == SX_OK && sum->readable_count > 0)
        status = count_channels(dataset, findings, numbers, sum, err);
    if (status == SX_OK) status = sum_names(dataset, sum, err);
    if (status == SX_OK) status = list_duplicates(dataset, findings, &duplicates, err);
    if (status == SX_OK) status = list_levels(dataset, findings, &quiet, &clipped, &skips, err);
    hand_over(&duplicates, &sum->duplicates, &sum->duplicate_count);
    hand_over(&quiet, &sum->near_silent, &sum->near_silent_count);
    hand_over(&clipped, &sum->clipped, &sum->clipped_count);
    hand_over(&skips, &sum->skips, &sum->skip_count);
    sx_free(numbers);
    return status;
}

sx_status sx_inspection_sum_up(const sx_dataset *dataset, const sx_finding *findings, sx_inspection **out,
                               sx_error *err) {
    sx_inspection *sum = sx_alloc(1, sizeof *sum);
    if (sum == NULL) return sx_fail_memory(err, sizeof *sum);
    sx_status status = sum_up(dataset, findings, sum, err);
    if (status != SX_OK) {
        sx_inspection_free(sum);
        return status;
    }
    *out = sum;
    return SX_OK;
}
