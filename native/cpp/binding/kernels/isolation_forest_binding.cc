#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/isolation-forest/isolation-forest.h"

namespace telltale {

namespace {

// trees, treeStart, nodes, right, value, missingLeft, ndim, features, coefficients
IsolationForestView readForest(Args& args) {
    IsolationForestView forest{};
    forest.trees = args.int32("trees", 1);
    forest.tree_start = args.i32("treeStart", static_cast<std::size_t>(forest.trees) + 1);
    std::size_t const nodes = args.size("nodes");
    forest.nodes = static_cast<std::int64_t>(nodes);
    forest.right = args.i32("right", nodes);
    forest.value = args.f64("value", nodes);
    forest.missing_left = args.u8("missingLeft", nodes);
    forest.ndim = args.int32("ndim", 1);
    std::size_t const splits = args.product(nodes, static_cast<std::size_t>(forest.ndim));
    forest.features = args.i32("features", splits);
    forest.coefficients = args.f64("coefficients", forest.ndim == 1 ? 0 : splits);
    return forest;
}

// x, rows, cols
struct Rows {
    double const* x;
    std::size_t rows, cols;

    explicit Rows(Args& args) {
        rows = args.size("rows");
        cols = args.count("cols", 1);
        x = args.f64("x", args.product(rows, cols));
    }
};

struct ScoreJob {
    static constexpr char const* kName = "isolationForestScore";
    Isa isa;
    int threads;
    IsolationForestView forest;
    Rows rows;
    double normalizer;
    double* scores;

    explicit ScoreJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          forest(readForest(args)),
          rows(args),
          normalizer(args.number("normalizer")),
          scores(args.f64("scores", rows.rows)) {}

    void run() { isolationForestScore(isa, threads, forest, rows.x, rows.rows, rows.cols, normalizer, scores); }
};

struct ContributionsJob {
    static constexpr char const* kName = "isolationForestContributions";
    Isa isa;  // the same code for all
    int threads;
    IsolationForestView forest;
    double const* expected;
    Rows rows;
    double normalizer;
    double* contributions;

    explicit ContributionsJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          forest(readForest(args)),
          expected(args.f64("expected", static_cast<std::size_t>(forest.nodes))),
          rows(args),
          normalizer(args.number("normalizer")),
          contributions(args.f64("contributions", args.product(rows.rows, rows.cols))) {}

    void run() {
        isolationForestContributions(threads, forest, expected, rows.x, rows.rows, rows.cols, normalizer,
                                     contributions);
    }
};

constexpr std::size_t kDeepest = 1024;  // growing a tree recurses: this fits into the smallest stack of a thread

struct FitJob {
    static constexpr char const* kName = "isolationForestFit";
    int threads;
    IsolationForestFit fit{};

    explicit FitJob(Args& args) {
        args.isa();  // every kernel is given one; this one has the same code for all
        threads = args.int32("threads", 1);
        Rows const rows(args);
        fit.x = rows.x;
        fit.rows = rows.rows;
        fit.cols = rows.cols;
        fit.trees = args.size("trees");
        fit.first_tree = static_cast<std::uint32_t>(args.integer("firstTree", 0, UINT32_MAX));
        fit.sample_size = args.count("sampleSize", 1);
        if (fit.sample_size > fit.rows) args.fail("sampleSize", "there are only " + std::to_string(fit.rows) + " rows");
        if (fit.rows > INT32_MAX) args.fail("rows", "expected less than 2^31");
        fit.max_depth = args.between("maxDepth", 0, kDeepest);
        fit.ndim = args.count("ndim", 1);
        fit.pooled_gain = args.number("pooledGain");
        fit.averaged_gain = args.number("averagedGain");
        fit.candidates = args.count("candidates", 1);
        fit.standardize = args.integer("standardize", 0, 1) != 0;
        fit.density = args.integer("density", 0, 1) != 0;
        fit.seed = static_cast<std::uint64_t>(args.integer("seed", 0, (std::int64_t{1} << 53) - 1));
        fit.average_path = args.f64("averagePath", fit.sample_size + 1);
        fit.node_capacity = args.count("nodeCapacity", 1);
        std::size_t const places = args.product(fit.trees, fit.node_capacity);
        std::size_t const splits = args.product(places, fit.ndim);
        fit.node_count = args.i32("nodeCount", fit.trees);
        fit.right = args.i32("right", places);
        fit.value = args.f64("value", places);
        fit.count = args.i32("count", places);
        fit.missing_left = args.u8("missingLeft", places);
        fit.features = args.i32("features", splits);
        fit.coefficients = args.f64("coefficients", fit.ndim == 1 ? 0 : splits);
    }

    void run() { isolationForestFit(threads, fit); }
};

}  // namespace

void exportIsolationForest(Napi::Env env, Napi::Object exports) {
    exportKernel<FitJob>(env, exports);
    exportKernel<ScoreJob>(env, exports);
    exportKernel<ContributionsJob>(env, exports);
}

}  // namespace telltale
