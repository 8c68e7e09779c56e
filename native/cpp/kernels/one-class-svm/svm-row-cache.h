// Kernel rows over the columns under consideration; the one unused for longest makes room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace telltale {

template <typename T>
class SvmRowCache {
  public:
    // `width`: places of a row. Two rows always fit, because a step needs two. Memory is taken as rows come.
    SvmRowCache(std::size_t width, std::size_t bytes) : width_(width), limit_(bytes / sizeof(T)) {}

    // The row of that number if it is there, else null.
    T* find(std::size_t row) {
        auto const found = where_.find(row);
        if (found == where_.end()) return nullptr;
        order_.splice(order_.begin(), order_, found->second);
        return found->second->values.get();
    }

    // Room for a row that is not there; the caller fills it before anything else is asked.
    T* add(std::size_t row) {
        if (order_.size() < 2 || taken_ + width_ <= limit_) {
            order_.push_front({row, std::unique_ptr<T[]>(new T[width_])});
            taken_ += width_;
        } else {
            where_.erase(order_.back().row);
            order_.splice(order_.begin(), order_, std::prev(order_.end()));
            order_.front().row = row;
        }
        where_[row] = order_.begin();
        return order_.front().values.get();
    }

    // Keeps these places, ascending, of the rows used last; rows are `width` wide from now on, no wider than before.
    // The others go: computing a narrow row when it is asked for costs less than cutting a wide one that may never be.
    void narrow(std::vector<std::uint32_t> const& kept, std::size_t width) {
        while (order_.size() > kKept) {
            where_.erase(order_.back().row);
            order_.pop_back();
        }
        for (Entry& entry : order_) {
            std::unique_ptr<T[]> values(new T[width]);
            for (std::size_t k = 0; k < kept.size(); k++) values[k] = entry.values[kept[k]];
            std::fill(values.get() + kept.size(), values.get() + width, T(0));
            entry.values = std::move(values);
        }
        width_ = width;
        taken_ = order_.size() * width;
    }

    void clear(std::size_t width) {
        order_.clear();
        where_.clear();
        taken_ = 0;
        width_ = width;
    }

  private:
    static constexpr std::size_t kKept = 64;

    struct Entry {
        std::size_t row;
        std::unique_ptr<T[]> values;
    };

    std::size_t width_, limit_, taken_ = 0;
    std::list<Entry> order_;
    std::unordered_map<std::size_t, typename std::list<Entry>::iterator> where_;
};

}  // namespace telltale
