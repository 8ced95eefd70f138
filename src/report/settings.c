/* settings.c: everything needed to repeat the comparison: notes, settings, front-end, command. */
#include "parts.h"

#include "html.h"

static const char *optimiser_words(sx_optimiser optimiser) {
    static const char *const words[] = {"SGD", "Adam", "AdamW"};
    return words[optimiser];
}

static const char *schedule_words(sx_schedule schedule) {
    static const char *const words[] = {"constant", "step", "cosine"};
    return words[schedule];
}

static void training(sx_section *part, const sx_comparison *comparison) {
    const sx_train_options *train = &comparison->train;
    sx_section_term(part, "Net", "%s", comparison->model);
    sx_section_term(part, "Runs", "%zu of %zu: %zu axes \xC3\x97 %zu folds \xC3\x97 %d seeds",
                    comparison->run_count, comparison->runs_planned, comparison->axis_count,
                    comparison->fold_count, comparison->seeds);
    sx_section_term(part, "Training", "%d epochs, batch %d, %zu steps a run", train->epochs, train->batch,
                    comparison->steps);
    sx_section_term(part, "Optimiser", "%s, learning rate %g, %s schedule, weight decay %g",
                    optimiser_words(train->optimiser), train->learning_rate, schedule_words(train->schedule),
                    train->weight_decay);
    sx_section_term(part, "Loss", "%s cross-entropy%s",
                    train->loss == SX_LOSS_SIGMOID ? "sigmoid" : "softmax",
                    train->class_weights ? ", labels weighted by their rarity" : "");
    if (train->jitter_ms > 0)
        sx_section_term(part, "Jitter", "each recording up to %g ms later, drawn anew each epoch",
                        train->jitter_ms);
    if (train->patience) sx_section_term(part, "Early stopping", "after %d epochs", train->patience);
    sx_section_term(part, "Seed", "%llu", (unsigned long long)train->seed);
    sx_section_term(part, "Verdict rests on", "%s statistics; margin %g points; %g\xC2\xA0%% intervals",
                    sx_statistics_name(comparison->statistics), comparison->margin * 100,
                    comparison->confidence * 100);
}

static void front_end(sx_section *part, const sx_features *features) {
    if (features->from_arrays) {
        sx_section_term(part, "Front-end", "%s", "none: arrays were given");
        return;
    }
    char *words = sx_frontend_describe(&features->frontend);
    sx_section_term(part, "Front-end", "%s", words ? words : "");
    sx_free_text(words);
    char offset[64] = "";
    if (features->random_offset_ms > 0)
        sx_print(offset, sizeof offset, ", each beginning up to %g ms later at random",
                 features->random_offset_ms);
    sx_section_term(part, "Clips", "%.3f s, %s%s", features->duration_s, sx_clip_policy_name(features->clip),
                    offset);
    if (features->channels == SX_CHANNELS_PICK) {
        sx_section_term(part, "Channels", "channel %d", features->channel_index + 1);
    } else {
        sx_section_term(part, "Channels", "%s",
                        features->channels == SX_CHANNELS_KEEP ? "all kept" : "mixed to one");
    }
}

static void times(sx_section *part, const sx_comparison *comparison) {
    char wall[SX_NUMBER_CHARS], runs[SX_NUMBER_CHARS];
    sx_duration(comparison->wall_s, wall);
    sx_duration(comparison->run_wall_s, runs);
    sx_section_term(part, "Time", "%s for this call, %s in all runs together", wall, runs);
    if (comparison->schedule_note[0]) sx_section_term(part, "Schedule", "%s", comparison->schedule_note);
}

void sx_section_settings(sx_document *document, const sx_page *page) {
    const sx_features *features = page->features;
    sx_section *part = sx_section_add(document, "settings", true, "How to repeat it");
    if (page->options->command) sx_section_say(part, SX_BLOCK_CODE, "%s", page->options->command);
    if (features->note_count) sx_section_say(part, SX_BLOCK_HEADING, "What was decided");
    for (size_t i = 0; i < features->note_count; i++)
        sx_section_say(part, SX_BLOCK_ITEM, "%s", features->notes[i]);
    sx_section_say(part, SX_BLOCK_HEADING, "Settings");
    training(part, page->comparison);
    front_end(part, features);
    times(part, page->comparison);
    sx_section_term(part, "Data fingerprint", "%016llx", (unsigned long long)features->content_hash);
    sx_section_term(part, "Version", "sonaxis " SX_VERSION);
}
