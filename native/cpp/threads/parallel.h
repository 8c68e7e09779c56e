// Work split over threads.
#pragma once

#include <cstddef>
#include <functional>

namespace telltale {

// Calls body(begin, end) for ranges that cover 0 … count, each at most `grain` long, on up to `threads` threads (the
// caller is one of them); whoever is free takes the next range. With one thread or one range everything runs inline.
// The first exception of a body is thrown again here, after all threads have stopped. A thread that the system refuses
// to start is done without.
void parallelFor(std::size_t count, std::size_t grain, int threads,
                 std::function<void(std::size_t begin, std::size_t end)> const& body);

}  // namespace telltale
