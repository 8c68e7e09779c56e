// Every instruction set and thread count against plain loops, over random shapes: what the sanitizers are to look at.
// Arrays are exactly as long as they have to be. That the activations are right, the tests in TypeScript say.
#include "kernels/recurrent/recurrent.h"

#include "math/random.h"
#include "testing/test.h"

namespace telltale {

namespace {

using Values = std::vector<float>;

struct Problem {
    RecurrentLayer shape{};
    bool started, from_hidden, from_last, want_x;
    Values x, input_weights, recurrent_weights, bias, initial, hidden_gradient, last_gradient;

    RecurrentLayer layer() const {
        RecurrentLayer layer = shape;
        layer.x = x.data();
        layer.input_weights = input_weights.data();
        layer.recurrent_weights = recurrent_weights.data();
        layer.bias = bias.data();
        layer.initial = started ? initial.data() : nullptr;
        return layer;
    }
};

struct Outcome {
    Values hidden, cells, gates, x, input, recurrent, bias, initial;
};

std::size_t upTo(Random& random, std::int64_t most) { return 1 + static_cast<std::size_t>(random.below(most)); }

Values normals(Random& random, std::size_t length) {
    Values values(length);
    for (float& v : values) v = static_cast<float>(random.normal());
    return values;
}

Problem randomProblem(Random& random, bool large) {
    Problem p;
    RecurrentLayer& shape = p.shape;
    shape.cell = static_cast<RecurrentCell>(random.below(3));
    shape.relu = random.below(2) == 0;
    shape.repeated = random.below(2) == 0;
    shape.rows = upTo(random, large ? 150 : 12);
    shape.steps = upTo(random, 6);
    shape.inputs = upTo(random, 40);
    shape.units = upTo(random, 40);
    p.started = random.below(2) == 0;
    p.from_hidden = random.below(2) == 0;
    p.from_last = random.below(2) == 0;
    p.want_x = random.below(2) == 0;
    p.x = normals(random, shape.xLength());
    p.input_weights = normals(random, shape.inputs * shape.width());
    p.recurrent_weights = normals(random, shape.units * shape.width());
    p.bias = normals(random, shape.biasLength());
    p.initial = normals(random, shape.stateLength());
    p.hidden_gradient = normals(random, shape.rows * shape.steps * shape.units);
    p.last_gradient = normals(random, shape.stateLength());
    return p;
}

Outcome run(Isa isa, int threads, Problem const& p, bool keep = true) {
    RecurrentLayer const layer = p.layer();
    std::size_t const states = layer.rows * layer.steps;
    bool const lstm = layer.cell == RecurrentCell::kLstm;
    Outcome out;
    out.hidden.resize(states * layer.units);
    out.cells.resize(lstm ? states * layer.units : 0);
    out.gates.resize(states * layer.keptWidth());
    recurrentForward(
        isa, threads,
        {layer, out.hidden.data(), keep && lstm ? out.cells.data() : nullptr, keep ? out.gates.data() : nullptr});
    if (!keep) return out;
    out.x.resize(p.want_x ? layer.xLength() : 0);
    out.input.resize(p.input_weights.size());
    out.recurrent.resize(p.recurrent_weights.size());
    out.bias.resize(p.bias.size());
    out.initial.resize(p.started ? layer.stateLength() : 0);
    recurrentBackward(
        isa, threads,
        {layer, out.hidden.data(), out.cells.data(), out.gates.data(),
         p.from_hidden ? p.hidden_gradient.data() : nullptr, p.from_last ? p.last_gradient.data() : nullptr,
         p.want_x ? out.x.data() : nullptr, out.input.data(), out.recurrent.data(), out.bias.data(),
         p.started ? out.initial.data() : nullptr});
    return out;
}

void expectSameFloats(Values const& found, Values const& expected, char const* what) {
    testing::expectSame(std::vector<double>(found.begin(), found.end()),
                        std::vector<double>(expected.begin(), expected.end()), what);
}

void expectSameOutcome(Outcome const& found, Outcome const& expected) {
    expectSameFloats(found.hidden, expected.hidden, "hidden");
    expectSameFloats(found.cells, expected.cells, "cells");
    expectSameFloats(found.gates, expected.gates, "gates");
    expectSameFloats(found.x, expected.x, "gradient of x");
    expectSameFloats(found.input, expected.input, "gradient of the input weights");
    expectSameFloats(found.recurrent, expected.recurrent, "gradient of the recurrent weights");
    expectSameFloats(found.bias, expected.bias, "gradient of the bias");
    expectSameFloats(found.initial, expected.initial, "gradient of the initial state");
}

}  // namespace

TEST(recurrentLayersAreTheSameEverywhere) {
    Random random(61, 0);
    for (int round = 0; round < 60; round++) {
        Problem const p = randomProblem(random, round % 6 == 5);
        Outcome const expected = run(Isa::kScalar, 1, p);
        for (Isa const isa : kAllIsas) {
            if (!isaSupported(isa)) continue;
            for (int threads = 1; threads <= 3; threads++) {
                expectSameOutcome(run(isa, threads, p), expected);
                expectSameFloats(run(isa, threads, p, false).hidden, expected.hidden, "hidden, nothing kept");
            }
        }
    }
}

// h' = relu(x W + h R + b) by plain loops, and its gradients by the chain rule, in the order that is promised.
TEST(recurrentPlainCellIsWhatItSays) {
    Random random(62, 0);
    for (int round = 0; round < 40; round++) {
        Problem p = randomProblem(random, false);
        p.shape.cell = RecurrentCell::kRnn;
        p.shape.relu = true;
        p.shape.repeated = false;
        p.started = false;
        p.from_hidden = true;
        p.from_last = false;
        RecurrentLayer const s = p.shape;
        p.x = normals(random, s.xLength());
        p.input_weights = normals(random, s.inputs * s.units);
        p.recurrent_weights = normals(random, s.units * s.units);
        p.bias = normals(random, s.units);
        Outcome const found = run(bestIsa(), 2, p);
        Values hidden(s.rows * s.steps * s.units);
        Values gates(hidden.size());
        Values bias(s.units);
        for (std::size_t r = 0; r < s.rows; r++) {
            for (std::size_t t = 0; t < s.steps; t++) {
                std::size_t const at = r * s.steps + t;
                for (std::size_t j = 0; j < s.units; j++) {
                    float z = p.bias[j];
                    for (std::size_t k = 0; k < s.inputs; k++)
                        z += p.x[at * s.inputs + k] * p.input_weights[k * s.units + j];
                    for (std::size_t k = 0; k < s.units; k++) {
                        z += (t > 0 ? hidden[(at - 1) * s.units + k] : 0.0f) * p.recurrent_weights[k * s.units + j];
                    }
                    hidden[at * s.units + j] = z < 0 ? 0 : z;
                }
            }
            Values carried(s.units);
            for (std::size_t t = s.steps; t-- > 0;) {
                std::size_t const at = (r * s.steps + t) * s.units;
                for (std::size_t j = 0; j < s.units; j++) {
                    gates[at + j] = (carried[j] + p.hidden_gradient[at + j]) * (hidden[at + j] > 0 ? 1.0f : 0.0f);
                }
                for (std::size_t k = 0; k < s.units; k++) {
                    carried[k] = 0;
                    for (std::size_t j = 0; j < s.units; j++)
                        carried[k] += gates[at + j] * p.recurrent_weights[k * s.units + j];
                }
            }
            for (std::size_t t = 0; t < s.steps; t++) {
                for (std::size_t j = 0; j < s.units; j++) bias[j] += gates[(r * s.steps + t) * s.units + j];
            }
        }
        expectSameFloats(found.hidden, hidden, "hidden");
        expectSameFloats(found.gates, gates, "gates");
        expectSameFloats(found.bias, bias, "gradient of the bias");
    }
}

}  // namespace telltale
