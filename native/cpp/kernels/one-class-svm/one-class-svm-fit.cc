#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/one-class-svm/one-class-svm.h"
#include "kernels/one-class-svm/svm-panels.h"
#include "kernels/one-class-svm/svm-row-cache.h"
#include "kernels/one-class-svm/svm-solver.h"

namespace telltale {

namespace {

constexpr std::size_t kShrinkEvery = 400;

std::size_t panelsOf(std::size_t rows) { return (rows + kSvmPanel - 1) / kSvmPanel; }

void setBit(std::vector<std::uint64_t>& bits, std::size_t place, bool on) {
    std::uint64_t const mask = std::uint64_t{1} << (place % kSvmPanel);
    bits[place / kSvmPanel] = on ? bits[place / kSvmPanel] | mask : bits[place / kSvmPanel] & ~mask;
}

// Rows under consideration, ascending, with what the passes read of them; padded to whole panels.
template <typename T>
struct Active {
    std::vector<std::uint32_t> rows;
    std::vector<T> panel, bias;
    std::vector<double> gradient, diagonal;
    std::vector<std::uint64_t> up, low;  // alpha < 1, alpha > 0

    std::size_t panels() const { return up.size(); }
    std::size_t width() const { return panels() * kSvmPanel; }

    void fill(SvmMap const& map, OneClassSvmFit const& fit) {
        std::size_t const count = panelsOf(rows.size());
        panel.assign(count * kSvmPanel * map.cols, T(0));
        bias.assign(count * kSvmPanel, T(0));
        diagonal.assign(count * kSvmPanel, 1);
        gradient.assign(count * kSvmPanel, 0);
        up.assign(count, 0);
        low.assign(count, 0);
        for (std::size_t t = 0; t < rows.size(); t++) {
            T* const place = panel.data() + t / kSvmPanel * kSvmPanel * map.cols + t % kSvmPanel;
            bias[t] = map.place(fit.x + rows[t] * map.cols, place, kSvmPanel);
        }
    }
};

template <typename T>
class Solver {
  public:
    Solver(Isa isa, int threads, OneClassSvmFit const& fit)
        : isa_(isa),
          threads_(threads),
          fit_(fit),
          map_(fit.function, fit.x, fit.rows, fit.cols),
          shape_(shapeOf(map_)),
          passes_(svmPasses<T>(isa)),
          cache_(panelsOf(fit.rows) * kSvmPanel, fit.cache_bytes),
          operand_(4 * fit.cols) {
        all_.rows.resize(fit.rows);
        for (std::size_t t = 0; t < fit.rows; t++) all_.rows[t] = static_cast<std::uint32_t>(t);
        all_.fill(map_, fit);
        if (fit.function.kernel != SvmKernel::kRbf) fillDiagonal();
    }

    void round() {
        begin();
        double& iterations = fit_.status[kSvmIterations];
        double const last = std::min(fit_.max_iterations, iterations + static_cast<double>(fit_.round_iterations));
        std::size_t const every = std::min(fit_.rows, kShrinkEvery);
        std::size_t shrinkIn = every;
        bool converged = false;
        SvmLeast least = leastOf();
        for (;;) {
            T const* const rowI = least.place < 0 ? nullptr : row(static_cast<std::size_t>(least.place));
            SvmPartner const partner = rowI == nullptr ? SvmPartner{-kSvmInfinity, -1} : partnerOf(least, rowI);
            double const violation = partner.place < 0 ? 0 : partner.greatest - least.gradient;
            fit_.status[kSvmViolation] = violation;
            if (fit_.status[kSvmFirstViolation] == 0) fit_.status[kSvmFirstViolation] = violation;
            converged = !(violation >= fit_.tolerance);
            if (converged || iterations >= last) break;
            least = step(static_cast<std::size_t>(least.place), static_cast<std::size_t>(partner.place), rowI);
            iterations += 1;
            if (--shrinkIn == 0) {
                shrinkIn = every;
                if (shrink(least.gradient, partner.greatest)) least = leastOf();
            }
        }
        if (end()) converged = false;  // the next round looks at all rows
        if (converged) {
            fit_.status[kSvmPhase] = kSvmConverged;
        } else if (iterations >= fit_.max_iterations) {
            fit_.status[kSvmPhase] = kSvmStopped;
        }
        fit_.status[kSvmOffset] = offset();
    }

