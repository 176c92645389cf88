#include "core/merge/folder_sink.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "core/capture/hour_folder.hpp"

namespace driftlab::merge {
namespace {

Error io_error(const std::filesystem::path& path, const std::error_code& code) {
  return {.kind = ErrorKind::Unavailable,
          .code = "IoError",
          .message = fmt::format("{}: cannot be written: {}", path.string(), code.message())};
}
Error io_error(const std::filesystem::path& path) {
  return io_error(path, std::error_code(errno, std::generic_category()));
}

}  // namespace

/// The lines of one thread, by folder; mostly there is one folder.
class FolderSink::Lines final : public Part {
 public:
  void add(const InputFile& file, std::span<const MergedRow> rows) override {
    const std::string_view hour = capture::hour_folder_of(file.name);
    if (!hour.empty()) {
      auto& to = in(std::string_view(file.name).substr(0, file.name.find(hour) + hour.size()));
      for (const auto& row : rows) append_merged_line(to, *row.capture, row.label, row.label_encoding);
      return;
    }
    for (const auto& row : rows)
      append_merged_line(in(hour_folder(row.capture->time)), *row.capture, row.label, row.label_encoding);
  }

  struct Folder {
    std::string name, lines;
  };
  std::vector<Folder> folders;
  std::size_t used = 0;

 private:
  /// Buffers are kept from commit to commit.
  std::string& in(std::string_view name) {
    for (std::size_t i = used; i-- > 0;)
      if (folders[i].name == name) return folders[i].lines;
    if (used == folders.size()) folders.emplace_back();
    folders[used].name = name;
    return folders[used++].lines;
  }
};

FolderSink::FolderSink(Settings settings) : settings_(std::move(settings)) {}

FolderSink::~FolderSink() {
  close();
  for (const auto& [folder, published] : folders_) {
    std::error_code ignored;
    if (!published) std::filesystem::remove(partial(folder), ignored);
  }
}

std::unique_ptr<RowSink::Part> FolderSink::make_part() {
  return std::make_unique<Lines>();
}

Result<> FolderSink::commit(Part& part) {
  auto& lines = dynamic_cast<Lines&>(part);
  for (std::size_t i = 0; i < lines.used; ++i) {
    if (auto ok = append(lines.folders[i].name, lines.folders[i].lines); !ok) return ok;
    lines.folders[i].lines.clear();
  }
  lines.used = 0;
  return {};
}

Result<> FolderSink::append(const std::string& folder, std::string_view lines) {
  if (lines.empty()) return {};
  const auto path = partial(folder);
  if (descriptor_ < 0 || open_folder_ != folder) {
    close();
    const bool fresh = folders_.try_emplace(folder, false).second;
    std::error_code code;
    std::filesystem::create_directories(path.parent_path(), code);
    if (code) return io_error(path.parent_path(), code);
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (fresh ? O_TRUNC : O_APPEND), 0666);
    if (descriptor_ < 0) return io_error(path);
    open_folder_ = folder;
  }
  bytes_ += lines.size();
  while (!lines.empty()) {
    const auto done = ::write(descriptor_, lines.data(), lines.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return io_error(path);
    lines.remove_prefix(static_cast<std::size_t>(done));
  }
  return {};
}

Result<std::vector<std::string>> FolderSink::publish() {
  close();
  std::vector<std::string> names;
  for (auto& [folder, published] : folders_) {
    const std::string relative = (std::filesystem::path(folder) / name()).generic_string();
    std::error_code code;
    std::filesystem::rename(partial(folder), settings_.root / relative, code);
    if (code) return io_error(settings_.root / relative, code);
    published = true;
    names.push_back(relative);
  }
  return names;
}

std::string FolderSink::name() const {
  return fmt::format("part-{:05}-{}.c000.jsonl", settings_.number, settings_.id);
}

std::filesystem::path FolderSink::partial(const std::string& folder) const {
  return settings_.root / folder / ("." + name() + ".partial");
}

void FolderSink::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace driftlab::merge
