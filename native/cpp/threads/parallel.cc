#include "threads/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace telltale {

void parallelFor(std::size_t count, std::size_t grain, int threads,
                 std::function<void(std::size_t begin, std::size_t end)> const& body) {
    if (count == 0) return;
    grain = std::max<std::size_t>(grain, 1);
    std::size_t const ranges = (count - 1) / grain + 1;
    std::atomic<std::size_t> next{0};
    std::atomic<bool> stop{false};
    std::exception_ptr failure;
    std::mutex failureMutex;
    auto const work = [&] {
        for (;;) {
            std::size_t const range = next.fetch_add(1, std::memory_order_relaxed);
            if (range >= ranges || stop.load(std::memory_order_relaxed)) return;
            try {
                body(range * grain, std::min(count, (range + 1) * grain));
            } catch (...) {
                std::lock_guard<std::mutex> const lock(failureMutex);
                if (!failure) failure = std::current_exception();
                stop.store(true, std::memory_order_relaxed);
            }
        }
    };
    std::vector<std::thread> others;
    std::size_t const wanted = std::min<std::size_t>(ranges, static_cast<std::size_t>(std::max(threads, 1)));
    try {
        others.reserve(wanted - 1);
        while (others.size() + 1 < wanted) others.emplace_back(work);
    } catch (std::system_error const&) {  // no more threads to be had: those there do the work
    } catch (std::bad_alloc const&) {
    }
    work();
    for (std::thread& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace telltale
