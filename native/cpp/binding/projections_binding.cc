#include "binding/projections_binding.h"

#include "binding/args.h"
#include "binding/kernel_call.h"
#include "kernels/projections/projections.h"

namespace telltale {

namespace {

constexpr std::int32_t kMostBins = 1 << 20;

Projections readProjections(Args& args) {
    Projections work{};
    work.rows = static_cast<std::size_t>(args.int32("rows", 0));
    work.cols = static_cast<std::size_t>(args.int32("cols", 1));
    work.x = args.f64("x", args.product(work.rows, work.cols));
    work.cuts = static_cast<std::size_t>(args.int32("cuts", 1));
    work.perCut = static_cast<std::size_t>(args.int32("perCut", 1));
    std::size_t const features = args.product(work.cuts, work.perCut);
    work.features = args.i32("features", features);
    work.weights = args.f64("weights", features);
    auto const cuts = static_cast<std::int64_t>(work.cuts);
    work.from = static_cast<std::size_t>(args.integer("from", 0, cuts));
    work.to = static_cast<std::size_t>(args.integer("to", static_cast<std::int64_t>(work.from), cuts));
    return work;
}

ProjectionBins readBins(Args& args, std::size_t cuts) {
    ProjectionBins bins{};
    bins.bins = static_cast<std::size_t>(args.integer("bins", 1, kMostBins));
    bins.low = args.f64("low", cuts);
    bins.scale = args.f64("scale", cuts);
    return bins;
}

struct ProjectionRangeJob {
    static constexpr char const* kName = "projectionRange";
    Isa isa;
    int threads;
    Projections work;
    double* low;
    double* high;

    explicit ProjectionRangeJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          work(readProjections(args)),
          low(args.f64("low", work.cuts)),
          high(args.f64("high", work.cuts)) {}

    void run() { projectionRange(isa, threads, work, low, high); }
};

struct ProjectionHistogramJob {
    static constexpr char const* kName = "projectionHistogram";
    Isa isa;
    int threads;
    Projections work;
    ProjectionBins bins;
    std::int32_t* counts;

    explicit ProjectionHistogramJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          work(readProjections(args)),
          bins(readBins(args, work.cuts)),
          counts(args.i32("counts", args.product(work.cuts, bins.bins))) {}

    void run() { projectionHistogram(isa, threads, work, bins, counts); }
};

struct ProjectionScoreJob {
    static constexpr char const* kName = "projectionScore";
    Isa isa;
    int threads;
    Projections work;
    ProjectionBins bins;
    double* levels;
    double* scores;

    explicit ProjectionScoreJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          work(readProjections(args)),
          bins(readBins(args, work.cuts)) {
        bins.high = args.f64("high", work.cuts);
        levels = args.f64("levels", args.product(work.cuts, bins.bins + 1));
        scores = args.f64("scores", work.rows);
    }

    void run() { projectionScore(isa, threads, work, bins, levels, scores); }
};

}  // namespace

void exportProjections(Napi::Env env, Napi::Object exports) {
    exportKernel<ProjectionRangeJob>(env, exports);
    exportKernel<ProjectionHistogramJob>(env, exports);
    exportKernel<ProjectionScoreJob>(env, exports);
}

}  // namespace telltale
