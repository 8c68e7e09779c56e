#include "kernels/boosted-trees/predict/walk.h"

#include "simd/dispatch.h"

#define TT_BODY "kernels/boosted-trees/predict/walk-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

WalkedEnsemble walkedEnsemble(TreeEnsembleView const& model) {
    WalkedEnsemble walked{&model, {}, std::vector<char>(static_cast<std::size_t>(model.trees), 0)};
    std::size_t const nodes = model.trees == 0 ? 0 : static_cast<std::size_t>(model.tree_start[model.trees]);
    walked.nodes.resize(nodes);
    for (std::int32_t t = 0; t < model.trees; t++) {
        std::int32_t const root = model.tree_start[t];
        for (std::int32_t i = root; i < model.tree_start[t + 1]; i++) {
            std::int32_t const place = i - root;
            bool const leaf = model.left[i] < 0;
            std::int32_t const missing = model.default_left[i] == 1 ? kDefaultLeft : 0;
            walked.nodes[static_cast<std::size_t>(i)] = {model.threshold[i], leaf ? place : model.left[i],
                                                         leaf ? place : model.right[i],
                                                         leaf ? 0 : model.feature[i] | missing};
            if (!leaf && model.category_start[i] >= 0) walked.categorical[static_cast<std::size_t>(t)] = 1;
        }
    }
    return walked;
}

PredictWalkFn predictWalk(Isa isa) {
    static constexpr PredictWalkFn kVariants[] = TT_VARIANTS(predictWalk);
    return pick(kVariants, isa);
}

}  // namespace telltale
