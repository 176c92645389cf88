/// What is particular to objects in a folder: collisions, strange places, traces on disk.

#include "core/ports/local/folder.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace driftlab::ports {
namespace {

namespace fs = std::filesystem;

const Instant kNow = from_civil(2026, 6, 1);

class InFolder : public ::testing::Test {
 protected:
  InFolder() { EXPECT_TRUE(folder.create_bucket("bucket").has_value()); }

  std::string put(const std::string& key) {
    const auto result = folder.put("bucket", key, "x", kNow);
    return result.has_error() ? result.error().code : "ok";
  }

  support::TemporaryFolder temporary;
  fs::path root = temporary.path() / "root";
  Folder folder{root};
};

TEST_F(InFolder, KeyThatIsAFolderOfAnotherCollides) {
  EXPECT_EQ(put("a/b"), "ok");
  EXPECT_EQ(put("a"), "KeyCollidesWithFolder");
  EXPECT_EQ(put("a/b/c"), "KeyCollidesWithFolder");
  EXPECT_EQ(put("a/b/c/d"), "KeyCollidesWithFolder");
  EXPECT_EQ(folder.put("bucket", "a", "x", kNow).error().kind, ErrorKind::Conflict);
  EXPECT_EQ(**folder.get("bucket", "a/b"), "x");
}

TEST_F(InFolder, RemovingTheLastObjectOfAFolderFreesItsName) {
  EXPECT_EQ(put("a/b/c"), "ok");
  ASSERT_TRUE(folder.remove("bucket", "a/b/c").has_value());
  EXPECT_FALSE(fs::exists(root / "bucket" / "a"));
  EXPECT_TRUE(fs::exists(root / "bucket"));
  EXPECT_EQ(put("a"), "ok");
}

TEST_F(InFolder, FilesOfOthersAreObjectsToo) {
  fs::create_directories(root / "bucket" / "sub");
  std::ofstream(root / "bucket" / "sub" / "by hand.csv") << "1,2\n";
  EXPECT_EQ(**folder.get("bucket", "sub/by hand.csv"), "1,2\n");
  const auto listed = folder.list("bucket", "sub/");
  ASSERT_TRUE(listed.has_value() && listed->size() == 1);
  EXPECT_EQ(listed->at(0).key, "sub/by hand.csv");
}

TEST_F(InFolder, NothingOutsideTheRootCanBeReached) {
  std::ofstream(temporary.path() / "secret") << "secret";
  EXPECT_EQ(folder.get("..", "secret").error().code, "NoSuchBucket");
  EXPECT_EQ(folder.get("", "root/bucket").error().code, "NoSuchBucket");
  EXPECT_EQ(folder.get("bucket", "../../secret").error().code, "ValidationException");
  EXPECT_TRUE(folder.list("bucket", "../../")->empty());
  EXPECT_TRUE(folder.list("bucket", "/")->empty());
  for (const char* name : {"", ".", "..", ".hidden", "a/b", "a b"})
    EXPECT_EQ(folder.create_bucket(name).error().code, "InvalidBucketName") << name;
}

TEST_F(InFolder, PutLeavesNoPartialFileBehind) {
  {
    Folder other(root);
    ASSERT_TRUE(other.put("bucket", "k", "x", kNow).has_value());
  }
  std::vector<std::string> left;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    left.push_back(entry.path().lexically_relative(root).generic_string());
  std::ranges::sort(left);
  EXPECT_EQ(left, (std::vector<std::string>{"bucket", "bucket/k"}));
}

TEST_F(InFolder, PartialFilesAreNoBucket) {
  EXPECT_EQ(put("k"), "ok");
  EXPECT_EQ(folder.list(".driftlab-partial", "").error().code, "NoSuchBucket");
}

TEST_F(InFolder, NameTooLongForTheDiskIsRefused) {
  EXPECT_EQ(put(std::string(256, 'k')), "ValidationException");
  EXPECT_EQ(put(std::string(256, 'd') + "/k"), "ValidationException");
  EXPECT_EQ(folder.get("bucket", std::string(256, 'k')).error().code, "NoSuchKey");
}

TEST_F(InFolder, CreatingABucketAgainKeepsIt) {
  EXPECT_EQ(put("k"), "ok");
  EXPECT_TRUE(folder.create_bucket("bucket").has_value());
  EXPECT_EQ(**folder.get("bucket", "k"), "x");
}

}  // namespace
}  // namespace driftlab::ports
