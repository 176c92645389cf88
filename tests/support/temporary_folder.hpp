#pragma once
/// A folder of a test's own, gone with the test.

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "core/base/check.hpp"

namespace driftlab::support {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = ::testing::TempDir() + "/driftlab-XXXXXX";
    DRIFTLAB_CHECK(::mkdtemp(name.data()) != nullptr, "no folder for the test");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace driftlab::support
