#include "kernels/nearest/nearest.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "kernels/nearest/nearest-plan.h"
#include "math/power.h"

namespace telltale {

double nearestPower(double x, double p) { return power(x, p); }

void nearestPad(double const* from, std::size_t cols, std::size_t padded, double* to) {
    std::copy_n(from, cols, to);
    std::fill(to + cols, to + padded, 0.0);
}

void nearestFinish(NearestSearch const& search, NearestSortFn sort, NearestLists const& lists, std::size_t i,
                   std::size_t query) {
    double* const distances = search.distances + query * search.k;
    if (!sort(lists, i, distances, search.indices + query * search.k)) {
        throw std::invalid_argument("fewer rows than k have a distance to query " + std::to_string(query));
    }
    for (std::size_t n = 0; n < search.k; n++) {
        if (search.metric == NearestMetric::kEuclidean) distances[n] = std::sqrt(distances[n]);
        if (search.metric == NearestMetric::kMinkowski) distances[n] = root(distances[n], search.p);
    }
}

namespace {

constexpr std::size_t kMostColumns = 16384;        // whose codes' products fit into 32 bits
constexpr std::size_t kLeastBlockedQueries = 128;  // fewer do not pay for the codes of the training rows

void checkFinite(char const* name, double const* x, std::size_t rows, std::size_t cols) {
    for (std::size_t i = 0; i < rows * cols; i++) {
        if (!std::isfinite(x[i])) {
            throw std::invalid_argument(std::string(name) + ": row " + std::to_string(i / cols) + " is not finite");
        }
    }
}

void checkOrder(NearestIndexView const& train) {
    for (std::size_t i = 0; i < train.rows; i++) {
        if (train.order[i] < 0 || static_cast<std::size_t>(train.order[i]) >= train.rows) {
            throw std::invalid_argument("order: place " + std::to_string(i) + " is no row");
        }
    }
}

bool blockedSuits(NearestSearch const& search) {
    if (search.metric != NearestMetric::kEuclidean || search.train.cols > kMostColumns) return false;
    if (search.method == NearestMethod::kAuto) return search.to - search.from >= kLeastBlockedQueries;
    return search.method == NearestMethod::kBlocked;
}

}  // namespace

void nearest(Isa isa, int threads, NearestSearch const& search) {
    if (search.from >= search.to) return;
    checkOrder(search.train);
    if (!search.self) {
        checkFinite("queries", search.queries + search.from * search.train.cols, search.to - search.from,
                    search.train.cols);
    }
    if (blockedSuits(search)) {
        checkFinite("x", search.train.x, search.train.rows, search.train.cols);
        nearestByBlocks(isa, threads, search);
    } else {
        nearestByTree(isa, threads, search);
    }
}

}  // namespace telltale
