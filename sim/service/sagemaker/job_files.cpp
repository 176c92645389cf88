#include "sim/service/sagemaker/job_files.hpp"

#include <utility>

namespace driftlab::service::sagemaker {
namespace {

std::string_view bucket_of(std::string_view uri) {
  if (uri.starts_with("s3://")) uri.remove_prefix(5);
  return uri.substr(0, uri.find('/'));
}

/// The path of `key` below the folder or object `root`; empty when it only shares the beginning of the text.
std::string_view relative_path(std::string_view key, std::string_view root) {
  if (root.empty()) return key;
  if (key == root) return key.substr(key.find_last_of('/') + 1);
  std::string_view rest = key.substr(root.size());
  if (root.ends_with('/')) return rest;
  return rest.starts_with('/') ? rest.substr(1) : std::string_view();
}

std::vector<ops::container::File> files_under(const Context& context, const std::string& uri) {
  std::vector<ops::container::File> files;
  for (auto& [key, bytes] : context.hosts.objects.read_prefix(uri)) {
    const auto path = relative_path(key, s3_key(uri));
    if (!path.empty()) files.push_back({std::string(path), std::move(bytes)});
  }
  return files;
}

}  // namespace

Result<std::vector<ops::container::File>> read_input(const Context& context, const std::string& uri,
                                                     const std::string& role_arn) {
  auto files = files_under(context, uri);
  if (!files.empty()) return files;
  const std::string bucket(bucket_of(uri));
  return validation_error(
      "ClientError: Failed to download data. No S3 objects found under S3 URL \"" + uri +
      "\" given in input data source. Please ensure that the bucket exists in the selected region (" +
      context.config.identity.region + "), that objects exist under that S3 prefix, and that the role \"" + role_arn +
      "\" has \"s3:ListBucket\" permissions on bucket \"" + bucket + "\".");
}

bool has_objects(const Context& context, const std::string& uri) {
  return !files_under(context, uri).empty();
}

Result<> write_output(const Context& context, const ops::container::Exit& exit, const std::string& name,
                      const std::string& uri) {
  const auto found = exit.outputs.find(name);
  if (found == exit.outputs.end()) return {};
  for (const auto& file : found->second) {
    if (auto put = context.hosts.objects.put(s3_join(uri, file.path), file.bytes); !put) return put;
  }
  return {};
}

}  // namespace driftlab::service::sagemaker
