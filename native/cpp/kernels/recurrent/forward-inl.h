// A block of sequences through the layer: per step the products of all gates, then the gates.

namespace telltale::TT_TARGET {

template <bool kRelu>
static void lstmGates(RecurrentForward const& pass, std::size_t row, std::size_t t, float const* z, float* memory) {
    std::size_t const units = pass.layer.units;
    std::size_t const at = row * pass.layer.steps + t;
    for (std::size_t j = 0; j < units; j += kLanes) {
        std::size_t const count = units - j;
        Floats const i = sigmoidFloats(loadFloats(z + j));
        Floats const f = sigmoidFloats(loadFloats(z + units + j));
        Floats const g = activate<kRelu>(loadFloats(z + 2 * units + j));
        Floats const o = sigmoidFloats(loadFloats(z + 3 * units + j));
        Floats const c = f * loadSome(memory + j, count) + i * g;
        storeSome(memory + j, c, count);
        storeSome(pass.hidden + at * units + j, o * activate<kRelu>(c), count);
        if (pass.cells != nullptr) storeSome(pass.cells + at * units + j, c, count);
        if (pass.gates == nullptr) continue;
        float* const kept = pass.gates + at * 4 * units + j;
        storeSome(kept, i, count);
        storeSome(kept + units, f, count);
        storeSome(kept + 2 * units, g, count);
        storeSome(kept + 3 * units, o, count);
    }
}

template <bool kRelu>
static void gruGates(RecurrentForward const& pass, std::size_t row, std::size_t t, float const* x, float const* s,
                     float* memory) {
    std::size_t const units = pass.layer.units;
    std::size_t const at = row * pass.layer.steps + t;
    for (std::size_t j = 0; j < units; j += kLanes) {
        std::size_t const count = units - j;
        Floats const z = sigmoidFloats(loadFloats(x + j) + loadFloats(s + j));
        Floats const r = sigmoidFloats(loadFloats(x + units + j) + loadFloats(s + units + j));
        Floats const inner = loadFloats(s + 2 * units + j);
        Floats const n = activate<kRelu>(loadFloats(x + 2 * units + j) + r * inner);
        Floats const h = z * loadSome(memory + j, count) + (1.0f - z) * n;
        storeSome(memory + j, h, count);
        storeSome(pass.hidden + at * units + j, h, count);
        if (pass.gates == nullptr) continue;
        float* const kept = pass.gates + at * 4 * units + j;
        storeSome(kept, z, count);
        storeSome(kept + units, r, count);
        storeSome(kept + 2 * units, n, count);
        storeSome(kept + 3 * units, inner, count);
    }
}

template <bool kRelu>
static void rnnGates(RecurrentForward const& pass, std::size_t row, std::size_t t, float const* z) {
    std::size_t const units = pass.layer.units;
    float* const hidden = pass.hidden + (row * pass.layer.steps + t) * units;
    for (std::size_t j = 0; j < units; j += kLanes) {
        storeSome(hidden + j, activate<kRelu>(loadFloats(z + j)), units - j);
    }
}

template <bool kRelu>
static void forwardSteps(RecurrentForward const& pass, ForwardScratch const& scratch, std::size_t from,
                         std::size_t to) {
    RecurrentLayer const& layer = pass.layer;
    std::size_t const rows = to - from;
    std::size_t const width = layer.width();
    std::size_t const stride = scratch.stride;
    bool const gru = layer.cell == RecurrentCell::kGru;
    bool const apart = gru || layer.repeated;  // what the inputs give is needed by itself
    for (std::size_t t = 0; t < layer.steps; t++) {
        float const* const x = layer.x + (layer.repeated ? from : from * layer.steps + t) * layer.inputs;
        std::size_t const x_row = layer.repeated ? layer.inputs : layer.steps * layer.inputs;
        float const* const state = t > 0                      ? pass.hidden + (from * layer.steps + t - 1) * layer.units
                                   : scratch.start != nullptr ? scratch.start + from * layer.units
                                                              : scratch.zeros;
        std::size_t const state_row = t > 0 ? layer.steps * layer.units : scratch.start != nullptr ? layer.units : 0;
        for (std::size_t column = 0; column < width; column += kPanel) {
            Factor const factors[2] = {{x, x_row, 1, scratch.input_panels + column * layer.inputs, layer.inputs},
                                       {state, state_row, 1, scratch.state_panels + column * layer.units, layer.units}};
            float* const of_input = scratch.of_input + column;
            if (apart && (t == 0 || !layer.repeated)) {
                productRows(rows, factors, 1, scratch.bias + column, 0, of_input, stride);
            }
            if (gru) {
                productRows(rows, factors + 1, 1, scratch.bias + stride + column, 0, scratch.z + column, stride);
            } else if (apart) {
                productRows(rows, factors + 1, 1, of_input, stride, scratch.z + column, stride);
            } else {
                productRows(rows, factors, 2, scratch.bias + column, 0, scratch.z + column, stride);
            }
        }
        for (std::size_t r = 0; r < rows; r++) {
            float* const memory = scratch.memory + r * layer.units;
            float const* const z = scratch.z + r * stride;
            if (layer.cell == RecurrentCell::kLstm) {
                lstmGates<kRelu>(pass, from + r, t, z, memory);
            } else if (gru) {
                gruGates<kRelu>(pass, from + r, t, scratch.of_input + r * stride, z, memory);
            } else {
                rnnGates<kRelu>(pass, from + r, t, z);
            }
        }
    }
}

void recurrentForwardBlock(RecurrentForward const& pass, ForwardScratch const& scratch, std::size_t from,
                           std::size_t to) {
    if (pass.layer.relu) {
        forwardSteps<true>(pass, scratch, from, to);
    } else {
        forwardSteps<false>(pass, scratch, from, to);
    }
}

}  // namespace telltale::TT_TARGET
