#include "sim/cli/files.hpp"

#include <fstream>
#include <stdexcept>

namespace driftlab::cli {

Result<std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return not_found("NoSuchFile", path.string() + ": no such file");
  if (std::filesystem::is_directory(path, error)) return input_error(path.string() + ": a folder; expected a file");
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return input_error(path.string() + ": cannot be read");
  std::string text(static_cast<std::size_t>(std::max<std::streamoff>(0, file.tellg())), '\0');
  file.seekg(0);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file) return input_error(path.string() + ": cannot be read");
  return text;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

}  // namespace driftlab::cli