  private:
    // Rows left out, with all alpha as they were then: up to there their gradient is right.
    struct Shrunk {
        std::vector<std::uint32_t> rows;
        std::vector<double> alpha;
    };

    void fillDiagonal() {
        std::vector<T> values(kSvmPanel);
        for (std::size_t t = 0; t < fit_.rows; t++) {
            T const bias = map_.place(fit_.x + t * fit_.cols, operand_.data(), 1);
            T* const out = values.data();
            std::size_t const p = t / kSvmPanel;
            passes_.rows(shape_, all_.panel.data() + p * kSvmPanel * fit_.cols, all_.bias.data() + p * kSvmPanel, 1,
                         operand_.data(), &bias, 1, &out);
            all_.diagonal[t] = static_cast<double>(values[t % kSvmPanel]);
        }
    }

    void begin() {
        active_ = &all_;
        std::copy(fit_.gradient, fit_.gradient + fit_.rows, all_.gradient.begin());
        for (std::size_t t = 0; t < fit_.rows; t++) setBits(t, fit_.alpha[t]);
    }

    void setBits(std::size_t place, double alpha) {
        setBit(active_->up, place, alpha < 1);
        setBit(active_->low, place, alpha > 0);
    }

    SvmLeast leastOf() {
        return passes_.update(active_->gradient.data(), nullptr, nullptr, 0, active_->up.data(), active_->panels());
    }

    SvmPartner partnerOf(SvmLeast const& least, T const* rowI) {
        return passes_.partner(active_->gradient.data(), rowI, active_->diagonal.data(),
                               active_->diagonal[static_cast<std::size_t>(least.place)], least.gradient,
                               active_->low.data(), active_->panels());
    }

    // Kernel values of the row at a place with all rows under consideration.
    T const* row(std::size_t place) {
        std::size_t const number = active_->rows[place];
        T* values = cache_.find(number);
        if (values != nullptr) return values;
        values = cache_.add(number);
        T const bias = map_.place(fit_.x + number * fit_.cols, operand_.data(), 1);
        passes_.rows(shape_, active_->panel.data(), active_->bias.data(), active_->panels(), operand_.data(), &bias, 1,
                     &values);
        return values;
    }

    // Moves weight from alpha_j to alpha_i, to the minimum or as far as the bounds allow.
    SvmLeast step(std::size_t i, std::size_t j, T const* rowI) {
        double const curvature = active_->diagonal[i] + active_->diagonal[j] - 2 * static_cast<double>(rowI[j]);
        double const difference = active_->gradient[j] - active_->gradient[i];
        double& a = fit_.alpha[active_->rows[i]];
        double& b = fit_.alpha[active_->rows[j]];
        double move = difference / (curvature > 0 ? curvature : kSvmLeastCurvature);
        if (move >= 1 - a && 1 - a <= b) {
            move = 1 - a;
            a = 1;
            b -= move;
        } else if (move >= b) {
            move = b;
            a += move;
            b = 0;
        } else {
            a += move;
            b -= move;
        }
        setBits(i, a);
        setBits(j, b);
        T const* const rowJ = row(j);
        return passes_.update(active_->gradient.data(), rowI, rowJ, move, active_->up.data(), active_->panels());
    }

    // Leaves out rows at 0 whose gradient is above all that could shrink, and rows at 1 below all that could grow.
    bool shrink(double least, double greatest) {
        std::vector<std::uint32_t> kept;
        std::vector<std::uint32_t> out;
        for (std::size_t t = 0; t < active_->rows.size(); t++) {
            double const alpha = fit_.alpha[active_->rows[t]];
            double const g = active_->gradient[t];
            bool const isOut = (alpha == 0 && g > greatest) || (alpha == 1 && g < least);
            (isOut ? out : kept).push_back(static_cast<std::uint32_t>(t));
        }
        // Panels and rows of the cache are cut anew with every shrinking: only a marked one pays for that.
        if (kept.size() * 10 > active_->rows.size() * 9) return false;
        Shrunk shrunk{{}, std::vector<double>(fit_.alpha, fit_.alpha + fit_.rows)};
        for (std::uint32_t const t : out) {
            shrunk.rows.push_back(active_->rows[t]);
            fit_.gradient[active_->rows[t]] = active_->gradient[t];
        }
        shrunk_.push_back(std::move(shrunk));
        Active<T> next;
        for (std::uint32_t const t : kept) next.rows.push_back(active_->rows[t]);
        next.fill(map_, fit_);
        for (std::size_t k = 0; k < kept.size(); k++) {
            next.gradient[k] = active_->gradient[kept[k]];
            next.diagonal[k] = active_->diagonal[kept[k]];
        }
        cache_.narrow(kept, next.width());
        some_ = std::move(next);
        active_ = &some_;
        for (std::size_t k = 0; k < kept.size(); k++) setBits(k, fit_.alpha[some_.rows[k]]);
        return true;
    }

