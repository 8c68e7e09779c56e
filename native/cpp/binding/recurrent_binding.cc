#include "binding/recurrent_binding.h"

#include "binding/args.h"
#include "binding/kernel_call.h"
#include "kernels/affine/affine.h"
#include "kernels/recurrent/recurrent.h"

namespace telltale {

namespace {

// An array that may be left out: its length is 0 then.
float* optionalFloats(Args& args, char const* name, std::size_t length) {
    bool const given = args.integer(name, 0, 1) == 1;
    float* const values = args.f32(name, given ? length : 0);
    return given ? values : nullptr;
}

RecurrentLayer readLayer(Args& args) {
    RecurrentLayer layer{};
    layer.cell = static_cast<RecurrentCell>(args.integer("cell", 0, 2));
    layer.relu = args.integer("activation", 0, 1) == 1;
    layer.rows = static_cast<std::size_t>(args.int32("rows", 0));
    layer.steps = static_cast<std::size_t>(args.int32("steps", 1));
    layer.inputs = static_cast<std::size_t>(args.int32("inputs", 1));
    layer.units = static_cast<std::size_t>(args.integer("units", 1, 1 << 20));
    layer.repeated = args.integer("repeated", 0, 1) == 1;
    std::size_t const states = args.product(args.product(layer.rows, layer.steps), layer.units);
    args.product(states, 4);  // the gates, so that no length below wraps
    args.product(args.product(layer.rows, layer.steps), layer.inputs);
    args.product(layer.inputs, layer.width());
    layer.x = args.f32("x", layer.xLength());
    layer.input_weights = args.f32("inputWeights", layer.inputs * layer.width());
    layer.recurrent_weights = args.f32("recurrentWeights", layer.units * layer.width());
    layer.bias = args.f32("bias", layer.biasLength());
    layer.initial = optionalFloats(args, "initial", layer.stateLength());
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
        pass.cells = optionalFloats(args, "cells", states * pass.layer.units);
        pass.gates = optionalFloats(args, "gates", states * pass.layer.keptWidth());
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
        pass.hidden_gradient = optionalFloats(args, "hiddenGradient", states * layer.units);
        pass.last_gradient = optionalFloats(args, "lastGradient", layer.stateLength());
        pass.x_gradient = optionalFloats(args, "xGradient", layer.xLength());
        pass.input_gradient = args.f32("inputGradient", layer.inputs * layer.width());
        pass.recurrent_gradient = args.f32("recurrentGradient", layer.units * layer.width());
        pass.bias_gradient = args.f32("biasGradient", layer.biasLength());
        pass.initial_gradient = optionalFloats(args, "initialGradient", layer.stateLength());
    }

    void run() { recurrentBackward(isa, threads, pass); }
};

struct AffineForwardJob {
    static constexpr char const* kName = "affineForward";
    Isa isa;
    int threads;
    AffineForward pass{};

    explicit AffineForwardJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        pass.rows = static_cast<std::size_t>(args.int32("rows", 0));
        pass.inputs = static_cast<std::size_t>(args.int32("inputs", 1));
        pass.outputs = static_cast<std::size_t>(args.int32("outputs", 1));
        pass.x = args.f32("x", args.product(pass.rows, pass.inputs));
        pass.weights = args.f32("weights", args.product(pass.inputs, pass.outputs));
        pass.bias = args.f32("bias", pass.outputs);
        pass.out = args.f32("out", args.product(pass.rows, pass.outputs));
    }

    void run() { affineForward(isa, threads, pass); }
};

struct AffineBackwardJob {
    static constexpr char const* kName = "affineBackward";
    Isa isa;
    int threads;
    AffineBackward pass{};

    explicit AffineBackwardJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        pass.rows = static_cast<std::size_t>(args.int32("rows", 0));
        pass.inputs = static_cast<std::size_t>(args.int32("inputs", 1));
        pass.outputs = static_cast<std::size_t>(args.int32("outputs", 1));
        pass.x = args.f32("x", args.product(pass.rows, pass.inputs));
        pass.weights = args.f32("weights", args.product(pass.inputs, pass.outputs));
        pass.out_gradient = args.f32("outGradient", args.product(pass.rows, pass.outputs));
        pass.x_gradient = optionalFloats(args, "xGradient", args.product(pass.rows, pass.inputs));
        pass.weight_gradient = args.f32("weightGradient", args.product(pass.inputs, pass.outputs));
        pass.bias_gradient = args.f32("biasGradient", pass.outputs);
    }

    void run() { affineBackward(isa, threads, pass); }
};

}  // namespace

void exportRecurrent(Napi::Env env, Napi::Object exports) {
    exportKernel<RecurrentForwardJob>(env, exports);
    exportKernel<RecurrentBackwardJob>(env, exports);
    exportKernel<AffineForwardJob>(env, exports);
    exportKernel<AffineBackwardJob>(env, exports);
}

}  // namespace telltale
