#pragma once
/// The files of a page, embedded when the program is built.

#include <string_view>

namespace driftlab::report::assets {

[[nodiscard]] std::string_view dygraphs_script();
[[nodiscard]] std::string_view dygraphs_style();
[[nodiscard]] std::string_view page_style();
[[nodiscard]] std::string_view page_script();
[[nodiscard]] std::string_view chart_script();
[[nodiscard]] std::string_view view_script();
[[nodiscard]] std::string_view monitor_script();
[[nodiscard]] std::string_view timeline_script();

}  // namespace driftlab::report::assets
