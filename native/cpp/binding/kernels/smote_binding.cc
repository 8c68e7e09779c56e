#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/smote/smote.h"

namespace telltale {

namespace {

struct InterpolateJob {
    static constexpr char const* kName = "smoteInterpolate";
    Isa isa;
    int threads;
    SmoteInterpolate work{};

    explicit InterpolateJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        work.sources = args.count("sources", 1);
        work.cols = args.count("cols", 1);
        work.x = args.f64("x", args.product(work.sources, work.cols));
        work.base_count = args.count("bases", 1);
        work.bases = args.i32("bases", work.base_count);
        work.k = args.count("k", 1);
        std::size_t const choices = args.product(work.base_count, work.k);
        if (choices > INT32_MAX) args.fail("neighbours", "expected less than 2^31");
        work.neighbours = args.i32("neighbours", choices);
        // An empty array stands for none.
        bool const shared = args.integer("hasShares", 0, 1) == 1;
        std::int32_t const* const shares = args.i32("shares", shared ? work.base_count + 1 : 0);
        work.shares = shared ? shares : nullptr;
        bool const limited = args.integer("hasHalfway", 0, 1) == 1;
        std::uint8_t const* const halfway = args.u8("halfway", limited ? work.sources : 0);
        work.halfway = limited ? halfway : nullptr;
        work.seed = static_cast<std::uint64_t>(args.integer("seed", 0, (std::int64_t{1} << 53) - 1));
        work.first = static_cast<std::uint32_t>(args.integer("first", 0, UINT32_MAX));
        work.rows = static_cast<std::size_t>(args.integer("rows", 0, (std::int64_t{1} << 32) - work.first));
        work.synthetic = args.f64("synthetic", args.product(work.rows, work.cols));
        work.origins = args.i32("origins", work.rows);
        work.towards = args.i32("towards", work.rows);
    }

    void run() { smoteInterpolate(isa, threads, work); }
};

}  // namespace

void exportSmote(Napi::Env env, Napi::Object exports) { exportKernel<InterpolateJob>(env, exports); }

}  // namespace telltale
