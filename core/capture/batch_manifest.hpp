#pragma once
/// Manifests of batch transform capture: which data files a transform read and wrote in an hour.
///
/// <capture>/input/yyyy/mm/dd/hh/<uuid>.json and <capture>/output/… are JSON arrays: {"prefix": "s3://bucket/key/"},
/// then names of objects that follow the prefix. Nothing is copied: the objects lie where the transform has them.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/capture/input_file.hpp"

namespace driftlab::capture {

/// Whether a path is that of such a manifest: "input" or "output", an hour folder, a name that ends in .json.
[[nodiscard]] bool is_batch_manifest(const std::filesystem::path& path);

struct BatchOptions {
  /// The local copy of S3: s3://bucket/key is data_root/bucket/key; other prefixes are paths below data_root.
  std::filesystem::path data_root;
  bool join_inputs = true;  ///< rows of the inputs beside those of the outputs
  bool header = false;      ///< inputs of CSV begin with column names
  bool needs_ids = false;   ///< for the ground truth merge
};

/// The data files that the manifests among `files` name, to be read as capture lines: outputs in the order of manifests
/// and names, each with its input, which is the object of the same name without ".out" in the input manifest of that
/// name, else of that hour; where an hour has inputs only, the inputs. Their names are "yyyy/mm/dd/hh/<file name>".
/// Errors: InvalidInput with the manifest and place in it: what is no manifest, a path that leaves the data root, an
/// object that is not there, an output without its input or the other way round; a manifest without objects is none.
[[nodiscard]] Result<std::vector<InputFile>> read_batch_capture(std::span<const std::filesystem::path> files,
                                                                const BatchOptions& options);

/// The objects of one manifest, prefix and name together. `name` is for errors. Errors: as above.
struct ManifestObject {
  std::string name;  ///< behind the prefix
  std::string uri;
};
[[nodiscard]] Result<std::vector<ManifestObject>> read_manifest(const std::string& name, std::string_view json);

}  // namespace driftlab::capture
