#pragma once
/// Systems Manager Parameter Store operations, neutral of any wire.

#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace driftlab::ops::ssm {

struct PutParameterInput {
  std::string name;
  std::string value;
  bool overwrite = false;
  std::string type = "String";
};
struct PutParameterOutput {
  int version = 1;
};
/// The name may end in ":VERSION".
struct GetParameterInput {
  std::string name;
  bool with_decryption = false;  ///< false gives opaque text for a SecureString
};
struct Parameter {
  std::string name;
  std::string value;
  std::string type = "String";
  int version = 1;
  Instant last_modified{};
};
struct GetParametersInput {
  std::vector<std::string> names;  ///< 1–10
  bool with_decryption = false;
};
struct GetParametersOutput {
  std::vector<Parameter> parameters;            ///< by name
  std::vector<std::string> invalid_parameters;  ///< asked for but not there, by name
};
struct DeleteParameterInput {
  std::string name;
};
/// The whole answer; a wire with pages cuts it.
struct GetParametersByPathInput {
  std::string path;
  bool recursive = false;
  bool with_decryption = false;
};
struct GetParametersByPathOutput {
  std::vector<Parameter> parameters;  ///< by name
};

}  // namespace driftlab::ops::ssm
