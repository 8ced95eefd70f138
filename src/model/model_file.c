/* model_file.c: models saved and loaded. Sizes that a file claims are compared with the bytes it has before
 * anything is allocated for them. */
#include "model/model_file.h"

#include "base/error.h"

#include <math.h>
#include <string.h>

static const size_t model_bytes_limit = (size_t)1 << 32;

/* --- floats as little-endian bytes ------------------------------------------------------------------ */

static void put_floats(const float *values, size_t count, unsigned char *bytes) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int k = 0; k < 4; k++)
            bytes[4 * i + (size_t)k] = (unsigned char)(bits >> (8 * k));
    }
}

static void get_floats(const unsigned char *bytes, size_t count, float *values) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = 0;
        for (int k = 0; k < 4; k++)
            bits |= (uint32_t)bytes[4 * i + (size_t)k] << (8 * k);
        memcpy(&values[i], &bits, sizeof bits);
    }
}

/* --- saving ----------------------------------------------------------------------------------------- */

static sx_status check_card(const sx_model *model, const sx_model_card *card, sx_error *err) {
    if (card->label_count != 0 && card->label_count != model->options.classes)
        return sx_fail(err, SX_E_ARGUMENT, "cannot save %zu label names with a net of %zu classes",
                       card->label_count, model->options.classes);
    const sx_standardise *s = &card->standardise;
    if (!isfinite(s->mean) || !isfinite(s->deviation) || !(s->deviation > 0))
        return sx_fail(err, SX_E_ARGUMENT, "cannot save a standardisation of mean %g and deviation %g",
                       s->mean, s->deviation);
    if (!isfinite(card->duration_s) || card->duration_s < 0)
        return sx_fail(err, SX_E_ARGUMENT, "cannot save a duration of %g s", card->duration_s);
    return SX_OK;
}

static sx_status append_all(sx_file_writer *writer, const sx_span sections[SX_SECTION_COUNT], sx_error *err) {
    unsigned char header[SX_MODEL_FILE_HEADER];
    sx_model_header_write(sections, header);
    sx_status status = sx_file_writer_append(writer, header, sizeof header, err);
    for (int i = 0; status == SX_OK && i < SX_SECTION_COUNT; i++)
        status = sx_file_writer_append(writer, sections[i].bytes, sections[i].size, err);
    return status;
}

static sx_status write_sections(const char *path, const sx_span sections[SX_SECTION_COUNT], sx_error *err) {
    sx_file_writer *writer = NULL;
    sx_status status = sx_file_writer_open(path, &writer, err);
    if (status != SX_OK) return status;
    status = append_all(writer, sections, err);
    if (status == SX_OK) return sx_file_writer_commit(writer, err);
    sx_file_writer_discard(writer);
    return status;
}

sx_status sx_model_save(const sx_model *model, const sx_model_card *card, const char *path, sx_error *err) {
    sx_status status = check_card(model, card, err);
    if (status != SX_OK) return status;
    size_t weights = model->trainable_count, statistics = model->statistics_count;
    char *card_json = sx_card_to_json(card, &model->options);
    char *spec_json = sx_model_spec_json(model->spec);
    unsigned char *floats = sx_alloc(weights + statistics, sizeof(float));
    if (!card_json || !spec_json || !floats) {
        status = sx_fail_memory(err, (weights + statistics) * sizeof(float));
    } else {
        put_floats(model->weights, weights, floats);
        put_floats(model->statistics, statistics, floats + 4 * weights);
        const sx_span sections[SX_SECTION_COUNT] = {{(const unsigned char *)card_json, strlen(card_json)},
                                                    {(const unsigned char *)spec_json, strlen(spec_json)},
                                                    {floats, 4 * weights},
                                                    {floats + 4 * weights, 4 * statistics}};
        status = write_sections(path, sections, err);
    }
    sx_free(floats);
    sx_free(spec_json);
    sx_free(card_json);
    return status;
}

/* --- loading ---------------------------------------------------------------------------------------- */

/* JSON sections are not zero-terminated. */
static sx_status section_text(sx_span section, char **text, sx_error *err) {
    if (memchr(section.bytes, 0, section.size)) return sx_fail(err, SX_E_FORMAT, "JSON with zero bytes");
    char *copy = sx_alloc(section.size + 1, 1);
    if (!copy) return sx_fail_memory(err, section.size + 1);
    memcpy(copy, section.bytes, section.size);
    *text = copy;
    return SX_OK;
}

static sx_status read_card(sx_span section, sx_model_card *card, sx_model_options *options, sx_error *err) {
    char *text = NULL;
    sx_status status = section_text(section, &text, err);
    if (status == SX_OK) status = sx_card_from_json(text, "card", card, options, err);
    sx_free(text);
    return status;
}

static sx_status plan_net(sx_span section, const sx_model_options *options, sx_model **model, sx_error *err) {
    char *text = NULL;
    sx_model_spec *spec = NULL;
    sx_status status = section_text(section, &text, err);
    if (status == SX_OK) status = sx_model_spec_parse(text, "spec", &spec, err);
    if (status == SX_OK) status = sx_graph_plan(spec, options, model, err);
    sx_model_spec_free(spec);
    sx_free(text);
    return status;
}

static sx_status fill_net(const sx_span sections[SX_SECTION_COUNT], sx_model *model, sx_error *err) {
    sx_span weights = sections[SX_SECTION_WEIGHTS], statistics = sections[SX_SECTION_STATISTICS];
    if (weights.size / 4 != model->trainable_count || weights.size % 4 != 0 ||
        statistics.size / 4 != model->statistics_count || statistics.size % 4 != 0)
        return sx_fail(err, SX_E_FORMAT,
                       "holds %zu bytes of weights and %zu of moving statistics, but its net needs %zu and "
                       "%zu floats",
                       weights.size, statistics.size, model->trainable_count, model->statistics_count);
    sx_status status = sx_graph_allocate(model, err);
    if (status != SX_OK) return status;
    get_floats(weights.bytes, model->trainable_count, model->weights);
    get_floats(statistics.bytes, model->statistics_count, model->statistics);
    sx_model_weights_changed(model);
    return SX_OK;
}

static sx_status load_sections(const sx_span sections[SX_SECTION_COUNT], sx_model_options *options,
                               sx_model **out, sx_model_card *out_card, sx_error *err) {
    sx_model *model = NULL;
    sx_model_card card = {0};
    sx_status status = read_card(sections[SX_SECTION_CARD], &card, options, err);
    if (status == SX_OK) status = plan_net(sections[SX_SECTION_SPEC], options, &model, err);
    if (status == SX_OK) status = fill_net(sections, model, err);
    if (status != SX_OK) {
        sx_model_free(model);
        sx_model_card_clear(&card);
        return status;
    }
    *out = model;
    *out_card = card;
    return SX_OK;
}

sx_status sx_model_load(const char *path, size_t batch, int threads, sx_model **model, sx_model_card *card,
                        sx_error *err) {
    unsigned char *bytes = NULL;
    size_t size = 0;
    sx_span sections[SX_SECTION_COUNT];
    sx_model_options options = {.batch = batch, .threads = threads};
    sx_status status = sx_file_read(path, model_bytes_limit, &bytes, &size, err);
    if (status != SX_OK) return status;
    status = sx_model_header_read(path, bytes, size, sections, err);
    if (status == SX_OK) {
        status = load_sections(sections, &options, model, card, err);
        if (status != SX_OK) sx_error_prefix(err, "%s", path);
    }
    sx_free(bytes);
    return status;
}
