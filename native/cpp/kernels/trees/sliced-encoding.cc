#include "kernels/trees/sliced-encoding.h"

#include <algorithm>
#include <limits>

namespace telltale {

namespace {

constexpr std::size_t kSampleRows = 128;
constexpr std::size_t kLeastSample = 16;
constexpr double kTieLimit = 0.4;  // above this share of ambiguous codes, searching by value is faster
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// floor((x - low) * scale), clamped to 0 … last; 0 for NaN. Monotone, since rounding is. The kernels do the same.
std::size_t clampedCode(double x, double low, double scale, double last) {
    double code = (x - low) * scale;
    code = code > 0 ? code : 0;
    code = code < last ? code : last;
    return static_cast<std::size_t>(code);
}

std::vector<double> sampleColumn(double const* x, std::size_t rows, std::size_t cols, std::size_t column) {
    std::vector<double> sample;
    std::size_t const wanted = std::clamp<std::size_t>(rows / 64, 1, kSampleRows);
    for (std::size_t i = 0; i < wanted; i++) {
        double const v = x[rows * i / wanted * cols + column];
        if (v - v == 0) sample.push_back(v);
    }
    std::sort(sample.begin(), sample.end());
    return sample;
}

// The codes are spread over where the rows are, with a quarter more on both sides, so that a few far values do not
// squeeze all others into a few codes.
void chooseRange(PlanFeature& feature, std::vector<double> const& thresholds, std::vector<double> const& sample) {
    double low = thresholds.front(), high = thresholds.back();
    if (sample.size() >= kLeastSample) {
        std::size_t const trim = sample.size() / 50;
        double const first = sample[trim], last = sample[sample.size() - 1 - trim];
        double const margin = (last - first) / 4;
        double const from = std::max(low, first - margin), to = std::min(high, last + margin);
        if (from < to) low = from, high = to;
    }
    // A little room on both sides: a row below every threshold must not share the first threshold's code.
    double const room = (high - low) / 16384;
    low -= room;
    high += room;
    double const width = high - low;
    feature.low = low;
    feature.scale = width > 0 && width < kInfinity ? kPlanLastCode / width : 0;
    if (!(feature.scale < kInfinity)) feature.scale = 0;
    feature.bucketScale = feature.scale * ((kPlanBuckets - 1) / kPlanLastCode);
}

void fillBuckets(PlanFeature& feature, std::vector<double> const& thresholds,
                 std::vector<std::unique_ptr<char[]>>& blocks) {
    auto* const ranks = allocate<std::uint16_t>(blocks, kPlanBuckets);
    std::size_t fullest = 0, at = 0;
    for (std::size_t b = 0; b < kPlanBuckets; b++) {
        ranks[b] = static_cast<std::uint16_t>(at);
        std::size_t const from = at;
        while (at < thresholds.size() &&
               clampedCode(thresholds[at], feature.low, feature.bucketScale, kPlanBuckets - 1) == b) {
            at++;
        }
        fullest = std::max(fullest, at - from);
    }
    feature.bucketRank = ranks;
    while ((std::size_t{1} << feature.bucketSteps) <= fullest) feature.bucketSteps++;
}

// The perfect search tree over the codes, level after level; a level starts on a vector of 32. Within a level, a row's
// turns so far are its place: the first turn is the lowest bit.
void fillCodeTree(PlanFeature& feature, std::vector<std::uint16_t> const& codes,
                  std::vector<std::unique_ptr<char[]>>& blocks) {
    std::size_t size = 0;
    for (std::uint32_t l = 0; l < feature.bits; l++) size += std::max<std::size_t>(32, std::size_t{1} << l);
    auto* const tree = allocate<std::uint16_t>(blocks, size);
    std::fill(tree, tree + size, std::uint16_t{65535});
    std::uint16_t* level = tree;
    for (std::uint32_t l = 0; l < feature.bits; l++) {
        std::size_t const half = std::size_t{1} << (feature.bits - 1 - l);
        for (std::size_t turns = 0; turns < (std::size_t{1} << l); turns++) {
            std::size_t subtree = 0;
            for (std::uint32_t b = 0; b < l; b++) subtree |= ((turns >> b) & 1) << (l - 1 - b);
            std::size_t const position = 2 * half * subtree + half - 1;
            if (position < codes.size()) level[turns] = codes[position];
        }
        level += std::max<std::size_t>(32, std::size_t{1} << l);
    }
    feature.codeTree = tree;

    auto* const runEnd = allocate<std::uint16_t>(blocks, codes.size() + 1);
    runEnd[codes.size()] = static_cast<std::uint16_t>(codes.size());
    for (std::size_t i = codes.size(); i-- > 0;) {
        bool const goesOn = i + 1 < codes.size() && codes[i] == codes[i + 1];
        runEnd[i] = goesOn ? runEnd[i + 1] : static_cast<std::uint16_t>(i + 1);
    }
    feature.runEnd = runEnd;
}

}  // namespace

void encodeFeature(PlanFeature& feature, std::vector<double> const& thresholds, double const* x, std::size_t rows,
                   std::size_t cols, std::vector<std::unique_ptr<char[]>>& blocks) {
    // A search may look as far behind the last threshold as there are thresholds.
    double* const padded = allocate<double>(blocks, 2 * thresholds.size() + 1);
    std::copy(thresholds.begin(), thresholds.end(), padded);
    std::fill(padded + thresholds.size(), padded + 2 * thresholds.size() + 1, kInfinity);
    feature.thresholds = padded;

    std::vector<double> const sample = sampleColumn(x, rows, cols, feature.column);
    chooseRange(feature, thresholds, sample);
    fillBuckets(feature, thresholds, blocks);
    if (feature.bits > kPlanCodeBits) return;

    auto const codeOf = [&feature](double v) {
        return static_cast<std::uint16_t>(clampedCode(v, feature.low, feature.scale, kPlanLastCode));
    };
    std::vector<std::uint16_t> codes(thresholds.size());
    std::transform(thresholds.begin(), thresholds.end(), codes.begin(), codeOf);
    std::size_t ties = 0;
    for (double const v : sample) ties += std::binary_search(codes.begin(), codes.end(), codeOf(v)) ? 1 : 0;
    if (static_cast<double>(ties) > kTieLimit * static_cast<double>(sample.size())) return;
    fillCodeTree(feature, codes, blocks);
}

}  // namespace telltale
