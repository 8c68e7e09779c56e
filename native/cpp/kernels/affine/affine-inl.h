// Products whose results are stored without padding.

namespace telltale::TT_TARGET {

// Rows from … to of initial + a · b, `width` columns wide; a has `length` columns, b is in panels, `initial` a padded
// row.
void affineRows(float const* a, std::size_t length, float const* panels, float const* initial, std::size_t from,
                std::size_t to, std::size_t width, float* out) {
    float tile[kTileRows * kPanel];
    for (std::size_t row = from; row < to; row += kTileRows) {
        std::size_t const rows = to - row < kTileRows ? to - row : kTileRows;
        for (std::size_t column = 0; column < width; column += kPanel) {
            std::size_t const columns = width - column < kPanel ? width - column : kPanel;
            Factor const factor{a + row * length, length, 1, panels + column * length, length};
            if (columns == kPanel) {
                productRows(rows, &factor, 1, initial + column, 0, out + row * width + column, width);
                continue;
            }
            productRows(rows, &factor, 1, initial + column, 0, tile, kPanel);
            for (std::size_t r = 0; r < rows; r++) {
                for (std::size_t c = 0; c < columns; c++) out[(row + r) * width + column + c] = tile[r * kPanel + c];
            }
        }
    }
}

// Adds `count` rows of aᵀ · b to rows from … to of the gradient of the weights, which is in panels of all its rows.
void affineWeights(float const* a, std::size_t inputs, float const* panels, std::size_t count, std::size_t width,
                   std::size_t from, std::size_t to, float* out) {
    for (std::size_t column = 0; column < width; column += kPanel) {
        Factor const factor{a + from, 1, inputs, panels + column * count, count};
        float* const sums = out + column * inputs + from * kPanel;
        productRows(to - from, &factor, 1, sums, kPanel, sums, kPanel);
    }
}

void affineUnpack(float const* panels, std::size_t rows, std::size_t width, float* out) {
    for (std::size_t column = 0; column < width; column += kPanel) {
        std::size_t const columns = width - column < kPanel ? width - column : kPanel;
        for (std::size_t k = 0; k < rows; k++) {
            for (std::size_t c = 0; c < columns; c++)
                out[k * width + column + c] = panels[(column * rows) + k * kPanel + c];
        }
    }
}

void affineBias(float const* rows, std::size_t count, std::size_t width, float* sums) {
    for (std::size_t i = 0; i < count; i++) {
        for (std::size_t j = 0; j < width; j++) sums[j] = sums[j] + rows[i * width + j];
    }
}

}  // namespace telltale::TT_TARGET
