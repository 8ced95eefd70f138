/* settings.c: everything needed to repeat the comparison: notes, settings, front-end, command. */
#include "chart.h"

#include "html.h"

static const char *optimiser_words(sx_optimiser optimiser) {
    static const char *const words[] = {"SGD", "Adam", "AdamW"};
    return words[optimiser];
}

static const char *schedule_words(sx_schedule schedule) {
    static const char *const words[] = {"constant", "step", "cosine"};
    return words[schedule];
}

static void training(sx_text *text, const sx_comparison *comparison) {
    const sx_train_options *train = &comparison->train;
    sx_html_term_format(text, "Net", "%s", comparison->model);
    sx_html_term_format(text, "Runs", "%zu of %zu: %zu axes \xC3\x97 %zu folds \xC3\x97 %d seeds",
                        comparison->run_count, comparison->runs_planned, comparison->axis_count,
                        comparison->fold_count, comparison->seeds);
    sx_html_term_format(text, "Training", "%d epochs, batch %d, %zu steps a run", train->epochs, train->batch,
                        comparison->steps);
    sx_html_term_format(text, "Optimiser", "%s, learning rate %g, %s schedule, weight decay %g",
                        optimiser_words(train->optimiser), train->learning_rate,
                        schedule_words(train->schedule), train->weight_decay);
    sx_html_term_format(text, "Loss", "%s cross-entropy%s",
                        train->loss == SX_LOSS_SIGMOID ? "sigmoid" : "softmax",
                        train->class_weights ? ", labels weighted by their rarity" : "");
    if (train->jitter_ms > 0)
        sx_html_term_format(text, "Jitter", "each recording up to %g ms later, drawn anew each epoch",
                            train->jitter_ms);
    if (train->patience) sx_html_term_format(text, "Early stopping", "after %d epochs", train->patience);
    sx_html_term_format(text, "Seed", "%llu", (unsigned long long)train->seed);
    sx_html_term_format(text, "Verdict rests on", "%s statistics; margin %g points; %g\xC2\xA0%% intervals",
                        sx_statistics_name(comparison->statistics), comparison->margin * 100,
                        comparison->confidence * 100);
}

static void front_end(sx_text *text, const sx_features *features) {
    if (features->from_arrays) {
        sx_html_term(text, "Front-end", "none: arrays were given");
        return;
    }
    char *words = sx_frontend_describe(&features->frontend);
    sx_html_term(text, "Front-end", words ? words : "");
    sx_free_text(words);
    char offset[64] = "";
    if (features->random_offset_ms > 0)
        sx_print(offset, sizeof offset, ", each beginning up to %g ms later at random",
                 features->random_offset_ms);
    sx_html_term_format(text, "Clips", "%.3f s, %s%s", features->duration_s,
                        sx_clip_policy_name(features->clip), offset);
    if (features->channels == SX_CHANNELS_PICK) {
        sx_html_term_format(text, "Channels", "channel %d", features->channel_index + 1);
    } else {
        sx_html_term(text, "Channels", features->channels == SX_CHANNELS_KEEP ? "all kept" : "mixed to one");
    }
}

static void times(sx_text *text, const sx_comparison *comparison) {
    char wall[SX_NUMBER_CHARS], runs[SX_NUMBER_CHARS];
    sx_duration(comparison->wall_s, wall);
    sx_duration(comparison->run_wall_s, runs);
    sx_html_term_format(text, "Time", "%s for this call, %s in all runs together", wall, runs);
    if (comparison->schedule_note[0]) sx_html_term(text, "Schedule", comparison->schedule_note);
}

static void notes(sx_text *text, const sx_features *features) {
    if (!features->note_count) return;
    sx_text_add(text, "<h3>What was decided</h3>\n<ul>\n");
    for (size_t i = 0; i < features->note_count; i++) {
        sx_text_add(text, "<li>");
        sx_html_escape(text, features->notes[i]);
        sx_text_add(text, "</li>\n");
    }
    sx_text_add(text, "</ul>\n");
}

void sx_page_settings(const sx_page *page) {
    sx_text *text = page->text;
    sx_html_section(text, "settings", "How to repeat it");
    if (page->options->command) {
        sx_text_add(text, "<pre><code>");
        sx_html_escape(text, page->options->command);
        sx_text_add(text, "</code></pre>\n");
    }
    notes(text, page->features);
    sx_text_add(text, "<h3>Settings</h3>\n<dl>\n");
    training(text, page->comparison);
    front_end(text, page->features);
    times(text, page->comparison);
    sx_html_term_format(text, "Data fingerprint", "%016llx",
                        (unsigned long long)page->features->content_hash);
    sx_html_term(text, "Version", "sonaxis " SX_VERSION);
    sx_text_add(text, "</dl>\n");
    sx_html_section_end(text);
}
