/* identity.c: readable lines, so that a checkpoint of another run can be refused saying what differs. */
#include "train/identity.h"

#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static void add_items(sx_text *text, const char *name, const size_t *items, size_t count) {
    uint64_t hash = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t item = items[i];
        hash = sx_hash(&item, sizeof item, hash);
    }
    sx_text_format(text, "%s items %zu (%016" PRIx64 ")\n", name, count, hash);
}

static void add_options(sx_text *text, const sx_train_options *options) {
    static const char *const losses[] = {"softmax", "sigmoid"};
    static const char *const optimisers[] = {"sgd", "adam", "adamw"};
    static const char *const schedules[] = {"constant", "step", "cosine"};
    sx_text_format(text, "epochs %d\nbatch %d\nloss %s\noptimiser %s\n", options->epochs, options->batch,
                   losses[options->loss], optimisers[options->optimiser]);
    sx_text_format(text, "learning_rate %.17g\n", options->learning_rate);
    if (options->optimiser == SX_OPTIMISER_SGD)
        sx_text_format(text, "momentum %.17g\nnesterov %d\n", options->momentum, options->nesterov);
    else
        sx_text_format(text, "beta1 %.17g\nbeta2 %.17g\nepsilon %.17g\n", options->beta1, options->beta2,
                       options->epsilon);
    sx_text_format(text, "weight_decay %.17g\nschedule %s\nwarmup_epochs %.17g\n", options->weight_decay,
                   schedules[options->schedule], options->warmup_epochs);
    if (options->schedule == SX_SCHEDULE_STEP)
        sx_text_format(text, "step_factor %.17g\nstep_epochs %d\n", options->step_factor,
                       options->step_epochs);
    if (options->settled_validation) sx_text_add(text, "settled_validation 1\n");
    sx_text_format(text, "class_weights %d\nexact %d\npatience %d\njitter_ms %.17g\nseed %" PRIu64 "\n",
                   options->class_weights, options->exact, options->patience, options->jitter_ms,
                   options->seed);
}

static void add_net(sx_text *text, sx_model *model) {
    const sx_model_spec *spec = sx_model_get_spec(model);
    char *json = sx_model_spec_json(spec);
    const uint64_t spec_hash = json ? sx_hash(json, strlen(json), 0) : 0;
    uint64_t weights = sx_hash(sx_model_weights(model), sx_model_trainable_count(model) * sizeof(float), 0);
    weights = sx_hash(sx_model_statistics(model), sx_model_statistics_count(model) * sizeof(float), weights);
    const char *name = sx_model_spec_name(spec);
    sx_text_format(text, "net %s (%016" PRIx64 ")\n", name ? name : "unnamed", spec_hash);
    sx_text_format(text, "net seed %" PRIu64 "\ninitial weights %016" PRIx64 "\n", sx_model_seed(model),
                   weights);
    text->failed = text->failed || !json;
    sx_free_text(json);
}

static void add_data(sx_text *text, const sx_source *source) {
    const sx_features *features = source->features;
    const uint64_t weights =
        features->weights ? sx_hash(features->weights, features->count * sizeof(float), 0) : 0;
    sx_text_format(text, "input %zu x %zu x %zu\n", features->shape.time, features->shape.frequency,
                   features->shape.channels);
    sx_text_format(text, "data %016" PRIx64 "\nitem weights %016" PRIx64 "\n", features->content_hash,
                   weights);
    sx_text_format(text, "standardisation mean %.17g, deviation %.17g\n", source->standardise->mean,
                   source->standardise->deviation);
}

char *sx_run_identity(const sx_source *source, const size_t *train, size_t train_count,
                      const size_t *validation, size_t validation_count, const sx_train_options *options) {
    sx_text text = {0};
    add_options(&text, options);
    add_net(&text, source->model);
    add_data(&text, source);
    add_items(&text, "training", train, train_count);
    add_items(&text, "validation", validation, validation_count);
    return sx_text_take(&text);
}
