#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/affine/affine.h"

namespace telltale {

namespace {

// rows, inputs, outputs, x, weights: what both passes are given
template <typename Pass>
void readLayer(Args& args, Pass& pass) {
    pass.rows = args.count("rows", 0);
    pass.inputs = args.count("inputs", 1);
    pass.outputs = args.count("outputs", 1);
    pass.x = args.f32("x", args.product(pass.rows, pass.inputs));
    pass.weights = args.f32("weights", args.product(pass.inputs, pass.outputs));
}

struct AffineForwardJob {
    static constexpr char const* kName = "affineForward";
    Isa isa;
    int threads;
    AffineForward pass{};

    explicit AffineForwardJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        readLayer(args, pass);
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
        readLayer(args, pass);
        pass.out_gradient = args.f32("outGradient", args.product(pass.rows, pass.outputs));
        pass.x_gradient = args.optionalF32("xGradient", args.product(pass.rows, pass.inputs));
        pass.weight_gradient = args.f32("weightGradient", args.product(pass.inputs, pass.outputs));
        pass.bias_gradient = args.f32("biasGradient", pass.outputs);
    }

    void run() { affineBackward(isa, threads, pass); }
};

}  // namespace

void exportAffine(Napi::Env env, Napi::Object exports) {
    exportKernel<AffineForwardJob>(env, exports);
    exportKernel<AffineBackwardJob>(env, exports);
}

}  // namespace telltale
