#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/boosted-trees/fit/fit.h"

namespace telltale {

namespace {

constexpr std::size_t kMostRows = UINT32_MAX;  // lists of rows hold 32 bits each

std::size_t strideOf(Args& args, std::size_t cols) {
    std::size_t const stride = args.between("stride", cols, INT32_MAX);
    if (stride % kCodeColumns != 0) args.fail("stride", "expected a multiple of 8");
    return stride;
}

struct BinJob {
    static constexpr char const* kName = "boostedTreesBin";
    int threads;
    BoostedTreesBin work{};

    explicit BinJob(Args& args) : threads(args.int32("threads", 1)) {
        work.rows = args.between("rows", 1, kMostRows);
        work.cols = args.count("cols", 1);
        work.x = args.f64("x", args.product(work.rows, work.cols));
        work.train_rows = args.between("trainRows", 1, work.rows);
        work.weights = args.optionalF64("weights", work.train_rows);
        work.max_bin = args.between("maxBin", 2, 65535);
        work.categories = args.i32("categories", work.cols);
        work.end_column = args.between("endColumn", 0, work.cols);
        work.first_column = args.between("firstColumn", 0, work.end_column);
        work.cuts = args.f32("cuts", args.product(work.cols, work.max_bin));
        work.bins = args.i32("bins", work.cols);
        work.missing = args.u8("missing", work.cols);
        work.code_bytes = args.between("codeBytes", 1, 2);
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
        work.rows = args.between("rows", 1, kMostRows);
        work.train_rows = args.between("trainRows", 1, work.rows);
        work.cols = args.count("cols", 1);
        work.code_bytes = args.between("codeBytes", 1, 2);
        work.stride = strideOf(args, work.cols);
        work.codes = args.u8("codes", args.product(args.product(work.rows, work.stride), work.code_bytes));
        work.column_codes = args.u8("columnCodes", args.product(args.product(work.cols, work.rows), work.code_bytes));
        work.bin_start = args.i32("binStart", work.cols + 1);
        work.missing_bin = args.i32("missingBin", work.cols);
        work.categories = args.i32("categories", work.cols);
        std::int32_t const bins = args.failed() ? 0 : work.bin_start[work.cols];
        work.cuts = args.f32("cuts", bins > 0 ? static_cast<std::size_t>(bins) : 0);
        work.labels = args.f64("labels", work.train_rows);
        work.weights = args.optionalF64("weights", work.train_rows);
        work.max_weight = args.number("maxWeight");
    }

    void readRules(Args& args) {
        work.objective = static_cast<BoostingObjective>(args.integer("objective", 0, 2));
        work.outputs = args.count("outputs", 1);
        if (work.objective != BoostingObjective::kSoftmax && work.outputs != 1) args.fail("outputs", "expected 1");
        work.round = static_cast<std::uint32_t>(args.integer("round", 0, INT32_MAX));
        work.seed = static_cast<std::uint64_t>(args.integer("seed", 0, (std::int64_t{1} << 53) - 1));
        work.lossguide = args.integer("growth", 0, 1) == 1;
        work.max_depth = args.count("maxDepth", 0);
        work.max_leaves = args.count("maxLeaves", 0);
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
        work.max_cat_to_onehot = args.count("maxCatToOnehot", 0);
        work.max_cat_threshold = args.count("maxCatThreshold", 0);
    }

    void readTrees(Args& args) {
        work.histograms = args.count("histograms", 3);
        work.workspace_length = args.size("workspaceLength");
        work.workspace = args.f64("workspace", work.workspace_length);
        work.margins = args.f32("margins", args.product(work.rows, work.outputs));
        work.node_capacity = args.count("nodeCapacity", 1);
        work.category_words = args.count("categoryWords", 0);
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
