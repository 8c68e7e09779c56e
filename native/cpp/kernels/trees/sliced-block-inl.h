// The rows that are scored together, and those behind them to fetch meanwhile.

namespace telltale::TT_TARGET {

struct RowBlock {
    double const* rows;     // kBlockRows of them: those of the table, or a copy filled up with zeros
    std::size_t present;    // of these, in the table
    char const* next;       // the rows behind
    std::size_t nextBytes;  // of the next block
};

// The block from row `first` on; `padded` has room for one.
static inline RowBlock blockOf(double const* x, std::size_t rows, std::size_t cols, std::size_t first, double* padded) {
    RowBlock block;
    block.present = rows - first < kBlockRows ? rows - first : kBlockRows;
    block.rows = x + first * cols;
    if (block.present < kBlockRows) {
        for (std::size_t i = 0; i < kBlockRows * cols; i++) padded[i] = i < block.present * cols ? block.rows[i] : 0;
        block.rows = padded;
    }
    block.next = reinterpret_cast<char const*>(x + (first + block.present) * cols);
    std::size_t const behind = rows - first - block.present;
    block.nextBytes = (behind < kBlockRows ? behind : kBlockRows) * cols * sizeof(double);
    return block;
}

}  // namespace telltale::TT_TARGET
