#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/projections/projections.h"

namespace telltale {

namespace {

constexpr std::int32_t kMostBins = 1 << 20;

Projections readProjections(Args& args) {
    Projections work{};
    work.rows = args.count("rows", 0);
    work.cols = args.count("cols", 1);
    work.x = args.f64("x", args.product(work.rows, work.cols));
    work.cuts = args.count("cuts", 1);
    work.perCut = args.count("perCut", 1);
    std::size_t const features = args.product(work.cuts, work.perCut);
    work.features = args.i32("features", features);
    work.weights = args.f64("weights", features);
    work.from = args.between("from", 0, work.cuts);
    work.to = args.between("to", work.from, work.cuts);
    return work;
}

ProjectionBins readBins(Args& args, std::size_t cuts) {
    ProjectionBins bins{};
    bins.bins = args.between("bins", 1, kMostBins);
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
