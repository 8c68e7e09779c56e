// The branchless walk: several rows go down a tree side by side, so that the loads of one overlap those of the others.

namespace telltale::TT_TARGET {

constexpr std::size_t kPredictRows = 8;
constexpr std::size_t kPredictBlock = 256;  // rows that go down one tree after the other

// Leaves that rows reach in a tree without categories.
static inline void walkTogether(EnsembleNode const* tree, float const* const* row, EnsembleNode const** node) {
    for (std::size_t r = 0; r < kPredictRows; r++) node[r] = tree;
    bool moved;
    do {
        moved = false;
#pragma GCC unroll 8
        for (std::size_t r = 0; r < kPredictRows; r++) {
            EnsembleNode const& at = *node[r];
            float const v = row[r][at.feature & INT32_MAX];
            bool const below = v < at.value;
            bool const missingLeft = (v != v) & (at.feature < 0);
            std::int32_t const to = (below | missingLeft) ? at.left : at.right;
            moved |= tree + to != node[r];
            node[r] = tree + to;
        }
    } while (moved);
}

static inline EnsembleNode const* walkAlone(TreeEnsembleView const& model, EnsembleNode const* nodes, std::size_t root,
                                            float const* row) {
    std::size_t node = root;
    while (model.left[node] >= 0) {
        bool const left = goesLeft(model, node, row[model.feature[node]]);
        node = root + static_cast<std::size_t>(left ? model.left[node] : model.right[node]);
    }
    return nodes + node;
}

void predictWalk(WalkedEnsemble const& ensemble, double const* x, std::size_t rows, std::size_t cols, float* values,
                 float* margins) {
    TreeEnsembleView const& model = *ensemble.model;
    EnsembleNode const* const nodes = ensemble.nodes.data();
    for (std::size_t first = 0; first < rows; first += kPredictBlock) {
        std::size_t const count = rows - first < kPredictBlock ? rows - first : kPredictBlock;
        for (std::size_t i = 0; i < count * cols; i++) values[i] = static_cast<float>(x[first * cols + i]);
        float* const sums = margins + first * model.outputs;
        for (std::size_t i = 0; i < count * model.outputs; i++) sums[i] = model.base_margin[i % model.outputs];
        for (std::int32_t t = 0; t < model.trees; t++) {
            auto const root = static_cast<std::size_t>(model.tree_start[t]);
            float* const out = sums + model.tree_output[t];
            bool const alone = ensemble.categorical[static_cast<std::size_t>(t)] != 0;
            for (std::size_t i = 0; i < count; i += kPredictRows) {
                EnsembleNode const* leaf[kPredictRows];
                float const* row[kPredictRows];  // the last one again for those that are not there
                for (std::size_t r = 0; r < kPredictRows; r++) {
                    row[r] = values + (i + r < count ? i + r : count - 1) * cols;
                }
                if (alone) {
                    for (std::size_t r = 0; r < kPredictRows; r++) leaf[r] = walkAlone(model, nodes, root, row[r]);
                } else {
                    walkTogether(nodes + root, row, leaf);
                }
                std::size_t const present = count - i < kPredictRows ? count - i : kPredictRows;
                for (std::size_t r = 0; r < present; r++) out[(i + r) * model.outputs] += leaf[r]->value;
            }
        }
    }
}

}  // namespace telltale::TT_TARGET
