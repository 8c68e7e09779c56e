#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "kernels/covariance/covariance.h"
#include "math/elementary.h"
#include "threads/parallel.h"

namespace telltale {

namespace {

constexpr double kSingularShare = 1e-13;

// As cholesky in packages/core/src/math/linear-algebra/cholesky.ts, operation for operation; false when there is none.
bool choleskyFactor(double const* a, std::size_t n, double* l) {
    for (std::size_t i = 0; i < n; i++) {
        for (std::size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (std::size_t k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
            if (j < i) {
                l[i * n + j] = sum / l[j * n + j];
                continue;
            }
            if (!(sum > kSingularShare * a[i * n + i]) || !(sum < std::numeric_limits<double>::infinity()))
                return false;
            l[i * n + i] = std::sqrt(sum);
        }
    }
    return true;
}

// As invertLower there.
void invertLower(double const* l, std::size_t n, double* inverse) {
    std::fill(inverse, inverse + n * n, 0.0);
    for (std::size_t j = 0; j < n; j++) {
        inverse[j * n + j] = 1 / l[j * n + j];
        for (std::size_t i = j + 1; i < n; i++) {
            double sum = 0;
            for (std::size_t k = j; k < i; k++) sum -= l[i * n + k] * inverse[k * n + j];
            inverse[i * n + j] = sum / l[i * n + i];
        }
    }
}

double logDeterminantOf(double const* l, std::size_t n) {
    double sum = 0;
    for (std::size_t i = 0; i < n; i++) sum += telltale::log(l[i * n + i]);
    return 2 * sum;
}

// What a candidate works with, made once a thread.
struct Room {
    std::vector<double> norms, sorted, factor, directions, mean, scatter;
    std::vector<std::int32_t> index;

    explicit Room(Concentration const& work)
        : norms(work.rows),
          sorted(work.rows),
          factor(work.cols * work.cols),
          directions(work.cols * work.cols),
          mean(work.cols),
          scatter(work.cols * work.cols),
          index(work.support) {}

    // The places of the least norms, ascending; of norms equal to the last one taken, the first ones.
    void nearestRows() {
        std::copy(norms.begin(), norms.end(), sorted.begin());
        auto const last = sorted.begin() + static_cast<std::ptrdiff_t>(index.size()) - 1;
        std::nth_element(sorted.begin(), last, sorted.end());
        double const limit = *last;
        std::size_t below = 0;
        for (double const norm : norms) below += norm < limit ? 1 : 0;
        std::size_t equal = index.size() - below;
        std::size_t at = 0;
        for (std::size_t i = 0; i < norms.size(); i++) {
            bool const tie = norms[i] == limit && equal > 0;
            if (tie) equal--;
            if (tie || norms[i] < limit) index[at++] = static_cast<std::int32_t>(i);
        }
    }
};

void concentrate(Isa isa, int threads, Concentration const& work, std::size_t candidate, Room& room) {
    std::size_t const n = work.cols;
    double* const mean = work.means + candidate * n;
    double* const scatter = work.scatters + candidate * n * n;
    double const infinity = std::numeric_limits<double>::infinity();
    auto const all = static_cast<std::int32_t>(n);
    bool regular = choleskyFactor(scatter, n, room.factor.data());
    double least = infinity;
    for (std::size_t step = 0; step < work.iterations && regular; step++) {
        invertLower(room.factor.data(), n, room.directions.data());
        squaredProjections(
            isa, threads,
            {work.x, work.rows, n, mean, room.directions.data(), &all, 1, nullptr, false, room.norms.data()});
        room.nearestRows();
        double count = 0;
        columnMoments(isa, threads,
                      {work.x, work.rows, n, room.index.data(), nullptr, 0, work.support, &count, room.mean.data(),
                       room.scatter.data()});
        regular = choleskyFactor(room.scatter.data(), n, room.factor.data());
        double const determinant = regular ? logDeterminantOf(room.factor.data(), n) : -infinity;
        if (!(determinant < least)) break;
        least = determinant;
        std::memcpy(mean, room.mean.data(), n * sizeof(double));
        std::memcpy(scatter, room.scatter.data(), n * n * sizeof(double));
    }
    work.log_determinants[candidate] = regular ? least : -infinity;
}

}  // namespace

void concentration(Isa isa, int threads, Concentration const& work) {
    std::size_t const candidates = work.to - work.from;
    // Few candidates: the threads share the rows of each; many: a thread takes whole candidates.
    bool const byCandidate = candidates >= static_cast<std::size_t>(threads);
    if (!byCandidate) {
        Room room(work);
        for (std::size_t c = work.from; c < work.to; c++) concentrate(isa, threads, work, c, room);
        return;
    }
    parallelFor(candidates, 1 + candidates / 64, threads, [&](std::size_t begin, std::size_t end) {
        Room room(work);
        for (std::size_t c = begin; c < end; c++) concentrate(isa, 1, work, work.from + c, room);
    });
}

}  // namespace telltale
