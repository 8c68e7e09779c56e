#include "threads/parallel.h"

#include <atomic>

#include "testing/test.h"

namespace telltale {

TEST(everyIndexOnce) {
    for (int threads = 0; threads <= 5; threads++) {
        for (std::size_t const count : {0, 1, 2, 7, 100, 1001}) {
            for (std::size_t const grain : {0, 1, 3, 100, 5000}) {
                std::vector<int> seen(count, 0);
                parallelFor(count, grain, threads, [&](std::size_t begin, std::size_t end) {
                    CHECK(begin < end && end <= count);
                    for (std::size_t i = begin; i < end; i++) seen[i]++;
                });
                testing::expectSame(seen, std::vector<int>(count, 1), "visits");
            }
        }
    }
}

TEST(aFailureReachesTheCallerOnceAllHaveStopped) {
    for (int threads = 1; threads <= 4; threads++) {
        std::atomic<int> running{0};
        bool caught = false;
        try {
            parallelFor(1000, 1, threads, [&](std::size_t begin, std::size_t) {
                running++;
                struct Leave {
                    std::atomic<int>& count;
                    ~Leave() { count--; }
                } const leave{running};
                if (begin % 10 == 3) throw std::runtime_error("expected");
            });
        } catch (std::runtime_error const& error) {
            caught = std::string(error.what()) == "expected";
        }
        CHECK(caught);
        CHECK(running == 0);
    }
}

}  // namespace telltale
