/* onnx_frontend.c: see onnx_frontend.h. Through the graph goes (N, channels, frames, ...), which is how the
 * net's own maps lie. */
#include "exchange/onnx_frontend.h"

#include "base/error.h"
#include "base/memory.h"
#include "signal/bands.h"
#include "signal/elementary.h"
#include "signal/window.h"

#include <math.h>

static sx_onnx_value cast(sx_onnx_graph *graph, const sx_onnx_value *x, sx_onnx_type type) {
    sx_onnx_node node = sx_onnx_begin("Cast");
    sx_onnx_input(&node, x);
    sx_onnx_integer(&node, "to", type);
    return sx_onnx_end(graph, &node);
}

static sx_onnx_value with_integer(sx_onnx_graph *graph, const char *op, const sx_onnx_value *x,
                                  const char *name, int64_t number) {
    const size_t one = 1;
    sx_onnx_value constant = sx_onnx_int64s(graph, name, &number, &one, 1);
    return sx_onnx_apply(graph, op, x, &constant);
}

static sx_onnx_value with_number(sx_onnx_graph *graph, const char *op, const sx_onnx_value *x,
                                 const char *name, double number) {
    sx_onnx_value constant = sx_onnx_scalar(graph, name, number);
    return sx_onnx_apply(graph, op, x, &constant);
}

/* --- frames ----------------------------------------------------------------------------------------- */

static sx_onnx_value channels_first(sx_onnx_graph *graph, const sx_onnx_value *samples, size_t channels) {
    static const int64_t order[] = {0, 2, 1};
    if (channels > 1) return sx_onnx_transpose(graph, samples, order, 3);
    return with_integer(graph, "Unsqueeze", samples, "axis", 1);
}

/* What stands before the first and behind the last sample of a centred frame. */
static sx_onnx_value add_pad(sx_onnx_graph *graph, const sx_frontend_options *o, const sx_onnx_value *x) {
    const int64_t pads[] = {0, 0, o->fft_size / 2, 0, 0, o->fft_size / 2};
    const size_t six = 6;
    sx_onnx_value amounts = sx_onnx_int64s(graph, "pads", pads, &six, 1);
    sx_onnx_node pad = sx_onnx_begin("Pad");
    sx_onnx_input(&pad, x);
    sx_onnx_input(&pad, &amounts);
    sx_onnx_word(&pad, "mode", o->centre == SX_CENTRE_REFLECT ? "reflect" : "constant");
    return sx_onnx_end(graph, &pad);
}

static sx_status add_numbers(sx_onnx_graph *graph, const char *name, size_t count, size_t step,
                             bool is_column, sx_onnx_value *out, sx_error *err) {
    const size_t dims[2] = {is_column ? count : 1, is_column ? 1 : count};
    int64_t *numbers = sx_alloc(count, sizeof *numbers);
    if (!numbers) return sx_fail_memory(err, count * sizeof *numbers);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (int64_t)(i * step);
    *out = sx_onnx_int64s(graph, name, numbers, dims, 2);
    sx_free(numbers);
    return SX_OK;
}

/* Sample of (frame, place) = start of the frame + place: a column and a row instead of a whole table. */
static sx_status add_frames(sx_onnx_graph *graph, size_t frames, size_t hop, size_t length,
                            const sx_onnx_value *x, sx_onnx_value *out, sx_error *err) {
    sx_onnx_value starts, places;
    sx_status status = add_numbers(graph, "frame_starts", frames, hop, true, &starts, err);
    if (status == SX_OK) status = add_numbers(graph, "places", length, 1, false, &places, err);
    if (status != SX_OK) return status;
    sx_onnx_value indices = sx_onnx_apply(graph, "Add", &starts, &places);
    sx_onnx_node gather = sx_onnx_begin("Gather");
    sx_onnx_input(&gather, x);
    sx_onnx_input(&gather, &indices);
    sx_onnx_integer(&gather, "axis", 2);
    *out = sx_onnx_end(graph, &gather);
    return SX_OK;
}

