#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/empirical-tails/empirical-tails.h"

namespace telltale {

namespace {

struct SortColumnsJob {
    static constexpr char const* kName = "sortColumns";
    int threads;
    SortColumns work{};

    explicit SortColumnsJob(Args& args) : threads(args.int32("threads", 1)) {
        work.rows = args.count("rows", 1);
        work.cols = args.count("cols", 1);
        std::size_t const values = args.product(work.rows, work.cols);
        work.x = args.f64("x", values);
        work.from = args.between("from", 0, work.cols);
        work.to = args.between("to", work.from, work.cols);
        work.sorted = args.f64("sorted", values);
    }

    void run() { sortColumns(threads, work); }
};

struct TailScoreJob {
    static constexpr char const* kName = "tailScore";
    int threads;
    TailScore work{};

    explicit TailScoreJob(Args& args) : threads(args.int32("threads", 1)) {
        work.trained = args.count("trained", 1);
        work.rows = args.count("rows", 0);
        work.cols = args.count("cols", 1);
        work.sorted = args.f64("sorted", args.product(work.trained, work.cols));
        work.surprise = args.f64("surprise", work.trained + 1);
        work.skew = args.i32("skew", work.cols);
        work.mean = args.integer("combination", 0, 1) == 1;
        std::size_t const values = args.product(work.rows, work.cols);
        work.x = args.f64("x", values);
        work.scores = args.f64("scores", work.rows);
        work.contributions = args.optionalF64("contributions", values);
    }

    void run() { tailScore(threads, work); }
};

}  // namespace

void exportEmpiricalTails(Napi::Env env, Napi::Object exports) {
    exportKernel<SortColumnsJob>(env, exports);
    exportKernel<TailScoreJob>(env, exports);
}

}  // namespace telltale
