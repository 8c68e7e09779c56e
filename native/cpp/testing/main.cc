// Runs every test and ends with "N passed, N failed". Arguments: nothing, or the names of the tests to run.
#include <cstdio>
#include <cstring>
#include <exception>

#include "testing/test.h"

namespace telltale::testing {

std::vector<Test>& tests() {
    static std::vector<Test> all;
    return all;
}

}  // namespace telltale::testing

int main(int argc, char** argv) {
    int passed = 0;
    int failed = 0;
    for (telltale::testing::Test const& test : telltale::testing::tests()) {
        bool wanted = argc < 2;
        for (int i = 1; i < argc; i++) wanted = wanted || std::strcmp(argv[i], test.name) == 0;
        if (!wanted) continue;
        try {
            test.body();
            passed++;
        } catch (std::exception const& error) {
            failed++;
            std::printf("%s: %s\n", test.name, error.what());
        }
    }
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