static sx_status add_window(sx_onnx_graph *graph, const sx_frontend_options *o, size_t length,
                            sx_onnx_value *x, sx_error *err) {
    size_t size = (size_t)o->window_samples;
    double *window = sx_alloc(length, sizeof *window);
    if (!window) return sx_fail_memory(err, length * sizeof *window);
    sx_window_fill(o->window, o->window_symmetric, size, window + (length - size) / 2);
    sx_onnx_value table = sx_onnx_doubles(graph, "window", window, &length, 1);
    sx_free(window);
    *x = sx_onnx_apply(graph, "Mul", x, &table);
    return SX_OK;
}

/* --- spectrum and bands ----------------------------------------------------------------------------- */

/* cos and sin of all multiples of a turn over n. */
static sx_status add_turns(sx_onnx_graph *graph, size_t n, sx_onnx_value *cosines, sx_onnx_value *sines,
                           sx_error *err) {
    const double turn = 6.283185307179586476925287 / (double)n;
    double *values = sx_alloc(2 * n, sizeof *values);
    if (!values) return sx_fail_memory(err, 2 * n * sizeof *values);
    for (size_t i = 0; i < n; i++) {
        values[i] = cos(turn * (double)i);
        values[n + i] = sin(turn * (double)i);
    }
    *cosines = sx_onnx_doubles(graph, "cosines", values, &n, 1);
    *sines = sx_onnx_doubles(graph, "sines", values + n, &n, 1);
    sx_free(values);
    return SX_OK;
}

/* Squares of the frames' products with one of the two tables. */
static sx_onnx_value add_part(sx_onnx_graph *graph, const sx_onnx_value *frames, const sx_onnx_value *turns,
                              const sx_onnx_value *places) {
    sx_onnx_value basis = sx_onnx_apply(graph, "Gather", turns, places);
    sx_onnx_value product = sx_onnx_apply(graph, "MatMul", frames, &basis);
    return sx_onnx_apply(graph, "Mul", &product, &product);
}

/* A product with the matrix of the transform: ONNX has a DFT, but not every runtime has it in double. The
 * matrix is looked up in one turn, at places (sample * bin) mod n, so that the file stays small. */
static sx_status add_spectrum(sx_onnx_graph *graph, const sx_frontend_options *o, size_t length,
                              const sx_onnx_value *frames, sx_onnx_value *out, sx_error *err) {
    size_t n = (size_t)o->fft_size;
    sx_onnx_value samples, bins, cosines, sines;
    sx_status status = add_numbers(graph, "samples", length, 1, true, &samples, err);
    if (status == SX_OK) status = add_numbers(graph, "bins", n / 2 + 1, 1, false, &bins, err);
    if (status == SX_OK) status = add_turns(graph, n, &cosines, &sines, err);
    if (status != SX_OK) return status;
    sx_onnx_value turns = sx_onnx_apply(graph, "Mul", &samples, &bins);
    sx_onnx_value places = with_integer(graph, "Mod", &turns, "fft_size", (int64_t)n);
    sx_onnx_value real = add_part(graph, frames, &cosines, &places);
    sx_onnx_value imaginary = add_part(graph, frames, &sines, &places);
    sx_onnx_value power = sx_onnx_apply(graph, "Add", &real, &imaginary);
    if (o->power == 1) power = sx_onnx_apply(graph, "Sqrt", &power, NULL);
    *out = cast(graph, &power, SX_ONNX_FLOAT);
    return SX_OK;
}

/* The FFT's own bins: those from the first to the last band. */
static sx_onnx_value add_slice(sx_onnx_graph *graph, const sx_bands *bands, const sx_onnx_value *x) {
    const int64_t ends[] = {(int64_t)bands->bands[0].first, (int64_t)(bands->bands[0].first + bands->count),
                            3};
    const char *const names[] = {"first", "end", "axis"};
    const size_t one = 1;
    sx_onnx_node slice = sx_onnx_begin("Slice");
    sx_onnx_input(&slice, x);
    for (int i = 0; i < 3; i++) {
        sx_onnx_value number = sx_onnx_int64s(graph, names[i], &ends[i], &one, 1);
        sx_onnx_input(&slice, &number);
    }
    return sx_onnx_end(graph, &slice);
}

