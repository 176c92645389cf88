#include "core/model/predictor/endpoint_predictor.hpp"

#include <algorithm>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "core/base/json_string.hpp"
#include "core/base/text.hpp"
#include "core/monitor/attribute.hpp"

namespace driftlab::model {
namespace {

constexpr std::string_view kFeatures = "$features";
constexpr std::size_t kShown = 80;

void append_csv_cell(std::string& line, const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

/// What is a number is sent as one, an empty cell as null.
void append_json_cell(std::string& line, const std::string& text) {
  if (text.empty())
    line += "null";
  else if (const auto number = parse_double(text))
    append_shortest(line, *number);
  else
    append_json_string(line, text);
}

std::string csv_line(const PredictorRows& rows, std::size_t row) {
  std::string line;
  for (std::size_t i = 0; i < rows.columns(); ++i) {
    if (i > 0) line += ',';
    const double value = rows.values[row * rows.columns() + i];
    if (rows.texts[i].empty())
      append_shortest(line, value);
    else
      append_csv_cell(line, rows.texts[i][static_cast<std::size_t>(value)]);
  }
  return line + '\n';
}

std::string json_line(const PredictorRows& rows, std::size_t row, const std::string& content_template) {
  std::string list = "[";
  for (std::size_t i = 0; i < rows.columns(); ++i) {
    if (i > 0) list += ',';
    const double value = rows.values[row * rows.columns() + i];
    if (rows.texts[i].empty())
      append_shortest(list, value);
    else
      append_json_cell(list, rows.texts[i][static_cast<std::size_t>(value)]);
  }
  list += ']';
  std::string line = content_template;
  for (std::size_t at = 0; (at = line.find(kFeatures, at)) != std::string::npos; at += list.size())
    line.replace(at, kFeatures.size(), list);
  return line + '\n';
}

std::string shown(std::string_view body) {
  const auto line = body.substr(0, std::min(body.find('\n'), body.size()));
  return line.size() > kShown ? std::string(line.substr(0, kShown)) + "…" : std::string(line);
}

Result<std::vector<std::string>> csv_cells(std::string_view body, std::size_t rows, const std::string& attribute) {
  if (!attribute.empty()) return monitor::texts_at(body, capture::Encoding::Csv, attribute);
  const auto lines = monitor::text_lines(body);
  std::vector<std::string> cells;
  for (const auto line : lines)
    for (auto& cell : monitor::split_csv_line(line)) cells.push_back(std::move(cell));
  // "0.1,0.2" on one line for two rows is one number a row; a line a row holds as many on each.
  if (lines.size() != rows && !(lines.size() == 1 && cells.size() == rows))
    return input_error(fmt::format("{} lines for {} rows", lines.size(), rows));
  return cells;
}

}  // namespace

std::string request_body(const PredictorRows& rows, const EndpointFormat& format) {
  const bool csv = format.content_type == "text/csv";
  std::string body;
  for (std::size_t row = 0; row < rows.rows(); ++row)
    body += csv ? csv_line(rows, row) : json_line(rows, row, format.content_template);
  return body;
}

Result<std::vector<std::string>> answer_cells(std::string_view body, std::size_t rows, const EndpointFormat& format) {
  auto cells = format.accept == "text/csv" ? csv_cells(body, rows, format.attribute)
                                           : monitor::texts_at(body, capture::Encoding::Json, format.attribute);
  if (!cells)
    return input_error(fmt::format("the model's answer: {}; it begins with '{}'", cells.error().message, shown(body)));
  if (cells->empty() || cells->size() % rows != 0)
    return input_error(fmt::format("the model answered {} values for {} rows; the answer begins with '{}'",
                                   cells->size(), rows, shown(body)));
  return cells;
}

EndpointPredictor::EndpointPredictor(std::unique_ptr<ports::EndpointRuntime> endpoint, EndpointFormat format)
    : endpoint_(std::move(endpoint)), format_(std::move(format)) {}

Result<std::string> EndpointPredictor::call(const std::string& body) {
  if (format_.calls > 0 && calls_made_ >= format_.calls)
    return input_error(fmt::format("the budget of {} calls of the model is used up", format_.calls));
  ++calls_made_;
  const ops::sagemaker::InvokeEndpointInput request{.endpoint_name = format_.endpoint_name,
                                                    .content_type = format_.content_type,
                                                    .accept = format_.accept,
                                                    .body = make_blob(body)};
  boost::asio::io_context loop;
  std::optional<Result<ops::sagemaker::InvokeEndpointOutput>> answer;
  boost::asio::co_spawn(
      loop, [&]() -> boost::asio::awaitable<void> { answer.emplace(co_await endpoint_->invoke(request)); },
      boost::asio::detached);
  loop.run();
  if (!answer) return Error{ErrorKind::Internal, "NoAnswer", "the endpoint never answered"};
  if (!*answer) return answer->error();
  return *(*answer)->body;
}

template <class Take>
Result<> EndpointPredictor::in_parts(const PredictorRows& rows, const Take& take) {
  const std::size_t step = std::max<std::size_t>(format_.rows_per_call, 1);
  for (std::size_t row = 0; row < rows.rows(); row += step) {
    const std::size_t count = std::min(step, rows.rows() - row);
    const PredictorRows part{.values = rows.values.subspan(row * rows.columns(), count * rows.columns()),
                             .texts = rows.texts};
    const auto body = call(request_body(part, format_));
    if (!body) return body.error();
    auto cells = answer_cells(*body, count, format_);
    if (!cells) return cells.error();
    if (auto ok = take(*std::move(cells), count); !ok) return ok;
  }
  return {};
}

Result<std::vector<double>> EndpointPredictor::scores(const PredictorRows& rows) {
  std::vector<double> scores;
  const auto done = in_parts(rows, [&](const std::vector<std::string>& cells, std::size_t) -> Result<> {
    for (const auto& cell : cells) {
      const auto first = cell.find_first_not_of(" \t\r[");
      const auto last = cell.find_last_not_of(" \t\r]");
      const auto number = first == std::string::npos || last == std::string::npos || last < first
                              ? std::nullopt
                              : parse_double(std::string_view(cell).substr(first, last - first + 1));
      if (!number) return input_error(fmt::format("the model answered '{}'; expected a number", cell));
      scores.push_back(*number);
    }
    return {};
  });
  if (!done) return done.error();
  return scores;
}

Result<std::vector<std::string>> EndpointPredictor::labels(const PredictorRows& rows) {
  std::vector<std::string> labels;
  const auto done = in_parts(rows, [&](std::vector<std::string> cells, std::size_t count) -> Result<> {
    if (cells.size() != count)
      return input_error(
          fmt::format("the model answered {} values for {} rows; expected one label a row, or name it by "
                      "the inference attribute",
                      cells.size(), count));
    labels.insert(labels.end(), cells.begin(), cells.end());
    return {};
  });
  if (!done) return done.error();
  return labels;
}

}  // namespace driftlab::model
