#pragma once
/// Result and Error: how every expected failure travels in this project.
///
/// Expected outcomes (throttled, no such key, deadline passed, bad payload) are values. Broken invariants are
/// `check` (check.hpp). No exception crosses a port.

#include <string>
#include <string_view>
#include <utility>

#include <boost/system/result.hpp>

namespace driftlab {

/// What a caller can do about a failure. Retry policy (retry.hpp) reads this, never the message.
enum class ErrorKind {
  InvalidInput,      ///< the request or file is wrong; the same call will fail again
  NotFound,          ///< the named thing does not exist
  Conflict,          ///< it exists, or is in a state that forbids the call
  AccessDenied,      ///< permission is missing
  Throttled,         ///< too many calls; try again later
  Unavailable,       ///< the service failed or is not reachable; try again later
  DeadlineExceeded,  ///< the caller's deadline passed first
  Cancelled,         ///< the caller gave up
  Internal,          ///< our own defect
};

[[nodiscard]] std::string_view to_string(ErrorKind kind);

/// A failure: `code` is the service's own word (AWS error code such as `ValidationException`) and is what a
/// test compares; `message` is for people.
struct Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string code;
  std::string message;
  std::string request_id = {};

  bool operator==(const Error&) const = default;
};

/// `Error` of kind InvalidInput with code `ValidationException`, the commonest answer of the AWS services here.
[[nodiscard]] Error validation_error(std::string message);
/// `Error` of kind InvalidInput with code `InvalidInput`: a file or option of the user's is wrong.
[[nodiscard]] Error input_error(std::string message);
[[nodiscard]] Error not_found(std::string code, std::string message);

/// "ValidationException: message", for logs and exceptions at the edge.
[[nodiscard]] std::string describe(const Error& error);

template <class T = void>
using Result = boost::system::result<T, Error>;

/// Found by Boost through argument-dependent lookup: `result.value()` on a failure throws std::runtime_error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace driftlab
