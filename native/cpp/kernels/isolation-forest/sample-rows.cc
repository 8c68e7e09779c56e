#include "kernels/isolation-forest/sample-rows.h"

#include <algorithm>

namespace telltale {

RowSampler::RowSampler(std::size_t rows, std::size_t size) : rows_(rows), size_(size), dense_(rows <= 64 * size) {
    if (size == rows) return;
    if (dense_) {
        bits_.resize((rows + 63) / 64);
        return;
    }
    std::size_t places = 4;
    while (places < 2 * size) places *= 2;
    places_.resize(places);
    mask_ = static_cast<std::uint32_t>(places - 1);
}

void RowSampler::draw(Random& random, std::int32_t* out) {
    if (size_ == rows_) {
        for (std::size_t i = 0; i < size_; i++) out[i] = static_cast<std::int32_t>(i);
    } else if (dense_) {
        std::fill(bits_.begin(), bits_.end(), 0);
        floyd(random, out, [this](std::uint32_t row) { return !insertBit(row); });
    } else {
        std::fill(places_.begin(), places_.end(), 0);
        floyd(random, out, [this](std::uint32_t row) { return !insertHashed(row); });
    }
}

template <typename Taken>
void RowSampler::floyd(Random& random, std::int32_t* out, Taken taken) {
    for (std::size_t i = 0; i < size_; i++) {
        auto const last = static_cast<std::uint32_t>(rows_ - size_ + i);
        auto row = static_cast<std::uint32_t>(random.below(static_cast<std::int64_t>(last) + 1));
        if (taken(row)) {
            row = last;
            taken(row);
        }
        out[i] = static_cast<std::int32_t>(row);
    }
}

// False when it was there already. Linear probing; half of the places stay empty.
bool RowSampler::insertHashed(std::uint32_t row) {
    std::uint32_t const key = row + 1;
    std::uint32_t at = (row * 0x9e3779b1U) >> 7 & mask_;
    while (places_[at] != 0) {
        if (places_[at] == key) return false;
        at = (at + 1) & mask_;
    }
    places_[at] = key;
    return true;
}

bool RowSampler::insertBit(std::uint32_t row) {
    std::uint64_t const bit = std::uint64_t{1} << (row & 63);
    std::uint64_t& word = bits_[row >> 6];
    bool const fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
}

}  // namespace telltale
