// Tests of the C++ kernels without JavaScript, for the sanitizers. TEST(name) { … } registers itself; CHECK throws.
#pragma once

#include <cstring>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace telltale::testing {

struct Test {
    char const* name;
    void (*body)();
};

std::vector<Test>& tests();

struct Registration {
    Registration(char const* name, void (*body)()) { tests().push_back({name, body}); }
};

// Bit for bit, except that one NaN is as good as another.
inline bool sameBits(double a, double b) { return (a != a && b != b) || std::memcmp(&a, &b, sizeof a) == 0; }

template <typename T>
bool same(T const& a, T const& b) {
    return a == b;
}
inline bool same(double const& a, double const& b) { return sameBits(a, b); }

// Throws unless all elements are the same.
template <typename T>
void expectSame(std::vector<T> const& found, std::vector<T> const& expected, std::string const& what) {
    if (found.size() != expected.size()) throw std::runtime_error(what + ": lengths differ");
    for (std::size_t i = 0; i < expected.size(); i++) {
        if (same(found[i], expected[i])) continue;
        std::ostringstream text;
        text.precision(17);
        text << what << ": element " << i << " is " << +found[i] << ", expected " << +expected[i];
        throw std::runtime_error(text.str());
    }
}

}  // namespace telltale::testing

#define TEST(name)                                                           \
    static void name();                                                      \
    static ::telltale::testing::Registration const name##Added(#name, name); \
    static void name()

#define CHECK(condition)                                                                                      \
    do {                                                                                                      \
        if (!(condition))                                                                                     \
            throw std::runtime_error(std::string(__FILE__ ":") + std::to_string(__LINE__) + ": " #condition); \
    } while (false)