static sx_status add_triangles(sx_onnx_graph *graph, const sx_bands *bands, size_t bins, sx_onnx_value *x,
                               sx_error *err) {
    const size_t dims[2] = {bins, bands->count};
    float *weights = sx_alloc(bins * bands->count, sizeof *weights);
    if (!weights) return sx_fail_memory(err, bins * bands->count * sizeof *weights);
    for (size_t b = 0; b < bands->count; b++) {
        const sx_band *band = &bands->bands[b];
        for (size_t i = 0; i < band->count; i++)
            weights[(band->first + i) * bands->count + b] = bands->weights[band->weights_at + i];
    }
    sx_onnx_value table = sx_onnx_floats(graph, "bands", weights, dims, 2);
    sx_free(weights);
    *x = sx_onnx_apply(graph, "MatMul", x, &table);
    return SX_OK;
}

static sx_status add_bands(sx_onnx_graph *graph, const sx_frontend_options *o, sx_onnx_value *x,
                           sx_error *err) {
    sx_bands bands = {0};
    sx_status status = sx_bands_init(o, &bands, err);
    if (status != SX_OK) return status;
    if (o->bands == SX_BANDS_LINEAR)
        *x = add_slice(graph, &bands, x);
    else
        status = add_triangles(graph, &bands, (size_t)o->fft_size / 2 + 1, x, err);
    sx_bands_clear(&bands);
    return status;
}

/* --- compression ------------------------------------------------------------------------------------ */

static sx_onnx_value add_db(sx_onnx_graph *graph, const sx_frontend_options *o, const sx_onnx_value *x) {
    static const int64_t map[] = {2, 3};
    double factor = (o->power == 2 ? 10 : 20) / sx_ln10;
    double reference = factor * log(o->reference > o->floor ? o->reference : o->floor);
    sx_onnx_value y = with_number(graph, "Max", x, "floor", o->floor);
    y = sx_onnx_apply(graph, "Log", &y, NULL);
    y = with_number(graph, "Mul", &y, "factor", factor);
    y = with_number(graph, "Sub", &y, "reference", reference);
    if (!(o->top_db > 0)) return y;
    sx_onnx_node highest = sx_onnx_begin("ReduceMax");
    sx_onnx_input(&highest, &y);
    sx_onnx_ints(&highest, "axes", map, 2);
    sx_onnx_integer(&highest, "keepdims", 1);
    sx_onnx_value lowest = sx_onnx_end(graph, &highest);
    lowest = with_number(graph, "Sub", &lowest, "top_db", o->top_db);
    return sx_onnx_apply(graph, "Max", &y, &lowest);
}

/* PCEN's moving average M[0] = E[0], M[t] = (1 - s) M[t - 1] + s E[t] is linear: a triangular matrix. */
static sx_status add_averages(sx_onnx_graph *graph, const sx_frontend_options *o, size_t frames,
                              const sx_onnx_value *energy, sx_onnx_value *out, sx_error *err) {
    const size_t dims[2] = {frames, frames};
    double *shares = sx_alloc(frames * frames, sizeof *shares);
    if (!shares) return sx_fail_memory(err, frames * frames * sizeof *shares);
    for (size_t t = 0; t < frames; t++) {
        double *row = shares + t * frames;
        row[t] = t == 0 ? 1 : o->pcen_smooth;
        for (size_t u = 0; t > 0 && u < t; u++)
            row[u] = (1 - o->pcen_smooth) * shares[(t - 1) * frames + u];
    }
    sx_onnx_value table = sx_onnx_doubles(graph, "smoothing", shares, dims, 2);
    sx_free(shares);
    *out = sx_onnx_apply(graph, "MatMul", &table, energy);
    return SX_OK;
}

static sx_onnx_value with_double(sx_onnx_graph *graph, const char *op, const sx_onnx_value *x,
                                 const char *name, double number) {
    sx_onnx_value constant = sx_onnx_doubles(graph, name, &number, NULL, 0);
    return sx_onnx_apply(graph, op, x, &constant);
}

