#include "core/capture/batch_source.hpp"

#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "core/capture/batch_row.hpp"
#include "core/capture/codec.hpp"

namespace driftlab::capture {
namespace {

Encoding encoding_of(const RecordStream& stream) {
  return stream.is_json() ? Encoding::Json : Encoding::Csv;
}

/// Without its line end.
void append_unended(std::string& out, const CaptureRecord& record) {
  append_line(out, record);
  out.pop_back();
}

Result<> check_text(std::string_view text, bool json) {
  if (!simdjson::validate_utf8(text.data(), text.size())) return input_error("not UTF-8");
  if (!json) return {};
  thread_local simdjson::dom::parser parser;
  if (const auto error = parser.parse(text.data(), text.size()).error(); error != simdjson::SUCCESS)
    return input_error(fmt::format("not JSON: {}", simdjson::error_message(error)));
  return {};
}

}  // namespace

Result<> BatchSource::open(const InputFile& file) {
  rows_ = file.batch;
  generated_.reset();
  lines_done_ = 0;
  if (auto ok = main_.open(file); !ok) return ok;
  input_file_ = {.name = rows_->input_path, .bytes = {}, .path = rows_->input_path};
  if (!rows_->input_path.empty())
    if (auto ok = input_.open(input_file_); !ok) return ok;
  const RecordStream& inputs = rows_->is_input ? main_ : input_;
  header_due_ = rows_->header && !inputs.is_json();
  return {};
}

Result<bool> BatchSource::next(Lines& lines, std::size_t bytes) {
  lines.text.clear();
  lines.offsets.clear();
  lines.rejected.clear();
  const bool paired = !rows_->input_path.empty();
  RecordStream::Record row, input;
  while (lines.text.size() < bytes) {
    const auto more = main_.next(row);
    if (!more) return more.error();
    if (!*more) {
      const auto left = paired ? next_input(input) : Result<bool>(false);
      if (!left) return left.error();
      if (*left)
        return input_error(fmt::format("{}: ends before line {} of its input {}; expected a row for each", main_.name(),
                                       input.line, input_.name()));
      break;
    }
    if (rows_->is_input && std::exchange(header_due_, false)) continue;
    if (paired) {
      const auto there = next_input(input);
      if (!there) return there.error();
      if (!*there)
        return input_error(fmt::format("{}:{}: there is no such row in its input {}; expected a row for each",
                                       main_.name(), row.line, input_.name()));
    }
    if (const auto added = add_row(row, paired ? &input : nullptr, lines); !added) return added.error();
  }
  return !lines.text.empty();
}

Result<bool> BatchSource::next_input(RecordStream::Record& record) {
  if (std::exchange(header_due_, false))
    if (auto header = input_.next(record); !header || !*header) return header;
  return input_.next(record);
}

Result<> BatchSource::add_row(const RecordStream::Record& row, const RecordStream::Record* input, Lines& lines) {
  while (lines_done_ + 1 < row.line) end_line(row.offset, lines);
  CaptureRecord record;
  if (const auto made = make_record(row, input, record); !made)
    lines.rejected.push_back({lines.offsets.size() + 1, row.offset, made.error().message, std::string(row.text)});
  else if (rows_->needs_ids && !generated_.value_or(true))
    return input_error(
        fmt::format("{}:{}: the row has no inference id: expected a UUID and a time in its last two "
                    "columns, or SageMakerInferenceId and SageMakerInferenceTime, as a transform with "
                    "GenerateInferenceId writes them; labels cannot be matched without",
                    main_.name(), row.line));
  else
    append_unended(lines.text, record);
  for (std::uint64_t i = 0; i < row.lines; ++i) end_line(row.offset, lines);
  return {};
}

Result<> BatchSource::make_record(const RecordStream::Record& row, const RecordStream::Record* input,
                                  CaptureRecord& record) {
  std::string text(row.text);
  if (auto good = check_text(text, main_.is_json()); !good) return good;
  if (input != nullptr)
    if (const auto good = check_text(input->text, input_.is_json()); !good)
      return input_error(fmt::format("input {}:{}: {}", input_.name(), input->line, good.error().message));
  record.metadata.event_id = fmt::format("{}:{}", main_.name(), row.line);
  record.metadata.inference_time = rows_->time;
  if (!rows_->is_input)
    if (auto taken = take_id(text, record.metadata); !taken) return taken;
  Payload payload{.data = std::move(text), .encoding = encoding_of(main_), .content_type = {}};
  (rows_->is_input ? record.input : record.output) = std::move(payload);
  record.batch_transform = !rows_->is_input;
  if (input != nullptr)
    record.input = Payload{.data = std::string(input->text), .encoding = encoding_of(input_), .content_type = {}};
  return {};
}

Result<> BatchSource::take_id(std::string& text, EventMetadata& metadata) {
  std::optional<GeneratedId> id;
  if (main_.is_json()) {
    auto taken = take_generated_json(text);
    if (!taken) return taken.error();
    id = *std::move(taken);
  } else {
    id = take_generated_csv(text);
  }
  if (!generated_) generated_ = id.has_value();
  if (id.has_value() != *generated_)
    return input_error(*generated_ ? "expected an inference id and its time at the end of the row, as in rows before"
                                   : "an inference id and its time at the end of the row; rows before have none");
  if (!id) return {};
  metadata.event_id = std::move(id->id);
  metadata.inference_time = id->time;
  return {};
}

void BatchSource::end_line(std::uint64_t offset, Lines& lines) {
  lines.text += '\n';
  lines.offsets.push_back(offset);
  ++lines_done_;
}

}  // namespace driftlab::capture
