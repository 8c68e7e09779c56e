#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/recurrent/recurrent.h"

namespace telltale {

namespace {

RecurrentLayer readLayer(Args& args) {
    RecurrentLayer layer{};
    layer.cell = static_cast<RecurrentCell>(args.integer("cell", 0, 2));
    layer.relu = args.integer("activation", 0, 1) == 1;
    layer.rows = args.count("rows", 0);
    layer.steps = args.count("steps", 1);
    layer.inputs = args.count("inputs", 1);
    layer.units = args.between("units", 1, 1 << 20);
    layer.repeated = args.integer("repeated", 0, 1) == 1;
    std::size_t const states = args.product(args.product(layer.rows, layer.steps), layer.units);
    args.product(states, 4);  // the gates, so that no length below wraps
    args.product(args.product(layer.rows, layer.steps), layer.inputs);
    args.product(layer.inputs, layer.width());
    layer.x = args.f32("x", layer.xLength());
    layer.input_weights = args.f32("inputWeights", layer.inputs * layer.width());
    layer.recurrent_weights = args.f32("recurrentWeights", layer.units * layer.width());
    layer.bias = args.f32("bias", layer.biasLength());
    layer.initial = args.optionalF32("initial", layer.stateLength());
    return layer;
}

struct RecurrentForwardJob {
    static constexpr char const* kName = "recurrentForward";
    Isa isa;
    int threads;
    RecurrentForward pass{};

    explicit RecurrentForwardJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        pass.layer = readLayer(args);
        std::size_t const states = pass.layer.rows * pass.layer.steps;
        pass.hidden = args.f32("hidden", states * pass.layer.units);
        pass.cells = args.optionalF32("cells", states * pass.layer.units);
        pass.gates = args.optionalF32("gates", states * pass.layer.keptWidth());
    }

    void run() { recurrentForward(isa, threads, pass); }
};

struct RecurrentBackwardJob {
    static constexpr char const* kName = "recurrentBackward";
    Isa isa;
    int threads;
    RecurrentBackward pass{};

    explicit RecurrentBackwardJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        pass.layer = readLayer(args);
        RecurrentLayer const& layer = pass.layer;
        std::size_t const states = layer.rows * layer.steps;
        pass.hidden = args.f32("hidden", states * layer.units);
        pass.cells = args.f32("cells", layer.cell == RecurrentCell::kLstm ? states * layer.units : 0);
        pass.gates = args.f32("gates", states * layer.keptWidth());
        pass.hidden_gradient = args.optionalF32("hiddenGradient", states * layer.units);
        pass.last_gradient = args.optionalF32("lastGradient", layer.stateLength());
        pass.x_gradient = args.optionalF32("xGradient", layer.xLength());
        pass.input_gradient = args.f32("inputGradient", layer.inputs * layer.width());
        pass.recurrent_gradient = args.f32("recurrentGradient", layer.units * layer.width());
        pass.bias_gradient = args.f32("biasGradient", layer.biasLength());
        pass.initial_gradient = args.optionalF32("initialGradient", layer.stateLength());
    }

    void run() { recurrentBackward(isa, threads, pass); }
};

}  // namespace

void exportRecurrent(Napi::Env env, Napi::Object exports) {
    exportKernel<RecurrentForwardJob>(env, exports);
    exportKernel<RecurrentBackwardJob>(env, exports);
}

}  // namespace telltale
