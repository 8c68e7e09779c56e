#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/matrix-profile/matrix-profile.h"

namespace telltale {

namespace {

struct MatrixProfileJob {
    static constexpr char const* kName = "matrixProfile";
    Isa isa;
    MatrixProfile work{};

    explicit MatrixProfileJob(Args& args) : isa(args.isa()) {
        work.query = moments(args, "query");
        work.train = moments(args, "train");
        work.from = args.integer("from", 0, work.query.count);
        work.to = args.integer("to", work.from, work.query.count);
        // At least one row has each diagonal, so that what is read lies in both series.
        work.low = args.integer("low", work.query.count > 0 ? 1 - work.query.count : 0, work.train.count);
        work.high = args.integer("high", work.low, work.train.count);
        auto const rows = static_cast<std::size_t>(work.query.count);
        work.products = args.f64("products", static_cast<std::size_t>(work.high - work.low));
        work.best = args.f64("best", rows);
        work.nearest = args.i32("nearest", rows);
    }

    static WindowMoments moments(Args& args, char const* name) {
        std::int64_t const count = args.int32(name, 0);
        auto const size = static_cast<std::size_t>(count);
        return {args.f64("step", size), args.f64("drift", size), args.f64("inverse", size), count};
    }

    void run() { matrixProfile(isa, work); }
};

}  // namespace

void exportMatrixProfile(Napi::Env env, Napi::Object exports) { exportKernel<MatrixProfileJob>(env, exports); }

}  // namespace telltale
