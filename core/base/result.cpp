#include "core/base/result.hpp"

#include <stdexcept>

namespace driftlab {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::InvalidInput:
      return "InvalidInput";
    case ErrorKind::NotFound:
      return "NotFound";
    case ErrorKind::Conflict:
      return "Conflict";
    case ErrorKind::AccessDenied:
      return "AccessDenied";
    case ErrorKind::Throttled:
      return "Throttled";
    case ErrorKind::Unavailable:
      return "Unavailable";
    case ErrorKind::DeadlineExceeded:
      return "DeadlineExceeded";
    case ErrorKind::Cancelled:
      return "Cancelled";
    case ErrorKind::Internal:
      return "Internal";
  }
  return "Internal";
}

Error validation_error(std::string message) {
  return Error{ErrorKind::InvalidInput, "ValidationException", std::move(message)};
}

Error input_error(std::string message) {
  return Error{ErrorKind::InvalidInput, "InvalidInput", std::move(message)};
}

Error not_found(std::string code, std::string message) {
  return Error{ErrorKind::NotFound, std::move(code), std::move(message)};
}

std::string describe(const Error& error) {
  return error.code.empty() ? error.message : error.code + ": " + error.message;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(describe(error));
}

}  // namespace driftlab
