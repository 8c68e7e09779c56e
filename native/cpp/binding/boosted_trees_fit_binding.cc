#include "binding/boosted_trees_fit_binding.h"

#include "binding/args.h"
#include "binding/kernel_call.h"
#include "kernels/boosted-trees/fit.h"

namespace telltale {

namespace {

constexpr std::int64_t kMostRows = UINT32_MAX;  // lists of rows hold 32 bits each

std::size_t count(Args& args, char const* name, std::int64_t least, std::int64_t most) {
    return static_cast<std::size_t>(args.integer(name, least, most));
}

// An array of `length` elements, or nullptr where a flag before it says that it is empty.
double const* optional(Args& args, char const* flag, char const* name, std::size_t length) {
    bool const there = args.integer(flag, 0, 1) == 1;
    double const* const array = args.f64(name, there ? length : 0);
    return there ? array : nullptr;
}

std::size_t strideOf(Args& args, std::size_t cols) {
    std::size_t const stride = count(args, "stride", static_cast<std::int64_t>(cols), INT32_MAX);
    if (stride % kCodeColumns != 0) args.fail("stride", "expected a multiple of 8");
    return stride;
}

struct BinJob {
    static constexpr char const* kName = "boostedTreesBin";
    int threads;
    BoostedTreesBin work{};

    explicit BinJob(Args& args) : threads(args.int32("threads", 1)) {
        work.rows = count(args, "rows", 1, kMostRows);
        work.cols = static_cast<std::size_t>(args.int32("cols", 1));
        work.x = args.f64("x", args.product(work.rows, work.cols));
        work.train_rows = count(args, "trainRows", 1, static_cast<std::int64_t>(work.rows));
        work.weights = optional(args, "weighted", "weights", work.train_rows);
        work.max_bin = count(args, "maxBin", 2, 65535);
        work.categories = args.i32("categories", work.cols);
        work.end_column = count(args, "endColumn", 0, static_cast<std::int64_t>(work.cols));
        work.first_column = count(args, "firstColumn", 0, static_cast<std::int64_t>(work.end_column));
        work.cuts = args.f32("cuts", args.product(work.cols, work.max_bin));
        work.bins = args.i32("bins", work.cols);
        work.missing = args.u8("missing", work.cols);
        work.code_bytes = count(args, "codeBytes", 1, 2);
        work.stride = strideOf(args, work.cols);
        work.codes = args.u8("codes", args.product(args.product(work.rows, work.stride), work.code_bytes));
        work.column_codes = args.u8("columnCodes", args.product(args.product(work.cols, work.rows), work.code_bytes));
    }

    void run() { boostedTreesBin(threads, work); }
};

struct RoundJob {
    static constexpr char const* kName = "boostedTreesRound";
    Isa isa;
    int threads;
    BoostedTreesRound work{};

    explicit RoundJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        readRows(args);
        readRules(args);
        readTrees(args);
    }

    void run() { boostedTreesRound(isa, threads, work); }

  private:
    void readRows(Args& args) {
        work.rows = count(args, "rows", 1, kMostRows);
        work.train_rows = count(args, "trainRows", 1, static_cast<std::int64_t>(work.rows));
        work.cols = static_cast<std::size_t>(args.int32("cols", 1));
        work.code_bytes = count(args, "codeBytes", 1, 2);
        work.stride = strideOf(args, work.cols);
        work.codes = args.u8("codes", args.product(args.product(work.rows, work.stride), work.code_bytes));
        work.column_codes = args.u8("columnCodes", args.product(args.product(work.cols, work.rows), work.code_bytes));
        work.bin_start = args.i32("binStart", work.cols + 1);
        work.missing_bin = args.i32("missingBin", work.cols);
        work.categories = args.i32("categories", work.cols);
        std::int32_t const bins = args.failed() ? 0 : work.bin_start[work.cols];
        work.cuts = args.f32("cuts", bins > 0 ? static_cast<std::size_t>(bins) : 0);
        work.labels = args.f64("labels", work.train_rows);
        work.weights = optional(args, "weighted", "weights", work.train_rows);
        work.max_weight = args.number("maxWeight");
    }

    void readRules(Args& args) {
        work.objective = static_cast<BoostingObjective>(args.integer("objective", 0, 2));
        work.outputs = static_cast<std::size_t>(args.int32("outputs", 1));
        if (work.objective != BoostingObjective::kSoftmax && work.outputs != 1) args.fail("outputs", "expected 1");
        work.round = static_cast<std::uint32_t>(args.integer("round", 0, INT32_MAX));
        work.seed = static_cast<std::uint64_t>(args.integer("seed", 0, (std::int64_t{1} << 53) - 1));
        work.lossguide = args.integer("growth", 0, 1) == 1;
        work.max_depth = static_cast<std::size_t>(args.int32("maxDepth", 0));
        work.max_leaves = static_cast<std::size_t>(args.int32("maxLeaves", 0));
        work.eta = args.number("eta");
        work.lambda = args.number("lambda");
        work.alpha = args.number("alpha");
        work.gamma = args.number("gamma");
        work.min_child_weight = args.number("minChildWeight");
        work.subsample = args.number("subsample");
        work.by_tree = args.number("colsampleBytree");
        work.by_level = args.number("colsampleBylevel");
        work.by_node = args.number("colsampleBynode");
        bool const constrained = args.integer("constrained", 0, 1) == 1;
        std::int32_t const* const monotone = args.i32("monotone", constrained ? work.cols : 0);
        work.monotone = constrained ? monotone : nullptr;
        work.max_cat_to_onehot = static_cast<std::size_t>(args.int32("maxCatToOnehot", 0));
        work.max_cat_threshold = static_cast<std::size_t>(args.int32("maxCatThreshold", 0));
    }

    void readTrees(Args& args) {
        work.histograms = static_cast<std::size_t>(args.int32("histograms", 3));
        work.workspace_length = args.size("workspaceLength");
        work.workspace = args.f64("workspace", work.workspace_length);
        work.margins = args.f32("margins", args.product(work.rows, work.outputs));
        work.node_capacity = static_cast<std::size_t>(args.int32("nodeCapacity", 1));
        work.category_words = static_cast<std::size_t>(args.int32("categoryWords", 0));
        std::size_t const nodes = args.product(work.outputs, work.node_capacity);
        work.node_count = args.i32("nodeCount", work.outputs);
        work.left = args.i32("left", nodes);
        work.right = args.i32("right", nodes);
        work.feature = args.i32("feature", nodes);
        work.threshold = args.f32("threshold", nodes);
        work.default_left = args.u8("defaultLeft", nodes);
        work.gain = args.f32("gain", nodes);
        work.cover = args.f32("cover", nodes);
        work.category_bits = args.i32("categoryBits", args.product(nodes, work.category_words));
    }
};

}  // namespace

void exportBoostedTreesFit(Napi::Env env, Napi::Object exports) {
    exportKernel<BinJob>(env, exports);
    exportKernel<RoundJob>(env, exports);
}

}  // namespace telltale
