#pragma once
/// Which folder may include which: the table of the design, as data.

#include <span>
#include <string_view>
#include <vector>

namespace driftlab::lint {

struct FolderRule {
  std::string_view folder;
  /// Folders it may include besides its own. Empty with `everything` set means no restriction.
  std::vector<std::string_view> may_include;
  bool everything = false;
};

/// The rule of the folder that holds `path`; null when the folder has none.
[[nodiscard]] const FolderRule* folder_rule(std::string_view path);
[[nodiscard]] bool is_below(std::string_view path, std::string_view folder);

}  // namespace driftlab::lint