    // Writes the gradient back; that of rows left out follows from the alpha that changed since. True if there were
    // any.
    bool end() {
        for (std::size_t t = 0; t < active_->rows.size(); t++) fit_.gradient[active_->rows[t]] = active_->gradient[t];
        if (shrunk_.empty()) return false;
        for (Shrunk const& shrunk : shrunk_) catchUp(shrunk);
        shrunk_.clear();
        cache_.clear(all_.width());
        return true;
    }

    void catchUp(Shrunk const& shrunk) {
        std::size_t const cols = fit_.cols;
        std::vector<double> vectors, changes, rows(shrunk.rows.size() * cols), sums(shrunk.rows.size());
        for (std::size_t t = 0; t < fit_.rows; t++) {
            double const change = fit_.alpha[t] - shrunk.alpha[t];
            if (change == 0) continue;
            changes.push_back(change);
            vectors.insert(vectors.end(), fit_.x + t * cols, fit_.x + (t + 1) * cols);
        }
        if (changes.empty()) return;
        for (std::size_t k = 0; k < shrunk.rows.size(); k++) {
            std::copy_n(fit_.x + shrunk.rows[k] * cols, cols, rows.data() + k * cols);
        }
        oneClassSvmScore(isa_, threads_,
                         {fit_.function, vectors.data(), changes.data(), changes.size(), 0, rows.data(),
                          shrunk.rows.size(), cols, sizeof(T) == 4, sums.data()});
        for (std::size_t k = 0; k < shrunk.rows.size(); k++) fit_.gradient[shrunk.rows[k]] -= sums[k];
    }

    // rho: the mean gradient of the rows with 0 < alpha < 1; without any, the middle of where it may lie.
    double offset() const {
        std::size_t free = 0;
        double sum = 0;
        double above = -kSvmInfinity;  // rho is at least the gradient of rows at 1 ...
        double below = kSvmInfinity;   // ... and at most that of rows at 0
        for (std::size_t t = 0; t < fit_.rows; t++) {
            double const g = fit_.gradient[t];
            if (fit_.alpha[t] == 1) {
                above = std::max(above, g);
            } else if (fit_.alpha[t] == 0) {
                below = std::min(below, g);
            } else {
                free += 1;
                sum += g;
            }
        }
        if (free > 0) return sum / static_cast<double>(free);
        if (above == -kSvmInfinity) return below;
        return below == kSvmInfinity ? above : (above + below) / 2;
    }

    Isa isa_;
    int threads_;
    OneClassSvmFit const& fit_;
    SvmMap map_;
    SvmShape shape_;
    SvmPasses<T> passes_;
    SvmRowCache<T> cache_;
    std::vector<T> operand_;
    Active<T> all_, some_;
    Active<T>* active_ = nullptr;
    std::vector<Shrunk> shrunk_;
};

template <typename T>
void solve(Isa isa, int threads, OneClassSvmFit const& fit) {
    Solver<T> solver(isa, threads, fit);
    do {
        solver.round();
    } while (!fit.one_round && fit.status[kSvmPhase] == kSvmRunning);
}

}  // namespace

void oneClassSvmFit(Isa isa, int threads, OneClassSvmFit const& fit) {
    double weight = 0;
    for (std::size_t t = 0; t < fit.rows; t++) weight += fit.alpha[t];
    // Rounding in float rows adds up to about 2e-6 of the root of the weight; far below the tolerance, nobody sees it.
    bool const floats = fit.function.kernel == SvmKernel::kRbf && fit.tolerance >= 5e-6 * std::sqrt(weight);
    if (floats) {
        solve<float>(isa, threads, fit);
    } else {
        solve<double>(isa, threads, fit);
    }
}

}  // namespace telltale
