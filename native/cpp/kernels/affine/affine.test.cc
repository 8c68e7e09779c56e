// Every instruction set and thread count against plain loops: what the sanitizers are to look at.
#include "kernels/affine/affine.h"

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

using Values = std::vector<float>;

Values normals(Random& random, std::size_t length) {
    Values values(length);
    for (float& v : values) v = static_cast<float>(random.normal());
    return values;
}

void expectFloats(Values const& found, Values const& expected, char const* what) {
    testing::expectSame(std::vector<double>(found.begin(), found.end()),
                        std::vector<double>(expected.begin(), expected.end()), what);
}

std::size_t upTo(Random& random, std::int64_t most) { return 1 + static_cast<std::size_t>(random.below(most)); }

}  // namespace

TEST(affineLayerIsWhatItSays) {
    Random random(71, 0);
    for (int round = 0; round < 40; round++) {
        std::size_t const rows = upTo(random, round % 8 == 7 ? 2300 : 40);
        std::size_t const inputs = upTo(random, 70);
        std::size_t const outputs = upTo(random, 70);
        Values const x = normals(random, rows * inputs);
        Values const weights = normals(random, inputs * outputs);
        Values const bias = normals(random, outputs);
        Values const gradient = normals(random, rows * outputs);
        Values out(rows * outputs), of_x(rows * inputs), of_weights(inputs * outputs), of_bias(outputs);
        for (std::size_t i = 0; i < rows; i++) {
            for (std::size_t j = 0; j < outputs; j++) {
                float sum = bias[j];
                for (std::size_t k = 0; k < inputs; k++) sum += x[i * inputs + k] * weights[k * outputs + j];
                out[i * outputs + j] = sum;
                of_bias[j] += gradient[i * outputs + j];
            }
            for (std::size_t k = 0; k < inputs; k++) {
                for (std::size_t j = 0; j < outputs; j++) {
                    of_x[i * inputs + k] += gradient[i * outputs + j] * weights[k * outputs + j];
                    of_weights[k * outputs + j] += x[i * inputs + k] * gradient[i * outputs + j];
                }
            }
        }
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int threads = 1; threads <= 2; threads++) {
                Values a(out.size()), b(of_x.size()), c(of_weights.size()), d(of_bias.size());
                affineForward(isa, threads, {rows, inputs, outputs, x.data(), weights.data(), bias.data(), a.data()});
                affineBackward(
                    isa, threads,
                    {rows, inputs, outputs, x.data(), weights.data(), gradient.data(), b.data(), c.data(), d.data()});
                expectFloats(a, out, "outputs");
                expectFloats(b, of_x, "gradient of x");
                expectFloats(c, of_weights, "gradient of the weights");
                expectFloats(d, of_bias, "gradient of the bias");
                affineBackward(
                    isa, threads,
                    {rows, inputs, outputs, x.data(), weights.data(), gradient.data(), nullptr, c.data(), d.data()});
                expectFloats(c, of_weights, "gradient of the weights alone");
            }
        }
    }
}

}  // namespace telltale
