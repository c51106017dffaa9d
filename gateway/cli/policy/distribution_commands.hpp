// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "policy/distribution_writer.hpp"

namespace signgate::cli {

/// shell_word is `text` as one word for a POSIX shell: as it is when nothing in it means anything
/// there, else in single quotes.
[[nodiscard]] std::string shell_word(std::string_view text);

/// distribution_commands is the AWS CLI's commands for the documents that the plan needs, in order,
/// as lines for a POSIX shell: what each says is put into the documents behind it in place of its
/// placeholder (with GNU sed), and a step whose predecessor failed writes nothing. `folder` holds
/// the documents.
[[nodiscard]] std::string distribution_commands(const policy::DistributionPlan& plan,
                                                std::string_view folder);

}  // namespace signgate::cli