static sx_status add_pcen(sx_onnx_graph *graph, const sx_frontend_options *o, size_t frames, sx_onnx_value *x,
                          sx_error *err) {
    sx_onnx_value energy = cast(graph, x, SX_ONNX_DOUBLE), average;
    sx_status status = add_averages(graph, o, frames, &energy, &average, err);
    if (status != SX_OK) return status;
    average = with_double(graph, "Add", &average, "epsilon", o->pcen_epsilon);
    average = with_double(graph, "Pow", &average, "gain", -o->pcen_gain);
    sx_onnx_value levelled = sx_onnx_apply(graph, "Mul", &energy, &average);
    levelled = with_double(graph, "Add", &levelled, "bias", o->pcen_bias);
    levelled = with_double(graph, "Pow", &levelled, "power", o->pcen_power);
    levelled = with_double(graph, "Sub", &levelled, "offset", pow(o->pcen_bias, o->pcen_power));
    *x = cast(graph, &levelled, SX_ONNX_FLOAT);
    return SX_OK;
}

static sx_status add_compression(sx_onnx_graph *graph, const sx_frontend_options *o, size_t frames,
                                 sx_onnx_value *x, sx_error *err) {
    switch (o->compression) {
    case SX_COMPRESS_LOG: {
        sx_onnx_value raised = with_number(graph, o->floor_is_added ? "Add" : "Max", x, "floor", o->floor);
        *x = sx_onnx_apply(graph, "Log", &raised, NULL);
        return SX_OK;
    }
    case SX_COMPRESS_DB:
        *x = add_db(graph, o, x);
        return SX_OK;
    case SX_COMPRESS_PCEN:
        return add_pcen(graph, o, frames, x, err);
    default:
        return SX_OK;
    }
}

/* --- all -------------------------------------------------------------------------------------------- */

size_t sx_export_clip_samples(const sx_model_card *card) {
    return card->from_arrays ? 0 : (size_t)llround(card->duration_s * card->frontend.rate_hz);
}

static sx_status check(const sx_frontend *frontend, const sx_model_card *card, sx_shape shape,
                       sx_error *err) {
    const sx_frontend_options *o = sx_frontend_resolved(frontend);
    size_t samples = sx_export_clip_samples(card);
    size_t frames = sx_frontend_frame_count(frontend, samples), bands = sx_frontend_band_count(frontend);
    if (frames != shape.time || bands != shape.frequency)
        return sx_fail(
            err, SX_E_SHAPE,
            "the front-end makes %zu frames x %zu bands of %zu samples, but the net takes %zu x %zu", frames,
            bands, samples, shape.time, shape.frequency);
    if (o->centre == SX_CENTRE_REFLECT && samples <= (size_t)o->fft_size / 2)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "ONNX cannot mirror a clip of %zu samples by more than its length (fft_size %d)",
                       samples, o->fft_size);
    return SX_OK;
}

static sx_status write_stages(sx_onnx_graph *graph, const sx_frontend_options *o, sx_shape shape,
                              const sx_onnx_value *samples, sx_onnx_value *output, sx_error *err) {
    size_t length = (size_t)(o->frame_is_fft ? o->fft_size : o->window_samples);
    sx_onnx_value frames, x = channels_first(graph, samples, shape.channels);
    if (o->centre != SX_CENTRE_NONE) x = add_pad(graph, o, &x);
    x = cast(graph, &x, SX_ONNX_DOUBLE);
    sx_status status = add_frames(graph, shape.time, (size_t)o->hop_samples, length, &x, &frames, err);
    if (status == SX_OK) status = add_window(graph, o, length, &frames, err);
    if (status == SX_OK) status = add_spectrum(graph, o, length, &frames, &x, err);
    if (status == SX_OK) status = add_bands(graph, o, &x, err);
    if (status == SX_OK) status = add_compression(graph, o, shape.time, &x, err);
    if (status != SX_OK) return status;
    *output = x;
    return SX_OK;
}

sx_status sx_onnx_write_frontend(sx_onnx_graph *graph, const sx_model_card *card, sx_shape shape,
                                 const sx_onnx_value *samples, sx_onnx_value *output, sx_error *err) {
    sx_frontend *frontend = NULL;
    if (card->from_arrays)
        return sx_fail(err, SX_E_UNSUPPORTED,
                       "the net was trained on arrays and has no front-end to put into the file");
    sx_status status = sx_frontend_create(&card->frontend, &frontend, err);
    if (status != SX_OK) return status;
    graph->layer = "front-end";
    graph->serial = 0;
    status = check(frontend, card, shape, err);
    if (status == SX_OK)
        status = write_stages(graph, sx_frontend_resolved(frontend), shape, samples, output, err);
    sx_frontend_free(frontend);
    return status;
}
