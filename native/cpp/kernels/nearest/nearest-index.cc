#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "kernels/nearest/nearest.h"
#include "simd/dispatch.h"

#define TT_BODY "kernels/nearest/nearest-index-inl.h"
#include "simd/foreach_target.h"

namespace telltale {

namespace {

// A row with its value in the column of the split, and its column's place in the total order of value and index.
struct Keyed {
    double value;
    std::int32_t row;

    bool operator<(Keyed const& other) const {
        return value < other.value || (value == other.value && row < other.row);
    }
};

using BoundsFn = void (*)(double const*, std::size_t, std::int32_t const*, std::size_t, double*, double*);

class Builder {
  public:
    Builder(Isa isa, double const* x, std::size_t rows, std::size_t cols, std::int32_t* order)
        : x_(x), cols_(cols), order_(order), keyed_(rows), low_(cols), high_(cols) {
        static constexpr BoundsFn kBounds[] = TT_VARIANTS(nearestBounds);
        bounds_ = pick(kBounds, isa);
        for (std::size_t i = 0; i < rows; i++) order[i] = static_cast<std::int32_t>(i);
        split(0, rows);
    }

    void boxes(std::size_t rows, double* to) const {
        for (std::size_t from = 0; from < rows; from += kNearestLeaf, to += 2 * cols_) {
            bounds_(x_, cols_, order_ + from, std::min(kNearestLeaf, rows - from), to, to + cols_);
        }
    }

  private:
    void split(std::size_t from, std::size_t to) {
        std::size_t const leaves = nearestLeaves(to - from);
        if (leaves <= 1) {
            std::sort(order_ + from, order_ + to);
            return;
        }
        bounds_(x_, cols_, order_ + from, to - from, low_.data(), high_.data());
        std::size_t widest = 0;
        for (std::size_t j = 1; j < cols_; j++) {
            if (high_[j] - low_[j] > high_[widest] - low_[widest]) widest = j;
        }
        std::size_t const middle = from + (leaves + 1) / 2 * kNearestLeaf;
        for (std::size_t i = from; i < to; i++) {
            keyed_[i] = {x_[static_cast<std::size_t>(order_[i]) * cols_ + widest], order_[i]};
        }
        auto const begin = keyed_.begin();
        using Step = std::vector<Keyed>::difference_type;
        std::nth_element(begin + static_cast<Step>(from), begin + static_cast<Step>(middle),
                         begin + static_cast<Step>(to));
        for (std::size_t i = from; i < to; i++) order_[i] = keyed_[i].row;
        split(from, middle);
        split(middle, to);
    }

    double const* x_;
    std::size_t cols_;
    std::int32_t* order_;
    std::vector<Keyed> keyed_;
    std::vector<double> low_, high_;
    BoundsFn bounds_;
};

}  // namespace

void nearestIndex(Isa isa, int, double const* x, std::size_t rows, std::size_t cols, std::int32_t* order,
                  double* boxes) {
    for (std::size_t i = 0; i < rows * cols; i++) {
        // NaN has no place in an order, and would lead the selection out of its range.
        if (!std::isfinite(x[i])) throw std::invalid_argument("x: row " + std::to_string(i / cols) + " is not finite");
    }
    Builder const builder(isa, x, rows, cols, order);
    builder.boxes(rows, boxes);
}

}  // namespace telltale
