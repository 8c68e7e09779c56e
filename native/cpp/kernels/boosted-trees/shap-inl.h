// Contributions of a block of 64 rows: a lane a row, and a bit a row for what they meet at the nodes.

namespace telltale::TT_TARGET {

typedef double ShapV __attribute__((vector_size(TT_WIDTH * 8)));
typedef std::int64_t ShapM __attribute__((vector_size(TT_WIDTH * 8)));

// All bits of a lane, or none, by the bits of a number.
static inline ShapM shapLanes(std::uint64_t bits) {
    ShapM lane;
    for (int i = 0; i < TT_WIDTH; i++) lane[i] = std::int64_t{1} << i;
    ShapM const spread = ShapM{} + static_cast<std::int64_t>(bits);
    return (spread & lane) != 0;
}

static inline ShapV shapSelect(ShapM mask, ShapV yes, ShapV no) {
    return (ShapV)((mask & (ShapM)yes) | (~mask & (ShapM)no));
}

// Adds what a leaf says of its features. met: the rows that meet all conditions of each feature on the way; scratch: a
// vector for each of them, twice.
static inline void creditLeaf(TreeShapPathsView const& paths, std::size_t leaf, std::uint64_t const* met,
                              ShapV* scratch, std::size_t longest, double* sums) {
    auto const first = static_cast<std::size_t>(paths.leaf_element[leaf]);
    auto const count = static_cast<std::size_t>(paths.leaf_element[leaf + 1]) - first;
    std::size_t const points = (count + 1) / 2, from = points * (points - 1) / 2;
    double const value = paths.leaf_value[leaf];
    ShapV *const factor = scratch, *const before = factor + longest, *const integral = before + longest;
    for (std::size_t row = 0; row < kShapRows; row += TT_WIDTH) {
        for (std::size_t k = 0; k < count; k++) integral[k] = ShapV{};
        for (std::size_t q = from; q < from + points; q++) {
            double const u = paths.points[q];
            ShapV product = ShapV{} + 1.0;
            for (std::size_t k = 0; k < count; k++) {
                double const unmet = paths.zero[first + k] * (1 - u);
                ShapV const f = shapSelect(shapLanes(met[k] >> row), ShapV{} + (unmet + u), ShapV{} + unmet);
                factor[k] = f;
                before[k] = product;
                product *= f;
            }
            ShapV behind = ShapV{} + paths.weights[q];
            for (std::size_t k = count; k-- > 0;) {
                integral[k] += before[k] * behind;
                behind *= factor[k];
            }
        }
        for (std::size_t k = 0; k < count; k++) {
            double const zero = paths.zero[first + k];
            ShapV const share =
                shapSelect(shapLanes(met[k] >> row), ShapV{} + value * (1.0 - zero), ShapV{} + value * (0.0 - zero));
            double* const at = sums + static_cast<std::size_t>(paths.feature[first + k]) * kShapRows + row;
            ShapV sum;
            __builtin_memcpy(&sum, at, sizeof sum);
            sum += share * integral[k];
            __builtin_memcpy(at, &sum, sizeof sum);
        }
    }
}

// The rows that go left at each inner node of a tree. values: [column][row].
static inline void shapTurns(TreeEnsembleView const& model, std::size_t begin, std::size_t end, float const* values,
                             std::uint64_t* turns) {
    for (std::size_t node = begin; node < end; node++) {
        if (model.left[node] < 0) continue;
        float const* const v = values + static_cast<std::size_t>(model.feature[node]) * kShapRows;
        std::uint64_t bits = 0;
        if (model.category_start[node] < 0) {
            float const threshold = model.threshold[node];
            bool const missingLeft = model.default_left[node] == 1;
            for (std::size_t r = 0; r < kShapRows; r++) {
                bool const left = missingLeft ? !(v[r] >= threshold) : v[r] < threshold;
                bits |= static_cast<std::uint64_t>(left) << r;
            }
        } else {
            for (std::size_t r = 0; r < kShapRows; r++) {
                bits |= static_cast<std::uint64_t>(goesLeft(model, node, v[r])) << r;
            }
        }
        turns[node - begin] = bits;
    }
}

// Contributions of kShapRows rows. sums: [output][column, then the bias][row], zeros.
void shapBlock(TreeEnsembleView const& model, TreeShapPathsView const& paths, float const* values, std::size_t width,
               std::size_t longest, std::uint64_t* turns, std::uint64_t* met, char* scratch, double* sums) {
    for (std::int32_t t = 0; t < model.trees; t++) {
        auto const begin = static_cast<std::size_t>(model.tree_start[t]);
        shapTurns(model, begin, static_cast<std::size_t>(model.tree_start[t + 1]), values, turns);
        for (std::int32_t leaf = paths.tree_leaf[t]; leaf < paths.tree_leaf[t + 1]; leaf++) {
            auto const first = static_cast<std::size_t>(paths.leaf_element[leaf]);
            auto const last = static_cast<std::size_t>(paths.leaf_element[leaf + 1]);
            for (std::size_t e = first; e < last; e++) {
                std::uint64_t all = ~std::uint64_t{0};
                for (std::int32_t c = paths.element_condition[e]; c < paths.element_condition[e + 1]; c++) {
                    std::int32_t const code = paths.condition[c];
                    std::uint64_t const left = turns[static_cast<std::size_t>(code >> 1) - begin];
                    all &= (code & 1) != 0 ? left : ~left;
                }
                met[e - first] = all;
            }
            auto const output = static_cast<std::size_t>(paths.leaf_output[leaf]);
            creditLeaf(paths, static_cast<std::size_t>(leaf), met, reinterpret_cast<ShapV*>(scratch), longest,
                       sums + output * width * kShapRows);
        }
    }
}

}  // namespace telltale::TT_TARGET
