#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/boosted-trees/predict/predict.h"
#include "kernels/boosted-trees/shap.h"
#include "kernels/boosted-trees/tree-ensemble.h"

namespace telltale {

namespace {

// trees, treeStart, treeOutput, nodes, left, right, feature, threshold, defaultLeft, categoryStart, categoryWords,
// words, categoryBits, outputs, baseMargin
TreeEnsembleView readEnsemble(Args& args) {
    TreeEnsembleView model{};
    model.trees = args.int32("trees", 0);
    model.tree_start = args.i32("treeStart", static_cast<std::size_t>(model.trees) + 1);
    model.tree_output = args.i32("treeOutput", static_cast<std::size_t>(model.trees));
    model.nodes = args.size("nodes");
    model.left = args.i32("left", model.nodes);
    model.right = args.i32("right", model.nodes);
    model.feature = args.i32("feature", model.nodes);
    model.threshold = args.f32("threshold", model.nodes);
    model.default_left = args.u8("defaultLeft", model.nodes);
    model.category_start = args.i32("categoryStart", model.nodes);
    model.category_words = args.i32("categoryWords", model.nodes);
    model.category_length = args.size("words");
    model.category_bits = args.u32("categoryBits", model.category_length);
    model.outputs = args.count("outputs", 1);
    model.base_margin = args.f32("baseMargin", model.outputs);
    return model;
}

struct PredictJob {
    static constexpr char const* kName = "boostedTreesPredict";
    Isa isa;
    int threads;
    TreeEnsembleView model;
    std::size_t rows, cols;
    double const* x;
    float* margins;

    explicit PredictJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          model(readEnsemble(args)),
          rows(args.size("rows")),
          cols(args.count("cols", 1)),
          x(args.f64("x", args.product(rows, cols))),
          margins(args.f32("margins", args.product(rows, model.outputs))) {}

    void run() { boostedTreesPredict(isa, threads, model, x, rows, cols, margins); }
};

// treeLeaf, leaves, leafOutput, leafValue, leafElement, elements, feature, zero, elementCondition, conditions,
// condition, bias, quadrature, points, weights
TreeShapPathsView readPaths(Args& args, TreeEnsembleView const& model) {
    TreeShapPathsView paths{};
    paths.tree_leaf = args.i32("treeLeaf", static_cast<std::size_t>(model.trees) + 1);
    paths.leaves = args.count("leaves", 0);
    paths.leaf_output = args.i32("leafOutput", paths.leaves);
    paths.leaf_value = args.f64("leafValue", paths.leaves);
    paths.leaf_element = args.i32("leafElement", paths.leaves + 1);
    paths.elements = args.count("elements", 0);
    paths.feature = args.i32("feature", paths.elements);
    paths.zero = args.f64("zero", paths.elements);
    paths.element_condition = args.i32("elementCondition", paths.elements + 1);
    paths.conditions = args.count("conditions", 0);
    paths.condition = args.i32("condition", paths.conditions);
    paths.bias = args.f64("bias", model.outputs);
    paths.quadrature = args.size("quadrature");
    paths.points = args.f64("points", paths.quadrature);
    paths.weights = args.f64("weights", paths.quadrature);
    return paths;
}

struct ShapJob {
    static constexpr char const* kName = "treeShap";
    Isa isa;
    int threads;
    TreeEnsembleView model;
    TreeShapPathsView paths;
    std::size_t rows, cols;
    double const* x;
    double* contributions;

    explicit ShapJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          model(readEnsemble(args)),
          paths(readPaths(args, model)),
          rows(args.size("rows")),
          cols(args.count("cols", 1)),
          x(args.f64("x", args.product(rows, cols))),
          contributions(args.f64("contributions", args.product(args.product(rows, model.outputs), cols + 1))) {}

    void run() { treeShap(isa, threads, model, paths, x, rows, cols, contributions); }
};

}  // namespace

void exportBoostedTrees(Napi::Env env, Napi::Object exports) {
    exportKernel<PredictJob>(env, exports);
    exportKernel<ShapJob>(env, exports);
}

}  // namespace telltale
