#include "kernels/isolation-forest/isolation-forest-walk.h"

#include "math/elementary.h"
#include "simd/dispatch.h"

#define TT_BODY "kernels/isolation-forest/isolation-forest-walk-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

std::unique_ptr<WalkNode[]> walkNodes(IsolationForestView const& forest) {
    auto const count = static_cast<std::size_t>(forest.nodes);
    std::unique_ptr<WalkNode[]> nodes(new WalkNode[count]);
    for (std::size_t i = 0; i < count; i++) {
        // What a leaf has for a feature was not checked: the walk looks at the first column there, and ignores it.
        bool const axis = forest.right[i] != 0 && forest.ndim == 1;
        std::int32_t const missing = forest.missing_left[i] == 1 ? kMissingLeft : 0;
        nodes[i] = {forest.value[i], forest.right[i], (axis ? forest.features[i] : 0) | missing};
    }
    return nodes;
}

IsolationForestWalkFn isolationForestWalk(Isa isa) {
    static constexpr IsolationForestWalkFn kVariants[] = TT_VARIANTS(isolationForestWalk);
    return pick(kVariants, isa);
}

}  // namespace telltale
