#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/covariance/covariance.h"

namespace telltale {

namespace {

struct MomentsJob {
    static constexpr char const* kName = "columnMoments";
    Isa isa;
    int threads;
    ColumnMoments work{};

    explicit MomentsJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        work.rows = args.count("rows", 0);
        work.cols = args.count("cols", 1);
        work.x = args.f64("x", args.product(work.rows, work.cols));
        auto const listed = args.size("listed");
        std::int32_t const* const index = args.i32("index", listed);
        // An empty list stands for all rows.
        work.index = listed > 0 ? index : nullptr;
        auto const weighted = args.size("weighted");
        double const* const weights = args.f64("weights", weighted);
        // And no weights for as many ones.
        work.weights = weighted > 0 ? weights : nullptr;
        if (weighted > 0 && weighted < work.rows) args.fail("weights", "expected one for each row of x, or none");
        work.to = args.between("to", 0, listed > 0 ? listed : work.rows);
        work.from = args.between("from", 0, work.to);
        if (work.from % kMomentBlockRows != 0) args.fail("from", "expected the first row of a block");
        work.count = args.f64("count", 1);
        work.mean = args.f64("mean", work.cols);
        work.scatter = args.f64("scatter", args.product(work.cols, work.cols));
    }

    void run() { columnMoments(isa, threads, work); }
};

struct ProjectionsJob {
    static constexpr char const* kName = "squaredProjections";
    Isa isa;
    int threads;
    SquaredProjections work{};

    explicit ProjectionsJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        work.rows = args.count("rows", 0);
        work.cols = args.count("cols", 1);
        work.x = args.f64("x", args.product(work.rows, work.cols));
        work.center = args.f64("center", work.cols);
        work.group_count = args.count("groupCount", 1);
        work.groups = args.i32("groups", work.group_count);
        std::size_t directions = 0;
        for (std::size_t g = 0; !args.failed() && g < work.group_count; g++) {
            if (work.groups[g] < 0) args.fail("groups", "expected numbers of directions, 0 or more");
            directions += static_cast<std::uint32_t>(work.groups[g]);
        }
        work.directions = args.f64("directions", args.product(directions, work.cols));
        std::size_t const beside = args.int32("beside", 0) > 0 ? 1 : 0;
        work.beside = beside > 0;
        work.back = args.f64("back", beside * args.product(directions, work.cols));
        work.norms = args.f64("norms", args.product(work.rows, work.group_count + beside));
    }

    void run() { squaredProjections(isa, threads, work); }
};

struct ConcentrationJob {
    static constexpr char const* kName = "concentration";
    Isa isa;
    int threads;
    Concentration work{};

    explicit ConcentrationJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        work.rows = args.count("rows", 1);
        work.cols = args.count("cols", 1);
        work.x = args.f64("x", args.product(work.rows, work.cols));
        work.support = args.between("support", 1, work.rows);
        work.iterations = args.count("iterations", 0);
        work.to = args.count("to", 0);
        work.from = args.between("from", 0, work.to);
        work.means = args.f64("means", args.product(work.to, work.cols));
        work.scatters = args.f64("scatters", args.product(args.product(work.to, work.cols), work.cols));
        work.log_determinants = args.f64("logDeterminants", work.to);
    }

    void run() { concentration(isa, threads, work); }
};

}  // namespace

void exportCovariance(Napi::Env env, Napi::Object exports) {
    exportKernel<MomentsJob>(env, exports);
    exportKernel<ProjectionsJob>(env, exports);
    exportKernel<ConcentrationJob>(env, exports);
}

}  // namespace telltale
