// A block of sequences back through their steps: the gradients of what goes into the gates take the place of the gates.

namespace telltale::TT_TARGET {

// The gradient of h after step t, with what the caller adds to it there.
static inline Floats hiddenGradientAt(RecurrentBackward const& pass, std::size_t at, std::size_t j,
                                      float const* of_hidden, std::size_t count) {
    Floats const own = loadFloats(of_hidden + j);
    if (pass.hidden_gradient == nullptr) return own;
    return own + loadSome(pass.hidden_gradient + at * pass.layer.units + j, count);
}

template <bool kRelu>
static void lstmBack(RecurrentBackward const& pass, std::size_t row, std::size_t t, float* of_hidden,
                     float* of_memory) {
    RecurrentLayer const& layer = pass.layer;
    std::size_t const units = layer.units;
    std::size_t const at = row * layer.steps + t;
    float const* const start = layer.initial == nullptr ? nullptr : layer.initial + (layer.rows + row) * units;
    float const* const before = t > 0 ? pass.cells + (at - 1) * units : start;
    for (std::size_t j = 0; j < units; j += kLanes) {
        std::size_t const count = units - j;
        float* const kept = pass.gates + at * 4 * units + j;
        Floats const i = loadSome(kept, count);
        Floats const f = loadSome(kept + units, count);
        Floats const g = loadSome(kept + 2 * units, count);
        Floats const o = loadSome(kept + 3 * units, count);
        Floats const active = activate<kRelu>(loadSome(pass.cells + at * units + j, count));
        Floats const last = before == nullptr ? Floats{} : loadSome(before + j, count);
        Floats const dh = hiddenGradientAt(pass, at, j, of_hidden, count);
        Floats const dc = loadFloats(of_memory + j) + (dh * o) * slopeAt<kRelu>(active);
        storeSome(kept, (dc * g) * (i * (1.0f - i)), count);
        storeSome(kept + units, (dc * last) * (f * (1.0f - f)), count);
        storeSome(kept + 2 * units, (dc * i) * slopeAt<kRelu>(g), count);
        storeSome(kept + 3 * units, (dh * active) * (o * (1.0f - o)), count);
        storeFloats(of_memory + j, dc * f);
        storeFloats(of_hidden + j, Floats{});
    }
}

template <bool kRelu>
static void gruBack(RecurrentBackward const& pass, std::size_t row, std::size_t t, float* of_hidden) {
    RecurrentLayer const& layer = pass.layer;
    std::size_t const units = layer.units;
    std::size_t const at = row * layer.steps + t;
    float const* const start = layer.initial == nullptr ? nullptr : layer.initial + row * units;
    float const* const before = t > 0 ? pass.hidden + (at - 1) * units : start;
    for (std::size_t j = 0; j < units; j += kLanes) {
        std::size_t const count = units - j;
        float* const kept = pass.gates + at * 4 * units + j;
        Floats const z = loadSome(kept, count);
        Floats const r = loadSome(kept + units, count);
        Floats const n = loadSome(kept + 2 * units, count);
        Floats const inner = loadSome(kept + 3 * units, count);
        Floats const last = before == nullptr ? Floats{} : loadSome(before + j, count);
        Floats const dh = hiddenGradientAt(pass, at, j, of_hidden, count);
        Floats const dn = (dh * (1.0f - z)) * slopeAt<kRelu>(n);
        storeSome(kept, (dh * (last - n)) * (z * (1.0f - z)), count);
        storeSome(kept + units, (dn * inner) * (r * (1.0f - r)), count);
        storeSome(kept + 2 * units, dn, count);
        storeSome(kept + 3 * units, dn * r, count);
        storeFloats(of_hidden + j, dh * z);
    }
}

template <bool kRelu>
static void rnnBack(RecurrentBackward const& pass, std::size_t row, std::size_t t, float* of_hidden) {
    std::size_t const units = pass.layer.units;
    std::size_t const at = row * pass.layer.steps + t;
    for (std::size_t j = 0; j < units; j += kLanes) {
        std::size_t const count = units - j;
        Floats const h = loadSome(pass.hidden + at * units + j, count);
        Floats const dh = hiddenGradientAt(pass, at, j, of_hidden, count);
        storeSome(pass.gates + at * units + j, dh * slopeAt<kRelu>(h), count);
        storeFloats(of_hidden + j, Floats{});
    }
}

template <bool kRelu>
static void backwardSteps(RecurrentBackward const& pass, BackwardScratch const& scratch, std::size_t from,
                          std::size_t to) {
    RecurrentLayer const& layer = pass.layer;
    std::size_t const units = layer.units;
    std::size_t const kept = layer.keptWidth();
    bool const gru = layer.cell == RecurrentCell::kGru;
    std::size_t const first = gru ? 2 * units : layer.width();  // columns of the first product
    for (std::size_t t = layer.steps; t-- > 0;) {
        for (std::size_t r = 0; r < to - from; r++) {
            float* const of_hidden = scratch.of_hidden + r * scratch.stride;
            if (layer.cell == RecurrentCell::kLstm) {
                lstmBack<kRelu>(pass, from + r, t, of_hidden, scratch.of_memory + r * scratch.stride);
            } else if (gru) {
                gruBack<kRelu>(pass, from + r, t, of_hidden);
            } else {
                rnnBack<kRelu>(pass, from + r, t, of_hidden);
            }
            if (pass.layer.repeated) {
                float* const sum = scratch.sums + (from + r) * layer.width();
                float const* const added = pass.gates + ((from + r) * layer.steps + t) * kept;
                for (std::size_t j = 0; j < layer.width(); j++) sum[j] = sum[j] + added[j];
            }
        }
        float const* const gates = pass.gates + (from * layer.steps + t) * kept;
        for (std::size_t column = 0; column < units; column += kPanel) {
            Factor const factors[2] = {
                {gates, layer.steps * kept, 1, scratch.state_panels + column * first, first},
                {gates + 3 * units, layer.steps * kept, 1, scratch.inner_panels + column * units, units}};
            float* const out = scratch.of_hidden + column;
            productRows(to - from, factors, gru ? 2 : 1, out, scratch.stride, out, scratch.stride);
        }
    }
}

// Rows of the gradient of x from rows of the gradients of the gates.
static void xGradientRows(RecurrentLayer const& layer, float const* gates, std::size_t kept, std::size_t rows,
                          float const* panels, float* out) {
    std::size_t const width = layer.width();
    float const zeros[kPanel] = {};
    float tile[kTileRows * kPanel];
    for (std::size_t row = 0; row < rows; row += kTileRows) {
        std::size_t const count = rows - row < kTileRows ? rows - row : kTileRows;
        for (std::size_t column = 0; column < layer.inputs; column += kPanel) {
            Factor const factor{gates + row * kept, kept, 1, panels + column * width, width};
            productRows(count, &factor, 1, zeros, 0, tile, kPanel);
            std::size_t const columns = layer.inputs - column < kPanel ? layer.inputs - column : kPanel;
            for (std::size_t r = 0; r < count; r++) {
                for (std::size_t c = 0; c < columns; c++) {
                    out[(row + r) * layer.inputs + column + c] = tile[r * kPanel + c];
                }
            }
        }
    }
}

void recurrentBackwardBlock(RecurrentBackward const& pass, BackwardScratch const& scratch, std::size_t from,
                            std::size_t to) {
    RecurrentLayer const& layer = pass.layer;
    if (layer.relu) {
        backwardSteps<true>(pass, scratch, from, to);
    } else {
        backwardSteps<false>(pass, scratch, from, to);
    }
    if (pass.x_gradient == nullptr) return;
    if (layer.repeated) {
        xGradientRows(layer, scratch.sums + from * layer.width(), layer.width(), to - from, scratch.input_panels,
                      pass.x_gradient + from * layer.inputs);
    } else {
        xGradientRows(layer, pass.gates + from * layer.steps * layer.keptWidth(), layer.keptWidth(),
                      (to - from) * layer.steps, scratch.input_panels,
                      pass.x_gradient + from * layer.steps * layer.inputs);
    }
}

// Columns `column` … of the gradients of the gates of one sequence, as a panel; where the weights of the state see
// others than those of the inputs (`gru`), those.
static void gatePanel(RecurrentBackward const& pass, std::size_t row, std::size_t column, bool of_state, float* panel) {
    RecurrentLayer const& layer = pass.layer;
    std::size_t const kept = layer.keptWidth();
    std::size_t const jump = of_state && layer.cell == RecurrentCell::kGru ? 2 * layer.units : layer.width();
    std::size_t const valid = layer.width() - column < kPanel ? layer.width() - column : kPanel;
    std::size_t const straight = column >= jump ? 0 : jump - column < valid ? jump - column : valid;
    float const* from = pass.gates + row * layer.steps * kept + column;
    for (std::size_t t = 0; t < layer.steps; t++, from += kept, panel += kPanel) {
        if (straight == kPanel) {
            storeFloats(panel, loadFloats(from));
            storeFloats(panel + kLanes, loadFloats(from + kLanes));
            continue;
        }
        for (std::size_t c = 0; c < kPanel; c++) {
            panel[c] = c < straight ? from[c] : c < valid ? from[c + layer.units] : 0.0f;
        }
    }
}

static void addSteps(float const* panel, std::size_t steps, float* sum) {
    Floats left = loadFloats(sum);
    Floats right = loadFloats(sum + kLanes);
    for (std::size_t t = 0; t < steps; t++) {
        left = left + loadFloats(panel + t * kPanel);
        right = right + loadFloats(panel + t * kPanel + kLanes);
    }
    storeFloats(sum, left);
    storeFloats(sum + kLanes, right);
}

static void storePanel(float const* panel, std::size_t rows, std::size_t width, std::size_t column, float* out) {
    std::size_t const count = width - column < kPanel ? width - column : kPanel;
    for (std::size_t k = 0; k < rows; k++) {
        for (std::size_t c = 0; c < count; c++) out[k * width + column + c] = panel[k * kPanel + c];
    }
}

// Adds what one sequence gives to a panel of the gradient of the recurrent weights.
static void addState(RecurrentBackward const& pass, std::size_t row, float const* panel, float* sum) {
    RecurrentLayer const& layer = pass.layer;
    float const* const hidden = pass.hidden + row * layer.steps * layer.units;
    Factor factors[2];
    std::size_t count = 0;
    if (layer.initial != nullptr) factors[count++] = {layer.initial + row * layer.units, 1, layer.units, panel, 1};
    if (layer.steps > 1) factors[count++] = {hidden, 1, layer.units, panel + kPanel, layer.steps - 1};
    if (count > 0) productRows(layer.units, factors, count, sum, kPanel, sum, kPanel);
}

// The gradients of all weights that lead to one panel of columns. `panel` holds steps × kPanel, or rows × kPanel where
// that is more; `of_input` and `of_state` as many rows as there are weights.
void recurrentWeightPanel(RecurrentBackward const& pass, float const* sums, std::size_t column, float* panel,
                          float* of_input, float* of_state) {
    RecurrentLayer const& layer = pass.layer;
    std::size_t const width = layer.width();
    bool const gru = layer.cell == RecurrentCell::kGru;
    float bias[2][kPanel] = {};
    for (std::size_t k = 0; k < layer.inputs * kPanel; k++) of_input[k] = 0.0f;
    for (std::size_t k = 0; k < layer.units * kPanel; k++) of_state[k] = 0.0f;
    for (std::size_t row = 0; row < layer.rows; row++) {
        gatePanel(pass, row, column, false, panel);
        addSteps(panel, layer.steps, bias[0]);
        if (!layer.repeated) {
            Factor const factor{layer.x + row * layer.steps * layer.inputs, 1, layer.inputs, panel, layer.steps};
            productRows(layer.inputs, &factor, 1, of_input, kPanel, of_input, kPanel);
        }
        if (gru) {
            gatePanel(pass, row, column, true, panel);
            addSteps(panel, layer.steps, bias[1]);
        }
        addState(pass, row, panel, of_state);
    }
    if (layer.repeated) {
        packColumns(sums, layer.rows, width, column, width - column < kPanel ? width : column + kPanel, panel);
        Factor const factor{layer.x, 1, layer.inputs, panel, layer.rows};
        productRows(layer.inputs, &factor, 1, of_input, kPanel, of_input, kPanel);
    }
    storePanel(of_input, layer.inputs, width, column, pass.input_gradient);
    storePanel(of_state, layer.units, width, column, pass.recurrent_gradient);
    storePanel(bias[0], 1, width, column, pass.bias_gradient);
    if (gru) storePanel(bias[1], 1, width, column, pass.bias_gradient + width);
}

std::size_t recurrentPanelWidth() { return kPanel; }

}  // namespace telltale::TT_TARGET
