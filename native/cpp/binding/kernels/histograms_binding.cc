#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/histograms/histograms.h"

namespace telltale {

namespace {

Histograms readHistograms(Args& args) {
    Histograms work{};
    work.rows = args.count("rows", 0);
    work.cols = args.count("cols", 1);
    work.x = args.f64("x", args.product(work.rows, work.cols));
    work.low = args.f64("low", work.cols);
    work.scale = args.f64("scale", work.cols);
    work.bins = args.i32("bins", work.cols);
    std::int64_t total = 0;
    for (std::size_t j = 0; !args.failed() && j < work.cols; j++) {
        if (work.bins[j] < 1) args.fail("bins", "expected integers from 1");
        total += work.bins[j];
    }
    if (total > kMostBins) args.fail("bins", "expected 2^30 of all columns at most");
    work.total = args.failed() ? 0 : static_cast<std::size_t>(total);
    return work;
}

struct HistogramCountJob {
    static constexpr char const* kName = "histogramCount";
    Isa isa;
    int threads;
    Histograms work;
    std::int32_t* counts;

    explicit HistogramCountJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          work(readHistograms(args)),
          counts(args.i32("counts", work.total)) {}

    void run() { histogramCount(isa, threads, work, counts); }
};

struct HistogramScoreJob {
    static constexpr char const* kName = "histogramScore";
    Isa isa;
    int threads;
    Histograms work;
    HistogramLevels levels{};
    double* scores;
    double* contributions;

    explicit HistogramScoreJob(Args& args)
        : isa(args.isa()), threads(args.int32("threads", 1)), work(readHistograms(args)) {
        levels.lowest = args.f64("lowest", work.cols);
        levels.highest = args.f64("highest", work.cols);
        levels.rarest = args.f64("rarest", work.cols);
        levels.levels = args.f64("levels", work.total);
        scores = args.f64("scores", work.rows);
        contributions = args.optionalF64("contributions", args.product(work.rows, work.cols));
    }

    void run() { histogramScore(isa, threads, work, levels, scores, contributions); }
};

}  // namespace

void exportHistograms(Napi::Env env, Napi::Object exports) {
    exportKernel<HistogramCountJob>(env, exports);
    exportKernel<HistogramScoreJob>(env, exports);
}

}  // namespace telltale
