#include <utility>
#include <vector>

#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/dense-network/dense-network.h"

namespace telltale {

namespace {

// Reads the layers and how many weights there are; an error unless they make a network of `cols` inputs.
std::vector<DenseLayer> readLayers(Args& args, std::size_t cols) {
    std::size_t const layers = args.size("layerCount");
    std::size_t const weights = args.size("weightCount");
    std::int32_t const* const numbers = args.i32("layers", args.product(layers, 4));
    if (args.failed()) return {};
    std::vector<DenseLayer> found = denseLayers(numbers, layers, weights);
    if (found.empty() || found.front().inputs != cols || found.back().end != weights) {
        args.fail("layers", "expected layers that fit each other, the columns and the weights");
        return {};
    }
    return found;
}

std::size_t sampledUnits(std::vector<DenseLayer> const& layers) {
    for (DenseLayer const& layer : layers) {
        if (layer.kind == DenseKind::kSampled) return layer.units;
    }
    return 0;
}

struct ForwardJob {
    static constexpr char const* kName = "denseNetworkForward";
    Isa isa;
    int threads;
    std::vector<DenseLayer> layers;
    DenseNetworkForward work{};

    explicit ForwardJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        work.rows = static_cast<std::size_t>(args.int32("rows", 0));
        work.cols = static_cast<std::size_t>(args.int32("cols", 1));
        work.x = args.f64("x", args.product(work.rows, work.cols));
        layers = readLayers(args, work.cols);
        auto const depth = args.integer("depth", 1, static_cast<std::int64_t>(layers.empty() ? 1 : layers.size()));
        work.weights = args.f32("weights", layers.empty() ? 0 : layers.back().end);
        bool const drawn = args.int32("drawn", 0) != 0;
        float const* const noise = args.f32("noise", drawn ? sampledUnits(layers) : 0);
        work.noise = drawn ? noise : nullptr;
        if (!args.failed()) layers.resize(static_cast<std::size_t>(depth));
        work.outputs = args.f32("outputs", args.product(work.rows, layers.empty() ? 0 : layers.back().sums));
    }

    void run() {
        work.layers = layers.data();
        work.layer_count = layers.size();
        denseNetworkForward(isa, threads, work);
    }
};

struct TrainJob {
    static constexpr char const* kName = "denseNetworkTrain";
    Isa isa;
    std::vector<DenseLayer> layers;
    DenseNetworkTrain work{};

    explicit TrainJob(Args& args) : isa(args.isa()) {
        work.rows = static_cast<std::size_t>(args.int32("rows", 0));
        work.cols = static_cast<std::size_t>(args.int32("cols", 1));
        work.x = args.f64("x", args.product(work.rows, work.cols));
        layers = readLayers(args, work.cols);
        std::size_t const weights = layers.empty() ? 0 : layers.back().end;
        work.dropout = args.f32("dropout", layers.size());
        for (std::size_t l = 0; !args.failed() && l < layers.size(); l++) {
            if (!(work.dropout[l] >= 0 && work.dropout[l] < 1)) args.fail("dropout", "expected shares below 1");
        }
        work.loss = static_cast<DenseLoss>(args.integer("loss", 0, 2));
        readTarget(args);
        work.loss_scale = args.number("lossScale");
        work.kl_weight = args.number("klWeight");
        work.to = static_cast<std::size_t>(args.int32("to", 0));
        work.from = static_cast<std::size_t>(args.integer("from", 0, static_cast<std::int64_t>(work.to)));
        work.order = args.i32("order", work.to);
        work.batch = static_cast<std::size_t>(args.int32("batch", 1));
        bool const drawn = args.int32("drawn", 0) != 0;
        float const* const noise = args.f32("noise", drawn ? args.product(work.to, sampledUnits(layers)) : 0);
        work.noise = drawn ? noise : nullptr;
        work.optimizer = static_cast<DenseOptimizer>(args.integer("optimizer", 0, 3));
        work.rate = args.number("rate");
        work.beta1 = args.number("beta1");
        work.beta2 = args.number("beta2");
        work.epsilon = args.number("epsilon");
        work.l1 = args.number("l1");
        work.l2 = args.number("l2");
        work.clip = args.number("clip");
        work.seed = static_cast<std::uint64_t>(args.size("seed"));
        work.first_step = static_cast<std::int64_t>(args.size("firstStep"));
        work.weights = args.f32("weights", weights);
        work.moments1 = args.f32("moments1", weights);
        work.moments2 = args.f32("moments2", weights);
        work.powers = args.f64("powers", 2);
        work.losses = args.f64("losses", 1);
    }

    // An empty target stands for the row itself.
    void readTarget(Args& args) {
        std::size_t const length = args.size("targetLength");
        float const* const target = args.f32("target", length);
        work.target = length > 0 ? target : nullptr;
        if (args.failed()) return;
        std::size_t const wanted = length > 0 ? length : work.cols;
        std::size_t const units = layers.back().units;
        bool const fits = work.loss == DenseLoss::kGaussian ? units == 2 * wanted : units == wanted;
        if (!fits || layers.back().kind == DenseKind::kSampled) {
            args.fail("layers", "expected as many outputs as the target and the loss ask for");
        }
    }

    void run() {
        work.layers = layers.data();
        work.layer_count = layers.size();
        denseNetworkTrain(isa, work);
    }
};

}  // namespace

void exportDenseNetwork(Napi::Env env, Napi::Object exports) {
    exportKernel<ForwardJob>(env, exports);
    exportKernel<TrainJob>(env, exports);
}

}  // namespace telltale
