// Least and greatest value of every column among some rows.

namespace telltale::TT_TARGET {

void nearestBounds(double const* x, std::size_t cols, std::int32_t const* order, std::size_t count, double* low,
                   double* high) {
    for (std::size_t j = 0; j < cols; j++) {
        low[j] = __builtin_inf();
        high[j] = -__builtin_inf();
    }
    for (std::size_t i = 0; i < count; i++) {
        double const* const row = x + static_cast<std::size_t>(order[i]) * cols;
        if (i + 4 < count) __builtin_prefetch(x + static_cast<std::size_t>(order[i + 4]) * cols);
        for (std::size_t j = 0; j < cols; j++) {
            double const v = row[j] + 0.0;  // -0 becomes 0: the bits of a box do not depend on which came first
            low[j] = v < low[j] ? v : low[j];
            high[j] = v > high[j] ? v : high[j];
        }
    }
}

}  // namespace telltale::TT_TARGET
