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
struct GetParameterInput {
  std::string name;
};
struct Parameter {
  std::string name;
  std::string value;
  std::string type = "String";
  int version = 1;
  Instant last_modified{};
};
struct GetParametersByPathInput {
  std::string path;
  bool recursive = false;
};
struct GetParametersByPathOutput {
  std::vector<Parameter> parameters;  ///< by name
};

}  // namespace driftlab::ops::ssm
