#include "kernels/boosted-trees/predict/sliced.h"

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/trees/sliced-plan.h"
#include "simd/dispatch.h"
#include "threads/parallel.h"

#if defined(TT_X86)
#include <immintrin.h>
#endif

namespace telltale {

namespace {

// What the sliced bodies need besides the plan: by tree, in their order.
struct SlicedLeaves {
    float const* value;          // 256 a tree, by path byte
    std::int32_t const* output;  // that the tree adds to
    std::size_t outputs;
    float const* base_margin;
};

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/boosted-trees/predict/sliced-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

constexpr std::size_t kRowsPerRange = 16384;
constexpr std::size_t kLine = 64;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The greatest double that, rounded to float, is less than the threshold: x <= it says the same of any x. NaN where no
// finite double is: below are -infinity and NaN.
double lastBelow(float threshold) {
    if (!(threshold > -std::numeric_limits<float>::infinity())) return std::numeric_limits<double>::quiet_NaN();
    float const before = std::nextafter(threshold, -std::numeric_limits<float>::infinity());
    // Beyond the greatest float, rounding goes on as if there were another one.
    constexpr double kBeyond = 0x1p128;
    double const high = threshold > std::numeric_limits<float>::max() ? kBeyond : static_cast<double>(threshold);
    double const low = before < -std::numeric_limits<float>::max() ? -kBeyond : static_cast<double>(before);
    double const middle = low + (high - low) / 2;
    return static_cast<float>(middle) < threshold ? middle : std::nextafter(middle, -kInfinity);
}

}  // namespace

// The trees in preorder, with thresholds of doubles.
class SlicedEnsemble {
  public:
    explicit SlicedEnsemble(TreeEnsembleView const& model)
        : output_(model.tree_output, model.tree_output + model.trees),
          base_margin_(model.base_margin, model.base_margin + model.outputs) {
        for (std::int32_t t = 0; t < model.trees; t++) {
            tree_start_.push_back(static_cast<std::int32_t>(right_.size()));
            fits_ = fits_ && add(model, model.tree_start[t], 0, 0);
            if (!fits_) return;
        }
        tree_start_.push_back(static_cast<std::int32_t>(right_.size()));
    }

    bool fits() const { return fits_; }

    PreorderTrees trees() const {
        return {static_cast<std::int32_t>(output_.size()),
                tree_start_.data(),
                right_.data(),
                value_.data(),
                missing_left_.data(),
                feature_.data(),
                static_cast<std::int64_t>(right_.size())};
    }

    std::vector<std::int32_t> const& output() const { return output_; }
    std::vector<float> const& base_margin() const { return base_margin_; }

  private:
    // Appends a node and those under it; false when the ensemble cannot be sliced.
    bool add(TreeEnsembleView const& model, std::int32_t root, std::int32_t place, int depth) {
        auto const node = static_cast<std::size_t>(root) + static_cast<std::size_t>(place);
        std::size_t const at = right_.size();
        bool const leaf = model.left[node] < 0;
        if (!leaf && (depth == kPlanDepth || model.category_start[node] >= 0)) return false;
        double const value = leaf ? static_cast<double>(model.threshold[node]) : lastBelow(model.threshold[node]);
        if (value != value && !leaf) return false;
        right_.push_back(0);
        value_.push_back(value);
        missing_left_.push_back(model.default_left[node] == 1);
        feature_.push_back(leaf ? -1 : model.feature[node]);
        if (leaf) return true;
        if (!add(model, root, model.left[node], depth + 1)) return false;
        right_[at] = static_cast<std::int32_t>(right_.size() - at);
        return add(model, root, model.right[node], depth + 1);
    }

    std::vector<std::int32_t> output_;
    std::vector<float> base_margin_;
    std::vector<std::int32_t> tree_start_, right_, feature_;
    std::vector<double> value_;
    std::vector<std::uint8_t> missing_left_;
    bool fits_ = true;
};

std::shared_ptr<SlicedEnsemble const> slicedEnsemble(TreeEnsembleView const& model, std::size_t rows) {
    // Making the plan takes about as long as walking so many rows down the trees.
    constexpr double kPlanNodes = 8;
    double nodes = 0;
    for (std::int32_t t = 0; t < model.trees; t++) nodes += model.tree_start[t + 1] - model.tree_start[t];
    if (model.trees == 0 || static_cast<double>(rows) * model.trees < kPlanNodes * nodes) return nullptr;
    auto ensemble = std::make_shared<SlicedEnsemble const>(model);
    return ensemble->fits() ? ensemble : nullptr;
}

void predictSliced(Isa isa, int threads, SlicedEnsemble const& ensemble, double const* x, std::size_t rows,
                   std::size_t cols, float* margins) {
    using MemoryFn = std::size_t (*)(ForestPlan const&, std::size_t, std::size_t);
    using PredictFn = void (*)(ForestPlan const&, PlanGroup const*, std::size_t, SlicedLeaves const&, double const*,
                               std::size_t, std::size_t, char*, float*);
    static constexpr MemoryFn kMemory[] = TT_VARIANTS(predictSlicedMemory);
    static constexpr PredictFn kPredict[] = TT_VARIANTS(predictSliced);
    ForestPlan const plan = makePlan(ensemble.trees(), x, rows, cols, maskWords(isa));
    std::vector<float> values;
    for (PlanGroup const& group : plan.groups) {
        for (std::size_t t = 0; t < group.treeCount; t++) {
            double const* const leaf = group.trees[t].leafValue;
            for (int path = 0; path < 256; path++) values.push_back(static_cast<float>(leaf[path]));
        }
    }
    std::size_t const outputs = ensemble.base_margin().size();
    SlicedLeaves const leaves{values.data(), ensemble.output().data(), outputs, ensemble.base_margin().data()};
    std::size_t const bytes = pick(kMemory, isa)(plan, cols, outputs);
    PredictFn const predict = pick(kPredict, isa);
    parallelFor(rows, kRowsPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::unique_ptr<char[]> const block(new char[bytes + kLine]);
        auto const address = reinterpret_cast<std::uintptr_t>(block.get());
        char* const memory = reinterpret_cast<char*>((address + kLine - 1) & ~(kLine - 1));
        predict(plan, plan.groups.data(), plan.groups.size(), leaves, x + begin * cols, end - begin, cols, memory,
                margins + begin * outputs);
    });
}

}  // namespace telltale
