#pragma once
/// ListObjectsV2: prefix, delimiter, pages.

#include "core/base/result.hpp"
#include "sim/service/s3/bucket.hpp"

namespace driftlab::service::s3 {

/// One page. Keys and common prefixes count alike against max_keys (at most 1000; 0 gives an empty, complete page).
/// A continuation token overrides start_after and is the last item of the page before, encoded. O(log n + page), also
/// when a common prefix stands for many keys. Errors: InvalidArgument for a foreign token or negative max_keys.
[[nodiscard]] Result<ops::s3::ListObjectsV2Output> list_objects(const ObjectMap& objects,
                                                                const ops::s3::ListObjectsV2Input& request);

}  // namespace driftlab::service::s3
