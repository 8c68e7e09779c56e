#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/kmeans/kmeans.h"

namespace telltale {

namespace {

struct SeedJob {
    static constexpr char const* kName = "kmeansSeed";
    Isa isa;
    int threads;
    KmeansSeed work{};

    explicit SeedJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        work.rows = args.between("rows", 1, Args::kMostSize);
        work.cols = args.count("cols", 1);
        work.x = args.f64("x", args.product(work.rows, work.cols));
        work.trials = args.between("trials", 1, 1 << 20);
        work.seed = static_cast<std::uint64_t>(args.integer("seed", 0, (std::int64_t{1} << 53) - 1));
        work.to = args.count("to", 0);
        work.from = args.between("from", 0, work.to);
        work.stream =
            static_cast<std::uint32_t>(args.integer("stream", 0, UINT32_MAX - static_cast<std::int64_t>(work.to)));
        work.centroids = args.f64("centroids", args.product(work.to, work.cols));
        work.nearest = args.f64("nearest", work.rows);
        work.found = args.i32("found", 1);
    }

    void run() { kmeansSeed(isa, threads, work); }
};

struct FitJob {
    static constexpr char const* kName = "kmeansFit";
    Isa isa;
    int threads;
    KmeansFit work{};

    explicit FitJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        work.rows = args.between("rows", 1, Args::kMostSize);
        work.cols = args.count("cols", 1);
        work.x = args.f64("x", args.product(work.rows, work.cols));
        work.k = args.count("k", 1);
        work.tolerance = args.number("tolerance");
        work.max_iterations = args.number("maxIterations");
        work.round_iterations = args.number("roundIterations");
        work.centroids = args.f64("centroids", args.product(work.k, work.cols));
        work.labels = args.i32("labels", work.rows);
        work.status = args.f64("status", kKmeansStatusLength);
    }

    void run() { kmeansFit(isa, threads, work); }
};

struct NearestJob {
    static constexpr char const* kName = "nearestCentroid";
    Isa isa;
    int threads;
    std::size_t k, rows, cols;
    double const* centroids;
    double const* x;
    std::int32_t* labels;
    double* distances;

    explicit NearestJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          k(args.count("k", 1)),
          rows(args.size("rows")),
          cols(args.count("cols", 1)),
          centroids(args.f64("centroids", args.product(k, cols))),
          x(args.f64("x", args.product(rows, cols))),
          labels(args.i32("labels", rows)),
          distances(args.f64("distances", rows)) {}

    void run() { nearestCentroid(isa, threads, centroids, k, x, rows, cols, labels, distances); }
};

}  // namespace

void exportKmeans(Napi::Env env, Napi::Object exports) {
    exportKernel<SeedJob>(env, exports);
    exportKernel<FitJob>(env, exports);
    exportKernel<NearestJob>(env, exports);
}

}  // namespace telltale
