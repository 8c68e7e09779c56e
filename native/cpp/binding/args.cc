#include "binding/args.h"

#include <cmath>

namespace telltale {

namespace {

std::size_t elementSize(napi_typedarray_type type) {
    switch (type) {
        case napi_float64_array:
            return 8;
        case napi_int32_array:
        case napi_uint32_array:
        case napi_float32_array:
            return 4;
        default:
            return 1;
    }
}

}  // namespace

void Args::fail(char const* name, std::string const& problem) {
    if (!failed()) problem_ = std::string(kernel_) + ": " + name + ": " + problem;
}

double Args::number(char const* name) {
    Napi::Value const value = next();
    if (!value.IsNumber()) {
        fail(name, "expected a number");
        return 0;
    }
    return value.As<Napi::Number>().DoubleValue();
}

std::int64_t Args::integer(char const* name, std::int64_t least, std::int64_t most) {
    double const value = number(name);
    if (failed()) return least;
    if (!(value >= static_cast<double>(least) && value <= static_cast<double>(most)) || value != std::floor(value)) {
        fail(name, "expected an integer from " + std::to_string(least) + " to " + std::to_string(most) + "; found " +
                       std::to_string(value));
        return least;
    }
    return static_cast<std::int64_t>(value);
}

Isa Args::isa() {
    auto const isa = static_cast<Isa>(integer("isa", 0, kIsaCount - 1));
    if (!failed() && !isaSupported(isa)) fail("isa", std::string("this machine does not run ") + isaName(isa));
    return failed() ? Isa::kScalar : isa;
}

std::size_t Args::product(std::size_t a, std::size_t b) {
    std::size_t result;
    if (__builtin_mul_overflow(a, b, &result) || result > static_cast<std::size_t>(kMostSize)) {
        fail("sizes", std::to_string(a) + " x " + std::to_string(b) + " is more than an array can hold");
        return 0;
    }
    return result;
}

double* Args::f64(char const* name, std::size_t length) {
    return static_cast<double*>(array(name, length, napi_float64_array, "Float64Array"));
}

std::int32_t* Args::i32(char const* name, std::size_t length) {
    return static_cast<std::int32_t*>(array(name, length, napi_int32_array, "Int32Array"));
}

std::uint8_t* Args::u8(char const* name, std::size_t length) {
    return static_cast<std::uint8_t*>(array(name, length, napi_uint8_array, "Uint8Array"));
}

float* Args::f32(char const* name, std::size_t length) {
    return static_cast<float*>(array(name, length, napi_float32_array, "Float32Array"));
}

std::uint32_t* Args::u32(char const* name, std::size_t length) {
    return static_cast<std::uint32_t*>(array(name, length, napi_uint32_array, "Uint32Array"));
}

float* Args::optionalF32(char const* name, std::size_t length) {
    bool const given = integer(name, 0, 1) == 1;
    float* const values = f32(name, given ? length : 0);
    return given ? values : nullptr;
}

double* Args::optionalF64(char const* name, std::size_t length) {
    bool const given = integer(name, 0, 1) == 1;
    double* const values = f64(name, given ? length : 0);
    return given ? values : nullptr;
}

void* Args::array(char const* name, std::size_t length, napi_typedarray_type type, char const* typeName) {
    Napi::Value const value = next();
    if (failed()) return nullptr;
    napi_typedarray_type found;
    std::size_t foundLength = 0;
    void* data = nullptr;
    napi_value buffer;
    std::size_t byteOffset = 0;
    // The status is that of "not a typed array", whatever else the value is. The data pointer includes the byte offset.
    if (napi_get_typedarray_info(info_.Env(), value, &found, &foundLength, &data, &buffer, &byteOffset) != napi_ok ||
        found != type) {
        fail(name, std::string("expected a ") + typeName);
        return nullptr;
    }
    if (foundLength < length) {
        bool detached = false;
        napi_is_detached_arraybuffer(info_.Env(), buffer, &detached);
        fail(name, detached ? "its buffer has been transferred to somebody else"
                            : "expected at least " + std::to_string(length) + " elements; found " +
                                  std::to_string(foundLength));
        return nullptr;
    }
    if (length > 0 && reinterpret_cast<std::uintptr_t>(data) % elementSize(type) != 0) {
        fail(name, "its memory is not aligned to its elements");
        return nullptr;
    }
    return data;
}

}  // namespace telltale
