#pragma once
/// Merged lines in folders on disk, as the service lays them out.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/merge/merge.hpp"

namespace driftlab::merge {

/// root/<source>/yyyy/mm/dd/hh/part-NNNNN-<id>.c000.jsonl, the hour being the capture's: that of its file's folder,
/// else that of its inference. <source> is what stands before the hour folder in the file's name ("endpoint/variant").
/// Files have another name until `publish`; without it they are removed.
class FolderSink final : public RowSink {
 public:
  struct Settings {
    std::filesystem::path root;
    std::string id;            ///< the part of the file names that tells runs apart
    std::uint64_t number = 0;  ///< NNNNN: of the shard
  };
  explicit FolderSink(Settings settings);
  ~FolderSink() override;

  std::unique_ptr<Part> make_part() override;
  /// Errors: Unavailable "IoError" with the system's text.
  Result<> commit(Part& part) override;
  /// Gives the files their names; returns them relative to the root, ascending. Errors: as commit.
  [[nodiscard]] Result<std::vector<std::string>> publish();
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  class Lines;
  Result<> append(const std::string& folder, std::string_view lines);
  [[nodiscard]] std::filesystem::path partial(const std::string& folder) const;
  [[nodiscard]] std::string name() const;
  void close();

  Settings settings_;
  std::map<std::string, bool> folders_;  ///< with output
  std::string open_folder_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
};

}  // namespace driftlab::merge
