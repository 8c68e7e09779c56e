// A search down a tree of boxes, nearer child first, for any metric.

namespace telltale::TT_TARGET {

template <Term kTerm>
struct TreeSearch {
    NearestTree const& tree;
    double const* query;
    std::int32_t excluded;
    double* gaps;
    double const* zeros;
    double* row;  // a padded copy, when rows have no multiple of eight columns
    NearestLists const& lists;

    bool beyond(double total, std::int32_t lowest) const { return comesLater(lists, 0, total, lowest); }

    // The least total that a row in the box of a node can have: the operations of a row's total, each of them monotone.
    // Where power() is not monotone in its last bits, a bound needs room.
    double bound(std::size_t node) const {
        gapsToBox(query, tree.boxes + node * 2 * tree.padded, tree.padded, gaps);
        double const total = totalOfPadded<kTerm>(gaps, zeros, tree.padded, tree.p);
        return kTerm == Term::kPower ? total * (1 - 1e-9) : total;
    }

    void visit(std::size_t leaf) {
        NearestIndexView const& train = tree.train;
        std::size_t const begin = leaf * kNearestLeaf;
        std::size_t const end = begin + kNearestLeaf < train.rows ? begin + kNearestLeaf : train.rows;
        for (std::size_t i = begin; i < end; i++) {
            std::int32_t const at = train.order[i];
            if (at == excluded) continue;
            double const* from = train.x + static_cast<std::size_t>(at) * train.cols;
            if (train.cols != tree.padded) {
                for (std::size_t j = 0; j < train.cols; j++) row[j] = from[j];
                from = row;
            }
            double const total = totalOfPadded<kTerm>(query, from, tree.padded, tree.p);
            if (!beyond(total, at)) insert(lists, 0, total, at);
        }
    }

    void descend(std::size_t node) {
        if (node >= tree.first_leaf) {
            visit(node - tree.first_leaf);
            return;
        }
        std::size_t const left = 2 * node, right = left + 1;
        if (tree.lowest[right] < 0) {
            if (tree.lowest[left] >= 0) descend(left);
            return;
        }
        double const toLeft = bound(left), toRight = bound(right);
        bool const swap = toRight < toLeft;
        std::size_t const near = swap ? right : left, far = swap ? left : right;
        double const toNear = swap ? toRight : toLeft, toFar = swap ? toLeft : toRight;
        if (!beyond(toNear, tree.lowest[near])) descend(near);
        if (!beyond(toFar, tree.lowest[far])) descend(far);
    }
};

template <Term kTerm>
static inline void searchTree(NearestTree const& tree, double const* query, std::int32_t excluded, double* scratch,
                              NearestLists const& lists) {
    double* const zeros = scratch + tree.padded;
    double* const row = zeros + tree.padded;
    for (std::size_t c = 0; c < 2 * tree.padded; c++) zeros[c] = 0;
    TreeSearch<kTerm> search{tree, query, excluded, scratch, zeros, row, lists};
    search.descend(1);
}

void nearestTree(NearestTree const& tree, double const* query, std::int32_t excluded, double* scratch,
                 NearestLists const& lists) {
    switch (tree.metric) {
        case NearestMetric::kEuclidean:
            return searchTree<Term::kSquare>(tree, query, excluded, scratch, lists);
        case NearestMetric::kManhattan:
            return searchTree<Term::kMagnitude>(tree, query, excluded, scratch, lists);
        case NearestMetric::kChebyshev:
            return searchTree<Term::kGreatest>(tree, query, excluded, scratch, lists);
        case NearestMetric::kMinkowski:
            return searchTree<Term::kPower>(tree, query, excluded, scratch, lists);
    }
}

}  // namespace telltale::TT_TARGET
