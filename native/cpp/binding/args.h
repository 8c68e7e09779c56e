// The arguments of one call from JavaScript, checked for what could touch memory it should not: types, lengths, ranges.
// What the values mean has been checked in TypeScript. Reading goes on after a failure (with zeros and null), so that a
// binding asks once at the end.
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "simd/isa.h"

namespace telltale {

class Args {
  public:
    static constexpr std::int64_t kMostSize = std::int64_t{1} << 53;

    Args(Napi::CallbackInfo const& info, char const* kernel) : info_(info), kernel_(kernel) {}

    // A number, in order of the arguments; `name` is for the error text.
    double number(char const* name);
    // An integer, least … most.
    std::int64_t integer(char const* name, std::int64_t least, std::int64_t most);
    std::size_t size(char const* name) { return static_cast<std::size_t>(integer(name, 0, kMostSize)); }
    std::int32_t int32(char const* name, std::int32_t least) {
        return static_cast<std::int32_t>(integer(name, least, INT32_MAX));
    }
    // How many there are, least or more and no more than an int32 holds.
    std::size_t count(char const* name, std::int32_t least) { return static_cast<std::size_t>(int32(name, least)); }
    // An integer, least … most, of something that is counted.
    std::size_t between(char const* name, std::size_t least, std::size_t most) {
        return static_cast<std::size_t>(
            integer(name, static_cast<std::int64_t>(least), static_cast<std::int64_t>(most)));
    }
    // An instruction set, by number, that this machine has.
    Isa isa();

    // A typed array with at least `length` elements; the first one.
    double* f64(char const* name, std::size_t length);
    std::int32_t* i32(char const* name, std::size_t length);
    std::uint8_t* u8(char const* name, std::size_t length);
    float* f32(char const* name, std::size_t length);
    std::uint32_t* u32(char const* name, std::size_t length);
    // An array that may be left out: a 1 or a 0 before it says whether it is given; nullptr where it is not.
    float* optionalF32(char const* name, std::size_t length);
    double* optionalF64(char const* name, std::size_t length);

    // a · b, or a failure when that is more than any array can hold.
    std::size_t product(std::size_t a, std::size_t b);

    // Remembers a failure, if it is the first.
    void fail(char const* name, std::string const& problem);
    bool failed() const { return !problem_.empty(); }
    // "kernel: argument: problem".
    std::string const& problem() const { return problem_; }

  private:
    Napi::Value next() { return info_[at_++]; }
    void* array(char const* name, std::size_t length, napi_typedarray_type type, char const* typeName);

    Napi::CallbackInfo const& info_;
    char const* kernel_;
    std::size_t at_ = 0;
    std::string problem_;
};

}  // namespace telltale
