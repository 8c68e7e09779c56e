#include "binding/args.h"
#include "binding/kernel_call.h"
#include "binding/kernels.h"
#include "kernels/nearest/nearest.h"

namespace telltale {

namespace {

struct IndexJob {
    static constexpr char const* kName = "nearestIndex";
    Isa isa;
    int threads;
    std::size_t rows, cols;
    double const* x;
    std::int32_t* order;
    double* boxes;

    explicit IndexJob(Args& args)
        : isa(args.isa()),
          threads(args.int32("threads", 1)),
          rows(args.count("rows", 0)),
          cols(args.count("cols", 1)),
          x(args.f64("x", args.product(rows, cols))),
          order(args.i32("order", rows)),
          boxes(args.f64("boxes", args.product(nearestLeaves(rows), 2 * cols))) {}

    void run() { nearestIndex(isa, threads, x, rows, cols, order, boxes); }
};

struct SearchJob {
    static constexpr char const* kName = "nearest";
    Isa isa;
    int threads;
    NearestSearch search{};

    explicit SearchJob(Args& args) : isa(args.isa()), threads(args.int32("threads", 1)) {
        NearestIndexView& train = search.train;
        train.rows = args.count("rows", 1);
        train.cols = args.count("cols", 1);
        train.x = args.f64("x", args.product(train.rows, train.cols));
        train.order = args.i32("order", train.rows);
        train.boxes = args.f64("boxes", args.product(nearestLeaves(train.rows), 2 * train.cols));
        search.self = args.integer("self", 0, 1) == 1;
        search.from = args.size("from");
        search.to = args.size("to");
        search.query_rows = search.self ? train.rows : search.to;
        search.queries = args.f64("queries", search.self ? 0 : args.product(search.to, train.cols));
        if (search.from > search.to || search.to > search.query_rows) {
            args.fail("to", "there are only " + std::to_string(search.query_rows) + " queries");
        }
        std::size_t const others = train.rows - (search.self ? 1 : 0);
        search.k = args.count("k", 1);
        if (search.k > others) args.fail("k", "there are only " + std::to_string(others) + " rows");
        search.metric = static_cast<NearestMetric>(args.integer("metric", 0, 3));
        search.p = args.number("p");
        search.method = static_cast<NearestMethod>(args.integer("method", 0, 2));
        std::size_t const places = args.product(search.query_rows, search.k);
        search.distances = args.f64("distances", places);
        search.indices = args.i32("indices", places);
    }

    void run() { nearest(isa, threads, search); }
};

}  // namespace

void exportNearest(Napi::Env env, Napi::Object exports) {
    exportKernel<IndexJob>(env, exports);
    exportKernel<SearchJob>(env, exports);
}

}  // namespace telltale
