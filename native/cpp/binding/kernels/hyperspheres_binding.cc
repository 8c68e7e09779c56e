#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/hyperspheres/hyperspheres.h"

namespace telltale {

namespace {

struct HypersphereScoreJob {
    static constexpr char const* kName = "hypersphereScore";
    Isa isa;
    int threads;
    HypersphereScore work{};

    explicit HypersphereScoreJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        work.sets = args.count("sets", 1);
        work.spheres = args.count("spheres", 1);
        work.rows = args.count("rows", 0);
        work.cols = args.count("cols", 1);
        std::size_t const spheres = args.product(work.sets, work.spheres);
        work.centres = args.f64("centres", args.product(spheres, work.cols));
        work.radii = args.f64("radii", spheres);
        work.values = args.f64("values", spheres);
        work.x = args.f64("x", args.product(work.rows, work.cols));
        work.scores = args.f64("scores", work.rows);
    }

    void run() { hypersphereScore(isa, threads, work); }
};

}  // namespace

void exportHyperspheres(Napi::Env env, Napi::Object exports) { exportKernel<HypersphereScoreJob>(env, exports); }

}  // namespace telltale
