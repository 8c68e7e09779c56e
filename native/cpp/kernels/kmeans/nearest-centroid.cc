#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "kernels/distance/row-distances.h"
#include "kernels/kmeans/centroid-selection.h"
#include "kernels/kmeans/kmeans.h"
#include "threads/parallel.h"

namespace telltale {

void nearestCentroid(Isa isa, int threads, double const* centroids, std::size_t k, double const* x, std::size_t rows,
                     std::size_t cols, std::int32_t* labels, double* distances) {
    constexpr std::size_t kFewRows = 64;  // not worth a table of centroids
    constexpr std::size_t kBlockRows = 256, kBlocksPerRange = 16;
    RowDistances const& exact = rowDistances(isa);
    if (rows < kFewRows || k == 1) {
        for (std::size_t i = 0; i < rows; i++) labels[i] = exact.nearest(x + i * cols, cols, centroids, k);
        exact.toOwn(x, rows, cols, centroids, labels, distances);
        for (std::size_t i = 0; i < rows; i++) distances[i] = std::sqrt(distances[i]);
        return;
    }
    CentroidSelection const& selection = centroidSelection(isa);
    std::vector<double> const offset = centroidMedian(centroids, k, cols);
    CentroidTable table;
    fillCentroidTable(table, centroids, k, cols, offset.data(), selection.group);
    parallelFor(rows, kBlockRows * kBlocksPerRange, threads, [&](std::size_t begin, std::size_t end) {
        std::unique_ptr<float[]> const panels(new float[kBlockRows * (cols + 1)]);
        for (std::size_t from = begin; from < end; from += kBlockRows) {
            std::size_t const count = std::min(kBlockRows, end - from);
            double const* const block = x + from * cols;
            if (table.usable) selection.pack(block, count, cols, offset.data(), panels.get());
            std::fill(labels + from, labels + from + count, -1);
            selection.assign({&table, centroids, panels.get(), block, count, labels + from, nullptr, nullptr});
            exact.toOwn(block, count, cols, centroids, labels + from, distances + from);
            for (std::size_t i = from; i < from + count; i++) distances[i] = std::sqrt(distances[i]);
        }
    });
}

}  // namespace telltale
