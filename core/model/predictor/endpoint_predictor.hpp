#pragma once
/// A predictor behind the endpoint port.

#include <memory>

#include "core/model/predictor/predictor.hpp"
#include "core/ports/endpoint_runtime.hpp"

namespace driftlab::model {

struct EndpointFormat {
  std::string endpoint_name;
  std::string content_type = "text/csv";                       ///< or application/jsonlines
  std::string accept = "text/csv";                             ///< or application/jsonlines
  std::string content_template = R"({"features":$features})";  ///< a JSON line; $features: the row's list of values
  std::string attribute;  ///< of the answer: CSV column, path in JSON; empty: all of it
  std::size_t rows_per_call = 1000;
  std::size_t calls = 0;  ///< a budget over the predictor's life; 0: any number
};

class EndpointPredictor final : public Predictor {
 public:
  EndpointPredictor(std::unique_ptr<ports::EndpointRuntime> endpoint, EndpointFormat format);

  Result<std::vector<double>> scores(const PredictorRows& rows) override;
  Result<std::vector<std::string>> labels(const PredictorRows& rows) override;
  [[nodiscard]] std::size_t rows_per_call() const override { return format_.rows_per_call; }

 private:
  /// Calls in parts of `rows_per_call`, each answer handed to `take` with its number of rows.
  template <class Take>
  Result<> in_parts(const PredictorRows& rows, const Take& take);
  Result<std::string> call(const std::string& body);

  std::unique_ptr<ports::EndpointRuntime> endpoint_;
  EndpointFormat format_;
  std::size_t calls_made_ = 0;
};

/// The request's body: a line a row.
[[nodiscard]] std::string request_body(const PredictorRows& rows, const EndpointFormat& format);

/// Cells of an answer for `rows` rows: the same number for each, row by row. Errors: InvalidInput saying how many there
/// are, what is no JSON, what is missing.
[[nodiscard]] Result<std::vector<std::string>> answer_cells(std::string_view body, std::size_t rows,
                                                            const EndpointFormat& format);

}  // namespace driftlab::model
