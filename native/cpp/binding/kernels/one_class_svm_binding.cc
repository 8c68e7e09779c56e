#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/one-class-svm/linear-one-class-svm.h"
#include "kernels/one-class-svm/one-class-svm.h"

namespace telltale {

namespace {

// kernel, gamma, coef0, degree
SvmFunction readFunction(Args& args) {
    SvmFunction function{};
    function.kernel = static_cast<SvmKernel>(args.integer("kernel", 0, 3));
    function.gamma = args.number("gamma");
    function.coef0 = args.number("coef0");
    function.degree = args.int32("degree", 0);
    return function;
}

// features, cols, frequencies, phases; no features for the columns themselves
FourierFeatures readFeatures(Args& args, std::size_t& cols) {
    FourierFeatures features{};
    features.count = args.count("features", 0);
    cols = args.count("cols", 1);
    features.frequencies = args.f64("frequencies", args.product(cols, features.count));
    features.phases = args.f64("phases", features.count);
    return features;
}

struct SvmScoreJob {
    static constexpr char const* kName = "oneClassSvmScore";
    Isa isa;
    int threads;
    OneClassSvmScore score{};

    explicit SvmScoreJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        score.function = readFunction(args);
        score.count = args.size("vectors");
        score.cols = args.count("cols", 1);
        score.vectors = args.f64("vectors", args.product(score.count, score.cols));
        score.coefficients = args.f64("coefficients", score.count);
        score.offset = args.number("offset");
        score.rows = args.size("rows");
        score.x = args.f64("x", args.product(score.rows, score.cols));
        score.floats = args.integer("precision", 32, 64) == 32;
        score.scores = args.f64("scores", score.rows);
    }

    void run() { oneClassSvmScore(isa, threads, score); }
};

struct SvmFitJob {
    static constexpr char const* kName = "oneClassSvmFit";
    Isa isa;
    int threads;
    OneClassSvmFit fit{};

    explicit SvmFitJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        fit.function = readFunction(args);
        fit.rows = args.count("rows", 1);
        fit.cols = args.count("cols", 1);
        fit.x = args.f64("x", args.product(fit.rows, fit.cols));
        fit.tolerance = args.number("tolerance");
        fit.max_iterations = args.number("maxIterations");
        fit.cache_bytes = args.size("cacheBytes");
        fit.round_iterations = args.count("roundIterations", 1);
        fit.one_round = args.integer("oneRound", 0, 1) == 1;
        fit.alpha = args.f64("alpha", fit.rows);
        fit.gradient = args.f64("gradient", fit.rows);
        fit.status = args.f64("status", kSvmStatusLength);
    }

    void run() { oneClassSvmFit(isa, threads, fit); }
};

struct LinearSvmFitJob {
    static constexpr char const* kName = "linearOneClassSvmFit";
    Isa isa;
    int threads;
    LinearOneClassSvmFit fit{};

    explicit LinearSvmFitJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        fit.features = readFeatures(args, fit.cols);
        fit.rows = args.between("rows", 1, Args::kMostSize);
        fit.x = args.f64("x", args.product(fit.rows, fit.cols));
        fit.nu = args.number("nu");
        if (!(fit.nu > 0 && fit.nu <= 1)) args.fail("nu", "expected a number above 0, at most 1");
        fit.batch = args.count("batch", 1);
        fit.steps = args.size("steps");
        fit.first_step = static_cast<std::uint32_t>(args.integer("firstStep", 0, UINT32_MAX));
        fit.seed = static_cast<std::uint64_t>(args.integer("seed", 0, (std::int64_t{1} << 53) - 1));
        std::size_t const width = fit.features.count > 0 ? fit.features.count : fit.cols;
        fit.weights = args.f64("weights", width);
        fit.mean = args.f64("mean", width);
    }

    void run() { linearOneClassSvmFit(isa, threads, fit); }
};

struct LinearSvmScoreJob {
    static constexpr char const* kName = "linearOneClassSvmScore";
    Isa isa;
    int threads;
    LinearOneClassSvmScore score{};

    explicit LinearSvmScoreJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        score.features = readFeatures(args, score.cols);
        score.weights = args.f64("weights", score.features.count > 0 ? score.features.count : score.cols);
        score.offset = args.number("offset");
        score.scale = args.number("scale");
        score.rows = args.size("rows");
        score.x = args.f64("x", args.product(score.rows, score.cols));
        score.scores = args.f64("scores", score.rows);
    }

    void run() { linearOneClassSvmScore(isa, threads, score); }
};

}  // namespace

void exportOneClassSvm(Napi::Env env, Napi::Object exports) {
    exportKernel<SvmScoreJob>(env, exports);
    exportKernel<SvmFitJob>(env, exports);
    exportKernel<LinearSvmFitJob>(env, exports);
    exportKernel<LinearSvmScoreJob>(env, exports);
}

}  // namespace telltale
