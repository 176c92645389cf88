#pragma once
/// Reads a JSON request object member by member and notes what is wrong with it.

#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace driftlab::service::sagemaker {

/// One object of a request. Every member must be asked for, or `done` reports it as unknown. Problems go to a list
/// that all objects of a request share; reading goes on with empty values. The document outlives its readers.
class RequestMembers {
 public:
  RequestMembers(const nlohmann::json& object, std::string path, std::vector<std::string>& problems);

  /// Numbers and booleans become their text, as pipeline parameters of those types do.
  std::string text(const char* name, bool required = false);
  int integer(const char* name, int otherwise);
  std::vector<std::string> texts(const char* name);
  std::map<std::string, std::string> text_map(const char* name);
  /// An absent object reads as an empty one.
  RequestMembers object(const char* name, bool required = false);
  std::vector<RequestMembers> objects(const char* name);

  [[nodiscard]] bool has(const char* name) const;
  /// Refuses other values of a member that is not modelled beyond them.
  void only(const char* name, std::initializer_list<const char*> values);
  /// Members without effect in this model.
  void ignore(std::initializer_list<const char*> names);
  /// Reports the members that nobody asked for.
  void done();

 private:
  const nlohmann::json* find(const char* name, bool required);
  void complain(const std::string& name, const std::string& what);

  const nlohmann::json* object_;
  std::string path_;
  std::vector<std::string>* problems_;
  std::set<std::string> asked_;
};

}  // namespace driftlab::service::sagemaker
