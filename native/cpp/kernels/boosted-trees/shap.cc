#include "kernels/boosted-trees/shap.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "simd/dispatch.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr std::size_t kShapRows = 64;  // of a block: a bit each in a word
constexpr std::size_t kVectorBytes = 64;

}  // namespace

}  // namespace telltale

#define TT_BODY "kernels/boosted-trees/shap-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

using ShapFn = void (*)(TreeEnsembleView const&, TreeShapPathsView const&, float const*, std::size_t, std::size_t,
                        std::uint64_t*, std::uint64_t*, char*, double*);

void refuse(std::string const& what) { throw std::invalid_argument("paths: " + what); }

// Offsets that begin at 0, never fall and end at `last`.
void checkOffsets(std::int32_t const* offsets, std::size_t count, std::size_t last, char const* name) {
    bool right = offsets[0] == 0 && static_cast<std::size_t>(offsets[count]) == last;
    for (std::size_t i = 0; i < count; i++) right = right && offsets[i] <= offsets[i + 1];
    if (!right) refuse(std::string(name) + " do not ascend from 0 to the last");
}

// The most elements that a leaf has. Throws when following the paths could leave an array.
std::size_t checkPaths(TreeEnsembleView const& model, TreeShapPathsView const& paths, std::size_t cols) {
    checkOffsets(paths.tree_leaf, static_cast<std::size_t>(model.trees), paths.leaves, "leaves of the trees");
    checkOffsets(paths.leaf_element, paths.leaves, paths.elements, "elements of the leaves");
    checkOffsets(paths.element_condition, paths.elements, paths.conditions, "conditions of the elements");
    std::size_t longest = 0;
    for (std::int32_t t = 0; t < model.trees; t++) {
        for (std::int32_t leaf = paths.tree_leaf[t]; leaf < paths.tree_leaf[t + 1]; leaf++) {
            std::int32_t const first = paths.leaf_element[leaf], last = paths.leaf_element[leaf + 1];
            longest = std::max(longest, static_cast<std::size_t>(last - first));
            std::int32_t const output = paths.leaf_output[leaf];
            if (output < 0 || static_cast<std::size_t>(output) >= model.outputs) refuse("an output that is not there");
            for (std::int32_t e = first; e < last; e++) {
                if (paths.feature[e] < 0 || static_cast<std::size_t>(paths.feature[e]) >= cols) {
                    refuse("a column that is not there");
                }
                for (std::int32_t c = paths.element_condition[e]; c < paths.element_condition[e + 1]; c++) {
                    std::int32_t const node = paths.condition[c] >> 1;
                    if (node < model.tree_start[t] || node >= model.tree_start[t + 1] || model.left[node] < 0) {
                        refuse("a condition at no inner node of its tree");
                    }
                }
            }
        }
    }
    std::size_t const points = (longest + 1) / 2;
    if (paths.quadrature < points * (points + 1) / 2) refuse("too few points of quadrature");
    return longest;
}

// Rows of a block as floats, [column][row]; the last one again for those that are not there.
void columnsOf(double const* x, std::size_t rows, std::size_t cols, float* values) {
    for (std::size_t r = 0; r < kShapRows; r++) {
        double const* const row = x + std::min(r, rows - 1) * cols;
        for (std::size_t j = 0; j < cols; j++) values[j * kShapRows + r] = static_cast<float>(row[j]);
    }
}

}  // namespace

void treeShap(Isa isa, int threads, TreeEnsembleView const& model, TreeShapPathsView const& paths, double const* x,
              std::size_t rows, std::size_t cols, double* contributions) {
    static constexpr ShapFn kVariants[] = TT_VARIANTS(shapBlock);
    ShapFn const block = pick(kVariants, isa);
    checkEnsemble(model, cols);
    std::size_t const longest = checkPaths(model, paths, cols);
    std::size_t nodes = 0;
    for (std::int32_t t = 0; t < model.trees; t++) {
        nodes = std::max(nodes, static_cast<std::size_t>(model.tree_start[t + 1] - model.tree_start[t]));
    }
    std::size_t const width = cols + 1, all = model.outputs * width;
    parallelFor(rows, kShapRows, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<float> values(cols * kShapRows);
        std::vector<std::uint64_t> turns(nodes), met(longest);
        std::vector<char> memory((3 * longest + 1) * kVectorBytes);
        std::vector<double> sums(all * kShapRows);
        auto const address = reinterpret_cast<std::uintptr_t>(memory.data());
        char* const scratch = memory.data() + (kVectorBytes - address % kVectorBytes) % kVectorBytes;
        for (std::size_t k = 0; k < model.outputs; k++) {
            std::fill_n(sums.data() + (k * width + cols) * kShapRows, kShapRows, paths.bias[k]);
        }
        columnsOf(x + begin * cols, end - begin, cols, values.data());
        block(model, paths, values.data(), width, longest, turns.data(), met.data(), scratch, sums.data());
        for (std::size_t r = 0; r < end - begin; r++) {
            double* const out = contributions + (begin + r) * all;
            for (std::size_t j = 0; j < all; j++) out[j] = sums[j * kShapRows + r];
        }
    });
}

}  // namespace telltale
