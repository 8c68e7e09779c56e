// Arrays that begin with a cache line, so that whole registers never lie across two.
#pragma once

#include <cstddef>
#include <new>

namespace telltale {

// `count` elements without values.
template <typename T>
class CacheLines {
  public:
    explicit CacheLines(std::size_t count)
        : data_(static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{kLine}))) {}
    ~CacheLines() { ::operator delete(data_, std::align_val_t{kLine}); }
    CacheLines(CacheLines const&) = delete;
    CacheLines& operator=(CacheLines const&) = delete;

    T* data() const { return data_; }

  private:
    static constexpr std::size_t kLine = 64;
    T* data_;
};

}  // namespace telltale
