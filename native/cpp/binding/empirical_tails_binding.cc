#include "binding/empirical_tails_binding.h"

#include "binding/args.h"
#include "binding/kernel_call.h"
#include "kernels/empirical-tails/empirical-tails.h"

namespace telltale {

namespace {

struct SortColumnsJob {
    static constexpr char const* kName = "sortColumns";
    int threads;
    SortColumns work{};

    explicit SortColumnsJob(Args& args) : threads(args.int32("threads", 1)) {
        work.rows = static_cast<std::size_t>(args.int32("rows", 1));
        work.cols = static_cast<std::size_t>(args.int32("cols", 1));
        std::size_t const values = args.product(work.rows, work.cols);
        work.x = args.f64("x", values);
        auto const cols = static_cast<std::int64_t>(work.cols);
        work.from = static_cast<std::size_t>(args.integer("from", 0, cols));
        work.to = static_cast<std::size_t>(args.integer("to", static_cast<std::int64_t>(work.from), cols));
        work.sorted = args.f64("sorted", values);
    }

    void run() { sortColumns(threads, work); }
};

struct TailScoreJob {
    static constexpr char const* kName = "tailScore";
    int threads;
    TailScore work{};

    explicit TailScoreJob(Args& args) : threads(args.int32("threads", 1)) {
        work.trained = static_cast<std::size_t>(args.int32("trained", 1));
        work.rows = static_cast<std::size_t>(args.int32("rows", 0));
        work.cols = static_cast<std::size_t>(args.int32("cols", 1));
        work.sorted = args.f64("sorted", args.product(work.trained, work.cols));
        work.surprise = args.f64("surprise", work.trained + 1);
        work.skew = args.i32("skew", work.cols);
        work.mean = args.integer("combination", 0, 1) == 1;
        std::size_t const values = args.product(work.rows, work.cols);
        work.x = args.f64("x", values);
        work.scores = args.f64("scores", work.rows);
        // An empty array stands for none.
        bool const explained = args.integer("hasContributions", 0, 1) == 1;
        double* const contributions = args.f64("contributions", explained ? values : 0);
        work.contributions = explained ? contributions : nullptr;
    }

    void run() { tailScore(threads, work); }
};

}  // namespace

void exportEmpiricalTails(Napi::Env env, Napi::Object exports) {
    exportKernel<SortColumnsJob>(env, exports);
    exportKernel<TailScoreJob>(env, exports);
}

}  // namespace telltale
