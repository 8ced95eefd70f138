/* settle.c: will moving statistics settle within a training? Measured on spoken digits (docs, moving
 * statistics): where their window is a tenth of the training, nine points were lost; at a fortieth, three. So
 * a twentieth is asked for. */
#include "base/text.h"
#include "sonaxis/train.h"

#include <math.h>

static const double most_left = 0.001, most_window = 0.05;
static const double usual[] = {0.999, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.5};

static bool settles(double steps, double momentum) {
    return pow(momentum, steps) <= most_left && 1 / (1 - momentum) <= most_window * steps;
}

sx_settling sx_train_settling(size_t steps_per_epoch, int epochs, double momentum) {
    const double each = (double)steps_per_epoch, steps = each * epochs;
    sx_settling made = {.steps = steps_per_epoch * (size_t)epochs,
                        .momentum = momentum,
                        .left = pow(momentum, steps),
                        .window = 1 / (1 - momentum),
                        .better_momentum = (double)NAN};
    made.settled = momentum <= 0 || settles(steps, momentum);
    for (size_t i = 0; i < sizeof usual / sizeof *usual && isnan(made.better_momentum); i++)
        if (usual[i] < momentum && settles(steps, usual[i])) made.better_momentum = usual[i];
    if (momentum <= 0 || momentum >= 1 || steps_per_epoch == 0) return made;
    const double needed = fmax(log(most_left) / log(momentum), made.window / most_window);
    made.enough_epochs = (size_t)ceil(needed / each - 1e-9);
    return made;
}

void sx_settling_say(const sx_settling *settling, char *text, size_t size) {
    char momentum[48] = "";
    if (!isnan(settling->better_momentum))
        sx_print(momentum, sizeof momentum, "momentum %g or ", settling->better_momentum);
    sx_print(
        text, size,
        "the moving statistics of the normalisation will not settle: after %zu steps at momentum %g they "
        "still hold %.2g %% of their first values and average over the last %.0f steps, %.0f %% of the "
        "training, while the weights move on; %s%zu epochs would do",
        settling->steps, settling->momentum, 100 * settling->left, settling->window,
        fmin(100 * settling->window / (double)settling->steps, 100), momentum, settling->enough_epochs);
}
