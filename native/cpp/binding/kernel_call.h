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

// An Error with that text and code; false where no JavaScript value can be made any more.
inline bool makeError(napi_env env, Failure const& failure, napi_value* error) {
    napi_value code = nullptr;
    napi_value text = nullptr;
    return napi_create_string_utf8(env, failure.code, NAPI_AUTO_LENGTH, &code) == napi_ok &&
           napi_create_string_utf8(env, failure.text.c_str(), failure.text.size(), &text) == napi_ok &&
           napi_create_error(env, code, text, error) == napi_ok;
}

template <typename Job>
Napi::Value callNow(Napi::CallbackInfo const& info) {
    Args args(info, Job::kName);
    Job job(args);
    std::optional<Failure> const failure =
        args.failed() ? std::optional<Failure>(Failure{"KERNEL_FAILED", args.problem()}) : runJob(job);
    napi_value error = nullptr;
    if (failure && makeError(info.Env(), *failure, &error)) napi_throw(info.Env(), error);
    return info.Env().Undefined();
}

// Runs a job on a thread of the pool. It holds the arguments of the call, so that no array is collected meanwhile.
//
// When a worker thread is terminated, or the process exits, Node waits for the job and then completes it in an
// environment where no JavaScript can run and every call fails. The wrapper classes make such a failure fatal, so the
// completion uses plain Node-API calls, and gives up at the first that fails: nobody is left to hear the result.
template <typename Job>
class PromiseWorker : public Napi::AsyncWorker {
  public:
    PromiseWorker(Napi::CallbackInfo const& info, Job job)
        : Napi::AsyncWorker(info.Env(), Job::kName), job_(std::move(job)) {
        Napi::Array held = Napi::Array::New(info.Env(), info.Length());
        for (std::uint32_t i = 0; i < info.Length(); i++) held.Set(i, info[i]);
        held_ = Napi::Persistent(held.As<Napi::Object>());
    }

    // The promise that the completion settles; call it once.
    Napi::Value promise() {
        napi_value promise = nullptr;
        napi_status const status = napi_create_promise(Env(), &deferred_, &promise);
        NAPI_THROW_IF_FAILED(Env(), status, Napi::Value());
        return Napi::Value(Env(), promise);
    }

  protected:
    void Execute() override { failure_ = runJob(job_); }

    void OnOK() override {
        if (!failure_ && arrayLost()) {
            failure_ = Failure{"KERNEL_FAILED", std::string(Job::kName) +
                                                    ": the buffer of an argument was transferred to somebody else "
                                                    "during the call"};
        }
        napi_value outcome = nullptr;
        if (failure_) {
            if (makeError(Env(), *failure_, &outcome)) napi_reject_deferred(Env(), deferred_, outcome);
        } else {
            if (napi_get_undefined(Env(), &outcome) == napi_ok) napi_resolve_deferred(Env(), deferred_, outcome);
        }
    }

  private:
    // True when a buffer was detached while the job ran: the result was written where nobody looks, or read from there.
    bool arrayLost() {
        napi_value held = nullptr;
        std::uint32_t count = 0;
        if (napi_get_reference_value(Env(), held_, &held) != napi_ok || held == nullptr) return false;
        if (napi_get_array_length(Env(), held, &count) != napi_ok) return false;
        for (std::uint32_t i = 0; i < count; i++) {
            napi_value value = nullptr;
            napi_value buffer = nullptr;
            bool typed = false;
            bool detached = false;
            if (napi_get_element(Env(), held, i, &value) != napi_ok) return false;
            if (napi_is_typedarray(Env(), value, &typed) != napi_ok || !typed) continue;
            napi_get_typedarray_info(Env(), value, nullptr, nullptr, nullptr, &buffer, nullptr);
            if (napi_is_detached_arraybuffer(Env(), buffer, &detached) == napi_ok && detached) return true;
        }
        return false;
    }

    Job job_;
    napi_deferred deferred_ = nullptr;
    Napi::ObjectReference held_;
    std::optional<Failure> failure_;
};

template <typename Job>
Napi::Value callPromised(Napi::CallbackInfo const& info) {
    Args args(info, Job::kName);
    Job job(args);
    if (args.failed()) {
        Napi::Promise::Deferred const deferred = Napi::Promise::Deferred::New(info.Env());
        napi_value error = nullptr;
        if (makeError(info.Env(), Failure{"KERNEL_FAILED", args.problem()}, &error)) deferred.Reject(error);
        return deferred.Promise();
    }
    auto* const worker = new PromiseWorker<Job>(info, std::move(job));  // deletes itself when it has settled
    Napi::Value const promise = worker->promise();
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
