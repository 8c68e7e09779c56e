// One job, two forms: a kernel's synchronous function and its promise.
//
// A Job is a struct with `static constexpr char const* kName`, a constructor from Args that reads and checks every
// argument, and `void run()`, which touches no JavaScript and may throw.
#pragma once

#include <napi.h>

#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "binding/args.h"

namespace telltale {

// What went wrong in a job: the code and text of the error that JavaScript gets.
struct Failure {
    char const* code;
    std::string text;
};

template <typename Job>
std::optional<Failure> runJob(Job& job) {
    try {
        job.run();
        return std::nullopt;
    } catch (std::bad_alloc const&) {
        return Failure{"KERNEL_MEMORY", std::string(Job::kName) + ": not enough memory for its working arrays"};
    } catch (std::exception const& error) {
        return Failure{"KERNEL_FAILED", std::string(Job::kName) + ": " + error.what()};
    }
}

inline Napi::Error errorOf(Napi::Env env, Failure const& failure) {
    Napi::Error error = Napi::Error::New(env, failure.text);
    error.Set("code", Napi::String::New(env, failure.code));
    return error;
}

template <typename Job>
Napi::Value callNow(Napi::CallbackInfo const& info) {
    Args args(info, Job::kName);
    Job job(args);
    std::optional<Failure> const failure =
        args.failed() ? std::optional<Failure>(Failure{"KERNEL_FAILED", args.problem()}) : runJob(job);
    if (failure) errorOf(info.Env(), *failure).ThrowAsJavaScriptException();
    return info.Env().Undefined();
}

// Runs a job on a thread of the pool. It holds the arguments of the call, so that no array is collected meanwhile.
template <typename Job>
class PromiseWorker : public Napi::AsyncWorker {
  public:
    PromiseWorker(Napi::CallbackInfo const& info, Job job)
        : Napi::AsyncWorker(info.Env(), Job::kName),
          job_(std::move(job)),
          deferred_(Napi::Promise::Deferred::New(info.Env())) {
        Napi::Array held = Napi::Array::New(info.Env(), info.Length());
        for (std::uint32_t i = 0; i < info.Length(); i++) held.Set(i, info[i]);
        held_ = Napi::Persistent(held.As<Napi::Object>());
    }

    Napi::Promise promise() const { return deferred_.Promise(); }

  protected:
    void Execute() override { failure_ = runJob(job_); }

    void OnOK() override {
        Napi::HandleScope const scope(Env());
        if (!failure_ && arrayLost()) {
            failure_ = Failure{"KERNEL_FAILED", std::string(Job::kName) +
                                                    ": the buffer of an argument was transferred to somebody else "
                                                    "during the call"};
        }
        if (failure_) {
            deferred_.Reject(errorOf(Env(), *failure_).Value());
        } else {
            deferred_.Resolve(Env().Undefined());
        }
    }

    void OnError(Napi::Error const& error) override { deferred_.Reject(error.Value()); }

  private:
    // True when a buffer was detached while the job ran: the result was written where nobody looks, or read from there.
    bool arrayLost() {
        Napi::Object const held = held_.Value();
        std::uint32_t const count = held.As<Napi::Array>().Length();
        for (std::uint32_t i = 0; i < count; i++) {
            Napi::Value const value = held.Get(i);
            if (!value.IsTypedArray()) continue;
            bool detached = false;
            napi_is_detached_arraybuffer(Env(), value.As<Napi::TypedArray>().ArrayBuffer(), &detached);
            if (detached) return true;
        }
        return false;
    }

    Job job_;
    Napi::Promise::Deferred deferred_;
    Napi::ObjectReference held_;
    std::optional<Failure> failure_;
};

template <typename Job>
Napi::Value callPromised(Napi::CallbackInfo const& info) {
    Args args(info, Job::kName);
    Job job(args);
    if (args.failed()) {
        Napi::Promise::Deferred const deferred = Napi::Promise::Deferred::New(info.Env());
        deferred.Reject(errorOf(info.Env(), Failure{"KERNEL_FAILED", args.problem()}).Value());
        return deferred.Promise();
    }
    auto* const worker = new PromiseWorker<Job>(info, std::move(job));  // deletes itself when it has settled
    Napi::Promise const promise = worker->promise();
    worker->Queue();
    return promise;
}

// Adds both forms to the addon: `name` and `namePromise`.
template <typename Job>
void exportKernel(Napi::Env env, Napi::Object exports) {
    exports.Set(Job::kName, Napi::Function::New(env, callNow<Job>, Job::kName));
    exports.Set(std::string(Job::kName) + "Promise", Napi::Function::New(env, callPromised<Job>, Job::kName));
}

}  // namespace telltale
